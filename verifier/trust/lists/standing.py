"""What the matching services of a list say of a certificate at one moment (TS 119 615 §4.4.4, §4.5.4).

Signatures, seals and websites are looked at one by one, as the standard does, for a certificate may well be
qualified for one and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.trusted_list import QualificationElement, ServicePeriod, TrustedService
from verifier.trust.lists import uris
from verifier.trust.lists.criteria import fitting
from verifier.trust.qc_statements import ESEAL, ESIGNATURE, WEBSITE, Said

_ADDITIONAL = {ESIGNATURE: uris.FOR_SIGNATURES, ESEAL: uris.FOR_SEALS, WEBSITE: uris.FOR_WEBSITES}
_OWN = {ESIGNATURE: "QCForESig", ESEAL: "QCForESeal", WEBSITE: "QCForWSA"}
_FOREIGN = {
    # a legal person does not sign, so its certificate is for no signature; for seals that is no hint
    ESIGNATURE: frozenset({"QCForESeal", "QCForWSA", "QCForLegalPerson"}),
    ESEAL: frozenset({"QCForESig", "QCForWSA"}),
    WEBSITE: frozenset({"QCForESig", "QCForESeal"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What lists say at one moment.

    Attributes:
        qualified: for each of `eSignature`, `eSeal` and `WSA`: yes, no, or not to be decided.
        why: for what is not yes, the reason: the end of a sentence that begins with "because".
        device: whether the key lies in a qualified device; None when that cannot be decided.
        services: those that speak.
    """

    qualified: Mapping[str, bool | None]
    why: Mapping[str, str] = field(default_factory=dict)
    device: bool | None = None
    services: tuple[TrustedService, ...] = ()

    @property
    def kind(self) -> str:
        """Name the one use it is qualified for; empty where there is none."""
        found = [kind for kind, answer in self.qualified.items() if answer]
        return found[0] if len(found) == 1 else ""


def standing_at(services: Iterable[TrustedService], said: Said, moment: datetime) -> Standing:
    """Evaluate the services that a certificate leads to.

    Args:
        services: every one that matched.
        said: what the certificate says of itself.
        moment: not before the Regulation applied; before, no certificate was qualified for seals.
    """
    found = [(one, one.period_at(moment)) for one in services]
    states = [(one, period) for one, period in found if period is not None and period.type == uris.CA_QC]
    if any(one.disordered for one, _ in states):
        return _undecided("the list tells the history of its service out of order")  # PRO-4.3.4-03A
    if any(period.unknown_critical for _, period in states):
        return _undecided("the list adds something critical to its service that is not understood here")
    states = _without_taken_over(states)
    if len({one.provider for one, _ in states}) > 1:  # PRO-4.3.4-11
        return _undecided("the list has the service under more than one provider")
    answers = {kind: _dimension(kind, [period for _, period in states], said) for kind in _OWN}
    qualified = {kind: answer.qualified for kind, answer in answers.items()}
    if sum(one is True for one in qualified.values()) > 1:  # PRO-4.4.4-32, Table 4
        return _undecided("the list has it qualified for more than one use at once")
    return Standing(
        qualified=qualified,
        why={kind: answer.why for kind, answer in answers.items()},
        device=_device(answers[ESEAL].elements, said) if qualified[ESEAL] else None,
        services=tuple(one for one, _ in states),
    )


def _undecided(why: str) -> Standing:
    return Standing(qualified=dict.fromkeys(_OWN), why=dict.fromkeys(_OWN, why))


def _without_taken_over(
    states: list[tuple[TrustedService, ServicePeriod]],
) -> list[tuple[TrustedService, ServicePeriod]]:
    """Leave out the entry of a provider whose service another one has taken over, and has an entry for.

    TS 119 612 §5.5.9.3 leaves the entry of the first provider in the list; from the takeover on the second
    one answers for the service.
    """
    providers = {_plain(one.provider) for one, _ in states}
    return [
        (one, period)
        for one, period in states
        if not period.taken_over_by
        or _plain(period.taken_over_by) == _plain(one.provider)
        or _plain(period.taken_over_by) not in providers
    ]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    qualified: bool | None
    why: str = ""
    elements: tuple[QualificationElement, ...] = ()


