"""Which qualifiers of a service are about a certificate (TS 119 612 §5.5.9.2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.trusted_list import Criteria, QualificationElement
from verifier.trust.qc_statements import Said


def fits(criteria: Criteria, said: Said) -> bool | None:
    """Tell whether a certificate is one of those meant; None where a criterion is not understood.

    What is not understood counts only where the answer hangs on it. An empty list is not understood.
    """
    found = list(_found(criteria, said))
    match criteria.assertion:
        case _ if not found:
            return None
        case "all":
            return False if False in found else None if None in found else True
        case "atLeastOne":
            return True if True in found else None if None in found else False
        case "none":
            return False if True in found else None if None in found else True
        case _:
            return None


def _found(criteria: Criteria, said: Said) -> Iterator[bool | None]:
    for bits in criteria.key_usages:
        yield all((name in said.key_usages) is wanted for name, wanted in bits)
    for wanted, held in (
        (criteria.policies, said.policies),
        (criteria.extended_key_usages, said.purposes),
        (criteria.subject_attributes, said.attributes),
    ):
        yield from (held.issuperset(oids) for oids in wanted)
    for inner in criteria.others:
        yield fits(inner, said)
    if criteria.unknown:
        yield None


def fitting(
    elements: Iterable[QualificationElement], said: Said
) -> tuple[tuple[QualificationElement, ...], bool]:
    """Return the elements that are about a certificate, and whether that is known of every element."""
    answers = [(element, fits(element.criteria, said)) for element in elements]
    return (
        tuple(element for element, answer in answers if answer),
        all(answer is not None for _, answer in answers),
    )
