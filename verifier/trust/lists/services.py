"""Read the trust services of a list, each with what it was when (TS 119 612 §5.4, §5.5, §5.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from lxml import etree

from schemas.trusted_list import QualificationElement, ServicePeriod, TrustedService
from verifier.sealing.certificates import decode_base64
from verifier.trust.lists.elements import (
    EXTRA,
    SIE,
    certificates_in,
    children,
    moment_at,
    name_at,
    text_at,
    text_of,
    tsl,
)
from verifier.trust.lists.qualifications import qualifications, taken_over_by

_EXPIRED_REVOCATION = tsl("ExpiredCertsRevocationInfo")
"""Tells from when on expired certificates stay in the CRL (§5.5.9.1); a matter of revocation only."""


def services(root: etree._Element, territory: str) -> Iterator[TrustedService]:
    """Read every service of every provider.

    Raises:
        ListRefusal: one has no time from which its status holds.
    """
    providers = root.iterfind(tsl("TrustServiceProviderList", "TrustServiceProvider"))
    for provider in providers:
        name = name_at(provider, tsl("TSPInformation", "TSPName"))
        for element in provider.iterfind(tsl("TSPServices", "TSPService")):
            current = element.find(tsl("ServiceInformation"))
            if current is not None:
                yield _service(element, current, name, territory)


def _service(
    element: etree._Element, current: etree._Element, provider: str, territory: str
) -> TrustedService:
    identity = current.find(tsl("ServiceDigitalIdentity"))
    history = element.iterfind(tsl("ServiceHistory", "ServiceHistoryInstance"))
    periods = [_period(current), *(_period(one) for one in history)]
    newer = [None, *(one.since for one in periods)]
    return TrustedService(
        name=name_at(current, tsl("ServiceName")),
        provider=provider,
        territory=territory,
        certificates=certificates_in(identity) if identity is not None else (),
        subjects=_texts(identity, "X509SubjectName"),
        key_identifiers=tuple(der for one in _texts(identity, "X509SKI") if (der := decode_base64(one))),
        periods=tuple(replace(one, until=until) for one, until in zip(periods, newer, strict=False)),
        disordered=any(one.since >= before.since for before, one in pairwise(periods)),
    )


def _texts(identity: etree._Element | None, name: str) -> tuple[str, ...]:
    found = identity.iter(tsl(name)) if identity is not None else ()
    return tuple(dict.fromkeys(text_of(one) for one in found))


def _period(element: etree._Element) -> ServicePeriod:
    found = _Extensions()
    for extension in element.iterfind(tsl("ServiceInformationExtensions", "Extension")):
        critical = extension.get("Critical", "").strip() in {"true", "1"}
        for content in children(extension):
            found.take(content, critical=critical)
    return ServicePeriod(
        type=text_at(element, tsl("ServiceTypeIdentifier")),
        status=text_at(element, tsl("ServiceStatus")),
        since=moment_at(element, tsl("StatusStartingTime"), "status starting time"),
        additional=frozenset(found.additional),
        qualifications=tuple(found.qualifications),
        unknown_critical=found.unknown_critical,
        taken_over_by=found.taken_over_by,
    )


@dataclass(slots=True, kw_only=True)
class _Extensions:
    """What the extensions of one period add up to (§5.5.9)."""

    additional: list[str] = field(default_factory=list)
    qualifications: list[QualificationElement] = field(default_factory=list)
    unknown_critical: bool = False
    taken_over_by: str = ""

    def take(self, content: etree._Element, *, critical: bool) -> None:
        """Take one extension in; one that is critical and not understood is remembered."""
        if content.tag == tsl("AdditionalServiceInformation"):
            self.additional.append(text_at(content, tsl("URI")))
        elif content.tag == f"{{{SIE}}}Qualifications":
            self.qualifications += qualifications(content, critical=critical)
        elif content.tag == f"{{{EXTRA}}}TakenOverBy":
            self.taken_over_by = taken_over_by(content)
        elif content.tag != _EXPIRED_REVOCATION:
            self.unknown_critical |= critical
