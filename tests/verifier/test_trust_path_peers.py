"""Second opinions on paths and revocation: openssl, and the path validator of the cryptography library."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import skip_or_fail
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification
from samples import authorities as ca
from samples.authorities import DAY, NOW, Entry, Holder, Word, authority, holder, middle, root, seal

from verifier.trust.carried import Revocations
from verifier.trust.path import validate_path

AT = str(int(NOW.timestamp()))


def openssl(*command: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("openssl")
    if program is None:
        skip_or_fail("openssl", "openssl is not on this machine")
    assert program is not None
    return subprocess.run(  # noqa: S603 - our own arguments
        [program, *command], capture_output=True, text=True, check=False, timeout=60
    )


def pem(path: Path, *holders: Holder) -> str:
    path.write_bytes(b"".join(one.certificate.public_bytes(Encoding.PEM) for one in holders))
    return str(path)


def belgian() -> x509.NameConstraints:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "BE")])
    return x509.NameConstraints(permitted_subtrees=[x509.DirectoryName(name)], excluded_subtrees=None)


def cases() -> dict[str, tuple[Holder, list[Holder], list[Holder]]]:
    """Give for each case the certificate, the pool and the anchors."""
    limited = authority("Beperkt", root(), path_length=0)
    longer = authority("Te lang", limited)
    constrained = authority("Alleen Belgisch", root(), extensions=((belgian(), True),))
    nobody = holder("Geen CA", root(), uses=ca.AUTHORITY_USAGE)
    mute = holder("Mag niet", root(), basic=(True, None), uses=ca.usage("crl_sign"))
    crossed = authority("Nieuwe wortel", root())
    impostor = authority("Voorbeeld Zegel CA", key_name="a stranger's")
    return {
        "below a root": (seal(), [middle()], [root()]),
        "below an authority": (seal(), [], [middle()]),
        "itself": (seal(), [], [seal()]),
        "no link": (seal(), [], [root()]),
        "a stranger": (seal(), [middle()], [authority("Vreemde CA")]),
        "an impostor": (seal(), [impostor], [root()]),
        "an impostor beside": (seal(), [impostor, middle()], [root()]),
        "expired": (holder("Verlopen", middle(), end=NOW - DAY), [middle()], [root()]),
        "too early": (holder("Te vroeg", middle(), start=NOW + DAY), [middle()], [root()]),
        "path length": (holder("Onder te lang", longer), [limited, longer], [root()]),
        "path length kept": (holder("Onder beperkt", limited), [limited], [root()]),
        "names": (holder("Nederlands", constrained), [constrained], [root()]),
        "no authority": (holder("Onder geen CA", nobody), [nobody], [root()]),
        "may not issue": (holder("Onder mag niet", mute), [mute], [root()]),
        "critical": (holder("Vreemd", middle(), extensions=((ca.unknown(), True),)), [middle()], [root()]),
        "crossed": (holder("Onder nieuw", authority("Nieuwe wortel")), [crossed], [root()]),
    }


def ours(one: Holder, pool: Sequence[Holder], anchors: Sequence[Holder]) -> bool:
    everyone = {each.der: each for each in (*pool, *anchors)}.values()
    answer = validate_path(
        one.certificate,
        purpose="seal",
        moment=NOW,
        now=NOW,
        pool=[each.certificate for each in pool],
        anchors=[each.certificate for each in anchors],
        revocations=Revocations(crls=tuple(ca.crl(each) for each in everyone)),
    )
    return answer.holds is True


@pytest.mark.parametrize("name", cases())
def test_openssl_finds_the_same_paths(tmp_path: Path, name: str) -> None:
    one, pool, anchors = cases()[name]
    command = ["verify", "-partial_chain", "-attime", AT, "-trusted", pem(tmp_path / "anchors", *anchors)]
    if pool:
        command += ["-untrusted", pem(tmp_path / "pool", *pool)]
    said = openssl(*command, pem(tmp_path / "one", one))
    assert (said.returncode == 0) is ours(one, pool, anchors), said.stderr


UNASKED = "may not issue"
"""Under a policy that lets seals through, the library does not look at keyUsage."""


@pytest.mark.parametrize("name", sorted(cases().keys() - {UNASKED}))
def test_the_validator_of_the_library_finds_the_same_paths(name: str) -> None:
    one, pool, anchors = cases()[name]
    basic = verification.ExtensionPolicy.permit_all().require_present(
        x509.BasicConstraints, verification.Criticality.AGNOSTIC, None
    )
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([each.certificate for each in anchors]))
        .time(NOW)
        .extension_policies(ca_policy=basic, ee_policy=verification.ExtensionPolicy.permit_all())
        .build_client_verifier()
    )
    try:
        verifier.verify(one.certificate, [each.certificate for each in pool])
        said = True
    except verification.VerificationError:
        said = False
    assert said is ours(one, pool, anchors)


def of_openssl(folder: Path, data: bytes, hash_name: str = "sha1") -> str:
    one, issuer = seal(), middle()
    (folder / "answer").write_bytes(data)
    files = (f"-{hash_name}", "-issuer", pem(folder / "issuer", issuer), "-cert", pem(folder / "one", one))
    trusted = ("-CAfile", pem(folder / "anchors", root()), "-partial_chain", "-attime", AT)
    said = openssl(
        "ocsp", "-respin", str(folder / "answer"), *files, *trusted, "-verify_other", str(folder / "issuer")
    )
    verified = "Response verify OK" in said.stdout + said.stderr
    told = re.search(r"^(?:.*: )?(good|revoked|unknown)$", said.stdout, re.MULTILINE)
    return told[1] if verified and told else ""


def by_us(data: bytes, **more: Any) -> tuple[bool | None, str]:
    answer = validate_path(
        seal().certificate,
        purpose="seal",
        moment=NOW,
        now=NOW,
        pool=[],
        anchors=[middle().certificate],
        revocations=Revocations(ocsps=(data,), **more),
    )
    return answer.holds, answer.indication


@pytest.mark.parametrize("status", ["good", "revoked", "unknown"])
@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
def test_openssl_reads_our_answers_as_we_do(tmp_path: Path, status: str, hash_name: str) -> None:
    word = Word(subject=seal(), issuer=middle(), status=status, hash_name=hash_name)
    expected = {"good": (True, ""), "revoked": (None, "REVOKED_NO_POE"), "unknown": (None, "TRY_LATER")}
    delegated = ca.responder(middle())
    for data in (
        ca.answer(word, signer=middle(), carries=(middle(),)),
        ca.answer(word, signer=delegated, carries=(delegated, middle())),
        ca.answer(word, signer=delegated, carries=(delegated, middle()), by_name=True),
    ):
        assert of_openssl(tmp_path, data, hash_name) == status
        assert by_us(data) == expected[status]


def test_openssl_refuses_the_answers_we_refuse(tmp_path: Path) -> None:
    word = Word(subject=seal(), issuer=middle())
    unnamed = ca.responder(middle(), extensions=((x509.OCSPNoCheck(), False),))
    elsewhere = ca.responder(authority("Andere CA"))
    for signer in (unnamed, elsewhere):
        data = ca.answer(word, signer=signer, carries=(signer, middle()))
        assert of_openssl(tmp_path, data) == ""
        assert by_us(data) == (None, "TRY_LATER")


@pytest.mark.parametrize("revoked", [True, False])
@pytest.mark.parametrize("strange", [True, False])
def test_openssl_reads_our_lists_as_we_do(tmp_path: Path, *, revoked: bool, strange: bool) -> None:
    entries = [Entry(serial=seal().serial)] * revoked
    signer = authority("Andere CA").key if strange else None
    lists = (ca.crl(middle(), *entries, signer=signer), ca.crl(root()))
    armoured = b"".join(x509.load_der_x509_crl(one).public_bytes(Encoding.PEM) for one in lists)
    (tmp_path / "lists").write_bytes(armoured)
    said = openssl(
        *("verify", "-crl_check_all", "-CRLfile", str(tmp_path / "lists"), "-attime", AT),
        *("-trusted", pem(tmp_path / "anchors", root()), "-untrusted", pem(tmp_path / "pool", middle())),
        pem(tmp_path / "one", seal()),
    )
    answer = validate_path(
        seal().certificate,
        purpose="seal",
        moment=NOW,
        now=NOW,
        pool=[middle().certificate],
        anchors=[root().certificate],
        revocations=Revocations(crls=lists),
    )
    assert (said.returncode == 0) is (answer.holds is True), said.stderr
    assert ("certificate revoked" in said.stderr) is (answer.indication == "REVOKED_NO_POE")
