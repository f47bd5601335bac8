"""Sealed credentials that name a status, and the lists they lead to; all invented, made when asked for."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from samples import elm_cases, seals

from verifier.status.bitstring import MIN_PLACES, encoded_list

Tree = dict[str, Any]
_AUTHORITIES = ("Voorbeeld CA", "Andere CA")
LIST = "https://status.example.org/lists/1"
OTHER_LIST = "https://status.example.org/lists/2"
ISSUER = "urn:epass:organisation:2"
CREDENTIAL = "urn:credential:00000000-0000-4000-8000-000000000001"
KINDS = {
    "bitstring": ("BitstringStatusListEntry", "BitstringStatusListCredential", "BitstringStatusList"),
    "2021": ("StatusList2021Entry", "StatusList2021Credential", "StatusList2021"),
}


def entry(
    index: object = "7", *, kind: str = "bitstring", purpose: str = "revocation", **changes: Any
) -> Tree:
    """Make one status of a credential; a change to None takes a member out."""
    made = {
        "id": f"{LIST}#{index}",
        "type": KINDS[kind][0],
        "statusPurpose": purpose,
        "statusListIndex": index,
        "statusListCredential": LIST,
        **changes,
    }
    return {key: value for key, value in made.items() if value is not None}


def credential(status: object = None, term: str = "credentialStatus", **changes: Any) -> bytes:
    """Make a credential that names a status, sealed by the certificate of `seals`."""
    tree = elm_cases.good()
    tree["issuer"]["eIDASIdentifier"]["notation"] = "NTRNL-12345678"  # as the certificate has it
    if status is not None:
        tree[term] = status
    tree.update(changes)
    return seals.seal_json(json.dumps(tree).encode())


def bits(places: Iterable[int] = (), *, length: int = MIN_PLACES) -> bytes:
    """Make a list with these bits set, the first the left-most of all, spelt out one character each."""
    return _bits(frozenset(places), length)


@cache
def _bits(marked: frozenset[int], length: int) -> bytes:
    text = "".join("1" if place in marked else "0" for place in range(length))
    return int(text, 2).to_bytes(length // 8)


def list_credential(
    places: Iterable[int] = (),
    *,
    kind: str = "bitstring",
    purpose: object = "revocation",
    subject: Tree | None = None,
    **changes: Any,
) -> Tree:
    """Make the credential a list stands in; a change to None takes a member out."""
    inner = {
        "id": f"{LIST}#list",
        "type": KINDS[kind][2],
        "statusPurpose": purpose,
        "encodedList": encoded_list(bits(places)),
        **(subject or {}),
    }
    made = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST,
        "type": ["VerifiableCredential", KINDS[kind][1]],
        "issuer": ISSUER,
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {key: value for key, value in inner.items() if value is not None},
        **changes,
    }
    return {key: value for key, value in made.items() if value is not None}


def jades(tree: Tree, form: str = "compact", **changes: Any) -> bytes:
    """Seal a list as a credential is sealed, by the certificate of `seals`."""
    header = seals.protected(b64=None, crit=["sigT"])
    return seals.seal_json(json.dumps(tree).encode(), header={**header, **changes}, form=form)


def jwt(tree: Tree, kind: str = "rsa", alg: str = "RS256", **changes: Any) -> bytes:
    """Sign a list as a plain token: the certificate in its header and nothing of JAdES."""
    made = {"alg": alg, "typ": "vc+jwt", "x5c": [der64(seals.certificate(kind))], **changes}
    header = {key: value for key, value in made.items() if value is not None}
    return seals.seal_json(json.dumps(tree).encode(), kind=kind, header=header, form="compact")


def der64(certificate: x509.Certificate) -> str:
    """Write a certificate as `x5c` has it."""
    return seals.b64(certificate.public_bytes(Encoding.DER))


def revocation_list(*entries: object, **changes: Any) -> Tree:
    """Make a list of names as 1EdTech has it."""
    return {"id": LIST, "issuer": ISSUER, "revokedCredentials": list(entries), **changes}


def bomb() -> str:
    """Make an `encodedList` of a few kilobytes that expands to 64 MB of nothing."""
    packed = gzip.compress(bytes(64 << 20), 9, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


@cache
def authority(name: str = "Voorbeeld CA") -> x509.Certificate:
    """Make an authority that issues certificates; `_AUTHORITIES` lists the two there are."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return _made(subject, subject, name, name)


@cache
def issued(
    kind: str, identifier: str = "NTRNL-12345678", *, by: str = "Voorbeeld CA", person: str = ""
) -> x509.Certificate:
    """Make a certificate for a key of `seals`, issued by an authority."""
    names = [(NameOID.ORGANIZATION_NAME, "Hogeschool Voorbeeld"), (NameOID.COMMON_NAME, "Zegel")]
    names += [(NameOID.ORGANIZATION_IDENTIFIER, identifier)] if identifier else []
    names += [(NameOID.SURNAME, person)] if person else []
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
    return _made(subject, authority(by).subject, kind, by)


def _key(kind: str) -> Any:
    return _authority_key(kind) if kind in _AUTHORITIES else seals.key(kind)


@cache
def _authority_key(_name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


def _made(subject: x509.Name, issuer: x509.Name, kind: str, by: str) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(_key(kind).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2035, 1, 1, tzinfo=UTC))
        .sign(_key(by), hashes.SHA256())
    )


def issued_seal(payload: bytes, kind: str, *chain: x509.Certificate) -> bytes:
    """Seal as JAdES with a certificate that an authority issued; the chain is carried along."""
    print_ = seals.b64url(chain[0].fingerprint(hashes.SHA256()))
    header = seals.protected(kind, alg="RS256", x5c=[der64(one) for one in chain], **{"x5t#S256": print_})
    return seals.seal_json(payload, kind=kind, header=header)
