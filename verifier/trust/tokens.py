"""Time-stamp tokens: CMS around a TSTInfo, read from hostile bytes (RFC 3161, RFC 5816, RFC 5652).

Cryptography alone: whether anyone trusts the authority that signed one is a matter of its path.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509

from verifier.sealing import certificates
from verifier.sealing.algorithms import WEAK_HASHES
from verifier.sealing.fault import Refusal, broken, unsupported
from verifier.sealing.tally import Tally
from verifier.trust.token_signer import HASHES, check_usage, few, tame, verified

MAX_BYTES = 256 * 1024
"""A token with its chain takes some ten kilobytes; reading takes about two seconds for a megabyte."""
_MOST_CERTIFICATES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What one token says, and whether its own signature holds.

    Attributes:
        intact: True when every digest and the signature hold, and the certificate may sign timestamps;
            False when one does not; None when that could not be decided, or rests on SHA-1 or a short key.
        moment: genTime, in UTC; None where the token cannot be read.
        accuracy: how far off the authority says it may be; zero where it does not say.
        hash_name: of the imprint, as hashlib calls it; empty where it is none that is computed here.
        imprint: the hash of what was stamped.
        authority: the certificate the token is bound to.
        certificates: every certificate it carries.
        crls: DER, that it carries.
        ocsps: DER, that it carries.
        faults: what does not hold, as (sub-code, sentence).
    """

    intact: bool | None
    moment: datetime | None = None
    accuracy: timedelta = timedelta()
    hash_name: str = ""
    imprint: bytes = b""
    authority: x509.Certificate | None = None
    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


def read_token(data: bytes, *, carried: Iterable[x509.Certificate] = ()) -> Token:
    """Read one token and verify its signature. Never raises, whatever the bytes are.

    Args:
        data: CMS ContentInfo, DER or BER.
        carried: certificates that lie beside the token, for one that does not hold its authority's own.
    """
    if len(data) > MAX_BYTES:
        return _refused(unsupported("structure", "The timestamp is larger than any that is looked at."))
    try:
        return _read(data, tuple(carried))
    except Refusal as refusal:
        return _refused(refusal)
    except Exception:  # noqa: BLE001 - hostile DER, read lazily: whatever the reader says, it is no token
        return _refused(broken("structure", "The timestamp cannot be read."))


def _refused(refusal: Refusal) -> Token:
    return Token(intact=False if refusal.broken else None, faults=((refusal.code, refusal.sentence),))


def _read(data: bytes, carried: tuple[x509.Certificate, ...]) -> Token:
    signed_data, content = _signed_data(data)
    info = tsp.TSTInfo.load(tame(content), strict=True)
    tally = Tally()
    moment = _moment(info)
    hash_name, imprint = _imprint(info, tally)
    own = certificates.load_all(
        one.chosen.dump()
        for one in few(signed_data["certificates"], _MOST_CERTIFICATES)
        if one.name == "certificate"
    )
    authority = _authority(signed_data["signer_infos"][0], content, (*own, *carried), tally)
    if authority is not None:
        check_usage(authority, moment, tally)
    for name in dict.fromkeys(tally.weak):
        tally.note(
            unsupported("algorithm", f"The timestamp rests on {name}, which no longer counts as proof.")
        )
    crls, ocsps = _revocations(signed_data["crls"])
    return Token(
        intact=tally.intact,
        moment=moment,
        accuracy=_accuracy(info),
        hash_name=hash_name,
        imprint=imprint,
        authority=authority,
        certificates=own,
        crls=crls,
        ocsps=ocsps,
        faults=tuple(tally.faults),
    )


def _authority(
    signer: Any,  # noqa: ANN401 - the DER library is untyped
    content: bytes,
    candidates: tuple[x509.Certificate, ...],
    tally: Tally,
) -> x509.Certificate | None:
    """Verify the signature; what keeps it from being verified leaves the rest of the token readable."""
    try:
        return verified(signer, content, candidates, tally)
    except Refusal as refusal:
        tally.note(refusal)
        return None


def _signed_data(data: bytes) -> tuple[Any, bytes]:
    """Take the CMS apart: SignedData by exactly one signer, over a TSTInfo (RFC 3161 §2.4.2)."""
    message = cms.ContentInfo.load(tame(data), strict=True)
    if message["content_type"].native != "signed_data":
        raise broken("structure", "The timestamp is not a signed message.")
    signed_data = message["content"]
    enclosed = signed_data["encap_content_info"]
    if enclosed["content_type"].native != "tst_info":
        raise broken("structure", "The signed message is not a timestamp.")
    if len(signed_data["signer_infos"]) != 1:
        raise broken("structure", "The timestamp is not signed by exactly one authority.")
    return signed_data, bytes(enclosed["content"])


def _moment(info: Any) -> datetime:  # noqa: ANN401
    """Read genTime; it must be in UTC (RFC 3161 §2.4.2)."""
    if info["version"].native != "v1":
        raise unsupported("structure", "The timestamp is of a version that is not known.")
    critical = [one for one in info["extensions"] or [] if one["critical"].native]
    if critical:
        raise unsupported("structure", "The timestamp has a critical extension that is not known.")
    moment = info["gen_time"].native
    if type(moment) is not datetime or moment.tzinfo is None:  # the library has a type for the year 0
        raise broken("structure", "The time in the timestamp is none.")
    return moment.astimezone(UTC)


def _accuracy(info: Any) -> timedelta:  # noqa: ANN401
    accuracy = info["accuracy"].native or {}
    return timedelta(
        seconds=min(accuracy.get("seconds") or 0, 10**9),
        milliseconds=min(accuracy.get("millis") or 0, 999),
        microseconds=min(accuracy.get("micros") or 0, 999),
    )


def _imprint(info: Any, tally: Tally) -> tuple[str, bytes]:  # noqa: ANN401
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    tally.use(name, weak=name in WEAK_HASHES)
    if name not in HASHES:
        tally.note(unsupported("algorithm", "The timestamp's imprint is made with an unsupported hash."))
        return "", b""
    return name, bytes(imprint["hashed_message"])


def _revocations(values: Any) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:  # noqa: ANN401
    """Take the revocation data out of the CMS (RFC 5652 §10.2.1; OCSP by RFC 5940 §2.1)."""
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    for one in few(values, _MOST_CERTIFICATES):
        if one.name == "crl":
            crls.append(one.chosen.dump())
        elif one.name == "other" and one.chosen["other_rev_info_format"].native == "ocsp_response":
            ocsps.append(one.chosen["other_rev_info"].dump())
    return tuple(crls), tuple(ocsps)
