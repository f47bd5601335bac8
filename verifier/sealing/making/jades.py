"""A JAdES seal in the form of the European Commission's issuer (TS 119 182-1; RFC 7515 §7.2.1; RFC 7797)."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from converter.strict import load_json
from schemas.errors import Problem, Refused
from verifier.sealing.certificates import octets
from verifier.sealing.compact import encoded
from verifier.sealing.making.means import Means
from verifier.sealing.scheme import scheme_of, signed
from verifier.trust.carried import Kind, Revocations
from verifier.trust.jades_stamps import carried_by_jades

_EMPTY = "AA=="
_SIGNED = "The document is sealed already."


def begun(document: bytes, means: Means, *, more: bool) -> bytes:
    """Seal an ELM document at level B; its bytes become the payload, character for character.

    Args:
        document: was read as one before, and is no seal.
        means: to seal.
        more: something will be added, so there is a place for it. A seal that stays as it is will be
            examined whole, so its value is not held against the certificate here.

    Raises:
        Unavailable: the key cannot sign.
    """
    scheme_of(means.key)
    payload = document.decode("utf-8-sig")
    protected = _protected(
        means.key.certificates, means.key.algorithm, means.now.replace(microsecond=0), means.time_member
    )
    message = f"{protected}.{payload}".encode()
    value = signed(means.key, message) if more else means.key.sign(message)
    place: dict[str, Any] = {"header": {"etsiU": []}} if more else {}
    one = {"protected": protected, **place, "signature": encoded(value)}
    return orjson.dumps({"payload": payload, "signatures": [one]})


def refuse_sealed(document: bytes) -> None:
    """Refuse what is a seal already.

    Raises:
        Refused: it is.
    """
    if _may_be_sealed(document):
        tree = load_json(document)
        if isinstance(tree, dict) and "signatures" in tree and "payload" in tree:
            raise Refused(Problem(code="sealing.present", message=_SIGNED))


def _may_be_sealed(document: bytes) -> bool:
    """Tell whether both members of a seal may be named in it; a name may be written with escapes."""
    return b"\\u" in document or (b'"signatures"' in document and b'"payload"' in document)


@lru_cache(maxsize=64)
def _protected(
    certificates: tuple[x509.Certificate, ...], algorithm: str, now: datetime, time_member: str
) -> str:
    """Write the protected header; a school seals hundreds a second with one, and a second is all it tells."""
    iat = time_member == "iat"
    claimed = {"iat": int(now.timestamp())} if iat else {"sigT": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
    header = {
        "alg": algorithm,
        "cty": "octet-stream",
        "x5t#S256": encoded(certificates[0].fingerprint(hashes.SHA256())),
        "x5c": [_base64(octets(one)) for one in certificates],
        "typ": "jose+json",
        "b64": False,
        **claimed,
        "crit": ["b64"] if iat else ["b64", "sigT"],
    }
    return encoded(_written(header))


def finished(sealed: bytes) -> bytes:
    """Take the list of unsigned components away where it stayed empty (TS 119 182-1 §5.3.1)."""
    tree = json.loads(sealed)
    (one,) = tree["signatures"]
    if not one["header"]["etsiU"]:
        del one["header"]
    return _written(tree)


def octets_for(sealed: bytes, kind: Kind) -> bytes:
    """Return what the next timestamp of a kind has to be about: the place is written, and read."""
    return b"".join(carried_by_jades(with_token(sealed, kind, None)).stamps[-1].parts or ())


def with_token(sealed: bytes, kind: Kind, token: bytes | None) -> bytes:
    """Add a timestamp of the signature (§5.3.4) or of all there is (§5.3.6.3)."""
    value = _EMPTY if token is None else _base64(token)
    return _with(sealed, {"sigTst" if kind == "signature" else "arcTst": {"tstTokens": [{"val": value}]}})


def with_values(sealed: bytes, found: Revocations, *, of_stamps: bool) -> bytes:
    """Add certificates and revocation data: of the seal (§5.3.5), or of the timestamps since (§5.3.6.2)."""
    values = _values(found)
    if of_stamps:
        return _with(sealed, {"tstVD": values}) if values else sealed
    for name, value in values.items():
        sealed = _with(sealed, {name: value})
    return sealed


def _values(found: Revocations) -> dict[str, Any]:
    ders = map(octets, found.certificates)
    revocations = {
        name: [{"val": _base64(one)} for one in values]
        for name, values in (("crlVals", found.crls), ("ocspVals", found.ocsps))
        if values
    }
    certificates = [{"x509Cert": {"val": _base64(one)}} for one in ders]
    return {
        **({"xVals": certificates} if certificates else {}),
        **({"rVals": revocations} if revocations else {}),
    }


def _with(sealed: bytes, component: dict[str, Any]) -> bytes:
    tree = json.loads(sealed)
    (one,) = tree["signatures"]
    one.setdefault("header", {}).setdefault("etsiU", []).append(encoded(_written(component)))
    return _written(tree)


def _written(tree: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