def _dimension(kind: str, periods: list[ServicePeriod], said: Said) -> _Answer:
    """Decide for one use: CHECK_1, CHECK_2 or CHECK_3 of the standard (PRO-4.4.4-08 to -31)."""
    periods = [period for period in periods if _ADDITIONAL[kind] in period.additional]
    in_the_way = _status_fault({period.status for period in periods})
    if in_the_way is not None:
        return in_the_way
    elements, known = fitting((one for period in periods for one in period.qualifications), said)
    if not known:
        return _Answer(qualified=None, why="the list names certificates by a criterion not understood here")
    names = uris.names(frozenset(uri for one in elements for uri in one.qualifiers))
    if names & _FOREIGN[kind] or {"NotQualified", "QCStatement"} <= names:  # PRO-4.4.4-20
        return _Answer(qualified=None, why="the list contradicts itself about certificates like this one")
    qualified, why = _cell(kind, names, said)
    return _Answer(qualified=qualified, why=why, elements=elements)


def _status_fault(statuses: set[str]) -> _Answer | None:
    """Say what keeps a use from being looked at; None where its services are all granted."""
    if len(statuses) > 1:  # PRO-4.3.4-08, PRO-4.4.4-17
        return _Answer(qualified=None, why="the list has the service twice, with different statuses")
    if not statuses:  # PRO-4.4.4-18
        return _Answer(qualified=False, why="the list has no service of that authority for this use then")
    if uris.WITHDRAWN in statuses:
        return _Answer(qualified=False, why="the service was withdrawn then")
    if statuses != {uris.GRANTED}:  # PRO-4.4.4-18A
        return _Answer(qualified=None, why="the service then had a status that a list should not use")
    return None


def _cell(kind: str, names: frozenset[str], said: Said) -> tuple[bool | None, str]:
    """Look up Table 1, 2 or 3: the certificate's statements against the qualifiers (PRO-4.4.4-15, -23, -31).

    The sixteen rows and five columns of each come down to these rules; the first that holds is the answer.
    """
    compliant = said.compliance or "QCStatement" in names
    # Table 1, row 1: as long as there were no types, qualified meant qualified for signatures.
    untyped = kind == ESIGNATURE
    rules: tuple[tuple[bool, bool | None, str], ...] = (
        ("NotQualified" in names, False, "the list says that certificates like this one are not qualified"),
        (not compliant, False, "neither the certificate nor the list says that it is qualified"),
        (_OWN[kind] in names, True, ""),
        (
            not said.kinds and said.compliance,
            untyped,
            "" if untyped else "nothing says that it is for this use",
        ),
        (not said.kinds, None, "neither the certificate nor the list says what it is for"),
        (kind not in said.kinds, False, "the certificate says that it is for something else"),
        (len(said.kinds) > 1, None, "the certificate is for several uses, and the list does not say which"),
        (True, True, ""),
    )
    return next((answer, why) for holds, answer, why in rules if holds)


def _device(elements: tuple[QualificationElement, ...], said: Said) -> bool | None:
    """Tell where the key lies: Table 7 of the standard (PRO-4.5.4-04, PRO-4.5.4-05)."""
    if any(one.critical and uris.names(one.qualifiers) - uris.QUALIFIERS.keys() for one in elements):
        return None
    names = uris.names(frozenset(uri for one in elements for uri in one.qualifiers))
    inside = names & {"QCWithQSCD", "QCQSCDManagedOnBehalf"}
    outside = "QCNoQSCD" in names
    as_said = "QCQSCDStatusAsInCert" in names
    old = ("QCWithSSCD" in names and "QCWithQSCD" not in names) or ("QCNoSSCD" in names and not outside)
    if old or (inside and outside) or (as_said and (inside or outside)):
        return None
    return True if inside else False if outside else said.device
