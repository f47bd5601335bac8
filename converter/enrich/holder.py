"""The learner: names from the request, and what the target demands of a person."""

from __future__ import annotations

from typing import Any

from converter.enrich.draft import Draft, Node, Request
from converter.names import may_be_same
from schemas.document import Format
from schemas.errors import Problem, Refused
from schemas.institution import InstitutionProfile


def refuse_another(tree: Node, profile: InstitutionProfile) -> None:
    """Refuse a profile whose learner is not the one the document names: one of the two is the wrong file.

    Raises:
        Refused: a name in the profile and the document's own cannot be one person's; names each such place.
    """
    subject = tree.get("credential_subject") or {}
    problems = []
    for name, said in (("given_name", profile.given_name), ("family_name", profile.family_name)):
        told = _texts(subject.get(name) or subject.get("full_name") or {})
        if said and told and not may_be_same(said, told):
            message = (
                f"The profile's [learner] {name} is not the name the document gives its learner; "
                "leave it out of the profile, or take the document that is about this learner."
            )
            problems.append(Problem(code="identity.mismatch", message=message, where=f"[learner] {name}"))
    if problems:
        raise Refused(*problems)


def _texts(said: dict[str, Any]) -> list[str]:
    """Return the texts of a language map, those of one language alone or as a list."""
    return [text for texts in said.values() for text in (texts if isinstance(texts, list) else [texts])]


def learner(draft: Draft, request: Request) -> None:
    """Put the learner's names on the subject where the profile gives them and the document does not."""
    subject = draft.tree.get("credential_subject")
    if subject is None:
        subject = {"type": "Person"}
        why = "A credential is about somebody."
        draft.add("", draft.tree, "credential_subject", subject, rule="structure", why=why)
    for name, said in (
        ("given_name", request.profile.given_name),
        ("family_name", request.profile.family_name),
    ):
        if said and not subject.get(name):
            why = "The institution's word in its profile, for this one conversion."
            draft.add(
                "/credential_subject",
                subject,
                name,
                {request.language: said},
                rule=f"profile [learner] {name}",
                why=why,
            )
        if request.target is Format.EDCI and not subject.get(name):
            draft.miss(f"[learner] {name}", f"EDCI XML demands the learner's {name.replace('_', ' ')}.")
    if request.target is Format.ELM:
        _one_language(draft, subject)


def _one_language(draft: Draft, subject: dict[str, object]) -> None:
    """EDC-AP 1.1.0 Person: a full, given or family name stands in exactly one language."""
    for name in ("full_name", "given_name", "family_name"):
        texts = subject.get(name)
        if isinstance(texts, dict) and len(texts) > 1:
            first, *others = texts
            subject[name] = {first: texts[first]}
            for language in others:
                why = "ELM holds a name in one language only."
                draft.omit(f"/credential_subject/{name}/{language}", why)
