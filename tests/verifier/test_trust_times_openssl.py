"""A second opinion on our own authority's tokens, so that reader and writer cannot be wrong alike."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import skip_or_fail
from cryptography.hazmat.primitives.serialization import Encoding
from samples import timestamps
from samples.timestamps import Authority, stamp

from verifier.trust.tokens import read_token

OCTETS = b"what is stamped"

OPINIONS = {
    "rsa": Authority(),
    "rsa sha512": Authority(hash_name="sha512"),
    "p256": Authority(kind="p256"),
    "by SHA-1": Authority(version=1),
    "digest": Authority().but("digest"),
    "value": Authority().but("value"),
    "certificate": Authority().but("certificate"),
    "signer": Authority().but("signer"),
    "names no certificate": Authority(version=0),
    "no usage": Authority(usages=()),
    "usage not critical": Authority(critical=False),
    "two signers": Authority(signers=2),
    "not a timestamp": Authority(content_type="1.2.840.113549.1.7.1"),
}


def holds(folder: Path, token: bytes, *command: str) -> bool:
    """Ask openssl about a token in a folder."""
    openssl = shutil.which("openssl")
    if openssl is None:
        skip_or_fail("openssl", "openssl is not on this machine")
    assert openssl is not None
    (folder / "token").write_bytes(token)
    (folder / "data").write_bytes(OCTETS)
    (folder / "root").write_bytes(timestamps.root().public_bytes(Encoding.PEM))
    at = str(int(timestamps.MOMENT.timestamp()))
    asked = subprocess.run(  # noqa: S603 - fixed commands, our own files
        [openssl, *command, "-in", "token", "-CAfile", "root", "-attime", at],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return asked.returncode == 0


@pytest.mark.parametrize("name", OPINIONS)
def test_openssl_is_of_the_same_opinion(name: str, tmp_path: Path) -> None:
    token = stamp(OCTETS, authority=OPINIONS[name])
    theirs = holds(tmp_path, token, "ts", "-verify", "-token_in", "-data", "data")
    assert theirs is (read_token(token).intact is True)


PSS = {"pss": Authority(kind="pss"), "pss sha512": Authority(kind="pss", hash_name="sha512")}
PSS |= {f"{name}, {wrong}": one.but(wrong) for name, one in PSS.items() for wrong in ("value", "digest")}


@pytest.mark.parametrize("name", PSS)
def test_openssl_is_of_the_same_opinion_on_pss(name: str, tmp_path: Path) -> None:
    """Its time-stamp command does not know RSA-PSS; its command for signed messages does."""
    token = stamp(OCTETS, authority=PSS[name])
    theirs = holds(tmp_path, token, "cms", "-verify", "-inform", "DER", "-purpose", "timestampsign")
    assert theirs is (read_token(token).intact is True)
