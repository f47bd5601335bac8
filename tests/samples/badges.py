"""Our own badges, made anew on every run and always the same: invented people, invented schools."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import struct
import zipfile
import zlib
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Json = dict[str, Any]

HOST = "https://badges.example.nl"
ASSERTION = f"{HOST}/public/assertions/kPq0r8sTuVwXyZ01aBcDeF"
BADGE_CLASS = f"{HOST}/public/badges/Zy9xW8vU7tS6rQ5pO4nM3l"
ISSUER = f"{HOST}/public/issuers/aB1cD2eF3gH4iJ5kL6mN7o"
KEY = f"{HOST}/signing/public_key/Qq1Ww2Ee3Rr4Tt5Yy6Uu7I"
CONTEXT = "https://w3id.org/openbadges/v2"
CONTEXT_1_1 = "https://w3id.org/openbadges/v1"
LEARNER = "0f9e8d7c-6b5a-4f3e-8d2c-1b0a9f8e7d6c"  # an eduID, made up
SALT = "00112233445566778899aabbccddeeff"


def extension(name: str, value: object, *, key: str = "", host: str = HOST) -> Json:
    """Build one edubadges extension; the context's host differs from deployment to deployment."""
    return {
        "@context": f"{host}/extensions/{name}/context.json",
        "type": ["Extension", f"extensions:{name}"],
        key or name.removesuffix("Extension"): value,
    }


def recipient(value: str = LEARNER, kind: str = "id") -> Json:
    """Build a hashed recipient as edubadges does: sha-256 over the lower-case value and the salt."""
    digest = hashlib.sha256((value.lower() + SALT).encode()).hexdigest()
    return {"hashed": True, "type": kind, "identity": f"sha256${digest}", "salt": SALT}


def assertion(**changes: Any) -> Json:
    """Build a hosted assertion as it stands at its own URL, with the class only referenced."""
    return {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": ASSERTION,
        "badge": BADGE_CLASS,
        "image": f"{ASSERTION}/image",
        "verification": {"type": "HostedBadge"},
        "evidence": [],
        "issuedOn": "2026-03-02T10:20:30.123456+00:00",
        "updatedAt": "2026-03-04T11:00:00.000001+00:00",
        "recipient": recipient(),
        **changes,
    }


def badge_class(**changes: Any) -> Json:
    """Build a badge class as it stands at its own URL, with one alignment that has no URL."""
    return {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": BADGE_CLASS,
        "issuer": ISSUER,
        "name": "Dike Inspection",
        "description": "Inspecting a river dike and reporting on its state.",
        "image": f"{BADGE_CLASS}/image",
        "criteria": {"narrative": "Two inspections and a report.\r\n\r\n* report\r\n* oral defence"},
        "alignment": [{"targetName": "inspect dikes", "targetUrl": None, "targetFramework": "ESCO"}],
        "tags": ["water"],
        "extensions:LanguageExtension": extension("LanguageExtension", "en_EN"),
        "extensions:ECTSExtension": extension("ECTSExtension", 2.5),
        "extensions:EQFExtension": extension("EQFExtension", 6),
        "extensions:EducationProgramIdentifierExtension": extension(
            "EducationProgramIdentifierExtension", [50123]
        ),
        **changes,
    }


def issuer(**changes: Any) -> Json:
    """Build an issuer as it stands at its own URL; the country is one of the two that edubadges offers."""
    return {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": ISSUER,
        "name": "Water School",
        "name_dutch": "Waterschool",
        "url": "https://water.example.nl",
        "email": "office@water.example.nl",
        "extensions:InstitutionCountryExtension": extension("InstitutionCountryExtension", "EN"),
        **changes,
    }


def expanded(**changes: Any) -> Json:
    """Build the assertion as its host answers with `expand=` for class, issuer and user."""
    unit = issuer(
        faculty={"name": "Delta", "institution": {"type": "Institution", "name": "Polder University"}}
    )
    wide = badge_class(issuer=unit, typeBadgeClass="microcredential", stackable=False, user="Noor de Wit")
    return assertion(badge=wide, **changes)


def badge_class_micro() -> Json:
    """Build the class as its host answers with `expand=micro`: the only place of its quality assurance."""
    return badge_class(qualityAssuranceName="Quality board", qualityAssuranceUrl="https://quality.example.nl")


def revoked(**changes: Any) -> Json:
    """Build the stripped body by which a host says, with status 200, that a badge is revoked."""
    return {"@context": CONTEXT, "type": "Assertion", "id": ASSERTION, "revoked": True, **changes}


def assertion_1_1() -> Json:
    """Build the assertion in the terms of Open Badges 1.1."""
    old = assertion(uid="kPq0r8sTuVwXyZ01aBcDeF", verify={"type": "hosted", "url": ASSERTION})
    old["@context"] = CONTEXT_1_1
    del old["verification"]
    return old


