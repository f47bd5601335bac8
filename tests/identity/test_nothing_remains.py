"""After every flow no planted value is anywhere: not in the database, the logs or a temporary file."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from gateway_web import BADGE, PROFILE
from identity_planted import (
    BORN,
    FAMILY,
    GIVEN,
    MAIL,
    NUMBER,
    PLANTED,
    RECIPIENT,
    TOWN,
    VALUES,
    found_below,
    found_in,
)
from lxml import html
from saml_node import NODE, SamlNode
from samples import badges
from sealing_gateway import TOKENS

ROOT = Path(__file__).resolve().parents[2]
FACTS = PROFILE[: PROFILE.index(b"[learner]")]
NAME = f"{GIVEN} {FAMILY}"


@dataclass
class Running:
    """A gateway process, and where it could leave something."""

    client: httpx.Client
    folder: Path
    temporary: Path
    log: Path
    process: subprocess.Popen[str]

    def stop(self) -> bytes:
        """End it as an operator does, and return all it said."""
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        rest, _ = self.process.communicate(timeout=30)
        return self.log.read_bytes() + (rest or "").encode()

    def traces(self) -> dict[str, set[str]]:
        """Search everything it may have left."""
        said = self.stop()
        assert b"POST /" in said, "the log is as talkative as it should be"
        assert (self.folder / "gateway.db").stat().st_size > 0
        found = {**found_below(self.folder), **found_below(self.temporary)}
        return {**found, **({"log": held} if (held := found_in(said)) else {})}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    folder, temporary, log = tmp_path / "gateway", tmp_path / "tmp", tmp_path / "log.txt"
    folder.mkdir()
    temporary.mkdir()
    (folder / "node.der").write_bytes(NODE.der)
    with log.open("w") as stream:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, str(ROOT / "tests" / "identity_process.py"), str(folder)],
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
            env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), log.read_text()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            made = Running(client, folder, temporary, log, process)
            try:
                yield made
            finally:
                made.stop()


def identity(**changes: Any) -> bytes:
    whole = {**PLANTED, "source": "institution", "loa": "high", "recipient": RECIPIENT, **changes}
    return json.dumps(whole).encode()


def convert(running: Running, said: bytes, to: str, document: bytes = BADGE, **how: str) -> httpx.Response:
    files = [("document", ("b", document)), ("profile", ("p", FACTS)), ("identity", ("i", said))]
    headers = {"authorization": f"Bearer {TOKENS['polder']}"} if how else {}
    return running.client.post("/v1/convert", params={"to": to, **how}, files=files, headers=headers)


def document_of(answer: httpx.Response) -> bytes:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    text: str = body["document"]
    return text.encode() if body["encoding"] == "utf-8" else base64.b64decode(text)


def test_the_search_finds_what_is_there() -> None:
    assert found_in(b"nothing of that kind") == set()
    for value in VALUES:
        for held in (value.encode(), value.upper().encode(), value.encode("utf-16-le")):
            assert value in found_in(b"x" + held + b"y")
        for before in (b"", b"a", b"ab", b"abc"):
            coded = base64.b64encode(before + b'{"name": "' + value.encode() + b'", "more": 1}')
            assert value in found_in(b"<" + coded + b">"), (value, before)


@pytest.mark.parametrize("to", ["elm-json", "edci-xml"])
def test_after_a_conversion(running: Running, to: str) -> None:
    document = document_of(convert(running, identity(), to))
    assert {GIVEN, FAMILY, BORN, TOWN} <= found_in(document)
    document_of(convert(running, identity(purpose="micro-credential"), to, seal="polder"))
    assert running.traces() == {}


def test_after_refusals(running: Running) -> None:
    other = {"email": MAIL}
    assert convert(running, identity(recipient=other), "elm-json").status_code == 409
    assert convert(running, identity(recipient=other), "elm-json", seal="polder").status_code == 409
    assert convert(running, identity(birthdate=f"{BORN}T00:00"), "elm-json").status_code == 422
    assert convert(running, identity(gender=GIVEN, bsn=NAME), "elm-json").status_code == 422
    assert running.traces() == {}


def test_after_a_badge_was_made_of_a_credential(running: Running) -> None:
    credential = document_of(convert(running, identity(), "elm-json"))
    answer = convert(running, identity(), "ob2", credential)
    assert not {GIVEN, FAMILY, BORN, TOWN} & found_in(document_of(answer).split(b'"EuropassCredential')[0])
    assert running.traces() == {}


def test_after_matching(running: Running) -> None:
    credential = document_of(convert(running, identity(), "elm-json"))
    for name, born in ((NAME, BORN), (NAME, "1987-03-15"), (GIVEN, BORN), ("", BORN), (NAME, "x")):
        files = {"document": ("c", credential)}
        running.client.post("/v1/match", files=files, data={"name": name, "birthdate": born})
    page = html.document_fromstring(running.client.post("/", files=files_of(document=credential)).text)
    fields = form(page, "/match") | {"match_name": NAME, "match_birthdate": BORN}
    assert running.client.post("/match", files=files_of(**fields)).status_code == 200
    assert running.traces() == {}


def files_of(**fields: Any) -> list[tuple[str, Any]]:
    return [(name, ("f", one) if isinstance(one, bytes) else (None, one)) for name, one in fields.items()]


def form(page: Any, action: str) -> dict[str, Any]:
    (found,) = page.xpath(f"//main//form[@action='{action}']")
    return {
        one.get("name"): one.get("value") or ""
        for one in found.xpath(".//input[@name and not(@type='file')]")
    }


@pytest.mark.parametrize("erase", [True, False])
def test_after_a_holder_signed_in(running: Running, *, erase: bool) -> None:
    client = running.client
    verdict = html.document_fromstring(client.post("/", files=files_of(document=BADGE)).text)
    begun = client.post("/identity", files=files_of(**form(verdict, "/identity")))
    path = begun.headers["location"].partition("?")[0]
    assert client.get(f"{path}/sign-in/broken", follow_redirects=True).status_code == 500
    shown = client.get(f"{path}/sign-in/stub", follow_redirects=True)
    assert {GIVEN, FAMILY} <= found_in(shown.text.encode())
    ticks = {f"field_{name}": "yes" for name in PLANTED}
    fields: dict[str, Any] = {"purpose": "eidas-matching", "profile": FACTS, **ticks}
    for to in ("elm-json", "edci-xml"):
        done = client.post(path, files=files_of(**fields, to=to))
        assert done.status_code == 200, done.text
        carried = re.search(r'name="carried" value="([^"]+)"', done.text)
        assert carried is not None
        assert {GIVEN, FAMILY, BORN, TOWN} <= found_in(base64.b64decode(carried[1]))
    assert (
        client.post(path, files=files_of(**{**fields, "profile": b"", "to": "edci-xml"})).status_code == 422
    )
    if erase:
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == 404
    assert running.traces() == {}


@pytest.mark.parametrize("good", [True, False])
def test_after_a_node_had_an_answer_posted(running: Running, *, good: bool) -> None:
    client = running.client
    verdict = html.document_fromstring(client.post("/", files=files_of(document=BADGE)).text)
    begun = client.post("/identity", files=files_of(**form(verdict, "/identity")))
    path = begun.headers["location"].partition("?")[0]
    person = {
        "CurrentGivenName": GIVEN,
        "CurrentFamilyName": FAMILY,
        "DateOfBirth": BORN,
        "PlaceOfBirth": TOWN,
        "PersonIdentifier": NUMBER,
    }
    node = SamlNode(person=person, encrypting=None, signing=("assertion",) if good else ())
    address = client.get(f"{path}/sign-in/node").headers["location"]
    posted = node.answer(address)
    assert {GIVEN, FAMILY, BORN, TOWN} <= found_in(base64.b64decode(posted["SAMLResponse"]))
    cookies = dict(client.cookies)
    client.cookies.clear()  # another site posts, so the browser keeps its key to itself
    onwards = client.post("/identity/back/node/answer", data=posted)
    assert onwards.status_code == 303
    client.cookies.update(cookies)
    shown = client.get(onwards.headers["location"], follow_redirects=True)
    assert (GIVEN in shown.text) is good
    assert shown.status_code == (200 if good else 409)
    assert running.traces() == {}


def test_after_a_wallet_was_compared(running: Running) -> None:
    client = running.client
    credential = document_of(convert(running, identity(), "elm-json"))
    verdict = html.document_fromstring(client.post("/", files=files_of(document=credential)).text)
    for _ in range(2):
        fields = form(verdict, "/match") | {"aim": "match"}
        begun = client.post("/identity", files=files_of(**fields))
        path = begun.headers["location"].partition("?")[0]
        assert client.get(f"{path}/sign-in/stub", follow_redirects=True).status_code == 404
        told = client.get(f"{path}/sign-in/wallet", follow_redirects=True)
        assert "This is the person" in told.text
        assert found_in(told.text.encode()) == set()
        assert client.get(path).status_code == 404
    assert running.traces() == {}


def test_after_the_command_line(tmp_path: Path) -> None:
    given, temporary = tmp_path / "given", tmp_path / "tmp"
    given.mkdir()
    temporary.mkdir()
    (given / "badge.json").write_bytes(badges.dumped(badges.expanded()))
    (given / "identity.json").write_bytes(identity())
    (given / "profile.toml").write_bytes(FACTS)
    out = tmp_path / "out"
    out.mkdir()
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [
            *(sys.executable, "-c", "import sys; from api.cli.main import main; sys.exit(main())", "convert"),
            *(str(given / "badge.json"), "--to", "edci-xml", "--offline"),
            *("--identity", str(given / "identity.json"), "--profile-file", str(given / "profile.toml")),
            *("-o", str(out / "c.xml"), "--report", str(tmp_path / "report.json")),
        ],
        capture_output=True,
        check=False,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT), "HOME": str(tmp_path / "home")},
    )
    assert done.returncode == 0, done.stderr
    assert {GIVEN, FAMILY, BORN, TOWN} <= found_in((out / "c.xml").read_bytes())
    assert found_in(done.stdout + done.stderr + (tmp_path / "report.json").read_bytes()) == set()
    left = found_below(tmp_path)
    assert set(left) == {"given/identity.json", "out/c.xml"}
