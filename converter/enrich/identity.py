"""The learner's identity, where it is proven that it is the learner's."""

from __future__ import annotations

from converter.enrich.draft import Draft, Request
from converter.identity_table import person_of
from converter.names import Likeness, match
from converter.report import Entry, MappingReport
from schemas.errors import Problem, Refused
from schemas.identity import Identity, Origin, Proven
from schemas.institution import InstitutionProfile

MISMATCH = "identity.mismatch"
PLACES = {
    "given_name": "given_name",
    "family_name": "family_name",
    "birth_name": "birth_name",
    "date_of_birth": "birthdate",
    "place_of_birth": "place_of_birth",
    "location": "address",
    "gender": "gender",
    "citizenship_country": "nationalities",
    "national_id": "identifier",
}
"""The field of a record that each field of the pivot's person comes from."""


def refuse_profile_of_another(identity: Identity, profile: InstitutionProfile) -> None:
    """Refuse an identity and a profile that name two learners: the record beats the profile only in silence.

    Raises:
        Refused: names each place; no value.
    """
    problems = []
    for name in ("given_name", "family_name"):
        mine, other = getattr(identity, name), getattr(profile, name)
        if mine and other and match(mine, other) is not Likeness.MATCH:
            message = (
                f"The profile's [learner] {name} is not the identity's; leave it out of the profile, "
                "or hand in the identity of this learner."
            )
            problems.append(Problem(code=MISMATCH, message=message, where=f"/{name}"))
    if problems:
        raise Refused(*problems)


def identity(draft: Draft, request: Request) -> None:
    """Write the fields of a proven identity onto the subject; tell source and assurance, and no value."""
    proven = request.identity
    if proven is None:
        return
    subject = draft.tree.setdefault("credential_subject", {"type": "Person"})
    person = person_of(proven.identity, request.language)
    how = " ".join(proven.how)
    for name, value in person.items():
        field = PLACES.get(name)
        if field is None or subject.get(name):
            continue  # what the document says of its learner stays its issuer's word; the proof held it
        origin = proven.identity.origin(field)
        rule = f"identity {origin.source}"
        draft.add("/credential_subject", subject, name, value, rule=rule, why=f"{_word(origin)} {how}")


def _word(origin: Origin) -> str:
    """Tell whose word a field is, and how sure."""
    ground = origin.ground or "not said"
    return (
        f"Source {origin.source}, level of assurance {origin.assurance}, "
        f"of {origin.at:%Y-%m-%dT%H:%M:%S%z}; legal ground: {ground}."
    )


def told(report: MappingReport, proven: Proven | None, *, written: bool) -> MappingReport:
    """Say in a report which fields of an identity were given and not written."""
    if proven is None:
        return report
    left: list[Entry] = []
    if not written:
        why = "A badge is public and names its holder by a hash only; no identity is written into it."
        fields = proven.identity.said()
        left += [Entry(source=f"identity:/{name}", rule="ADR 0023", note=why) for name in fields]
    left += [
        Entry(source=f"identity:/{name}", rule="purposes.toml", note=why) for name, why in proven.left_out
    ]
    return MappingReport(
        mapped=report.mapped,
        approximated=report.approximated,
        left_out=(*report.left_out, *left),
        added=report.added,
    )
