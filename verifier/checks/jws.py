"""Signed verification: the JWS of a badge, and whose key it was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from converter.containers.jws import Token, take_apart
from converter.formats.ob2_assemble import bare_id
from schemas.evidence import Evidence, Resource
from verifier.address import without_fragment
from verifier.asked import OK, is_web
from verifier.badge import (
    Node,
    carries_jws,
    creator,
    fetched,
    is_badge,
    is_signed,
    key_addresses,
    link,
    many,
    node,
    one,
    text,
    type_names,
)
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Finding
from verifier.gather_badge import legacy_key

CITE = "Open Badges 2.0, Verification: signed"
JOSE = "RFC 7515 §5.2; RFC 8725 §3.1"
MIN_RSA_BITS = 2048
_CREATOR = "/verification/creator"
_MAX_KEYS = 16
_RSA: Mapping[str, tuple[HashAlgorithm, bool]] = {
    "RS256": (SHA256(), False),
    "RS384": (SHA384(), False),
    "RS512": (SHA512(), False),
    "PS256": (SHA256(), True),
    "PS384": (SHA384(), True),
    "PS512": (SHA512(), True),
}
_CURVES: Mapping[str, tuple[HashAlgorithm, type[ec.EllipticCurve], int]] = {
    "ES256": (SHA256(), ec.SECP256R1, 32),
    "ES384": (SHA384(), ec.SECP384R1, 48),
    "ES512": (SHA512(), ec.SECP521R1, 66),
}
ALGORITHMS = (*_RSA, *_CURVES, "EdDSA")
"""Allowed by policy; each is bound to one type of key, whatever a header says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key an issuer's profile names.

    Attributes:
        address: as the profile names it.
        public: the key; None when it could not be had.
        why: why it could not be had or used, in one sentence.
        foreign: the key says that it belongs to somebody else.
    """

    address: str
    public: PublicKeyTypes | None = None
    why: str = ""
    foreign: bool = False


def present(evidence: Evidence) -> Iterator[Finding]:
    """A badge that says it is signed comes with its signature."""
    if not is_badge(evidence):
        return
    if not is_signed(evidence):
        yield not_applicable("seal.present", "The badge is proven by its host, not by a signature.", "", CITE)
    elif carries_jws(evidence):
        yield passed("seal.present", "The badge carries a signature.", "", CITE)
    else:
        message = "The badge says that it is signed, but came without its signature."
        yield failed("seal.present", message, "/verification", CITE)


def signature(evidence: Evidence) -> Iterator[Finding]:
    """The signature was made with a key of the issuer; keys come from its own profile alone."""
    if not is_badge(evidence):
        return
    if evidence.document.seal is None or not carries_jws(evidence):
        if is_signed(evidence):
            yield undecided("seal.signature", "There is no signature to verify.", "", CITE)
            yield undecided("seal.algorithm", "There is no signature to look at.", "", CITE)
        return
    if not is_signed(evidence):
        message = "The badge says that it is hosted; what its host answers counts, not this signature."
        yield not_applicable("seal.signature", message, "", CITE)
        return
    token = take_apart(evidence.document.seal.raw)
    keys = issuer_keys(evidence)
    fitting = [key for key in keys if key.public is not None and not key.foreign]
    name = token.header.get("alg")
    holding = [key for key in fitting if name in ALGORITHMS and holds(token, name, key.public)]
    yield _algorithm(token, holding or fitting)
    yield _cryptography(token, keys, fitting, holding)


def _algorithm(token: Token, keys: list[Key]) -> Finding:
    """Judge the algorithm and the key the signature was made with; an old, short key beside it is no harm."""
    code, name = "seal.algorithm", token.header.get("alg")
    if name not in ALGORITHMS:
        allowed = ", ".join(ALGORITHMS)
        return failed(code, f"The signature's algorithm is not one of those allowed: {allowed}.", "alg", JOSE)
    weak = [key for key in keys if isinstance(key.public, rsa.RSAPublicKey) and _bits(key) < MIN_RSA_BITS]
    if weak:
        return failed(code, f"The issuer's RSA key has fewer than {MIN_RSA_BITS} bits.", "alg", JOSE)
    if not keys:
        return undecided(code, f"The algorithm is {name}; how strong the key is, is not known.", "alg", JOSE)
    return passed(code, f"The algorithm is {name}, with a key that is strong enough.", "alg", JOSE)


def _bits(key: Key) -> int:
    return key.public.key_size if isinstance(key.public, rsa.RSAPublicKey) else 0


def _cryptography(token: Token, keys: list[Key], fitting: list[Key], holding: list[Key]) -> Finding:
    code, name = "seal.signature", token.header.get("alg")
    if not isinstance(name, str) or name.lower() == "none" or not token.signature:
        return failed(
            code, "The badge is not really signed: it names no algorithm or no signature.", "alg", JOSE
        )
    if "crit" in token.header or token.header.get("b64", True) is not True:
        message = "The signature's header demands something that is not understood, so it must be refused."
        return failed(code, message, "crit", "RFC 7515 §4.1.11; RFC 7797 §6")
    if name not in ALGORITHMS:
        return undecided(code, "The signature's algorithm is not allowed, so it was not tried.", "alg", JOSE)
    if not fitting:
        why = keys[0].why if keys else "The issuer's profile names no key to try."
        return undecided(code, f"There is no key to verify the signature with. {why}", _CREATOR, CITE)
    if holding:
        return passed(code, "The signature holds, with a key of the issuer's profile.", "", CITE)
    return failed(code, "The signature does not hold with any key the issuer's profile allows.", "", CITE)


def holds(token: Token, name: str, public: PublicKeyTypes | None) -> bool:
    """Verify a JWS with one key, bound to the algorithm's own type of key (RFC 7518 §3, RFC 8037 §3.1)."""
    try:
        if name in _RSA and isinstance(public, rsa.RSAPublicKey):
            hash_, pss = _RSA[name]
            scheme = padding.PSS(padding.MGF1(hash_), hash_.digest_size) if pss else padding.PKCS1v15()
            public.verify(token.signature, token.signed, scheme, hash_)
        elif name in _CURVES and isinstance(public, ec.EllipticCurvePublicKey):
            hash_, curve, size = _CURVES[name]
            if not isinstance(public.curve, curve) or len(token.signature) != 2 * size:
                return False
            r, s = token.signature[:size], token.signature[size:]
            pair = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
            public.verify(pair, token.signed, ec.ECDSA(hash_))
        elif name == "EdDSA" and isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(token.signature, token.signed)
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def issuer_match(evidence: Evidence) -> Iterator[Finding]:
    """The key is one the issuer's own profile lists, and it belongs to that issuer."""
    code = "issuer.match"
    if not is_badge(evidence):
        return
    if not is_signed(evidence):
        yield not_applicable(code, "A hosted badge is bound to its issuer by where it lies.", "", CITE)
        return
    if evidence.issuer is None:
        yield undecided(code, "The issuer's profile could not be had.", "/badge/issuer", CITE)
        return
    said, listed = creator(evidence.document.tree), key_addresses(evidence.issuer)
    keys = issuer_keys(evidence)
    if said and said not in listed and not legacy_key(evidence):
        yield failed(code, "The key the badge names is not in its issuer's profile.", _CREATOR, CITE)
    elif not keys:
        yield undecided(code, "The issuer's profile lists no key.", "/badge/issuer/publicKey", CITE)
    elif all(key.foreign for key in keys):
        yield failed(code, "The key says that it belongs to another than the issuer.", _CREATOR, CITE)
    elif all(key.public is None for key in keys):
        yield undecided(code, f"No key of the issuer could be had. {keys[0].why}", _CREATOR, CITE)
    else:
        yield passed(code, "The key is one that the issuer's own profile lists.", _CREATOR, CITE)


