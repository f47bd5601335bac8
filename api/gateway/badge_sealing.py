"""A converted badge made ready for the world: signed with the tenant's key, or hosted here."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.badges import assertion_name
from api.badges.serving import REVOCATIONS
from api.gateway.seal_orders import SealMade, SealOrder
from api.storage.hosted import ISSUERS
from api.storage.records import Reservation, Sealed
from converter.convert import Conversion
from converter.hosting import (
    JSON,
    Hosting,
    Places,
    PublicDocument,
    host,
    issuer_of,
    key_document,
    prepare_signed,
)
from converter.strict import load_json
from schemas.errors import Problem, Refused
from schemas.key import Key
from verifier.sealing.certificates import fingerprint
from verifier.sealing.compact import sign_compact

JWS = "application/jose"
_ALGORITHMS = frozenset({"RS256", "ES256"})


def as_badge(
    kept: Reservation, made: Conversion, recipient: tuple[str, str] | None, order: SealOrder
) -> tuple[Conversion, Sealed, SealMade, Hosting]:
    """Make a badge ready, with a recipient hashed anew.

    Raises:
        Refused: nobody said whom it is about, or the tenant's key is not one that badges are signed with.
        Unavailable: the key cannot sign.
    """
    if recipient is None:
        message = "A badge is about somebody: name the recipient, for example email=…."
        raise Refused(Problem(code="sealing.recipient", message=message, where="recipient"))
    tree, base = load_json(made.document), order.sealer.tenant.base_url
    if order.form == "hosted":
        places = Places(base=base, name=kept.id)
        hosting = host(tree, places, recipient, secrets.token_hex(16))
        document, media_type, name = hosting.assertion, made.media_type, made.file_name
        status = places.assertion
    else:
        hosting, document = _signed(kept, tree, base, recipient, order.sealer.key)
        media_type, name = JWS, f"{made.file_name.rpartition('.')[0]}.jws"
        status = f"{base}/badges/{REVOCATIONS}{_issuer(hosting)}"
    report = replace(
        made.report,
        left_out=(*made.report.left_out, *hosting.left_out),
        added=(*made.report.added, *hosting.added),
    )
    sealed = Sealed(
        sha256=hashlib.sha256(document).hexdigest(),
        certificate_sha256=fingerprint(order.sealer.key.certificates[0]),
        issuer=_issuer(hosting),
    )
    told = SealMade(id=kept.id, tenant=kept.tenant, status=(status,))
    done = replace(made, document=document, media_type=media_type, file_name=name, report=report)
    return done, sealed, told, hosting


def _signed(
    kept: Reservation, tree: dict[str, Any], base: str, recipient: tuple[str, str], key: Key
) -> tuple[Hosting, bytes]:
    """Sign an assertion; its key stands in public beside its issuer (OB 2.0, §Signed badges)."""
    if key.algorithm not in _ALGORITHMS:
        message = "Badges are signed with RS256 or ES256, and the tenant's key does neither; host it instead."
        raise Refused(Problem(code="sealing.algorithm", message=message))
    issuer = issuer_of(tree)
    name = fingerprint(key.certificates[0])[:24]
    places = Places(
        base=base,
        name=kept.id,
        key=f"{base}/badges/keys/{issuer}/{name}",
        revocations=f"{base}/badges/{REVOCATIONS}{issuer}",
    )
    hosting = prepare_signed(tree, places, recipient, secrets.token_hex(16), assertion_name(kept.id))
    public = key.certificates[0].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    owner = f"{base}/badges/{ISSUERS}{issuer}"
    document = PublicDocument(
        path=places.path(places.key), media_type=JSON, body=key_document(places.key, owner, pem)
    )
    token = sign_compact(hosting.assertion, key, {"typ": "JWT"}).encode()
    return replace(hosting, documents=(*hosting.documents, document)), token


def _issuer(hosting: Hosting) -> str:
    return next(one.path.removeprefix(ISSUERS) for one in hosting.documents if one.path.startswith(ISSUERS))
