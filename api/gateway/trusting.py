"""What the asker trusts, from a folder: anchors, and the revocation data that lies beside them."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path

from cryptography import x509

from api.gateway.asking import NotUnderstood, not_understood
from schemas.errors import Problem
from schemas.evidence import Trust

_CERTIFICATES = (".pem", ".crt", ".cer")
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s*(.+?)\s*-----END \1-----", re.DOTALL)
_DIGEST = re.compile(r"[0-9a-f]{64}")
DENIED = "denied.txt"
_MAX_FILE = 5 * 1024 * 1024


def read_trust(folder: Path) -> Trust:
    """Read certificates (`*.pem`, `*.crt`, `*.cer`), `*.crl` and `*.ocsp`, each PEM or DER, and `denied.txt`.

    Private keys that lie in a PEM file beside a certificate are passed over. `denied.txt` names certificates
    that count for nothing, whatever a trusted list says of them: one sha-256 in each line, with or without
    colons; what follows a `#` is a comment. There are no tenants yet, and nothing here is in their way: what
    is trusted is an argument of every question, so each tenant may have a folder.

    Raises:
        NotUnderstood: the folder cannot be read, holds none of these, or a file of it is something else;
            every such file is named.
    """
    anchors: list[x509.Certificate] = []
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    denied: frozenset[str] = frozenset()
    problems: list[Problem] = []
    for path in _files(folder):
        try:
            data = path.read_bytes()[:_MAX_FILE]
            if path.suffix.lower() in _CERTIFICATES:
                anchors += _certificates(data)
            elif path.name.lower() == DENIED:
                denied |= _digests(data)
            elif path.suffix.lower() == ".crl":
                crls += [_checked_crl(one) for one in _blocks(data, b"X509 CRL")]
            else:
                ocsps += _blocks(data, b"OCSP RESPONSE")
        except (OSError, ValueError, binascii.Error):
            message = f"The file {path.name!r} in the trust folder cannot be read as its name says."
            problems.append(Problem(code="request.trust", message=message, where="trust"))
    if problems:
        raise NotUnderstood(*problems)
    if not (anchors or crls or ocsps or denied):
        message = "The trust folder holds no certificate (.pem, .crt, .cer), .crl, .ocsp or denied.txt."
        raise not_understood("request.trust", message, "trust")
    return Trust(anchors=tuple(anchors), crls=tuple(crls), ocsps=tuple(ocsps), denied=denied)


def _files(folder: Path) -> list[Path]:
    wanted = (*_CERTIFICATES, ".crl", ".ocsp")
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if (path.suffix.lower() in wanted or path.name.lower() == DENIED) and path.is_file()
        )
    except OSError as error:
        message = f"The trust folder cannot be read: {error.strerror}."
        raise not_understood("request.trust", message, "trust") from None


def _digests(data: bytes) -> frozenset[str]:
    lines = (line.partition("#")[0].replace(":", "").strip().lower() for line in data.decode().splitlines())
    found = frozenset(line for line in lines if line)
    if not all(_DIGEST.fullmatch(one) for one in found):
        raise ValueError("not a sha-256")
    return found


def _certificates(data: bytes) -> list[x509.Certificate]:
    found = [x509.load_der_x509_certificate(one) for one in _blocks(data, b"CERTIFICATE")]
    if not found and not _PEM.search(data):
        raise ValueError("neither PEM nor DER")
    return found


def _checked_crl(der: bytes) -> bytes:
    x509.load_der_x509_crl(der)
    return der


def _blocks(data: bytes, label: bytes) -> list[bytes]:
    """Return the DER of every PEM block with a label; data that is not PEM is taken as DER itself."""
    blocks = _PEM.findall(data)
    if not blocks:
        return [data] if data.startswith(b"\x30") else []
    wanted = [(name, body) for name, body in blocks if name in (label, b"TRUSTED " + label)]
    return [base64.b64decode(b"".join(body.split()), validate=True) for _, body in wanted]
