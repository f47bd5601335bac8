"""Which certificate made an XML signature, by its digest in the signed properties (EN 319 132-1 §5.2.2)."""

from __future__ import annotations

from cryptography import x509
from lxml import etree

from verifier.sealing import algorithms, certificates
from verifier.sealing.algorithms import XML_DIGESTS
from verifier.sealing.fault import broken, unsupported
from verifier.sealing.tally import Tally
from verifier.sealing.transforms import DS

XADES = "http://uri.etsi.org/01903/v1.3.2#"

Certificates = tuple[x509.Certificate, ...]


def names_signer(signed_properties: etree._Element) -> list[etree._Element]:
    """Give the references to the signing certificate: the first Cert of each property that holds them."""
    paths = (
        f"{{{XADES}}}SignedSignatureProperties/{{{XADES}}}{name}/{{{XADES}}}Cert[1]"
        for name in ("SigningCertificateV2", "SigningCertificate")
    )
    return [cert for path in paths for cert in signed_properties.findall(path)]


def named_signer(named: list[etree._Element], carried: Certificates, tally: Tally) -> x509.Certificate | None:
    """Find the one carried certificate that all references name by its digest.

    The serial number must agree where it stands there; the issuer's name is bound by the digest.
    """
    found = [_named(cert, carried, tally) for cert in named]
    if None in found or len(set(found)) > 1:
        if not any(code == "algorithm" for code, _ in tally.faults):
            tally.note(broken("certificate", "No certificate of the seal is the one its properties name."))
        return None
    return found[0] if found else None


def _named(cert: etree._Element, carried: Certificates, tally: Tally) -> x509.Certificate | None:
    method = cert.find(f"{{{XADES}}}CertDigest/{{{DS}}}DigestMethod")
    value = certificates.decode_base64(cert.findtext(f"{{{XADES}}}CertDigest/{{{DS}}}DigestValue") or "")
    algorithm = method.get("Algorithm", "") if method is not None else ""
    name = XML_DIGESTS.get(algorithm)
    tally.use(algorithm, weak=name in algorithms.WEAK_HASHES)
    if name is None:
        tally.note(unsupported("algorithm", "A digest algorithm of the seal is not supported."))
        return None
    found = certificates.by_digest(carried, name, value or b"")
    if found is not None and _serial(cert) not in {None, found.serial_number}:
        tally.note(unsupported("certificate", "The signed properties name another serial number."))
    return found


def _serial(cert: etree._Element) -> int | None:
    """Read the serial number named beside the digest; -1 where one is named that cannot be read."""
    text = cert.findtext(f"{{{XADES}}}IssuerSerialV2")
    if text is not None:
        serial = certificates.serial_of(certificates.decode_base64(text) or b"")
        return -1 if serial is None else serial
    text = cert.findtext(f"{{{XADES}}}IssuerSerial/{{{DS}}}X509SerialNumber")
    if text is None:
        return None
    stripped = text.strip()
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) < 64 else -1  # noqa: PLR2004
