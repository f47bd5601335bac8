"""What a JAdES seal says in its headers (TS 119 182-1 §5): certificates, whose it is, time, components."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography import x509

from converter.strict import load_json
from schemas.errors import Malformed
from verifier.sealing import certificates
from verifier.sealing.algorithms import JOSE_DIGESTS, JOSE_SCHEMES, Scheme
from verifier.sealing.fault import Refusal, broken, unsupported
from verifier.sealing.jws import decode_base64url
from verifier.sealing.tally import Tally, instant

Components = list[tuple[str, Any]]
Certificates = tuple[x509.Certificate, ...]
_SIGNED_NAMES = frozenset(
    {"sigT", "iat", "cty", "x5t#S256", "x5t#o", "sigX5ts", "x5c", "kid"}
    | {"adoTst", "sigPl", "srCms", "srAts", "sigPId", "sigD"}
)
_UNSIGNED_NAMES = frozenset(
    {"sigTst", "xVals", "rVals", "axVals", "arVals", "anyValData", "xRefs", "rRefs", "axRefs", "arRefs"}
    | {"tstVD", "arcTst", "rfsTst", "sigRTst", "cSig", "sigPSt"}
)
_UNREADABLE = "A certificate in the seal cannot be read."
_KEYS_NEVER_USED = ("jwk", "jku", "x5u")
_NAME = re.compile(rb'\s*\{\s*"([A-Za-z0-9]+)"\s*:')


def scheme_of(header: dict[str, Any], tally: Tally) -> Scheme | None:
    """Read `alg`; None, and a fault taken down, where it is none that a seal may use."""
    name = header.get("alg")
    scheme = JOSE_SCHEMES.get(name) if isinstance(name, str) else None
    if isinstance(name, str):
        tally.use(name, weak=False)
    if scheme is None:
        # none and HS* prove nothing to anyone but their maker; any other is only unknown here
        symmetric = not isinstance(name, str) or name.lower() == "none" or name.upper().startswith("HS")
        refuse = broken if symmetric else unsupported
        tally.note(refuse("algorithm", "The signature algorithm is none that a seal may use."))
    return scheme


def property_names(header: dict[str, Any], components: Components) -> frozenset[str]:
    """Name the properties that are there, signed or not: nothing is said about whether they hold."""
    return frozenset(_SIGNED_NAMES & header.keys()) | (_UNSIGNED_NAMES & {one for one, _ in components})


def chain_of(header: dict[str, Any]) -> Certificates:
    """Load `x5c`; every entry must be a certificate in plain base64 (RFC 7515 §4.1.6)."""
    entries = header.get("x5c")
    if entries is None:
        return ()
    texts = tuple(entries) if isinstance(entries, list) else ()
    if not all(isinstance(one, str) for one in texts):
        raise broken("certificate", _UNREADABLE)
    read = _kept_chain if sum(map(len, texts)) <= certificates.MAX_BYTES else _chain
    return read(texts)


def _chain(texts: tuple[str, ...]) -> Certificates:
    ders = [certificates.decode_base64(one) for one in texts]
    if not ders or any(der is None or certificates.load(der) is None for der in ders):
        raise broken("certificate", _UNREADABLE)
    return certificates.load_all(ders)


_kept_chain = lru_cache(maxsize=32)(_chain)


def named_signer(
    references: list[tuple[str, bytes]], candidates: Certificates, header: dict[str, Any], tally: Tally
) -> x509.Certificate | None:
    """Find the certificate that the protected header names by its digest (TS 119 182-1 §5.1.7, §5.2.2).

    Keys by jwk, jku and x5u are never used, nor asked for.
    """
    found: set[x509.Certificate | None] = set()
    for algorithm, value in references:
        hash_name = JOSE_DIGESTS.get(algorithm)
        tally.use(algorithm, weak=False)
        if hash_name is None:
            tally.note(unsupported("algorithm", "A digest algorithm of the seal is not supported."))
            return None
        found.add(certificates.by_digest(candidates, hash_name, value))
    if len(found) == 1 and (signer := found.pop()) is not None:
        return signer
    if candidates or any(name in header for name in _KEYS_NEVER_USED):
        tally.note(broken("certificate", "No certificate of the seal is the one its header names."))
    else:
        tally.note(unsupported("certificate", "The seal does not carry its signing certificate."))
    return None


def references_to_signer(header: dict[str, Any]) -> list[tuple[str, bytes]]:
    """Collect the digests by which the header names the signing certificate: algorithm and value."""
    found: list[tuple[str, bytes]] = []
    others = header.get("sigX5ts")
    named = [header.get("x5t#o"), *(others[:1] if isinstance(others, list) else [])]
    if "x5t#S256" in header:
        named.insert(0, {"digAlg": "S256", "digVal": header["x5t#S256"]})
    for one in named:
        if one is None:
            continue
        if not isinstance(one, dict) or not all(
            isinstance(one.get(key), str) for key in ("digAlg", "digVal")
        ):
            raise broken("certificate", "The protected header does not name the signing certificate.")
        found.append((one["digAlg"], decode_base64url(one["digVal"], "The certificate's digest")))
    return found


def components_of(header: dict[str, Any]) -> Components:
    """List the components of `etsiU` (TS 119 182-1 §5.3.1); unsigned, so what cannot be read is left out.

    Of an encoded component only its name is read; revocation values run to hundreds of kilobytes.
    """
    entries = header.get("etsiU")
    components: Components = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            components += entry.items()
        elif isinstance(entry, str) and (name := _NAME.match(_start(entry))):
            components.append((name[1].decode("ascii"), entry))
    return components


def _start(encoded: str) -> bytes:
    head = encoded[:64]
    try:
        return base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
    except ValueError:
        return b""


def values_carried(components: Components) -> list[bytes | None]:
    """Take the certificates out of `xVals`."""
    found: list[bytes | None] = []
    for values in (opened("xVals", value) for name, value in components if name == "xVals"):
        for value in values if isinstance(values, list) else []:
            wrapped = value.get("x509Cert") if isinstance(value, dict) else None
            text = wrapped.get("val") if isinstance(wrapped, dict) else None
            if isinstance(text, str):
                found.append(certificates.decode_base64(text))
    return found


def opened(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON is any value
    """Read the value of a component, in clear or as base64url; None where it cannot be read."""
    if not isinstance(value, str):
        return value
    try:
        component = load_json(decode_base64url(value, "A component"))
    except (Refusal, Malformed):
        return None
    return component.get(name) if isinstance(component, dict) else None


def claimed_time(header: dict[str, Any]) -> datetime | None:
    """Read the signer's own word on when: `sigT`, or `iat` in seconds."""
    if isinstance(header.get("sigT"), str):
        return instant(header["sigT"])
    seconds = header.get("iat")
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 <= seconds < 1 << 35:
        return datetime.fromtimestamp(seconds, UTC)
    return None
