"""Who signed a time-stamp token, and whether the signature holds (RFC 5652 §5; RFC 3161 §2; RFC 5816)."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from verifier.sealing import certificates
from verifier.sealing.algorithms import WEAK_HASHES, XML_DIGESTS, Family, Scheme, digest
from verifier.sealing.fault import broken, unsupported
from verifier.sealing.tally import Tally, check_value

HASHES = frozenset(XML_DIGESTS.values())
"""As hashlib and the DER library both call them."""
_FAMILIES = {
    "rsassa_pkcs1v15": Family.RSA,
    "rsassa_pss": Family.PSS,
    "ecdsa": Family.ECDSA,
    "ed25519": Family.EDDSA,
}
_SET = b"\x31"
_MOST_ATTRIBUTES = 32
_ENDLESS = re.compile(rb"[\x80-\xff]{1024}")


def tame(data: bytes) -> bytes:
    """Give the bytes back, if the DER library reads them in a time that goes with their number.

    It takes the square of the length of one arc of an object identifier. All bytes of an arc but the last
    have their high bit set, and nothing that belongs in a token has so many of those side by side.

    Raises:
        Refusal: they hold such a run.
    """
    if _ENDLESS.search(data):
        raise broken("structure", "The timestamp holds an identifier without end.")
    return data


def few(values: Any, most: int) -> list[Any]:  # noqa: ANN401 - the DER library is untyped
    """List an optional set, if it is not longer than anyone would make it.

    Raises:
        Refusal: it is.
    """
    found = list(values) if values else []
    if len(found) > most:
        raise unsupported("structure", "The timestamp holds more values than any timestamp needs.")
    return found


def verified(
    signer: Any,  # noqa: ANN401
    content: bytes,
    candidates: tuple[x509.Certificate, ...],
    tally: Tally,
) -> x509.Certificate | None:
    """Hold the signed attributes against the content, the certificate and the signature (RFC 5652 §5.4).

    Args:
        signer: SignerInfo, as the DER library reads it.
        content: the octets of the TSTInfo.
        candidates: certificates among which the signer's may be.
        tally: takes down what is wrong.

    Returns:
        The certificate that the token is bound to, if it is there.

    Raises:
        Refusal: the rest cannot be looked at.
        Exception: whatever the DER library says of bytes that are none.
    """
    signed = _as_set(signer["signed_attrs"].dump())  # first: once taken apart it is put together anew, slowly
    attributes = _attributes(signer["signed_attrs"])
    if attributes["content_type"].native != "tst_info":
        raise broken("content", "The timestamp's signature is over another type of content.")
    hash_name = signer["digest_algorithm"]["algorithm"].native
    tally.use(hash_name, weak=hash_name in WEAK_HASHES)
    if hash_name not in HASHES:
        tally.note(unsupported("algorithm", "The timestamp is signed with an unsupported hash."))
    elif digest(hash_name, content) != bytes(attributes["message_digest"]):
        tally.note(broken("content", "The timestamp was changed after it was signed."))
    authority = _authority(attributes, candidates, tally)
    if authority is None:
        return None
    if not _named_by(signer["sid"], authority):
        tally.note(broken("certificate", "The timestamp names two different certificates as its signer's."))
    scheme, value = _scheme(signer, hash_name, authority)
    tally.use(scheme.hash_name, weak=scheme.weak)
    check_value(scheme, authority, value, signed, tally)
    return authority


def _as_set(tagged: bytes) -> bytes:
    """Give signed attributes the tag they were signed with (RFC 5652 §5.4); all else stays as it stands."""
    return _SET + tagged[1:]


def _attributes(signed: Any) -> dict[str, Any]:  # noqa: ANN401
    """Give the one value of each signed attribute; each may stand there once (RFC 5652 §11)."""
    attributes: dict[str, Any] = {}
    for attribute in few(signed, _MOST_ATTRIBUTES):
        name = attribute["type"].native
        if name in attributes:
            raise broken("structure", "A signed attribute of the timestamp stands there twice.")
        attributes[name] = attribute["values"]
    needed = {"content_type", "message_digest"}
    used = needed | {"signing_certificate", "signing_certificate_v2"}
    if not needed <= attributes.keys() or any(
        len(attributes[name]) != 1 for name in used & attributes.keys()
    ):
        raise broken("structure", "The timestamp lacks a signed attribute, or gives one two values.")
    return {name: attributes[name][0] for name in used & attributes.keys()}


def _authority(
    attributes: dict[str, Any], candidates: tuple[x509.Certificate, ...], tally: Tally
) -> x509.Certificate | None:
    """Find the certificate that the token itself is bound to (RFC 3161 §2.4.2; RFC 5816 §2.2.1).

    The older form names it by SHA-1. That is let stand: the certificate found must verify the signature
    as well, and no one can make a second certificate for a given hash.
    """
    found: set[x509.Certificate | None] = set()
    for name in ("signing_certificate", "signing_certificate_v2"):
        if name not in attributes:
            continue
        first = attributes[name]["certs"][0]
        hash_name = first["hash_algorithm"]["algorithm"].native if name.endswith("v2") else "sha1"
        if hash_name not in HASHES:
            tally.note(
                unsupported("algorithm", "The timestamp names its certificate by an unsupported hash.")
            )
            return None
        one = certificates.by_digest(candidates, hash_name, bytes(first["cert_hash"]))
        named = first["issuer_serial"]
        if one is not None and named and named["serial_number"].native != one.serial_number:
            tally.note(broken("certificate", "The timestamp names its certificate with another number."))
        found.add(one)
    if not found:
        tally.note(broken("certificate", "The timestamp does not say which certificate signed it."))
        return None
    if len(found) > 1:
        tally.note(broken("certificate", "The timestamp names two different certificates as its signer's."))
        return None
    authority = found.pop()
    if authority is None:
        tally.note(unsupported("certificate", "The certificate of the timestamp's authority is not there."))
    return authority


def _parsed(certificate: x509.Certificate) -> Any:  # noqa: ANN401
    return asn1_x509.Certificate.load(tame(certificates.octets(certificate)))


def _named_by(identifier: Any, certificate: x509.Certificate) -> bool:  # noqa: ANN401
    """Tell whether a SignerIdentifier is this certificate's (RFC 5652 §5.3)."""
    if identifier.name == "issuer_and_serial_number":
        named, issuer = identifier.chosen, _issuer(certificate)
        to_the_letter = issuer is not None and named["issuer"].dump() == issuer
        parsed: Any = None if to_the_letter else _parsed(certificate)
        same = named["serial_number"].native == certificate.serial_number
        return same and (to_the_letter or bool(named["issuer"] == parsed.issuer))
    parsed = _parsed(certificate)
    return bool(parsed.key_identifier and identifier.chosen.native == parsed.key_identifier)


