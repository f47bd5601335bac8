"""The HTTP door: a verdict is an answer, and a conversion comes with its report."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import pytest
from gateway_web import BADGE, BAKED, LEARNER, PROFILE, Caller, form, problem, web_of_badges
from samples import badges

from converter import read
from schemas.document import Document, Format

Gateway = Callable[..., Caller]


# --- verify ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", ["application/octet-stream", "application/x-www-form-urlencoded", ""])
def test_a_raw_body_is_verified_whatever_it_is_labelled(caller: Caller, media_type: str) -> None:
    headers = {"content-type": media_type} if media_type else {}
    answer = caller.post("/v1/verify", content=BAKED, headers=headers)
    assert answer.status_code == 200
    report = answer.json()
    assert (report["verdict"], report["container"]) == ("TOTAL-PASSED", "png")


def test_a_form_asks_about_a_person(caller: Caller) -> None:
    for recipient, verdict in ((LEARNER, "TOTAL-PASSED"), ("id=other", "TOTAL-FAILED")):
        answer = caller.post("/v1/verify", files=form(BADGE), data={"recipient": recipient})
        assert answer.status_code == 200, "a failed verification is an answer"
        assert answer.json()["verdict"] == verdict
    several = caller.post("/v1/verify", files=form(BADGE), data={"recipient": ["email=a@b.example", LEARNER]})
    assert several.json()["verdict"] == "TOTAL-PASSED"
    assert caller.post("/v1/verify", params={"recipient": LEARNER}, content=BADGE).json()["verdict"] == (
        "TOTAL-PASSED"
    )


def test_a_pasted_text_in_a_form_is_a_document_too(caller: Caller) -> None:
    boundary = "b0und"
    text = f'--{boundary}\r\nContent-Disposition: form-data; name="document"\r\n\r\n{badges.ASSERTION}\r\n'
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    answer = caller.post("/v1/verify", content=f"{text}--{boundary}--\r\n".encode(), headers=headers)
    assert answer.json()["verdict"] == "TOTAL-PASSED"


def test_an_address_is_verified_by_a_link(caller: Caller) -> None:
    report = caller.get("/v1/verify", params={"url": badges.ASSERTION}).json()
    assert (report["verdict"], report["container"]) == ("TOTAL-PASSED", "url")


def test_a_revoked_badge_is_a_200_with_its_verdict(gateway: Gateway) -> None:
    answer = gateway(web_of_badges(assertion=badges.revoked())).post("/v1/verify", content=BADGE)
    assert answer.status_code == 200
    assert answer.json()["verdict"] == "TOTAL-FAILED"


def test_an_unreachable_badge_is_a_200_that_claims_nothing(gateway: Gateway) -> None:
    answer = gateway({}).post("/v1/verify", content=BADGE)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "INDETERMINATE")


# --- convert --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "form_of"), [("edci-xml", Format.EDCI), ("elm-json", Format.ELM)])
def test_a_badge_becomes_a_credential_and_comes_back(caller: Caller, target: str, form_of: Format) -> None:
    answer = caller.post("/v1/convert", params={"to": target}, files=form(BAKED, profile=PROFILE))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    document = body["document"].encode()
    assert body["encoding"] == "utf-8"
    assert hashlib.sha256(document).hexdigest() == body["sha256"]
    found = read(document)
    assert isinstance(found, Document)
    assert found.format is form_of
    assert {"mapped", "approximated", "left_out", "added"} <= body["report"].keys()
    assert body["report"]["mapped"]
    assert [source["verdict"] for source in body["report"]["sources"]] == ["TOTAL-PASSED"]
    back = caller.post("/v1/convert?to=ob2", content=document).json()
    assert back["document"].encode() == BADGE
    assert back["report"]["given_back"] is True


def test_a_whole_baked_file_comes_back_in_base64(caller: Caller) -> None:
    how = {"to": "elm-json", "enclose": "original"}
    there = caller.post("/v1/convert", params=how, files=form(BAKED, profile=PROFILE)).json()
    back = caller.post("/v1/convert?to=ob2", content=there["document"].encode()).json()
    assert (back["encoding"], back["media_type"]) == ("base64", "image/png")
    assert base64.b64decode(back["document"]) == BAKED


@pytest.mark.parametrize(
    ("target", "media_type"), [("edci-xml", "application/xml"), ("elm-json", "application/ld+json")]
)
def test_accept_of_the_target_type_answers_the_bare_bytes(
    caller: Caller, target: str, media_type: str
) -> None:
    answer = caller.post(
        f"/v1/convert?to={target}", files=form(BADGE, profile=PROFILE), headers={"accept": media_type}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert answer.headers["badgepass-source"] == "TOTAL-PASSED"
    assert answer.headers["badgepass-report"].startswith("mapped=")
    assert isinstance(read(answer.content), Document)


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "application/json", "text/html, */*;q=0.8", "application/xml;q=0.5, application/json"],
)
def test_any_other_accept_is_content_with_the_envelope(caller: Caller, accept: str) -> None:
    answer = caller.post(
        "/v1/convert?to=edci-xml", files=form(BADGE, profile=PROFILE), headers={"accept": accept}
    )
    assert answer.headers["content-type"] == "application/json"


def test_an_accept_that_nothing_meets_is_406(caller: Caller) -> None:
    for accept in ("text/html", "application/xml;q=0, text/plain"):
        answer = caller.post(
            "/v1/convert?to=edci-xml", files=form(BADGE, profile=PROFILE), headers={"accept": accept}
        )
        problem(answer, 406, "request.accept")


def test_several_badges_are_stacked_and_split_again(caller: Caller) -> None:
    how = {"to": "elm-json", "bundle": "true"}
    other = badges.dumped({**badges.assertion(), "narrative": "Awarded a second time."})
    one = caller.post("/v1/convert", params=how, files=form(BADGE, other, profile=PROFILE)).json()
    assert len(one["report"]["sources"]) == 2
    document = one["document"].encode()
    split = caller.post("/v1/convert?to=ob2&split=true", content=document)
    assert [made["document"].encode() for made in split.json()["documents"]] == [BADGE, other]
    bare = caller.post(
        "/v1/convert?to=ob2&split=true", content=document, headers={"accept": "application/ld+json"}
    )
    problem(bare, 406, "request.accept")


def test_an_unreachable_source_is_converted_and_told_undecided(gateway: Gateway) -> None:
    wide = badges.dumped(badges.expanded())
    answer = gateway({}).post("/v1/convert?to=elm-json", files=form(wide, profile=PROFILE))
    assert answer.status_code == 200, answer.text
    (source,) = answer.json()["report"]["sources"]
    assert source["verdict"] == "INDETERMINATE"
    assert "status.revoked" in {one["check"] for one in source["undecided"]}
