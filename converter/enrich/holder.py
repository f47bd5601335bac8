"""The learner: names from the request, and what the target demands of a person."""

from __future__ import annotations

from converter.enrich.draft import Draft, Request
from schemas.document import Format


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