def assertion_1_0() -> Json:
    """Build the assertion in the terms of Open Badges 1.0: no context, type or id, and a Unix time."""
    return {
        "uid": "a1",
        "recipient": recipient("noor@example.nl", "email"),
        "badge": BADGE_CLASS,
        "issuedOn": 1_430_395_200,
        "expires": "2031-04-30",
        "verify": {"type": "hosted", "url": ASSERTION},
    }


def dumped(tree: object) -> bytes:
    """Write JSON as edubadges bakes it."""
    return json.dumps(tree, indent=2).encode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def itxt(text: bytes, *, keyword: bytes = b"openbadges", compressed: bool = False) -> bytes:
    """Build an iTXt chunk; compression is what baking forbids."""
    flags = b"\x01\x00" if compressed else b"\x00\x00"
    return _chunk(b"iTXt", keyword + b"\0" + flags + b"\0\0" + (zlib.compress(text) if compressed else text))


def text_chunk(text: bytes) -> bytes:
    """Build the legacy tEXt chunk."""
    return _chunk(b"tEXt", b"openbadges\0" + text)


def png(*chunks: bytes) -> bytes:
    """Build a PNG of one pixel with the chunks between its header and its pixel."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixel = _chunk(b"IDAT", zlib.compress(b"\0\x7f"))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + pixel + _chunk(b"IEND", b"")


def baked_png(text: bytes) -> bytes:
    """Bake a text into a PNG as the specification has it."""
    return png(itxt(text))


def svg(inside: str = "", *, prefix: str = "openbadges") -> bytes:
    """Build a small SVG with the badge namespace declared."""
    names = f'xmlns="http://www.w3.org/2000/svg" xmlns:{prefix}="http://openbadges.org"'
    return f'<?xml version="1.0" encoding="UTF-8"?><svg {names}>{inside}<circle r="9"/></svg>'.encode()


def baked_svg(body: bytes = b"", verify: str = "", *, prefix: str = "openbadges") -> bytes:
    """Bake a body, a `verify` attribute or both into an SVG."""
    cdata = f"<![CDATA[{body.decode()}]]>" if body else ""
    attribute = f' verify="{verify}"' if verify else ""
    return svg(f"<{prefix}:assertion{attribute}>{cdata}</{prefix}:assertion>", prefix=prefix)


def zipped(parts: dict[str, bytes]) -> bytes:
    """Pack parts into a ZIP, always with the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def base64url(data: bytes) -> bytes:
    """Encode as RFC 7515 §2 has it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signed(payload: object, *, header: Json | None = None, key: rsa.RSAPrivateKey | None = None) -> bytes:
    """Sign a payload with RS256 as a compact JWS; RSA PKCS #1 v1.5 gives the same bytes every time."""
    head = base64url(json.dumps(header or {"typ": "JWT", "alg": "RS256"}).encode())
    body = head + b"." + base64url(payload if isinstance(payload, bytes) else json.dumps(payload).encode())
    return body + b"." + base64url((key or signing_key()).sign(body, padding.PKCS1v15(), hashes.SHA256()))


def signed_assertion(**changes: Any) -> Json:
    """Build the payload of a signed badge."""
    return assertion(
        id="urn:uuid:5f0c1a52-3e0b-4c1e-9f65-6a4f7d1c2b3a",
        verification={"type": "SignedBadge", "creator": KEY},
        **changes,
    )


def key_document() -> Json:
    """Build the key as its host answers it."""
    pem = (
        signing_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return {
        "@context": CONTEXT,
        "type": "CryptographicKey",
        "id": KEY,
        "owner": ISSUER,
        "publicKeyPem": pem.decode(),
    }


@cache
def signing_key(seed: int = 2) -> rsa.RSAPrivateKey:
    """Make an RSA key of 2048 bits from a seed: worthless as a secret, and so it never lies in a file."""
    chance = random.Random(seed)  # noqa: S311 - a test key must be the same every time
    exponent = 65537
    p, q = _prime(chance, exponent), _prime(chance, exponent)
    d = pow(exponent, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(exponent, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return numbers.private_key()


def _prime(chance: random.Random, exponent: int) -> int:
    small = [n for n in range(3, 2000) if all(n % m for m in range(2, int(n**0.5) + 1))]
    while True:
        number = chance.getrandbits(1024) | (3 << 1022) | 1
        if any(number % n == 0 for n in small) or (number - 1) % exponent == 0:
            continue
        if all(_witness(number, chance.randrange(2, number - 1)) for _ in range(8)):
            return number


def _witness(number: int, base: int) -> bool:
    """Tell whether Miller and Rabin's test finds nothing against a number being prime."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    power = pow(base, odd, number)
    if power in {1, number - 1}:
        return True
    return any((power := pow(power, 2, number)) == number - 1 for _ in range(twos - 1))
