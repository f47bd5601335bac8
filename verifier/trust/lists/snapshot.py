"""Put a list of lists and the national lists it authenticates together (TS 119 615 §4.1, §4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schemas.trusted_list import ListArchive, ListSnapshot, Pointer, TrustedList
from verifier.trust.lists.fault import ListRefusal
from verifier.trust.lists.journal import Publication
from verifier.trust.lists.lotl import authenticated_lotl, keeps_pivots, national_pointers, signers
from verifier.trust.lists.read import EU, OF_SERVICES, read_list
from verifier.trust.lists.signature import signed_octets


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Files that someone brought; nothing is believed of them.

    Attributes:
        lotl: the list of lists.
        lists: national lists, by the territory they should be of.
        pivots: by the last part of their address.
        missing: territories whose list could not be had, each with the reason.
    """

    lotl: bytes
    lists: Mapping[str, bytes]
    pivots: Mapping[str, bytes] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


def snapshot_of(
    brought: Brought, *, known: Iterable[Publication], archive: ListArchive, past: bool = False
) -> ListSnapshot:
    """Authenticate everything, and keep what holds.

    A national list that does not hold is a fault of its territory and hurts no other; a list of lists that
    does not hold leaves nothing. A next update that is past is no fault: it limits how far a list reaches.

    Args:
        brought: the files.
        known: notices of the Official Journal.
        archive: what is at hand already; nothing may contradict it.
        past: lists older than those at hand are welcome (an archive is being filled); otherwise they are what
            somebody would serve who wants a withdrawal forgotten.

    Raises:
        ListRefusal: the list of lists is not believed.
    """
    notices, kept = tuple(known), archive.history(EU)
    lotl = authenticated_lotl(brought.lotl, known=notices, pivots=brought.pivots)
    in_order(lotl, kept, past=past)
    keeps_pivots(lotl, kept, notices)
    pointers = national_pointers(lotl)
    lists: list[TrustedList] = []
    faults = dict(brought.missing)
    for territory, data in sorted(brought.lists.items()):
        try:
            found = national_list(data, territory, pointers.get(territory, ()))
            in_order(found, archive.history(territory), past=past)
        except ListRefusal as refusal:
            faults[territory] = refusal.sentence
        else:
            lists.append(found)
    return ListSnapshot(lotl=lotl, lists=tuple(lists), faults=tuple(sorted(faults.items())))


def national_list(data: bytes, territory: str, pointers: tuple[Pointer, ...]) -> TrustedList:
    """Authenticate and read one national list.

    Raises:
        ListRefusal: with the first thing that does not hold.
    """
    if not pointers:
        raise ListRefusal("territory", "The list of lists does not point at a list of this territory.")
    found = read_list(signed_octets(data, signers(pointers)))
    if found.territory != territory or found.type != OF_SERVICES or territory == EU:
        raise ListRefusal("territory", "The list is another one than the list of lists points at.")
    return found


def in_order(new: TrustedList, kept: Iterable[TrustedList], *, past: bool) -> None:
    """Refuse a list that goes back behind, or contradicts, one at hand: numbers and dates only grow (§5.3.2).

    Raises:
        ListRefusal: `older`.
    """
    for one in kept:
        older = new.sequence < one.sequence or new.issued < one.issued
        newer = new.sequence > one.sequence or new.issued > one.issued
        if older and (newer or not past):
            why = (
                f"The list (number {new.sequence}) goes back behind the one at hand (number {one.sequence})."
            )
            raise ListRefusal("older", why)
