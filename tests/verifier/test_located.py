"""From what was handed in to the document itself."""

from __future__ import annotations

import pytest
from bundles import NOW, answer, badge_web, outcomes, verified
from samples import badges

from schemas.errors import NotRecognised
from verifier import Outcome, Verdict, verify
from verifier.bundle import BundleFetcher
from verifier.verify import data_address

IMAGE = "https://badges.example.nl/media/baked.png"


def test_a_url_of_a_baked_image_is_opened() -> None:
    baked = answer(badges.baked_png(badges.dumped(badges.assertion())), media="image/png")
    report = verified(IMAGE.encode(), badge_web(**{IMAGE: baked}))
    assert report.containers == ("url", "png")
    assert report.verdict is Verdict.TOTAL_PASSED


def test_a_url_of_an_image_that_holds_a_url_is_followed() -> None:
    baked = answer(badges.baked_png(badges.ASSERTION.encode()), media="image/png")
    report = verified(IMAGE.encode(), badge_web(**{IMAGE: baked}))
    assert report.containers == ("url", "png", "url")
    assert report.verdict is Verdict.TOTAL_PASSED


def test_urls_that_lead_to_urls_end() -> None:
    web = {IMAGE: answer(IMAGE.encode(), media="text/plain")}
    report = verified(IMAGE.encode(), web)
    assert report.verdict is not Verdict.TOTAL_PASSED
    assert len(report.containers) == 3


@pytest.mark.parametrize("body", [b"<html><body>Log in</body></html>", b"", b"\x00\x01", b'{"detail": "x"}'])
def test_a_url_that_answers_something_else_gets_a_report(body: bytes) -> None:
    report = verified(IMAGE.encode(), {IMAGE: answer(body, media="text/html")})
    assert report.verdict is not Verdict.TOTAL_PASSED
    assert outcomes(report, "hosted.fetched") == {Outcome.FAILED}
    assert not [f for f in report.findings if f.outcome is Outcome.PASSED]


def test_a_url_that_is_gone_is_revoked() -> None:
    report = verified(badges.ASSERTION.encode(), {badges.ASSERTION: answer(b"", status=410)})
    assert outcomes(report, "status.revoked") == {Outcome.FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


def test_a_zip_with_one_badge_is_opened() -> None:
    data = badges.zipped({"badge.json": badges.dumped(badges.assertion()), "readme.txt": b"hello"})
    report = verified(data)
    assert report.containers[0] == "zip"
    assert report.verdict is Verdict.TOTAL_PASSED


def test_a_zip_with_several_names_them() -> None:
    one = badges.dumped(badges.assertion())
    with pytest.raises(NotRecognised, match=r"a\.json.*b\.json"):
        verified(badges.zipped({"a.json": one, "b.json": one}))


@pytest.mark.parametrize(
    "page",
    [
        "https://www.edubadges.nl/public/assertions/kPq0r8sTuVwXyZ01aBcDeF",
        "https://edubadges.nl/public/assertions/kPq0r8sTuVwXyZ01aBcDeF/",
    ],
)
def test_the_page_a_holder_shares_leads_to_its_data(page: str) -> None:
    place = "https://api.edubadges.nl/public/assertions/kPq0r8sTuVwXyZ01aBcDeF"
    assert data_address(page) == place
    there = answer(badges.assertion(id=place))
    report = verify(page.encode(), fetcher=BundleFetcher(badge_web(**{place: there})), now=NOW)
    assert outcomes(report, "hosted.fetched") == {Outcome.PASSED}
    assert outcomes(report, "hosted.fetched.id") == set()


@pytest.mark.parametrize(
    "url",
    [
        "https://www.edubadges.nl.evil.example/public/assertions/x",
        "https://api.edubadges.nl/public/assertions/x",
        "https://www.edubadges.nl/public/badges/x",
        "https://issuer.example/public/assertions/x",
    ],
)
def test_no_other_address_is_changed(url: str) -> None:
    assert data_address(url) == url