@lru_cache(maxsize=64)
def _issuer(certificate: x509.Certificate) -> bytes | None:
    """Give the issuer's name as it stands; None where the DER library would not hold it equal to itself."""
    try:
        name, again = _parsed(certificate).issuer, _parsed(certificate).issuer
        return bytes(name.dump()) if name == again else None
    except Exception:  # noqa: BLE001 - hostile DER: then the comparison itself tells
        return None


def _scheme(signer: Any, hash_name: str, authority: x509.Certificate) -> tuple[Scheme, bytes]:  # noqa: ANN401
    """Read the signature algorithm, and the value as the table of schemes wants it."""
    algorithm = signer["signature_algorithm"]
    value = bytes(signer["signature"])
    try:
        family = _FAMILIES[algorithm.signature_algo]
        bare = algorithm["algorithm"].native == "rsassa_pkcs1v15"  # RFC 8017 A.1: then the digest tells
        hashed = "" if family is Family.EDDSA else hash_name if bare else algorithm.hash_algo
    except (KeyError, ValueError):
        raise unsupported("algorithm", "The timestamp's signature algorithm is not supported.") from None
    if family is not Family.EDDSA and hashed not in HASHES:
        raise unsupported("algorithm", "The timestamp is signed with an unsupported hash.")
    if family is Family.PSS and not _usual_pss(algorithm["parameters"], hashed):
        raise unsupported("algorithm", "The timestamp's signature algorithm has unusual parameters.")
    if family is Family.ECDSA:
        value = _side_by_side(value, authority)
    return Scheme(family=family, hash_name=hashed), value


def _usual_pss(parameters: Any, hash_name: str) -> bool:  # noqa: ANN401
    """Tell whether the mask and the salt go with the hash (RFC 4055 §3.1)."""
    mask = parameters["mask_gen_algorithm"]
    return bool(
        mask["algorithm"].native == "mgf1"
        and mask["parameters"]["algorithm"].native == hash_name
        and parameters["salt_length"].native == len(digest(hash_name, b""))
        and parameters["trailer_field"].native == "trailer_field_bc"
    )


def _side_by_side(value: bytes, authority: x509.Certificate) -> bytes:
    """Turn the DER of an ECDSA signature into r‖s; empty where it is none, which then does not verify."""
    key = authority.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return b""
    size = (key.curve.key_size + 7) // 8
    try:
        return b"".join(number.to_bytes(size) for number in decode_dss_signature(value))
    except (ValueError, OverflowError):
        return b""


def check_usage(authority: x509.Certificate, moment: datetime, tally: Tally) -> None:
    """Hold the certificate against RFC 3161 §2.3: timestamps only, said critically; and against its dates.

    Read with the lenient reader: authorities have been met whose other extensions the strict one refuses.
    """
    if _usages(authority) != ((True, ("time_stamping",)),):
        tally.note(broken("usage", "The timestamp's certificate is not one for timestamps and nothing else."))
    if not authority.not_valid_before_utc <= moment <= authority.not_valid_after_utc:
        tally.note(broken("time", "The timestamp is from before or after its certificate was in force."))


@lru_cache(maxsize=64)
def _usages(certificate: x509.Certificate) -> tuple[tuple[bool, tuple[str, ...]], ...]:
    """Give each extKeyUsage: whether it is critical, and its purposes."""
    return tuple(
        (one["critical"].native, tuple(one["extn_value"].parsed.native))
        for one in _parsed(certificate)["tbs_certificate"]["extensions"] or ()
        if one["extn_id"].native == "extended_key_usage"
    )
