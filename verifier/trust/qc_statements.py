"""What a certificate says of itself that trusted lists ask for (EN 319 412-5 §4; TS 119 615 §4.4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

ESIGNATURE, ESEAL, WEBSITE = "eSignature", "eSeal", "WSA"
_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_ETSI = bytes.fromhex("04008e4601")  # 0.4.0.1862.1, the arc of all that follow
_COMPLIANCE, _DEVICE, _TYPE, _LEGISLATION = (_ETSI + bytes([last]) for last in (1, 4, 6, 7))
_KINDS = {_TYPE + b"\1": ESIGNATURE, _TYPE + b"\2": ESEAL, _TYPE + b"\3": WEBSITE}
_SEQUENCE, _IDENTIFIER = 0x30, 0x06
_KEY_USAGES = {
    "digitalSignature": "digital_signature",
    "nonRepudiation": "content_commitment",
    "keyEncipherment": "key_encipherment",
    "dataEncipherment": "data_encipherment",
    "keyAgreement": "key_agreement",
    "keyCertSign": "key_cert_sign",
    "crlSign": "crl_sign",
    "encipherOnly": "encipher_only",
    "decipherOnly": "decipher_only",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a certificate says.

    Attributes:
        compliance: that it is qualified by European law (QcCompliance, and no other law named).
        device: that its key lies in a qualified device (QcSSCD).
        kinds: what it is for (QcType): `eSignature`, `eSeal`, `WSA`; usually one, and `other` for one that
            is not known.
        policies: OIDs of its policies.
        key_usages: names of the key usage bits that are set, as lists spell them.
        purposes: OIDs of its extended key usages.
        attributes: OIDs of the attribute types in its subject.
    """

    compliance: bool = False
    device: bool = False
    kinds: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    key_usages: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()


class _NotStrict(ValueError):  # noqa: N818 - reads as a sentence
    """The DER is not what the standard prescribes."""


def said_by(certificate: x509.Certificate) -> Said | None:
    """Read all of it; None where an extension is not what its standard prescribes."""
    try:
        extensions = certificate.extensions
        statements = dict(_statements(extensions))
        return Said(
            compliance=_COMPLIANCE in statements and _LEGISLATION not in statements,
            device=_DEVICE in statements,
            kinds=frozenset(_kinds(statements[_TYPE])) if _TYPE in statements else frozenset(),
            policies=_policies(extensions),
            key_usages=_key_usages(extensions),
            purposes=_purposes(extensions),
            attributes=frozenset(one.oid.dotted_string for one in certificate.subject),
        )
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


def _extension(extensions: x509.Extensions, oid: x509.ObjectIdentifier) -> x509.ExtensionType | None:
    return next((one.value for one in extensions if one.oid == oid), None)


def _statements(extensions: x509.Extensions) -> Iterator[tuple[bytes, bytes]]:
    """Give the identifier and the information of each statement, each once (RFC 3739 §3.2.6)."""
    found = _extension(extensions, _STATEMENTS)
    if not isinstance(found, x509.UnrecognizedExtension):
        return
    (content,) = (value for _, value in _values(found.value, (_SEQUENCE,)))
    seen: set[bytes] = set()
    for _, statement in _values(content, (_SEQUENCE,)):
        parts = list(_values(statement))
        if not parts or len(parts) > 2 or parts[0][0] != _IDENTIFIER or parts[0][1] in seen:  # noqa: PLR2004
            raise _NotStrict
        seen.add(parts[0][1])
        yield parts[0][1], statement[len(parts[0][1]) + 2 :]


def _kinds(information: bytes) -> Iterator[str]:
    """Read QcType: a sequence of identifiers (EN 319 412-5 §4.2.3)."""
    (content,) = (value for _, value in _values(information, (_SEQUENCE,)))
    for _, identifier in _values(content, (_IDENTIFIER,)):
        yield _KINDS.get(identifier, "other")


def _values(der: bytes, tags: tuple[int, ...] = ()) -> Iterator[tuple[int, bytes]]:
    """Give tag and content of each DER value, of these tags alone where any are given.

    Raises:
        _NotStrict: another tag, an indefinite, overlong or too long length, or something left over.
    """
    at = 0
    while at < len(der):
        if at + 2 > len(der) or (tags and der[at] not in tags):
            raise _NotStrict
        tag, size, start = der[at], der[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(der[start : start + count])
            if not 1 <= count <= 3 or size < 0x80 or size < 1 << 8 * (count - 1):  # noqa: PLR2004 - X.690 §10.1
                raise _NotStrict
            start += count
        if start + size > len(der):
            raise _NotStrict
        yield tag, der[start : start + size]
        at = start + size


def _policies(extensions: x509.Extensions) -> frozenset[str]:
    found = _extension(extensions, ExtensionOID.CERTIFICATE_POLICIES)
    held = found if isinstance(found, x509.CertificatePolicies) else ()
    return frozenset(one.policy_identifier.dotted_string for one in held)


def _purposes(extensions: x509.Extensions) -> frozenset[str]:
    found = _extension(extensions, ExtensionOID.EXTENDED_KEY_USAGE)
    held = found if isinstance(found, x509.ExtendedKeyUsage) else ()
    return frozenset(one.dotted_string for one in held)


def _key_usages(extensions: x509.Extensions) -> frozenset[str]:
    found = _extension(extensions, ExtensionOID.KEY_USAGE)
    if not isinstance(found, x509.KeyUsage):
        return frozenset()
    # without key agreement the library has no word on the two bits that refine it
    names = (name for name in _KEY_USAGES if found.key_agreement or not name.endswith("Only"))
    return frozenset(name for name in names if getattr(found, _KEY_USAGES[name]))
