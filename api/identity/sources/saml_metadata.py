"""What a node must know of this gateway: its metadata as a service provider (SAML metadata §2.4.4)."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from api.identity.sources.saml import Node, posted_to
from api.identity.sources.saml_encryption import XENC11
from api.identity.sources.saml_names import METADATA, POST, PROTOCOL
from verifier.sealing.transforms import DS

MEDIA_TYPE = "application/samlmetadata+xml"


def metadata(node: Node, back: str, certificates: Sequence[x509.Certificate]) -> bytes:
    """Write the metadata; unsigned, for the operator hands it over by a way that is trusted.

    Args:
        node: as configured.
        back: the address of ours that the source sends the browser back to.
        certificates: of the gateway's own key; none where it has none.
    """
    entity = etree.Element(
        f"{{{METADATA}}}EntityDescriptor", {"entityID": node.entity}, nsmap={"md": METADATA}
    )
    role = etree.SubElement(
        entity,
        f"{{{METADATA}}}SPSSODescriptor",
        {
            "protocolSupportEnumeration": PROTOCOL,
            "AuthnRequestsSigned": str(node.key is not None).lower(),
            "WantAssertionsSigned": "true",
        },
    )
    uses = [("signing", node.key is not None), ("encryption", node.keys.own is not None)]
    for use in [name for name, there in uses if there and certificates]:
        descriptor = etree.SubElement(role, f"{{{METADATA}}}KeyDescriptor", {"use": use})
        info = etree.SubElement(descriptor, f"{{{DS}}}KeyInfo", nsmap={"ds": DS})
        data = etree.SubElement(info, f"{{{DS}}}X509Data")
        der = certificates[0].public_bytes(Encoding.DER)
        etree.SubElement(data, f"{{{DS}}}X509Certificate").text = base64.b64encode(der).decode()
        if use == "encryption":
            method = {"Algorithm": f"{XENC11}aes256-gcm"}
            etree.SubElement(descriptor, f"{{{METADATA}}}EncryptionMethod", method)
    where = {"Binding": POST, "Location": posted_to(back), "index": "0", "isDefault": "true"}
    etree.SubElement(role, f"{{{METADATA}}}AssertionConsumerService", where)
    return etree.tostring(entity, encoding="UTF-8", xml_declaration=True)
