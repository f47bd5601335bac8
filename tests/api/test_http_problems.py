"""The HTTP door: errors are problem details with every place; limits, headers, and what is published."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from gateway_web import BADGE, PROFILE, Caller, form, problem, web_of_badges
from samples import badges

from api.app import create_app
from api.settings import Settings
from schemas.document import FORMATS, Format
from verifier import catalogue

Gateway = Callable[..., Caller]


# --- problems -------------------------------------------------------------------------------------


def test_what_is_not_recognised_is_415(caller: Caller) -> None:
    for content in (b"Dear sir or madam", b"", b'{"a": 1}', b"<html/>"):
        problem(caller.post("/v1/verify", content=content), 415, _first(content))


def _first(content: bytes) -> str:
    return "format.read.empty" if not content else "format.read.unknown"


def test_what_is_malformed_is_422(caller: Caller) -> None:
    for content in (b'{"a": ', b"<!DOCTYPE a><europassCredential/>"):
        problem(caller.post("/v1/verify", content=content), 422, "format.read")


def test_a_profile_is_faulted_in_every_place_at_once(caller: Caller) -> None:
    wrong = b'[issuer]\ncountry = "Nederland"\nshoe = 1\n[learner]\ngiven_name = 5\n'
    answer = caller.post("/v1/convert?to=elm-json", files=form(BADGE, profile=wrong))
    told = problem(answer, 422, "profile.value")
    assert {one["where"] for one in told["problems"]} == {
        "/issuer/country",
        "/issuer/shoe",
        "/learner/given_name",
    }
    assert "Nederland" not in answer.text


def test_missing_facts_are_all_named(caller: Caller) -> None:
    told = problem(caller.post("/v1/convert?to=edci-xml", content=BADGE), 422, "convert.missing")
    assert len(told["problems"]) > 2


def test_a_revoked_source_and_a_strict_loss_are_409(caller: Caller, gateway: Gateway) -> None:
    gone = gateway(web_of_badges(assertion=badges.revoked()))
    problem(gone.post("/v1/convert?to=elm-json", content=BADGE), 409, "status.revoked")
    strict = caller.post("/v1/convert?to=elm-json&strict=true", files=form(BADGE, profile=PROFILE))
    problem(strict, 409, "convert.left-out")
    problem(caller.post("/v1/convert?to=ob2", content=BADGE), 409, "convert.same")


def test_a_source_address_that_gives_nothing_is_502(gateway: Gateway) -> None:
    answer = gateway({}).post("/v1/convert?to=elm-json", content=badges.ASSERTION.encode())
    problem(answer, 502, "source.unavailable")


@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("/v1/verify?recipient=noor", {"content": BADGE}),
        ("/v1/verify?policy=lax", {"content": BADGE}),
        ("/v1/verify?polcy=badge", {"content": BADGE}),
        ("/v1/verify", {"files": form(BADGE, BADGE)}),
        ("/v1/verify", {"files": [("file", ("x", BADGE))]}),
        ("/v1/verify", {"files": form(b"")}),
        ("/v1/verify", {"content": b"--", "headers": {"content-type": "multipart/form-data"}}),
        ("/v1/convert", {"content": BADGE}),
        ("/v1/convert?to=ob3", {"content": BADGE}),
        ("/v1/convert?to=elm-json&strict=perhaps", {"content": BADGE}),
        ("/v1/convert?to=elm-json&enclose=all", {"content": BADGE}),
        ("/v1/convert?to=elm-json&bundle=true&split=true", {"content": BADGE}),
        ("/v1/convert?to=elm-json", {"files": form(BADGE, profile=b"a=1") + form(profile=b"b=1")}),
    ],
)
def test_a_question_that_is_not_understood_is_400(caller: Caller, path: str, how: dict[str, Any]) -> None:
    told = problem(caller.post(path, **how), 400, _code(path, how))
    assert all(one["message"].endswith(".") for one in told["problems"])


def _code(path: str, how: dict[str, Any]) -> str:
    if "files" in how or "headers" in how:
        names = [name for name, _ in how.get("files", [("broken", 0)])]
        known = {"document": "request.document", "broken": "request.form"}
        return "request.part" if "profile" in names else known.get(names[0], "request.part")
    name = path.partition("?")[2].partition("=")[0]
    if "split" in path:
        return "request.options"
    return {"recipient": "request.recipient", "policy": "request.policy"}.get(name, "request.parameter")


@pytest.mark.parametrize("path", ["/v1/convert?to=elm-json", "/convert"])
def test_a_form_cut_off_loses_no_part_in_silence(caller: Caller, path: str) -> None:
    part = 'Content-Disposition: form-data; name="{}"; filename="f"\r\n\r\n{}'
    parts = [part.format("document", BADGE.decode()), part.format("profile", "[issuer]")]
    whole = "".join(f"--b\r\n{one}\r\n" for one in parts).encode()
    headers = {"content-type": "multipart/form-data; boundary=b"}
    for cut in (whole, whole[:-4], whole[: whole.index(b"[issuer]")]):
        assert b"request.form" in caller.post(path, content=cut, headers=headers).content


@pytest.mark.parametrize("url", ["", "ftp://a.example/b", "file:///etc/passwd", "https://a b"])
def test_an_address_that_is_none_is_400(caller: Caller, url: str) -> None:
    problem(caller.get("/v1/verify", params={"url": url}), 400, "request.url")


def test_an_address_within_is_never_asked() -> None:
    caller = Caller(create_app(Settings()))  # the real, guarded client
    for url in ("http://127.0.0.1/a", "https://localhost/a", "https://[::1]/a", "https://169.254.169.254/a"):
        answer = caller.get("/v1/verify", params={"url": url})
        assert (answer.status_code, answer.json()["verdict"]) == (200, "INDETERMINATE")


def test_what_is_not_there_is_a_problem_too(caller: Caller) -> None:
    problem(caller.get("/v1/nothing"), 404, "http.404")
    problem(caller.get("/v1/convert"), 405, "http.405")
    problem(caller.get("/v1/mappings/ob3"), 400, "request.parameter")


def test_a_bug_of_ours_gives_nothing_away(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("noor@example.nl")

    monkeypatch.setattr("api.routes.verify.verified", broken)
    with caplog.at_level(logging.DEBUG):
        answer = caller.post("/v1/verify", content=BADGE)
    told = problem(answer, 500, "internal.error")
    assert "noor" not in json.dumps(told) + caplog.text
    assert "KeyError" in caplog.text


# --- limits and headers ---------------------------------------------------------------------------


def test_a_body_over_the_limit_is_refused_by_its_announcement(gateway: Gateway) -> None:
    caller = gateway(max_body=1000)
    problem(caller.post("/v1/verify", content=b" " * 1001), 413, "request.size")
    problem(caller.post("/v1/verify", files=form(b" " * 1001)), 413, "request.size")
    assert caller.post("/v1/verify", content=BADGE[:1000]).status_code == 200


def test_a_body_over_the_limit_is_refused_as_it_streams(gateway: Gateway) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 100
            yield b"x" * 100

    answer = gateway(max_body=1000).post("/v1/verify", content=endless())
    problem(answer, 413, "request.size")
    assert sent < 2000, "the rest is not even read"


def test_every_answer_carries_the_security_headers(caller: Caller) -> None:
    for path in ("/v1/checks", "/v1/nothing", "/health/live", "/v1/verify?url=x"):
        headers = caller.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


def test_no_other_origin_may_call_unless_it_is_listed(gateway: Gateway) -> None:
    origin = {"origin": "https://wallet.example"}
    assert "access-control-allow-origin" not in gateway().get("/v1/checks", headers=origin).headers
    opened = gateway(origins=("https://wallet.example",))
    allowed = opened.get("/v1/checks", headers=origin).headers["access-control-allow-origin"]
    assert allowed == "https://wallet.example"
    other = opened.get("/v1/checks", headers={"origin": "https://evil.example"}).headers
    assert "access-control-allow-origin" not in other


def test_nothing_about_a_person_is_logged(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        caller.post("/v1/verify", files=form(BADGE), data={"recipient": "email=noor@example.nl"})
        caller.get("/v1/verify", params={"url": badges.ASSERTION})
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]  # the caller's own
    assert not any("noor" in line or badges.ASSERTION in line for line in ours)


# --- catalogue, health, extension -----------------------------------------------------------------


def test_checks_and_mappings_are_published(caller: Caller) -> None:
    told = caller.get("/v1/checks").json()
    assert [check["code"] for check in told["checks"]] == [entry.code for entry in catalogue()]
    for fmt in FORMATS:
        table = caller.get(f"/v1/mappings/{fmt}").json()
        assert table["format"] == fmt
        assert any(shape["rows"] for shape in table["shapes"])


def test_health_tells_live_and_ready(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert caller.get("/health/live").json() == {"status": "ok"}
    assert caller.get("/health/ready").status_code == 200

    def absent(_: Format) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("api.routes.health.summarised", absent)
    assert caller.get("/health/ready").status_code == 503
    assert caller.get("/health/live").status_code == 200


def test_the_environment_sets_the_service() -> None:
    chosen = Settings.from_environment({"BADGEPASS_MAX_BODY": "9", "BADGEPASS_ORIGINS": "https://a.example"})
    assert (chosen.max_body, chosen.origins, chosen.offline) == (9, ("https://a.example",), False)
    for wrong in ({"BADGEPASS_MAX_BODY": "many"}, {"BADGEPASS_ORIGINS": "*"}, {"BADGEPASS_TRUST": "/absent"}):
        with pytest.raises(Exception, match=r"\."):
            Settings.from_environment(wrong)
