"""A provider that others made, as a process of its own, from configuration to identity."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from api.gateway.asking import NotUnderstood
from api.identity.source import SignIn
from api.identity.sources.configuration import sign_ins_of
from schemas.errors import Refused
from schemas.evidence import Recipient
from schemas.identity import Assurance
from verifier.fetch import OfflineFetcher

BACK = "http://127.0.0.1:9/identity/back/eduid"
_USER = (
    '{"sub": "noor", "given_name": "Noor", "family_name": "de Wit", "birthdate": "1999-02-03",'
    ' "eduid": "aa11-bb22", "acr": "https://eduid.nl/trust/validate-names"}'
)
_FILE = """
[[identity.provider]]
name = "eduid"
kind = "eduid"
issuer = "{issuer}"
client = "badgepass"
secret_file = "secret"
scopes = ["openid", "profile", "email"]
acr = {{ "{acr}" = "substantial" }}
recipient = "eduid"
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [*command, "--user-claims", _USER], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://localhost:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{base}/.well-known/openid-configuration")
                break
            except httpx.TransportError:
                assert process.poll() is None
                time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait(10)


def configured(folder: Path, issuer: str, acr: str = "https://eduid.nl/trust/validate-names") -> SignIn:
    (folder / "secret").write_text("a-secret\n", "utf-8")
    place = folder / "identity.toml"
    place.write_text(_FILE.format(issuer=issuer, acr=acr), "utf-8")
    (one,) = sign_ins_of({"BADGEPASS_IDENTITY": str(place)}, OfflineFetcher())
    return one


def browsed(address: str, sub: str = "noor") -> dict[str, str]:
    """Sign in as a browser would, and return what it comes back with."""
    answer = httpx.post(address, data={"sub": sub})
    assert answer.status_code == 302
    where = answer.headers["location"]
    assert where.startswith(BACK)
    return dict(parse_qsl(urlsplit(where).query))


def test_a_holder_signs_in(tmp_path: Path, issuer: str) -> None:
    one = configured(tmp_path, issuer)
    begun = one.begin(BACK, now=datetime.now(UTC))
    made = one.finish(begun, BACK, browsed(begun.address), now=datetime.now(UTC))
    assert (made.given_name, made.family_name, made.birthdate) == ("Noor", "de Wit", date(1999, 2, 3))
    assert made.recipient == Recipient(kind="id", value="aa11-bb22")
    assert made.origin("birthdate").assurance is Assurance.SUBSTANTIAL


def test_another_way_to_sign_in_than_was_asked_is_refused(tmp_path: Path, issuer: str) -> None:
    one = configured(tmp_path, issuer, "https://eduid.nl/trust/validate-names-external")
    begun = one.begin(BACK, now=datetime.now(UTC))
    with pytest.raises(Refused, match="ways that were asked for") as error:
        one.finish(begun, BACK, browsed(begun.address), now=datetime.now(UTC))
    assert error.value.problems[0].code == "identity.acr"


def test_what_came_back_cannot_come_back_again(tmp_path: Path, issuer: str) -> None:
    one = configured(tmp_path, issuer)
    begun = one.begin(BACK, now=datetime.now(UTC))
    said = browsed(begun.address)
    one.finish(begun, BACK, said, now=datetime.now(UTC))
    other = one.begin(BACK, now=datetime.now(UTC))
    with pytest.raises(Refused) as error:
        one.finish(other, BACK, {**said, "state": other.kept["state"]}, now=datetime.now(UTC))
    assert error.value.problems[0].code == "identity.code"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "eduid"', 'kind = "password"'),
        ('"substantial"', '"certain"'),
        ("acr = {", "nothing = {"),
        ('"openid", ', ""),
        ('issuer = "http://localhost', 'issuer = "http://provider.example'),
        ('secret_file = "secret"', 'secret_file = "absent"'),
        ('secret_file = "secret"', 'secret = "NOT_SET"'),
        ("[[identity", "[identity"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused_at_start(tmp_path: Path, old: str, new: str) -> None:
    text = _FILE.format(issuer="http://localhost:1", acr="urn:acr")
    assert old in text
    (tmp_path / "secret").write_text("a-secret", "utf-8")
    place = tmp_path / "identity.toml"
    place.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(NotUnderstood) as error:
        sign_ins_of({"BADGEPASS_IDENTITY": str(place)}, OfflineFetcher())
    assert "BADGEPASS_IDENTITY" in error.value.problems[0].where


def test_nobody_signs_in_where_no_file_is_named() -> None:
    assert sign_ins_of({}, OfflineFetcher()) == ()
