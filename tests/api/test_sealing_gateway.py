"""Converted and sealed over HTTP: what holds is sealed, what does not is refused, all can be taken back."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gateway_web import BADGE, LEARNER, problem, web_of_badges
from samples import badges, elm_cases
from sealing_gateway import BASE, SealingGateway, sealing_gateway

from api.storage import Store
from api.storage.audit import chain_fault
from schemas.evidence import Recipient
from verifier import Outcome, Report, Verdict

MAIL = "noor.de.wit@polder.example"


def credential() -> dict[str, Any]:
    """Make a credential about somebody who has a name and a mail address; nobody sealed it."""
    tree = elm_cases.good()
    mailbox = {"id": f"mailto:{MAIL}", "type": "Mailbox"}
    contact = {"id": "urn:epass:contactPoint:9", "type": "ContactPoint", "emailAddress": [mailbox]}
    tree["credentialSubject"] |= {"contactPoint": [contact], "fullName": {"nl": "Noor de Wit"}}
    return tree


@pytest.fixture
def polder(tmp_path: Path) -> Iterator[SealingGateway]:
    with sealing_gateway(tmp_path) as running:
        yield running


def made(answer: Any) -> tuple[bytes, dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    text = body["document"]
    document = text.encode() if body["encoding"] == "utf-8" else base64.b64decode(text)
    return document, body


def outcomes(report: Report, *begin: str) -> dict[str, Outcome]:
    return {one.check: one.outcome for one in report.findings if one.check.startswith(begin)}


def unproven(report: Report) -> list[tuple[str, str, str]]:
    said = (Outcome.FAILED, Outcome.UNDECIDED)
    return [(one.check, str(one.outcome), one.message) for one in report.findings if one.outcome in said]


@pytest.mark.parametrize("target", ["elm-json", "edci-xml"])
def test_a_genuine_badge_becomes_a_sealed_credential_that_passes(polder: SealingGateway, target: str) -> None:
    document, body = made(polder.convert(BADGE, to=target, seal="polder", recipient=LEARNER))
    seal = body["report"]["seal"]
    assert (seal["tenant"], seal["level"]) == ("polder", "LTA")
    report = polder.verify(document)
    assert report.verdict is Verdict.TOTAL_PASSED, unproven(report)
    assert outcomes(report, "custody.") == {
        "custody.record": Outcome.PASSED,
        "custody.original": Outcome.PASSED,
        "custody.faithful": Outcome.PASSED,
        "custody.source": Outcome.PASSED,
    }
    if target == "elm-json":
        assert len(seal["status"]) == 2
        assert outcomes(report, "status.revoked", "status.suspended") == {
            "status.revoked": Outcome.PASSED,
            "status.suspended": Outcome.PASSED,
        }


def test_what_was_revoked_since_is_told_by_the_list_and_the_source(polder: SealingGateway) -> None:
    document, body = made(polder.convert(BADGE, to="elm-json", seal="polder", recipient=LEARNER))
    name = body["report"]["seal"]["id"]
    answer = polder.ask("POST", f"/v1/credentials/{name}/suspend", json={"reason": "under review"})
    assert (answer.status_code, answer.json()["state"]) == (200, "suspended")
    report = polder.verify(document)
    assert report.verdict is Verdict.TOTAL_FAILED
    assert outcomes(report, "status.suspended")["status.suspended"] is Outcome.FAILED
    assert polder.ask("POST", f"/v1/credentials/{name}/reinstate", json={"reason": "fine"}).status_code == 200
    assert polder.verify(document).verdict is Verdict.TOTAL_PASSED
    assert polder.ask("POST", f"/v1/credentials/{name}/revoke", json={"reason": "error"}).status_code == 200
    report = polder.verify(document)
    assert report.verdict is Verdict.TOTAL_FAILED
    assert outcomes(report, "status.revoked")["status.revoked"] is Outcome.FAILED
    told = polder.ask("POST", f"/v1/credentials/{name}/reinstate", json={"reason": "oops"})
    problem(told, 409, "credential.revoked")


def test_a_source_that_was_revoked_later_fails_what_was_made_of_it(polder: SealingGateway) -> None:
    document, _ = made(polder.convert(BADGE, to="edci-xml", seal="polder", recipient=LEARNER))
    polder.world.badges = web_of_badges(**{badges.ASSERTION: badges.revoked()})
    report = polder.verify(document)
    assert report.verdict is Verdict.TOTAL_FAILED
    assert outcomes(report, "custody.original")["custody.original"] is Outcome.FAILED


def test_nothing_that_fails_is_sealed(polder: SealingGateway) -> None:
    polder.world.badges = web_of_badges(**{badges.ASSERTION: badges.revoked()})
    problem(polder.convert(BADGE, to="elm-json", seal="polder"), 409, "status.revoked")
    polder.world.badges = web_of_badges()
    stranger = polder.convert(BADGE, to="elm-json", seal="polder", recipient="id=somebody-else")
    told = problem(stranger, 409, "sealing.source")
    assert "recipient.match" in {one["code"] for one in told["problems"]}
    expired = badges.dumped(badges.assertion(expires="2026-04-01T00:00:00Z"))
    polder.world.badges = web_of_badges(assertion=badges.assertion(expires="2026-04-01T00:00:00Z"))
    told = problem(polder.convert(expired, to="elm-json", seal="polder"), 409, "sealing.source")
    assert "time.expired" in {one["code"] for one in told["problems"]}
    overridden = polder.convert(expired, to="elm-json", seal="polder", override="indeterminate")
    problem(overridden, 409, "sealing.source")
    assert polder.ask("GET", "/v1/credentials").json()["credentials"] == []


def test_what_is_not_proven_is_sealed_only_on_a_recorded_word(polder: SealingGateway) -> None:
    polder.world.badges = {}
    badge = badges.dumped(badges.expanded())
    problem(polder.convert(badge, to="elm-json", seal="polder"), 409, "sealing.undecided")
    answer = polder.convert(badge, to="elm-json", seal="polder", override="indeterminate")
    document, body = made(answer)
    record = polder.ask("GET", f"/v1/credentials/{body['report']['seal']['id']}").json()
    assert (record["override"], record["source_verdict"]) == ("indeterminate", "INDETERMINATE")
    assert polder.verify(document).verdict is Verdict.INDETERMINATE
    elsewhere = polder.convert(badge, who="zee", to="elm-json", seal="zee", override="indeterminate")
    problem(elsewhere, 409, "sealing.override")
    problem(polder.convert(badge, to="elm-json", override="indeterminate"), 400, "request.options")


def test_only_a_tenants_own_token_seals_and_revokes(polder: SealingGateway) -> None:
    problem(polder.convert(BADGE, who="", to="elm-json", seal="polder"), 401, "request.token")
    problem(polder.convert(BADGE, who="zee", to="elm-json", seal="polder"), 403, "request.scope")
    problem(polder.convert(BADGE, who="polder-reader", to="elm-json", seal="polder"), 403, "request.scope")
    wrong = polder.caller.get("/v1/credentials", headers={"authorization": "Bearer nobody"})
    assert problem(wrong, 401, "request.token")
    assert wrong.headers["www-authenticate"] == "Bearer"
    basic = polder.caller.get("/v1/credentials", headers={"authorization": "Basic Zm9vOmJhcg=="})
    problem(basic, 401, "request.token")
    _, body = made(polder.convert(BADGE, to="elm-json", seal="polder", recipient=LEARNER))
    path = f"/v1/credentials/{body['report']['seal']['id']}"
    problem(polder.ask("GET", path, "zee"), 404, "request.path")
    problem(polder.ask("POST", f"{path}/revoke", "zee", json={"reason": "x"}), 404, "request.path")
    problem(polder.ask("POST", f"{path}/revoke", "polder-reader", json={"reason": "x"}), 403, "request.scope")
    assert polder.ask("GET", path).json()["state"] == "sealed"


def test_a_seal_of_another_than_the_school_carries_a_mandate(polder: SealingGateway) -> None:
    document, body = made(
        polder.convert(
            BADGE, who="zee", to="elm-json", seal="zee", recipient=LEARNER, media_type="application/json"
        )
    )
    assert body["report"]["seal"]["level"] == "B"
    report = polder.verify(document)
    assert report.verdict is Verdict.TOTAL_PASSED, unproven(report)
    tree = json.loads(json.loads(document)["payload"])
    assert tree["issuer"]["legalName"] == {"en": "Zegel voor Scholen"}
    by_kind = {one["dcType"]["prefLabel"]["en"]: one for one in tree["evidence"]}
    assert set(by_kind) == {"Mandate", "Conversion"}
    assert by_kind["Mandate"]["evidenceStatement"] == "The school has its awards sealed by us."
    assert by_kind["Mandate"]["embeddedEvidence"]["title"] == {"en": "Mandate of the school"}


def test_the_status_is_named_in_the_form_of_the_shapes_too_where_the_tenant_wants_it(
    polder: SealingGateway,
) -> None:
    document, body = made(
        polder.convert(
            BADGE, who="zee", to="elm-json", seal="zee", recipient=LEARNER, media_type="application/json"
        )
    )
    tree = json.loads(json.loads(document)["payload"])
    (revocation,) = (one for one in tree["status"] if one["statusPurpose"] == "revocation")
    assert tree["credentialStatus"] == {"type": "xsd:anyURI", "@value": revocation["id"]}
    assert polder.verify(document).verdict is Verdict.TOTAL_PASSED
    path = f"/v1/credentials/{body['report']['seal']['id']}/revoke"
    assert polder.ask("POST", path, "zee", json={"reason": "awarded by mistake"}).status_code == 200
    assert polder.verify(document).verdict is Verdict.TOTAL_FAILED
    other, _ = made(polder.convert(BADGE, to="elm-json", seal="polder", recipient=LEARNER))
    assert "credentialStatus" not in json.loads(json.loads(other)["payload"])


def test_another_than_the_school_seals_edci_as_issued_by_mandate(polder: SealingGateway) -> None:
    document, _ = made(polder.convert(BADGE, who="zee", to="edci-xml", seal="zee", recipient=LEARNER))
    report = polder.verify(document)
    assert report.verdict is Verdict.TOTAL_PASSED, unproven(report)


@pytest.mark.parametrize("form", ["signed", "hosted"])
def test_a_credential_becomes_a_badge_of_the_tenant(polder: SealingGateway, form: str) -> None:
    plain = json.dumps(credential()).encode()
    answer = polder.convert(
        plain, to="ob2", seal="polder", form=form, recipient=f"email={MAIL}", override="indeterminate"
    )
    document, body = made(answer)
    about = (Recipient(kind="email", value=MAIL),)
    report = polder.verify(document, recipients=about)
    assert report.policy == f"badge/{form}"
    assert report.verdict is Verdict.TOTAL_PASSED or form == "signed", unproven(report)
    if form == "signed":
        assert {code for code, _, _ in unproven(report)} <= {"custody.original"}
    name = body["report"]["seal"]["id"]
    assert polder.ask("POST", f"/v1/credentials/{name}/revoke", json={"reason": "error"}).status_code == 200
    after = polder.verify(document, recipients=about)
    assert after.verdict is Verdict.TOTAL_FAILED
    assert outcomes(after, "status.revoked")["status.revoked"] is Outcome.FAILED
    if form == "hosted":
        gone = polder.caller.get(f"/badges/{name}")
        assert (gone.status_code, gone.json()["revoked"], gone.json()["revocationReason"]) == (
            410,
            True,
            "error",
        )
        assert MAIL not in document.decode()


def test_public_documents_are_cached_and_open_to_browsers(polder: SealingGateway) -> None:
    _, body = made(polder.convert(BADGE, to="elm-json", seal="polder", recipient=LEARNER))
    path = body["report"]["seal"]["status"][0].removeprefix(BASE)
    first = polder.caller.get(path)
    assert first.headers["content-type"] == "application/vc+jwt"
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cache-control"] == "public, max-age=300"
    again = polder.caller.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for nothing in ("/status/none/revocation", "/badges/none", "/badges/revocations/none", "/badges/../v1"):
        assert polder.caller.get(nothing).status_code == 404


def test_what_is_kept_names_nobody(polder: SealingGateway, tmp_path: Path) -> None:
    made(polder.convert(BADGE, to="elm-json", seal="polder", recipient=LEARNER))
    kept = b"".join(one.read_bytes() for one in tmp_path.glob("gateway.db*"))
    for planted in (b"Noor", b"de Wit", badges.LEARNER.encode()):
        assert planted not in kept


def test_a_failed_sealing_gives_its_place_up(polder: SealingGateway) -> None:
    polder.authorities.down = {"tsa"}
    answer = polder.convert(BADGE, to="elm-json", seal="polder", recipient=LEARNER)
    problem(answer, 502, "source.unavailable")
    polder.authorities.down = set()
    page = polder.ask("GET", "/v1/credentials").json()
    assert [one["state"] for one in page["credentials"]] == ["abandoned"]
    store = Store.open(f"sqlite:///{polder.folder / 'gateway.db'}")
    assert chain_fault(store) == ""
    store.close()


def test_a_page_of_records_is_continued(polder: SealingGateway) -> None:
    for _ in range(3):
        made(polder.convert(BADGE, to="edci-xml", seal="polder", recipient=LEARNER))
    first = polder.ask("GET", "/v1/credentials?limit=2").json()
    second = polder.ask("GET", f"/v1/credentials?limit=2&after={first['next']}").json()
    assert (len(first["credentials"]), len(second["credentials"]), second["next"]) == (2, 1, "")


def test_bundles_are_not_sealed_and_a_gateway_without_tenants_says_so(
    polder: SealingGateway, caller: Any
) -> None:
    problem(polder.convert(BADGE, to="elm-json", seal="polder", bundle="true"), 400, "request.options")
    problem(caller.post("/v1/convert?to=elm-json&seal=polder", content=BADGE), 401, "request.token")
    assert caller.get("/status/a/revocation").status_code == 404
