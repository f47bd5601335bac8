"""What the XML Security Library says: the mathematics alone, where it knows the shape.

It is never asked about a signature that could make it fetch, run a program, or pick among several.
"""

from __future__ import annotations

import base64

import xmlsec
from interop.cases import Case
from interop.opinions import Crypto, Opinion
from lxml import etree

from verifier.sealing.transforms import DS, FILTER2, XPATH1

_SIGNATURE = f"{{{DS}}}Signature"
_PROPERTIES = "{http://uri.etsi.org/01903/v1.3.2#}SignedProperties"
_TAME = {"not(ancestor-or-self::ds:Signature)", "/descendant::ds:Signature"}
_NO_PROGRAM = frozenset(
    {XPATH1, FILTER2, "http://www.w3.org/2000/09/xmldsig#enveloped-signature"}
    | {"http://www.w3.org/2000/09/xmldsig#base64"}
    | {"http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"}
    | {f"http://www.w3.org/TR/2001/REC-xml-c14n-20010315{end}" for end in ("", "#WithComments")}
    | {f"http://www.w3.org/2006/12/xml-c14n11{end}" for end in ("", "#WithComments")}
)


def xmlsec_opinion(case: Case) -> Opinion:
    """Ask the XML Security Library, with the key of the first certificate that the signature carries."""
    try:
        root = _parsed(case.path.read_bytes())
    except etree.XMLSyntaxError:
        return Opinion()
    signatures = [one for one in root.iter(_SIGNATURE) if next(one.iterancestors(_SIGNATURE), None) is None]
    if len(signatures) != 1 or root.getroottree().docinfo.doctype or not _tame(signatures[0]):
        return Opinion()
    return Opinion(crypto=Crypto.HOLDS if _verified(signatures[0]) else Crypto.BROKEN)


def xmlsec_holds(raw: bytes) -> bool:
    """Tell whether the first signature of a file verifies with the first certificate it carries."""
    return _verified(next(_parsed(raw).iter(_SIGNATURE)))


def _parsed(raw: bytes) -> etree._Element:
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False, load_dtd=False, no_network=True)
    return etree.fromstring(raw, parser)


def _tame(signature: etree._Element) -> bool:
    """Tell whether all is inside the file, by transforms that are no programs, and an X.509 key is there."""
    own = f"{{{DS}}}SignedInfo/{{{DS}}}Reference"
    uris = {one.get("URI") for one in signature.iterfind(own)}
    transforms = {one.get("Algorithm") for one in signature.iterfind(f"{own}//{{{DS}}}Transform")}
    paths = {"".join(one.itertext()).strip() for one in signature.iterfind(f"{own}//{{*}}XPath")}
    keys = signature.find(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    method = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}SignatureMethod")
    return (
        keys is not None
        and method is not None
        and not any(word in method.get("Algorithm", "") for word in ("hmac", "eddsa"))
        and all(uri is not None and (not uri or uri.startswith("#")) for uri in uris)
        and transforms <= _NO_PROGRAM
        and paths <= _TAME
    )


def _verified(signature: etree._Element) -> bool:
    context = xmlsec.SignatureContext()
    called = _called(signature)
    try:
        der = base64.b64decode(next(signature.iter(f"{{{DS}}}X509Certificate")).text or "")
        context.key = xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer)
        for element in signature.getroottree().iter(etree.Element):
            for name in {"Id", "ID", "id"} & set(element.keys()):
                if element.get(name) in called:
                    context.register_id(element, name)
        context.verify(signature)
    except (xmlsec.Error, ValueError):
        return False
    return True


def _called(signature: etree._Element) -> set[str]:
    references = signature.iterfind(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    return {uri[1:] for one in references if (uri := one.get("URI", "")).startswith("#")}
