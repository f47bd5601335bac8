"""Whom a seal leads to, and when it was there: path, revocation and two timestamps, beside bare cryptography.

The floor does what cannot be left out: the signature, each certificate's, the list's of revocations and each
token's, and the digests. It is handed what the timestamps cover, and asks no question that could end in
`undecided`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from samples import authorities, timestamps
from samples.authorities import DAY, crl, holder
from samples.timestamps import Authority
from samples.trusted_seals import archived, kept, seal, stamped

from benchmarks import documents
from benchmarks.rows import Row
from schemas.document import Document, Format, Seal, SealKind
from schemas.evidence import Evidence, Trust
from verifier.asked import Asked
from verifier.fetch import OfflineFetcher
from verifier.gather_seal import gather_trust
from verifier.sealing import examine_jades

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_SEALED = datetime(2026, 3, 2, 10, 0, 1, tzinfo=UTC)
_STAMPER = Authority(kind="p256")


def trust_rows() -> Iterator[Row]:
    """Make the rows: a small and a large seal of level LTA."""
    for size in (5_000, 130_000):
        yield _row(documents.elm(size))


def _row(payload: bytes) -> Row:
    organisation = holder("Hogeschool Zegel", authorities.root(), end=datetime(2030, 1, 1, tzinfo=UTC))
    first = seal(organisation, payload=payload)
    word = crl(authorities.root(), issued=_SEALED + DAY, until=_SEALED + 8 * DAY)
    enough = kept(stamped(first, _SEALED, _STAMPER), crls=(word,))
    whole = archived(enough, _SEALED + 20 * DAY, _STAMPER)
    covered = (timestamps.over_json_value(first), timestamps.over_json_everything(enough))
    trust = Trust(anchors=(authorities.root().certificate, _STAMPER.certificate))
    return Row(
        work=f"trust in JAdES LTA, ES256, {len(whole) / 1000:.0f} kB",
        ours=lambda: _ours(whole, trust),
        floor=lambda: _floor(whole, covered, authorities.root().certificate),
        said=lambda found: found,
        floor_said=lambda found: found,
        note="path, revocation, two timestamps; floor: cryptography alone",
    )


def _ours(data: bytes, trust: Trust) -> tuple[bool, str]:
    document = Document(
        format=Format.ELM,
        version="3",
        raw=data,
        original=data,
        media_type="application/json",
        tree={},
        seal=Seal(kind=SealKind.JADES, raw=data),
    )
    evidence = Evidence(document=document, now=NOW, trust=trust)
    found = gather_trust(examine_jades(data), document, evidence, Asked(OfflineFetcher()))
    assert found is not None
    assert found.moment is not None
    return found.path.holds is True and found.level == "LTA", found.moment.isoformat()


def _floor(data: bytes, covered: tuple[bytes, bytes], root: x509.Certificate) -> tuple[bool, str]:
    one = orjson.loads(data)
    first = one["signatures"][0]
    header = orjson.loads(_unpadded(first["protected"]))
    signer = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    value = _unpadded(first["signature"])
    plain = encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
    _key(signer).verify(plain, f"{first['protected']}.{one['payload']}".encode(), ec.ECDSA(hashes.SHA256()))
    signer.verify_directly_issued_by(root)
    parts = {name: part for text in first["header"]["etsiU"] for name, part in _component(text)}
    word = x509.load_der_x509_crl(base64.b64decode(parts["rVals"]["crlVals"][0]["val"]))
    held = word.is_signature_valid(root.public_key()) and not word.get_revoked_certificate_by_serial_number(
        signer.serial_number
    )
    moments = [
        _token(base64.b64decode(parts[name]["tstTokens"][0]["val"]), octets)
        for name, octets in zip(("sigTst", "arcTst"), covered, strict=True)
    ]
    return held, moments[0].isoformat()


def _component(text: str) -> Iterator[tuple[str, Any]]:
    yield from orjson.loads(_unpadded(text)).items()


def _token(token: bytes, octets: bytes) -> datetime:
    signed = cms.ContentInfo.load(token)["content"]
    content = signed["encap_content_info"]["content"].contents
    info = tsp.TSTInfo.load(content)
    signer = signed["signer_infos"][0]
    attributes = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
    if attributes["message_digest"] != hashlib.sha256(content).digest():
        raise ValueError("the token's own digest does not hold")
    if info["message_imprint"]["hashed_message"].native != hashlib.sha256(octets).digest():
        raise ValueError("the token is over something else")
    certificate = x509.load_der_x509_certificate(signed["certificates"][0].chosen.dump())
    certificate.verify_directly_issued_by(timestamps.root())
    message = signer["signed_attrs"].untag().dump()
    _key(certificate).verify(signer["signature"].native, message, ec.ECDSA(hashes.SHA256()))
    moment = info["gen_time"].native
    assert isinstance(moment, datetime)
    return moment


def _key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey), "all of them are"
    return key


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
