"""Authenticate the list of lists, from the Official Journal's certificates over its pivots (TS 119 615 §4.1).

When the Commission changes the certificates that sign, it publishes a *pivot*: a list of lists signed with
a certificate of the set before, whose pointer to itself names the set after. Every later list of lists names
the pivots since the last notice in the Official Journal, newest first, and then the notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from converter.strict import parse_xml
from schemas.errors import Malformed
from schemas.trusted_list import Pointer, TrustedList
from verifier.trust.lists.elements import tsl
from verifier.trust.lists.fault import ListRefusal, unreadable
from verifier.trust.lists.journal import Publication
from verifier.trust.lists.read import EU, MACHINE, OF_LISTS, OF_SERVICES, read_list
from verifier.trust.lists.signature import MAX_BYTES, signed_octets

_MOST_PIVOTS = 32


def announced(data: bytes) -> tuple[str, ...]:
    """Read the scheme information URIs of a list that nobody authenticated: only to know what to bring.

    Raises:
        ListRefusal: `unreadable`.
    """
    try:
        root = parse_xml(data, max_bytes=MAX_BYTES).getroot()
    except Malformed as error:
        raise unreadable(str(error)) from None
    found = root.iterfind(tsl("SchemeInformation", "SchemeInformationURI", "URI"))
    return tuple((one.text or "").strip() for one in found)


def pivots_before(uris: Iterable[str], known: Iterable[Publication]) -> tuple[Publication, tuple[str, ...]]:
    """Tell on which notice a list of lists rests, and over which pivots, oldest first.

    Raises:
        ListRefusal: `pivot`: it names no notice that is known here, or more pivots than there can be.
    """
    by_url = {url: one for one in known for url in one.urls}
    pivots: list[str] = []
    for uri in uris:
        if uri in by_url:
            return by_url[uri], tuple(reversed(pivots))
        if uri.endswith(".xml"):
            pivots.append(uri)
        if len(pivots) > _MOST_PIVOTS:
            break
    raise ListRefusal(
        "pivot", "The list of lists names no notice of the Official Journal that is known here."
    )


def authenticated_lotl(
    data: bytes, *, known: Iterable[Publication], pivots: Mapping[str, bytes]
) -> TrustedList:
    """Authenticate and read a list of lists.

    Args:
        data: the file.
        known: notices of the Official Journal.
        pivots: those at hand, by the last part of their address.

    Raises:
        ListRefusal: with the first thing that does not hold.
    """
    publication, wanted = pivots_before(announced(data), known)
    pinned, sequence = publication.sha256, -1
    for url in wanted:
        pivot = _pivot(url, data, pinned, pivots)
        if pivot.sequence <= sequence:
            raise ListRefusal("pivot", "The pivots of the list of lists do not follow one another.")
        pinned, sequence = signers(own_pointers(pivot)), pivot.sequence
    lotl = _list_of_lists(data, pinned)
    if lotl.sequence < sequence:
        raise ListRefusal("pivot", "The list of lists is older than its own pivot.")
    if not publication.covers(lotl.issued):
        why = f"A list of lists issued then cannot rest on {publication.reference}."
        raise ListRefusal("signer", why)
    return lotl


def keeps_pivots(new: TrustedList, kept: Iterable[TrustedList], known: Iterable[Publication]) -> None:
    """Refuse a list of lists that has forgotten a pivot: a certificate taken out by it would count again.

    Raises:
        ListRefusal: `pivot`.
    """
    notices = tuple(known)
    publication, pivots = pivots_before(new.information, notices)
    for one in kept:
        resting, earlier = pivots_before(one.information, notices)
        if one.issued <= new.issued and resting == publication and not set(earlier) <= set(pivots):
            raise ListRefusal("pivot", "The list of lists has forgotten a pivot that an earlier one names.")


def _pivot(url: str, data: bytes, pinned: frozenset[str], pivots: Mapping[str, bytes]) -> TrustedList:
    name = url.rpartition("/")[2]
    found = pivots.get(name)
    if found is not None:
        return _list_of_lists(found, pinned)
    # The newest pivot is itself the list of lists of its day, and may have been brought as that alone.
    try:
        itself = _list_of_lists(data, pinned)
    except ListRefusal as refusal:
        if refusal.code != "signer":
            raise
        itself = None
    if itself is None or not name.endswith(f"-{itself.sequence}.xml"):
        raise ListRefusal("pivot", f"The list of lists rests on the pivot {name[:80]}, which is not at hand.")
    return itself


def _list_of_lists(data: bytes, pinned: frozenset[str]) -> TrustedList:
    found = read_list(signed_octets(data, pinned))
    if found.territory != EU or found.type != OF_LISTS:
        raise ListRefusal("territory", "This is not the European list of lists.")
    return found


def own_pointers(lotl: TrustedList) -> tuple[Pointer, ...]:
    """Return the pointers of a list of lists to itself."""
    return tuple(
        one
        for one in lotl.pointers
        if (one.territory, one.scheme_type, one.media_type) == (EU, OF_LISTS, MACHINE)
    )


def national_pointers(lotl: TrustedList) -> dict[str, tuple[Pointer, ...]]:
    """Return the pointers to national lists for machines, by territory."""
    found: dict[str, tuple[Pointer, ...]] = {}
    for one in lotl.pointers:
        if (one.scheme_type, one.media_type) == (OF_SERVICES, MACHINE) and one.territory != EU:
            found[one.territory] = (*found.get(one.territory, ()), one)
    return found


def signers(pointers: Iterable[Pointer]) -> frozenset[str]:
    """Name the certificates that may sign the list pointed at, by sha-256 (hex)."""
    return frozenset(sha256(der).hexdigest() for one in pointers for der in one.certificates)
