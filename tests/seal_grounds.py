"""Files whose seal holds: every shape of our own making, and who signed it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography import x509
from samples import seals, signatures


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A file whose seal holds.

    Attributes:
        name: what it is.
        raw: the file.
        signers: who signed; any one of them, nobody else.
        credential: it is also judged as a credential.
        exclusive: how it is canonicalized.
        text: what is signed is bytes in base64 inside an element.
        at_hand: content beside the file.
    """

    name: str
    raw: bytes
    signers: frozenset[x509.Certificate]
    credential: bool = False
    exclusive: bool = True
    text: bool = False
    at_hand: dict[str, bytes] = field(default_factory=dict)

    @property
    def is_xml(self) -> bool:
        return self.raw.lstrip()[:1] == b"<"


@cache
def grounds() -> tuple[Ground, ...]:
    """Every shape of a seal of our own making."""
    return (*_xml_grounds(), *_json_grounds())


def _xml_grounds() -> Iterator[Ground]:
    rsa, curve = seals.certificate("rsa"), seals.certificate("p256")
    for transform in seals.TRANSFORMS:
        raw = seals.seal_xml(transform=transform)
        yield Ground(name=f"credential, {transform}", raw=raw, signers=frozenset({rsa}), credential=True)
        raw = signatures.enveloped(how=transform)
        yield Ground(name=f"enveloped, {transform}", raw=raw, signers=frozenset({rsa}))
    raw = seals.seal_xml(kind="p256", method=f"{seals.MORE}ecdsa-sha256")
    yield Ground(name="credential, curve", raw=raw, signers=frozenset({curve}), credential=True)
    raw = seals.seal_xml(seals.inclusive(), canonical=signatures.INCLUSIVE)
    yield Ground(name="inclusive", raw=raw, signers=frozenset({rsa}), credential=True, exclusive=False)
    child = seals.seal_xml(kind="p256", method=f"{seals.MORE}ecdsa-sha256", identifier="id-2")
    raw = seals.seal_xml(seals.holding(child.replace(b"<?pi kept?>", b"")))
    yield Ground(name="credential around another", raw=raw, signers=frozenset({rsa}), credential=True)
    yield Ground(name="enveloping", raw=signatures.enveloping(), signers=frozenset({rsa}))
    yield Ground(name="text", raw=signatures.enveloping(as_text=True), signers=frozenset({rsa}), text=True)
    yield Ground(name="part", raw=signatures.beside("l1", "l2"), signers=frozenset({rsa}))
    yield Ground(name="plain", raw=signatures.enveloped(xades=False), signers=frozenset({rsa}))


def _json_grounds() -> Iterator[Ground]:
    rsa, curve = seals.certificate("rsa"), seals.certificate("p256")
    plain: dict[str, Any] = {"b64": None, "crit": ["sigT"]}
    for form in ("general", "flattened", "compact"):
        text = b'{"grade":8}' if form == "compact" else seals.PAYLOAD
        for name, header in (("literal", seals.protected()), ("encoded", seals.protected(**plain))):
            raw = seals.seal_json(text, header=header, form=form)
            yield Ground(name=f"{form}, {name}", raw=raw, signers=frozenset({rsa}), credential=True)
    several = signatures.several_tokens(seals.PAYLOAD, {"rsa": "RS256", "p256": "ES256"}, **plain)
    yield Ground(name="several", raw=json.dumps(several).encode(), signers=frozenset({rsa, curve}))
    beside = {"a.txt": b"one", "b.txt": b"two"}
    raw = signatures.outside_by_hash(beside)
    yield Ground(name="beside", raw=raw, signers=frozenset({rsa}), at_hand=beside)
