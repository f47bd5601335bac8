"""An identity at the doors: the multipart part, the command line, and what is sealed with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from bundles import NOW
from gateway_web import BADGE, PROFILE, Caller, problem, web_of_badges
from identity_samples import BSN, dumped
from official_edci import xsd_faults
from official_elm import shacl_problems
from samples import badges
from sealing_gateway import TOKENS, SealingGateway, sealing_gateway
from sqlalchemy import select

from api.app import create_app
from api.cli.main import main
from api.storage import Store
from api.storage.audit import chain_fault
from api.storage.tables import audit
from verifier import Outcome
from verifier.bundle import BundleFetcher

ID = {"id": badges.LEARNER}
VALUES = ("Noor", "de Wit", "1999-02-03", "Zierikzee", badges.LEARNER)
FACTS = PROFILE[: PROFILE.index(b"[learner]")]


@pytest.fixture
def gateway() -> Caller:
    return Caller(create_app(fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW))


def asked(
    gateway: Caller,
    identity: bytes,
    to: str = "elm-json",
    document: bytes = BADGE,
    profile: bytes = FACTS,
    **how: Any,
) -> httpx.Response:
    files = [
        ("document", ("b.json", document)),
        ("profile", ("p.toml", profile)),
        ("identity", ("i", identity)),
    ]
    return gateway.post("/v1/convert", params={"to": to}, files=files, **how)


def made(response: httpx.Response) -> tuple[bytes, dict[str, Any]]:
    assert response.status_code == 200, response.text
    body = response.json()
    text = body["document"]
    return (text.encode() if body["encoding"] == "utf-8" else base64.b64decode(text)), body["report"]


@pytest.mark.parametrize("to", ["elm-json", "edci-xml"])
def test_the_part_identity_goes_in(gateway: Caller, to: str) -> None:
    document, report = made(asked(gateway, dumped(recipient=ID), to))
    for value in (b"Noor", b"de Wit", b"1999-02-03", b"Zierikzee"):
        assert value in document
    told = json.dumps({name: entries for name, entries in report.items() if name != "sources"})
    assert "Source institution, level of assurance substantial" in told
    for value in VALUES:
        assert value not in told


@pytest.mark.shared
@pytest.mark.parametrize("purpose", [None, "micro-credential", "diploma-supplement", "eidas-matching"])
def test_what_comes_out_is_what_the_official_schemas_take(gateway: Caller, purpose: str | None) -> None:
    said = dumped(recipient=ID, purpose=purpose)
    assert xsd_faults(made(asked(gateway, said, "edci-xml"))[0]) == []
    assert shacl_problems(made(asked(gateway, said))[0], "converted") == []


def test_a_field_of_a_form_is_the_part_too(gateway: Caller) -> None:
    files = [("document", ("b.json", BADGE)), ("profile", ("p.toml", FACTS))]
    data = {"identity": dumped(recipient=ID).decode()}
    response = gateway.post("/v1/convert", params={"to": "elm-json"}, files=files, data=data)
    assert b"Zierikzee" in made(response)[0]


@pytest.mark.parametrize("to", ["elm-json", "edci-xml", "ob2"])
def test_an_identity_of_somebody_else_is_refused(gateway: Caller, to: str) -> None:
    said = dumped(recipient={"id": "11111111-2222-4333-8444-555555555555"})
    document = BADGE if to != "ob2" else made(asked(gateway, dumped(recipient=ID)))[0]
    told = problem(asked(gateway, said, to, document), 409, "identity.mismatch")
    assert told["problems"][0]["where"] == "/recipient"
    for value in (*VALUES, "11111111"):
        assert value not in json.dumps(told)


def test_a_profile_that_names_somebody_else_is_refused(gateway: Caller) -> None:
    said = dumped(recipient=ID, given_name="Saar")
    told = problem(asked(gateway, said, profile=PROFILE), 409, "identity.mismatch")
    assert told["problems"][0]["where"] == "/given_name"
    assert "Saar" not in json.dumps(told)
    assert "Noor" not in json.dumps(told)
    assert made(asked(gateway, dumped(recipient=ID), profile=PROFILE))[0]


def test_every_fault_of_the_part_is_told(gateway: Caller) -> None:
    said = dumped(recipient={"id": BSN}, birthdate="yesterday", loa="sure")
    told = problem(asked(gateway, said), 422, "identity.bsn")
    assert {one["code"] for one in told["problems"]} == {"identity.bsn", "identity.value", "identity.loa"}
    assert BSN not in json.dumps(told)
    problem(asked(gateway, b""), 422, "identity.read")
    problem(asked(gateway, b"given_name: Noor"), 422, "identity.read")


def test_there_is_one_identity(gateway: Caller) -> None:
    twice = [("document", ("b.json", BADGE)), ("identity", ("i", b"{}")), ("identity", ("i", b"{}"))]
    problem(gateway.post("/v1/convert", params={"to": "elm-json"}, files=twice), 400, "request.part")


def test_a_bundle_is_about_one_proven_person(gateway: Caller) -> None:
    other = badges.assertion(recipient=badges.recipient("noor@learners.example", "email"))
    files = [
        ("document", ("a.json", BADGE)),
        ("document", ("b.json", badges.dumped(other))),
        ("profile", ("p.toml", FACTS)),
        ("identity", ("i", dumped(recipient=ID))),
    ]
    response = gateway.post("/v1/convert", params={"to": "elm-json", "bundle": "true"}, files=files)
    problem(response, 409, "identity.mismatch")


# Sealed.


@pytest.fixture
def polder(tmp_path: Path) -> Iterator[SealingGateway]:
    with sealing_gateway(tmp_path) as running:
        yield running


def sealed(polder: SealingGateway, identity: bytes, to: str) -> httpx.Response:
    files = [
        ("document", ("b.json", BADGE)),
        ("profile", ("p.toml", FACTS)),
        ("identity", ("i", identity)),
    ]
    return polder.ask("POST", "/v1/convert", params={"to": to, "seal": "polder"}, files=files)


@pytest.mark.parametrize("to", ["elm-json", "edci-xml"])
def test_a_sealed_credential_with_an_identity_passes(polder: SealingGateway, to: str) -> None:
    document, _ = made(sealed(polder, dumped(recipient=ID, purpose="diploma-supplement"), to))
    report = polder.verify(document)
    custody = {one.check: one.outcome for one in report.findings if one.check.startswith("custody.")}
    assert set(custody.values()) == {Outcome.PASSED}
    assert str(report.verdict) == "TOTAL-PASSED"


def test_a_mismatch_seals_nothing_and_keeps_no_record(polder: SealingGateway) -> None:
    problem(sealed(polder, dumped(recipient={"id": "x"}), "elm-json"), 409, "identity.mismatch")
    assert logged(polder) == []


def test_the_log_names_fields_and_grounds_and_no_value(polder: SealingGateway) -> None:
    made(sealed(polder, dumped(recipient=ID, purpose="micro-credential"), "elm-json"))
    used = next(one for one in logged(polder) if one["action"] == "identity.used")
    assert (used["tenant"], used["actor"]) == ("polder", "polder")
    details = json.loads(used["details"])
    assert [one["field"] for one in details["fields"]] == ["family_name", "given_name"]
    assert details["fields"][0] == {
        "field": "family_name",
        "source": "institution",
        "assurance": "substantial",
        "ground": "public-task",
    }
    assert details["left_out"] == ["birthdate", "nationalities", "place_of_birth"]
    for value in VALUES:
        assert value not in json.dumps(used, default=str)


def logged(polder: SealingGateway) -> list[dict[str, Any]]:
    store = Store.open(f"sqlite:///{polder.folder / 'gateway.db'}")
    try:
        assert chain_fault(store) == ""
        with store.reading() as connection:
            return [dict(row) for row in connection.execute(select(audit)).mappings()]
    finally:
        store.close()


def test_who_may_not_seal_learns_nothing_of_an_identity(polder: SealingGateway) -> None:
    files = [("document", ("b.json", BADGE)), ("identity", ("i", dumped(recipient={"id": "x"})))]
    headers = {"authorization": f"Bearer {TOKENS['zee']}"}
    response = polder.caller.post(
        "/v1/convert", params={"to": "elm-json", "seal": "polder"}, files=files, headers=headers
    )
    problem(response, 403, "request.scope")


# The command line.


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "badge.json").write_bytes(BADGE)
    (tmp_path / "profile.toml").write_bytes(FACTS)
    (tmp_path / "world.json").write_text(json.dumps({"resources": web_of_badges()}), "utf-8")
    return tmp_path


def command(files: Path, identity: bytes) -> int:
    (files / "identity.json").write_bytes(identity)
    return main(
        [
            *("convert", str(files / "badge.json"), "--to", "edci-xml", "--at", NOW.isoformat()),
            *("--evidence", str(files / "world.json"), "--profile-file", str(files / "profile.toml")),
            *("--identity", str(files / "identity.json"), "-o", str(files / "out.xml")),
            *("--report", str(files / "report.json")),
        ]
    )


def test_the_command_line_takes_a_file(files: Path, capsys: Any) -> None:
    assert command(files, dumped(recipient=ID)) == 0
    assert b"Zierikzee" in (files / "out.xml").read_bytes()
    told = capsys.readouterr().err + (files / "report.json").read_text()
    for value in VALUES[2:]:
        assert value not in told


def test_the_command_line_refuses_and_writes_nothing(files: Path, capsys: Any) -> None:
    assert command(files, dumped(recipient={"id": "other"})) != 0
    assert "identity.mismatch" in capsys.readouterr().err
    assert command(files, dumped(recipient=ID, birthdate="x")) != 0
    assert not (files / "out.xml").exists()
