"""The authorities that run in the tests: what they publish holds for our verifier, and for openssl."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from conftest import skip_or_fail
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from samples import trusted_seals
from samples.authorities import Holder
from samples.authority_web import AuthorityWeb, authority_web
from samples.timestamps import Authority

from schemas.document import Document, Format, Seal, SealKind
from schemas.evidence import Evidence
from schemas.seal_trust import SealTrust
from verifier.asked import Asked
from verifier.fetch import HttpFetcher
from verifier.gather_seal import gather_seal

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
FETCHER = HttpFetcher(allow_loopback=True)


@pytest.fixture
def web() -> Iterator[AuthorityWeb]:
    with authority_web(lambda: NOW) as running:
        yield running


def led(web: AuthorityWeb, holder: Holder, *, chain: tuple[Holder, ...] = ()) -> SealTrust:
    """Seal, stamp by the unit that runs, and gather over HTTP all there is to know."""
    unit = Authority(issued=(web.unit.certificate, web.unit.key))
    sealed = trusted_seals.stamped(trusted_seals.seal(holder, chain=chain), NOW - timedelta(hours=1), unit)
    document = Document(
        format=Format.ELM,
        version="3",
        raw=sealed,
        original=sealed,
        media_type="x/y",
        tree={},
        seal=Seal(kind=SealKind.JADES, raw=sealed),
    )
    evidence = gather_seal(Evidence(document=document, now=NOW, trust=web.trust), Asked(FETCHER))
    assert evidence.seal_trust is not None
    return evidence.seal_trust


def test_a_seal_leads_to_the_root_over_what_the_server_answers(web: AuthorityWeb) -> None:
    found = led(web, web.issue_seal())
    assert found.path.holds, found.path
    assert [one.trusted for one in found.times] == [True]
    kinds = {entry.split("/")[1] for entry in web.asked}
    assert {"ca", "ocsp"} <= kinds


@pytest.mark.parametrize("down", [{"ocsp"}, {"crl"}])
def test_either_kind_of_word_is_enough(web: AuthorityWeb, down: set[str]) -> None:
    web.down |= down
    assert led(web, web.issue_seal(), chain=(web.middle,)).path.holds


def test_without_any_word_nothing_is_known(web: AuthorityWeb) -> None:
    web.down |= {"ocsp", "crl"}
    assert led(web, web.issue_seal(), chain=(web.middle,)).path.holds is None


@pytest.mark.parametrize("down", ["ocsp", "crl"])
def test_a_revocation_is_told_by_both(web: AuthorityWeb, down: str) -> None:
    one = web.issue_seal()
    web.revoke(one, at=NOW - timedelta(days=3))
    web.down.add(down)
    path = led(web, one, chain=(web.middle,)).path
    assert (path.holds, path.indication) == (None, "REVOKED_NO_POE")
    web.revoke(one, at=NOW - timedelta(minutes=1))
    assert led(web, one, chain=(web.middle,)).path.holds  # it was sealed before that
    web.restore(one)
    assert led(web, one, chain=(web.middle,)).path.holds


def openssl(folder: Path, *words: str) -> str:
    """Ask openssl about files of a folder."""
    program = shutil.which("openssl")
    if program is None:
        skip_or_fail("openssl", "openssl is not on this machine")
    assert program is not None
    done = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout + done.stderr


def test_openssl_takes_the_answer_of_the_responder(web: AuthorityWeb, tmp_path: Path) -> None:
    one = web.issue_seal()
    for name, holder in (("seal", one), ("middle", web.middle), ("root", web.root)):
        (tmp_path / name).write_bytes(holder.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "all").write_bytes((tmp_path / "root").read_bytes() + (tmp_path / "middle").read_bytes())
    asked = ["ocsp", "-issuer", "middle", "-cert", "seal", "-url", f"{web.base}/ocsp", "-CAfile", "all"]
    asked += ["-no_nonce", "-attime", str(int(NOW.timestamp())), "-validity_period", "999999999"]
    found = openssl(tmp_path, *asked)
    assert "seal: good" in found
    assert "Response verify OK" in found
    web.revoke(one)
    assert "seal: revoked" in openssl(tmp_path, *asked)


def test_openssl_takes_the_timestamps(web: AuthorityWeb, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"what is stamped")
    (tmp_path / "root").write_bytes(web.root.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "tijd").write_bytes(web.stamping.certificate.public_bytes(Encoding.PEM))
    openssl(tmp_path, "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query")
    query = (tmp_path / "query").read_bytes()
    answer = httpx.post(web.tsa_url, content=query, headers={"content-type": "application/timestamp-query"})
    assert answer.headers["content-type"] == "application/timestamp-reply"
    (tmp_path / "reply").write_bytes(answer.content)
    asked = ["ts", "-verify", "-in", "reply", "-queryfile", "query", "-CAfile", "root", "-untrusted", "tijd"]
    assert "Verification: OK" in openssl(tmp_path, *asked, "-attime", str(int(NOW.timestamp())))


def test_what_is_not_there_is_not_found(web: AuthorityWeb) -> None:
    assert httpx.get(f"{web.base}/ca/nobody.cer").status_code == 404
    assert (
        x509.load_der_x509_certificate(httpx.get(f"{web.base}/ca/zegel.cer").content)
        == web.middle.certificate
    )
