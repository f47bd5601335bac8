"""A register is asked who a reference stands for: for whom it may be, for a purpose, and for no more."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from bundles import NOW
from gateway_web import BADGE, PROFILE, problem, web_of_badges
from identity_samples import BSN
from official_elm import shacl_problems
from register_stub import NOOR, TOKEN, RegisterStub, register_stub
from samples import badges
from sealing_gateway import TOKENS, SealingGateway, sealing_gateway
from sqlalchemy import select

from api.cli.main import main
from api.gateway.asking import NotUnderstood
from api.identity.sources.configuration import registers_of
from api.identity.sources.register import Register
from api.storage.tables import audit
from schemas.errors import Malformed, Refused, Unavailable
from schemas.identity import Assurance, Identity

FACTS = PROFILE[: PROFILE.index(b"[learner]")]
REFERENCE = "D-2026-0042"
ABOUT = {"recipient": {"id": badges.LEARNER}, "purpose": "diploma-supplement"}
FIELDS = ("given_name", "family_name", "birthdate")
_FILE = """
[[identity.register]]
name = "duo"
address = "{address}"
secret = "REGISTER"
tenants = ["polder"]
"""


@pytest.fixture
def stub() -> Iterator[RegisterStub]:
    with register_stub(RegisterStub()) as running:
        yield running


def environment(folder: Path, address: str, text: str = _FILE) -> dict[str, str]:
    (folder / "identity.toml").write_text(text.format(address=address), "utf-8")
    return {"BADGEPASS_IDENTITY": str(folder / "identity.toml"), "REGISTER": TOKEN}


@pytest.fixture
def register(tmp_path: Path, stub: RegisterStub) -> Register:
    (one,) = registers_of(environment(tmp_path, stub.address))
    return one


def told(register: Register, reference: str = REFERENCE, about: dict[str, Any] | None = None) -> Identity:
    return register.handed(reference, FIELDS, ABOUT if about is None else about, now=NOW).identity


def test_it_tells_what_the_purpose_needs(register: Register, stub: RegisterStub) -> None:
    handed = register.handed(REFERENCE, FIELDS, ABOUT, now=NOW)
    made = handed.identity
    assert (made.given_name, made.family_name, str(made.birthdate)) == ("Noor", "de Wit", "1999-02-03")
    assert made.said() == ("family_name", "given_name", "birthdate")
    assert (handed.purpose, made.vouched) == ("diploma-supplement", False)
    origin = made.origin("given_name")
    assert (origin.source, origin.assurance) == ("register", Assurance.SUBSTANTIAL)
    assert (origin.ground, origin.at.isoformat()) == ("public-task", "2026-11-20T10:00:00+00:00")
    assert stub.asked == [{"reference": REFERENCE, "fields": ["family_name", "given_name", "birthdate"]}]
    assert TOKEN not in repr(register)


def test_what_comes_beyond_it_is_not_read(register: Register, stub: RegisterStub) -> None:
    stub.bent = lambda body: {**body, "person": dict(NOOR), "more": "x"}
    assert told(register).place_of_birth is None


def test_without_a_recipient_the_institution_vouches(register: Register) -> None:
    assert told(register, about={"purpose": "diploma-supplement"}).vouched


def test_nobody_by_that_reference(register: Register) -> None:
    with pytest.raises(Refused) as error:
        told(register, "D-0")
    assert error.value.problems[0].code == "identity.register-unknown"


@pytest.mark.parametrize(
    "changes",
    [
        {"raw": b"no json"},
        {"raw": b"[]"},
        {"raw": b"{" + b" " * 100_000 + b"}"},
        {"status": 500},
        {"status": 401},
        {"bent": lambda body: {**body, "reference": "D-2026-0043"}},
        {"bent": lambda body: {**body, "person": None}},
        {"bent": lambda body: {**body, "person": {}}},
        {"bent": lambda body: {**body, "at": "yesterday"}},
        {"bent": lambda body: {**body, "person": {**NOOR, "birthdate": "3 February 1999"}}},
        {"bent": lambda body: {**body, "person": {**NOOR, "family_name": BSN}}},
    ],
)
def test_an_answer_that_is_not_the_contracts_is_the_registers_fault(
    register: Register, stub: RegisterStub, changes: dict[str, Any]
) -> None:
    for name, value in changes.items():
        setattr(stub, name, value)
    with pytest.raises(Unavailable) as error:
        told(register)
    for value in ("Noor", "de Wit", "1999", BSN, TOKEN):
        assert value not in str(error.value)


def test_a_recipient_that_cannot_be_read_is_the_institutions_fault(register: Register) -> None:
    with pytest.raises(Malformed) as error:
        told(register, about={**ABOUT, "recipient": {"shoe": "42"}})
    assert error.value.problems[0].where.startswith("/recipient")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('secret = "REGISTER"', ""),
        ('secret = "REGISTER"', 'secret = "NOT_SET"'),
        ('address = "{address}"', 'address = "http://register.example/persons"'),
        ('name = "duo"', 'name = "DUO"'),
        ('tenants = ["polder"]', 'assurance = "certain"'),
        ('tenants = ["polder"]', _FILE),
    ],
)
def test_a_register_that_cannot_be_used_is_refused_at_start(tmp_path: Path, old: str, new: str) -> None:
    assert old in _FILE
    with pytest.raises(NotUnderstood):
        registers_of(environment(tmp_path, "http://127.0.0.1:1/persons", _FILE.replace(old, new)))


@pytest.fixture
def gateway(tmp_path: Path, register: Register) -> Iterator[SealingGateway]:
    with sealing_gateway(tmp_path) as running:
        service = running.caller.app.state.service
        settings = replace(service.settings, registers=(register,))
        running.caller.app.state.service = replace(service, settings=settings)
        yield running


def asked(gateway: SealingGateway, who: str = "polder", **changes: Any) -> httpx.Response:
    identity = {"register": "duo", "reference": REFERENCE, **ABOUT, **changes}
    files = [
        ("document", ("b.json", BADGE)),
        ("profile", ("p.toml", FACTS)),
        ("identity", ("i", json.dumps({k: v for k, v in identity.items() if v is not None}).encode())),
    ]
    headers = {"authorization": f"Bearer {TOKENS[who]}"} if who else {}
    return gateway.caller.post("/v1/convert", params={"to": "elm-json"}, files=files, headers=headers)


def test_a_tenant_has_it_asked(gateway: SealingGateway) -> None:
    answer = asked(gateway)
    assert answer.status_code == 200, answer.text
    document = answer.json()["document"].encode()
    assert shacl_problems(document, "converted") == []
    assert b"1999-02-03" in document
    assert b"Zierikzee" not in document
    told = json.dumps(answer.json()["report"]["added"])
    assert "Source register, level of assurance substantial" in told
    store = gateway.caller.app.state.service.records
    with store.reading() as connection:
        rows = connection.execute(select(audit).where(audit.c.action == "identity.register")).mappings().all()
    assert [(row["tenant"], row["subject"]) for row in rows] == [("polder", "duo")]
    assert REFERENCE not in json.dumps([dict(row) for row in rows], default=str)


@pytest.mark.parametrize(
    ("who", "changes", "status", "code"),
    [
        ("", {}, 401, "request.token"),
        ("zee", {}, 403, "request.scope"),
        ("polder", {"register": "other"}, 422, "identity.register"),
        ("polder", {"register": ["duo"]}, 422, "identity.register"),
        ("polder", {"purpose": None}, 422, "identity.purpose"),
        ("polder", {"purpose": "curiosity"}, 422, "identity.purpose"),
        ("polder", {"reference": None}, 422, "identity.value"),
        ("polder", {"reference": "x" * 201}, 422, "identity.value"),
        ("polder", {"reference": "a\nb"}, 422, "identity.value"),
        ("polder", {"reference": BSN}, 422, "identity.bsn"),
        ("polder", {"given_name": "Noor"}, 422, "identity.key"),
        ("polder", {"reference": "D-0"}, 409, "identity.register-unknown"),
        ("polder", {"recipient": {"id": "11111111-2222-4333-8444-555555555555"}}, 409, "identity.mismatch"),
    ],
)
def test_nobody_else_and_for_nothing_else(
    gateway: SealingGateway, who: str, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = asked(gateway, who, **changes)
    assert answer.status_code == status, answer.text
    assert code in [one["code"] for one in answer.json()["problems"]]
    for value in ("Noor", "de Wit", BSN):
        assert value not in answer.text


def test_nobody_is_asked_for_who_may_not(gateway: SealingGateway, stub: RegisterStub) -> None:
    asked(gateway, "")
    asked(gateway, "zee")
    asked(gateway, "polder", purpose=None)
    assert stub.asked == []


def test_the_command_line_asks_a_server_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Path(__file__).parents[1] / "register_stub.py"
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
        try:
            assert running.stdout is not None
            address = running.stdout.readline().strip()
            for name, value in environment(tmp_path, address).items():
                monkeypatch.setenv(name, value)
            (tmp_path / "badge.json").write_bytes(BADGE)
            (tmp_path / "school.toml").write_bytes(FACTS)
            identity = {"register": "duo", "reference": REFERENCE, **ABOUT}
            (tmp_path / "identity.json").write_text(json.dumps(identity), "utf-8")
            (tmp_path / "web.json").write_text(json.dumps({"resources": web_of_badges()}), "utf-8")
            command = ["convert", str(tmp_path / "badge.json"), "--to", "edci-xml"]
            files = {"--profile-file": "school.toml", "--identity": "identity.json", "--evidence": "web.json"}
            for option, name in files.items():
                command += [option, str(tmp_path / name)]
            code = main([*command, "--at", NOW.isoformat(), "-o", str(tmp_path / "out.xml")])
        finally:
            running.terminate()
    assert code == 0, capsys.readouterr().err
    assert b"1999-02-03" in (tmp_path / "out.xml").read_bytes()


def test_problem_details_name_no_value(gateway: SealingGateway, stub: RegisterStub) -> None:
    stub.status = 500
    answer = asked(gateway)
    problem(answer, 502, "source.unavailable")
    assert REFERENCE not in answer.text
