"""Read an authenticated trusted list (TS 119 612 §5.3 to §5.6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from converter.strict import parse_xml
from schemas.errors import Malformed
from schemas.trusted_list import Pointer, TrustedList
from verifier.trust.lists.elements import EXTRA, certificates_in, moment_at, text_at, tsl
from verifier.trust.lists.fault import unreadable
from verifier.trust.lists.services import services
from verifier.trust.lists.signature import MAX_BYTES, Signed

EU = "EU"
"""The territory of the list of lists."""
OF_LISTS = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists"
OF_SERVICES = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric"
MACHINE = "application/vnd.etsi.tsl+xml"
_VERSIONS = frozenset({"5", "6"})
_MOST_DIGITS = 9


def read_list(signed: Signed) -> TrustedList:
    """Read the octets that a list's signature covers.

    Raises:
        ListRefusal: `unreadable`: another version of the format, or a mandatory part is not there.
    """
    try:
        # canonical octets can be longer than the file: what was an empty tag, and attributes by default
        root = parse_xml(signed.octets, max_bytes=2 * MAX_BYTES).getroot()
    except Malformed as error:
        raise unreadable(str(error)) from None
    scheme = root.find(tsl("SchemeInformation"))
    if scheme is None:
        raise unreadable("The list says nothing about itself.")
    version = text_at(scheme, tsl("TSLVersionIdentifier"))
    if version not in _VERSIONS:
        raise unreadable("The list is written in a version of the format that is not read here.")
    territory = text_at(scheme, tsl("SchemeTerritory")).upper()
    return TrustedList(
        territory=territory,
        type=text_at(scheme, tsl("TSLType")),
        sequence=_number(text_at(scheme, tsl("TSLSequenceNumber"))),
        version=int(version),
        issued=moment_at(scheme, tsl("ListIssueDateTime"), "issue date"),
        next_update=_next_update(scheme),
        services=tuple(services(root, territory)),
        pointers=tuple(_pointers(scheme)),
        information=tuple(
            (one.text or "").strip() for one in scheme.iterfind(tsl("SchemeInformationURI", "URI"))
        ),
        sha256=signed.sha256,
        signer=signed.signer,
    )


def territory_of(data: bytes) -> tuple[str, int]:
    """Read the territory and the number of a list that nobody authenticated: only to sort files.

    Raises:
        ListRefusal: `unreadable`.
    """
    try:
        scheme = parse_xml(data, max_bytes=MAX_BYTES).getroot().find(tsl("SchemeInformation"))
    except Malformed as error:
        raise unreadable(str(error)) from None
    territory = text_at(scheme, tsl("SchemeTerritory")).upper()
    return territory, _number(text_at(scheme, tsl("TSLSequenceNumber")))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise unreadable("The list's sequence number is not a number.")
    return int(text)


def _next_update(scheme: etree._Element) -> datetime | None:
    """Read when the next list is due; an empty element says that there will be none (§5.3.15)."""
    element = scheme.find(tsl("NextUpdate"))
    if element is None:
        raise unreadable("The list does not say when the next one is due.")
    return moment_at(element, tsl("dateTime"), "next update") if len(element) else None


def _pointers(scheme: etree._Element) -> Iterator[Pointer]:
    for element in scheme.iterfind(tsl("PointersToOtherTSL", "OtherTSLPointer")):
        told = element.find(tsl("AdditionalInformation"))
        other = tsl("OtherInformation")
        yield Pointer(
            territory=text_at(told, f"{other}/{tsl('SchemeTerritory')}").upper(),
            location=text_at(element, tsl("TSLLocation")),
            media_type=text_at(told, f"{other}/{{{EXTRA}}}MimeType"),
            scheme_type=text_at(told, f"{other}/{tsl('TSLType')}"),
            certificates=certificates_in(element),
        )
