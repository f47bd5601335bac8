"""Read which qualifiers a list gives to which certificates (TS 119 612 §5.5.9.2)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from schemas.trusted_list import Criteria, QualificationElement
from verifier.trust.lists.elements import EXTRA, SIE, children, text_at

_ASSERTIONS = frozenset({"all", "atLeastOne", "none"})
_DEEPEST = 16
_IDENTIFIER = "{http://uri.etsi.org/01903/v1.3.2#}Identifier"
_NOTHING = Criteria(assertion="all", unknown=True)


def qualifications(extension: etree._Element, *, critical: bool) -> Iterator[QualificationElement]:
    """Read a Qualifications extension; what cannot be read in it is kept as a criterion not understood."""
    for element in extension.iter(f"{{{SIE}}}QualificationElement"):
        qualifiers = (
            one.get("uri", "") for one in element.iterfind(f"{{{SIE}}}Qualifiers/{{{SIE}}}Qualifier")
        )
        lists = element.findall(f"{{{SIE}}}CriteriaList")
        criteria = _criteria(lists[0], _DEEPEST) if len(lists) == 1 else _NOTHING
        yield QualificationElement(
            qualifiers=frozenset(one.strip() for one in qualifiers), criteria=criteria, critical=critical
        )


def _criteria(element: etree._Element, deepest: int) -> Criteria:
    if not deepest:
        return _NOTHING
    assertion = element.get("assert", "")
    unknown = assertion not in _ASSERTIONS
    key_usages, policies, others = [], [], []
    purposes: list[tuple[str, ...]] = []
    attributes: list[tuple[str, ...]] = []
    for child in children(element):
        match etree.QName(child).localname:
            case "KeyUsage":
                key_usages.append(_key_usage(child))
            case "PolicySet":
                policies.append(_oids(child))
            case "CriteriaList":
                others.append(_criteria(child, deepest - 1))
            case "otherCriteriaList":
                unknown |= not _others(child, purposes, attributes)
            case "Description":
                pass
            case _:
                unknown = True
    return Criteria(
        assertion=assertion,
        # a set of nothing would fit every certificate
        key_usages=tuple(filter(None, key_usages)),
        policies=tuple(filter(None, policies)),
        extended_key_usages=tuple(filter(None, purposes)),
        subject_attributes=tuple(filter(None, attributes)),
        others=tuple(others),
        unknown=unknown or not all((*policies, *purposes, *attributes, *key_usages)),
    )


def _key_usage(element: etree._Element) -> tuple[tuple[str, bool], ...]:
    bits = element.findall(f"{{{SIE}}}KeyUsageBit")
    return tuple((bit.get("name", ""), (bit.text or "").strip() in {"true", "1"}) for bit in bits)


def _oids(element: etree._Element) -> tuple[str, ...]:
    """Read OIDs, spelt bare or as a URN (EN 319 132-1 ObjectIdentifier)."""
    texts = ((one.text or "").strip() for one in element.iter(_IDENTIFIER))
    return tuple(text.removeprefix("urn:oid:") for text in texts)


def _others(
    element: etree._Element, purposes: list[tuple[str, ...]], attributes: list[tuple[str, ...]]
) -> bool:
    """Read the further criteria that TS 119 612 §5.5.9.2.2.3 knows; tell whether there are no others."""
    understood = True
    for child in children(element):
        if child.tag == f"{{{EXTRA}}}ExtendedKeyUsage":
            purposes.append(_oids(child))
        elif child.tag == f"{{{EXTRA}}}CertSubjectDNAttribute":
            attributes.append(_oids(child))
        else:
            understood = False
    return understood


def taken_over_by(extension: etree._Element) -> str:
    """Read who took a service over (§5.5.9.3); "another provider" where no name stands there."""
    return " ".join(text_at(extension, f"{{{EXTRA}}}TSPName/*").split()) or "another provider"
