"""Badges made of a Europass credential, with the web they need; for our own verifier and for others."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bundles import answer
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from samples import elm_cases, sealing

from converter.convert import Options, Source, convert
from converter.hosting import Hosting, Places, key_document, prepare_signed, revocation_list
from converter.read import read
from schemas.document import Document, Format
from schemas.institution import InstitutionProfile, OrganisationFacts
from verifier.sealing.compact import sign_compact

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BASE = "https://gateway.example"
MAIL = "noor.de.wit@polder.example"
RECIPIENT = ("email", MAIL)
SALT = "00aa11bb22cc33dd"
PLACES = Places(base=BASE, name="x1Y2z3")
SIGNED = Places(
    base=BASE, name="x1Y2z3", key=f"{BASE}/badges/keys/k1", revocations=f"{BASE}/badges/revocations/r1"
)
NAME = "urn:uuid:0f9e8d7c-6b5a-4f3e-8d2c-1b0a9f8e7d6c"


def assertion(**changes: Any) -> dict[str, Any]:
    """Convert a credential whose learner has a name, a mail address and a date of birth."""
    tree = elm_cases.good()
    subject = tree["credentialSubject"]
    subject |= {
        "givenName": {"nl": "Noor"},
        "familyName": {"nl": "de Wit"},
        "fullName": {"nl": "Noor de Wit"},
    }
    subject["dateOfBirth"] = "1999-12-31T00:00:00"
    found = read(json.dumps(tree).encode())
    assert isinstance(found, Document)
    profile = InstitutionProfile(
        awarding_body=OrganisationFacts(url="https://polder.example", email="office@polder.example")
    )
    options = Options(
        **{"now": NOW, "recipient": RECIPIENT, "profile": profile, "enclose": "nothing", **changes}
    )
    made: dict[str, Any] = json.loads(convert(Source(document=found), Format.OB2, options).document)
    return made


def web(made: Hosting, **more: bytes) -> dict[str, Any]:
    """Lay out what stands in public."""
    found = {f"{BASE}/badges/{one.path}": answer(one.body, media=one.media_type) for one in made.documents}
    return found | {address: answer(body) for address, body in more.items()}


def signed(algorithm: str = "ES256") -> tuple[bytes, dict[str, Any]]:
    """Sign a badge; give it with the web it needs."""
    made = prepare_signed(assertion(), SIGNED, RECIPIENT, SALT, NAME)
    key = sealing.key(algorithm)
    public = key.certificates[0].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    (owner,) = [f"{BASE}/badges/{one.path}" for one in made.documents if one.path.startswith("issuers/")]
    more = {
        SIGNED.key: key_document(SIGNED.key, owner, pem),
        SIGNED.revocations: revocation_list(SIGNED.revocations, owner, {}),
    }
    return sign_compact(made.assertion, key, {}).encode(), web(made, **more)
