"""The seal of a status list: any JWS whose certificate the signature itself binds.

A list may be sealed with JAdES as a credential is, or be a plain JWT with its certificate in the protected
header (`x5c`, RFC 7515 §4.1.6). A key that is only named (`kid`, a DID) is nobody's here.
"""

from __future__ import annotations

from cryptography import x509

from converter.formats.jades import is_compact, is_jades
from converter.strict import load_json
from schemas.errors import Malformed
from schemas.evidence import SealExamination
from verifier.badge import text
from verifier.sealing import certificates, examine_jades
from verifier.sealing.algorithms import JOSE_SCHEMES
from verifier.sealing.fault import Refusal, broken, unsupported
from verifier.sealing.jws import Token, check_critical, decode_base64url, protected_header, take_apart
from verifier.sealing.tally import Tally, check_value
from verifier.status.terms import type_names

_REFERENCES = frozenset({"x5t#S256", "x5t#o", "sigX5ts"})
_ENVELOPED = "EnvelopedVerifiableCredential"


def token_in(body: bytes) -> bytes | None:
    """Return the JWS that an answer is or holds (VC Data Model 2.0 §4.13); None where there is none."""
    if is_compact(body):
        return body.strip()
    try:
        found = load_json(body)
    except Malformed:
        return None
    if is_jades(found):
        return body
    if isinstance(found, dict) and _ENVELOPED in type_names(found):
        held = text(found.get("id")).partition(",")[2].encode("utf-8", "replace")
        return held if is_compact(held) else None
    return None


def examine_list(body: bytes) -> SealExamination | None:
    """Examine the seal of a status list, cryptography alone; None where it carries none."""
    token = token_in(body)
    if token is None:
        return None
    try:
        taken = take_apart(token)
        header = protected_header(taken)
        if _REFERENCES & header.keys():
            return examine_jades(token)
        check_critical(header, taken.header)
        return _examine(taken, header)
    except Refusal as refusal:
        return refusal.examination()
    except Malformed:
        return unsupported("structure", "The seal of the list cannot be taken apart.").examination()


def _examine(token: Token, header: dict[str, object]) -> SealExamination:
    """Verify a JWS with the first certificate of its protected header (RFC 7515 §5.2)."""
    tally = Tally()
    name = header.get("alg")
    scheme = JOSE_SCHEMES.get(name) if isinstance(name, str) else None
    chain = _chain(header)
    if scheme is None:
        raise unsupported("algorithm", "The list's signature algorithm is none that is accepted.")
    if not chain:
        raise unsupported("certificate", "The list is signed with a key that no certificate vouches for.")
    if header.get("b64", True) is not True:
        raise unsupported("structure", "The list's content is not encoded as a token's must be.")
    tally.use(str(name), weak=False)
    content = decode_base64url(token.text, "The list's content")
    value = decode_base64url(token.value, "The signature value")
    check_value(scheme, chain[0], value, f"{token.protected}.{token.text}".encode(), tally)
    return SealExamination(
        intact=tally.intact,
        faults=tuple(tally.faults),
        signer=chain[0],
        certificates=chain,
        algorithms=tuple(tally.algorithms),
        weak=tuple(tally.weak),
        signed=content if tally.intact else None,
        profile=frozenset({"x5c"}),
    )


def _chain(header: dict[str, object]) -> tuple[x509.Certificate, ...]:
    given = header.get("x5c")
    texts = given if isinstance(given, list) else []
    ders = [certificates.decode_base64(one) if isinstance(one, str) else None for one in texts]
    if any(der is None or certificates.load(der) is None for der in ders):
        raise broken("certificate", "A certificate in the list's seal cannot be read.")
    return certificates.load_all(ders)
