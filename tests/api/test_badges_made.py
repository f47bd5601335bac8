"""Badges made of Europass credentials: hosted, signed and baked, and what our own verifier says of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from badges_made import BASE, MAIL, NAME, NOW, PLACES, RECIPIENT, SALT, SIGNED, assertion, signed, web
from bundles import answer
from samples import sealing

from converter.baking import bake
from converter.hosting import Places, host, issuer_name, prepare_signed, revocation_list, revoked_assertion
from converter.read import read
from schemas.errors import Malformed, NotRecognised, Refused
from schemas.evidence import Recipient
from verifier import Report, Verdict, verify
from verifier.bundle import BundleFetcher
from verifier.sealing.compact import sign_compact

PLANTED = ("Noor", "de Wit", MAIL, "1999-12-31")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'


def judged(data: bytes, on: Mapping[str, Any], mail: str = MAIL) -> Report:
    return verify(
        data,
        fetcher=BundleFetcher(on),
        now=NOW,
        recipients=(Recipient(kind="email", value=mail),),
    )


def test_a_hosted_badge_is_genuine_and_about_its_recipient() -> None:
    made = host(assertion(), PLACES, RECIPIENT, SALT)
    report = judged(made.assertion, web(made))
    assert report.verdict is Verdict.TOTAL_PASSED, [one for one in report.findings if one.outcome != "passed"]
    assert judged(PLACES.assertion.encode(), web(made)).verdict is Verdict.TOTAL_PASSED
    assert judged(made.assertion, web(made), "somebody@else.example").verdict is Verdict.TOTAL_FAILED


def test_a_hosted_badge_that_was_revoked_is_not() -> None:
    made = host(assertion(), PLACES, RECIPIENT, SALT)
    gone = web(made)
    gone[PLACES.assertion] = answer(revoked_assertion(PLACES.assertion, "error"), status=410)
    report = judged(made.assertion, gone)
    assert report.verdict is Verdict.TOTAL_FAILED
    assert "status.revoked" in {one.check for one in report.findings if one.outcome == "failed"}


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_signed_badge_is_genuine_until_it_is_revoked(algorithm: str) -> None:
    token, on = signed(algorithm)
    report = judged(token, on)
    assert report.verdict is Verdict.TOTAL_PASSED, [one for one in report.findings if one.outcome != "passed"]
    owner = next(address for address in on if "/issuers/" in address)
    on[SIGNED.revocations] = answer(revocation_list(SIGNED.revocations, owner, {NAME: "error"}))
    assert judged(token, on).verdict is Verdict.TOTAL_FAILED
    del on[SIGNED.revocations]
    assert judged(token, on).verdict is Verdict.INDETERMINATE


def test_a_badge_signed_by_another_key_is_none() -> None:
    _, on = signed("ES256")
    made = prepare_signed(assertion(), SIGNED, RECIPIENT, SALT, NAME)
    forged = sign_compact(made.assertion, sealing.key("RS256"), {}).encode()
    assert judged(forged, on).verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize("picture", ["png", "svg"])
@pytest.mark.parametrize("kind", ["hosted", "signed"])
def test_a_baked_badge_is_read_out_of_its_image(picture: str, kind: str) -> None:
    image = SVG if picture == "svg" else _png()
    if kind == "signed":
        data, on = signed()
    else:
        made = host(assertion(), PLACES, RECIPIENT, SALT)
        data, on = made.assertion, web(made)
    baked = bake(data, image)
    assert judged(baked, on).verdict is Verdict.TOTAL_PASSED
    with pytest.raises(Refused) as caught:
        bake(data, baked)
    assert caught.value.problems[0].code == "bake.twice"


def _png() -> bytes:
    made = host(assertion(), PLACES, RECIPIENT, SALT)
    return next(one.body for one in made.documents if one.media_type == "image/png")


def test_baking_a_png_changes_nothing_but_one_chunk() -> None:
    image = _png()
    token, _ = signed()
    baked = bake(token, image)
    at = baked.index(b"iTXt") - 4
    length = int.from_bytes(baked[at : at + 4])
    assert baked[:at] + baked[at + 12 + length :] == image
    assert baked[at + 8 : at + 8 + length] == b"openbadges\0\0\0\0\0" + token


@pytest.mark.parametrize(
    ("badge", "image", "error"),
    [
        (b"{}", b"GIF89a", Refused),
        (b"[]", SVG, Malformed),
        (b"nothing", SVG, Malformed),
        (b"{}", b"\x89PNG\r\n\x1a\n", Malformed),
        (b"{}", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', Malformed),
        (b"{}", b"<html/>", Refused),
        (b"{}", b"<svg", Malformed),
    ],
)
def test_what_cannot_be_baked_is_refused(badge: bytes, image: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        bake(badge, image)


def test_nothing_public_says_more_of_the_recipient_than_a_hash() -> None:
    tree = assertion(enclose="original")
    tree["evidence"] = [{"narrative": "Noor de Wit inspected a dike."}]
    tree["narrative"] = "For Noor"
    assert any(word in json.dumps(tree) for word in PLANTED) or "extensions" in json.dumps(tree)
    for made in (host(tree, PLACES, RECIPIENT, SALT), prepare_signed(tree, SIGNED, RECIPIENT, SALT, NAME)):
        public = b"".join(one.body for one in made.documents if one.media_type != "image/png").decode()
        assert [word for word in PLANTED if word in public] == []
        assert "EuropassCredentialExtension" not in public
    left = {one.source for one in host(tree, PLACES, RECIPIENT, SALT).left_out}
    assert left == {"/evidence", "/narrative", "/extensions:EuropassCredentialExtension"}


def test_the_picture_of_a_class_is_the_same_whoever_holds_the_badge() -> None:
    pictures = set()
    for name in ("Noor", "Jan"):
        tree = assertion()
        tree["recipient"]["identity"] = name
        made = host(tree, Places(base=BASE, name=name), ("email", f"{name}@x.example"), SALT)
        pictures.add(next(one.body for one in made.documents if one.media_type == "image/png"))
    assert len(pictures) == 1


def test_two_schools_of_one_tenant_have_two_addresses() -> None:
    one = {"id": "https://a.example", "name": "A"}
    assert issuer_name(one) == issuer_name({"id": "https://b.example", "name": "A"})
    assert issuer_name(one) != issuer_name({**one, "name": "B"})


def test_what_is_not_whole_cannot_be_made_ready() -> None:
    for tree in ({**assertion(), "badge": "https://a.example"}, {**assertion(), "badge": {"issuer": "x"}}):
        with pytest.raises(Refused) as caught:
            host(tree, PLACES, RECIPIENT, SALT)
        assert caught.value.problems[0].code == "badge.not-expanded"


def test_an_image_without_a_badge_is_told() -> None:
    with pytest.raises(NotRecognised):
        read(_png())