def issuer_keys(evidence: Evidence) -> list[Key]:
    """Choose the keys to try: the one the badge names if the profile lists it, else all the profile lists.

    The header's `jwk`, `jku`, `x5u`, `x5c` and `kid` are never looked at: whoever made the token wrote them.
    """
    issuer = evidence.issuer
    if issuer is None:
        return []
    said = creator(evidence.document.tree)
    if legacy_key(evidence) and said not in key_addresses(issuer):
        return [_legacy(evidence, said)]
    wanted = [value for value in many(issuer.get("publicKey")) if not said or link(value) == said]
    return [_key(evidence, value, issuer) for value in wanted[:_MAX_KEYS]]


def _key(evidence: Evidence, value: object, issuer: Node) -> Key:
    address, owner = link(value), link(issuer.get("id"))
    found = node(value)
    if not text(found.get("publicKeyPem")):
        if not is_web(address):
            return Key(address=address, why="A key has no web address.")
        answer = fetched(evidence.resources, address)
        if answer is None:
            return Key(address=address, why="The address of a key does not answer a key.")
        found = answer
        if link(found.get("id")) not in {"", address, _moved_to(evidence, address)}:
            return Key(address=address, why="The address of a key answers another key.")
    if type_names(found) and not {"CryptographicKey", "Key"}.intersection(type_names(found)):
        return Key(address=address, why="The address of a key answers something that is no key.")
    if one(found.get("revoked")):
        return Key(address=address, why="A key says that it was revoked.")
    owners = many(found.get("owner"))
    foreign = bool(owners) and owner not in {link(value) for value in owners}
    public = _loaded(text(found.get("publicKeyPem")).encode())
    why = "" if public else "A key is not a public key in PEM."
    return Key(address=address, public=public, why=why, foreign=foreign)


def _moved_to(evidence: Evidence, address: str) -> str:
    answer = evidence.resources.get(without_fragment(address))
    return bare_id(answer.location) if isinstance(answer, Resource) else ""


def _legacy(evidence: Evidence, address: str) -> Key:
    answer = evidence.resources.get(without_fragment(address))
    if not isinstance(answer, Resource) or answer.status != OK:
        return Key(address=address, why="The address of the key does not answer.")
    public = _loaded(answer.body)
    return Key(address=address, public=public, why="" if public else "The key is not a public key in PEM.")


def _loaded(pem: bytes) -> PublicKeyTypes | None:
    try:
        return load_pem_public_key(pem.strip())
    except Exception:  # noqa: BLE001 - a stranger's bytes: whatever the parser says, this is no key for us
        return None


JWS_CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (present, signature, issuer_match)
