"""The signature algorithm of an XML signature, with the parameters RSA-PSS may have (RFC 9231 §2.3.10)."""

from __future__ import annotations

from lxml import etree

from verifier.sealing.algorithms import XML_DIGESTS, XML_SCHEMES, Family, Scheme
from verifier.sealing.transforms import DS

MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
RSA_PSS = f"{MORE_2007}rsa-pss"
_MGF1 = f"{MORE_2007}MGF1"
_MOST_SALT = 512


def scheme_of(method: etree._Element) -> Scheme | None:
    """Read a SignatureMethod; None where it, or a parameter of it, is not known."""
    algorithm = method.get("Algorithm", "")
    if algorithm == RSA_PSS:
        return _pss(method)
    return XML_SCHEMES.get(algorithm) if not len(method) else None


def is_symmetric(method: etree._Element) -> bool:
    """Tell an algorithm that proves nothing to anyone but its maker."""
    return "hmac" in method.get("Algorithm", "").lower()


def _pss(method: etree._Element) -> Scheme | None:
    """Read RSAPSSParams; what is left out is SHA-256, MGF1 with it, and a salt as long as the hash."""
    children = list(method)
    if len(children) > 1 or (children and children[0].tag != f"{{{MORE_2007}}}RSAPSSParams"):
        return None
    hash_name, mask_hash, salt = "sha256", "sha256", None
    for one in children[0] if children else ():
        match one.tag:
            case tag if tag == f"{{{DS}}}DigestMethod":
                hash_name = XML_DIGESTS.get(one.get("Algorithm", ""), "")
            case tag if tag == f"{{{MORE_2007}}}MaskGenerationFunction":
                mask_hash = _mask(one)
            case tag if tag == f"{{{MORE_2007}}}SaltLength":
                salt = _number(one)
                if salt is None:
                    return None
            case tag if tag == f"{{{MORE_2007}}}TrailerField" and _number(one) == 1:
                pass
            case _:
                return None
    if not hash_name or not mask_hash:
        return None
    return Scheme(family=Family.PSS, hash_name=hash_name, mask_hash=mask_hash, salt=salt)


def _mask(element: etree._Element) -> str:
    if element.get("Algorithm") != _MGF1 or len(element) > 1:
        return ""
    if not len(element):
        return "sha256"
    (inner,) = element
    return XML_DIGESTS.get(inner.get("Algorithm", ""), "") if inner.tag == f"{{{DS}}}DigestMethod" else ""


def _number(element: etree._Element) -> int | None:
    text = (element.text or "").strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004
    return number if number is not None and number <= _MOST_SALT else None
