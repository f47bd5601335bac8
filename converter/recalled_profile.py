"""The institution's profile and who was to seal, put together again from the outcome of a conversion."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from converter.custody import PROFILE_ISSUER
from converter.enrich.draft import Node, items
from converter.enrich.sealing import MANDATED
from converter.enrich.sealing import RULE as CERTIFICATE
from converter.lists import MANDATE
from converter.paths import unescape
from schemas import vocabulary
from schemas.custody import Record
from schemas.document import Tree
from schemas.institution import InstitutionProfile, OrganisationFacts
from schemas.lang import LangString
from schemas.sealing import Sealing

PROFILE = "profile ["
SUBJECT = "/credential_subject/"
FACTS = frozenset(
    {
        *("legal_name", "location", "registration", "vat_identifier"),
        *("eidas_identifier", "homepage", "contact_point"),
    }
)
"""What a profile says of an organisation, by the pivot's fields."""
_BODY = "profile [awarding_body]"
_ISSUER = "/issuer"
_LEARNER = "profile [learner]"


def profile_again(
    found: tuple[tuple[str, str], ...], tree: Tree, record: Record, presenter: Node | None = None
) -> InstitutionProfile:
    """Put the institution's profile together again, from the places that the record says came from it."""
    parts: dict[str, dict[str, Any]] = {}
    learner: dict[str, str] = {}
    for pointer, rule in found:
        if rule.startswith(_LEARNER):
            name = pointer.removeprefix(SUBJECT).partition("/")[0]
            if name in ("given_name", "family_name"):
                learner[name] = LangString.from_tree(tree["credential_subject"][name]).best()
            continue
        if not rule.startswith(PROFILE):
            continue
        where, name, value = _fact(pointer, tree)
        for key in (_key(rule), where):
            if name and not (key == _ISSUER and _is_school(record)):
                parts.setdefault(key, {}).update(_said(name, value))
    if record.issuer == "profile":
        parts.setdefault(PROFILE_ISSUER, {})["legal_name"] = _named_issuer(tree, record, presenter)
    issuer, body = (OrganisationFacts(**parts.pop(key, {})) for key in (PROFILE_ISSUER, _BODY))
    organisations = {key: OrganisationFacts(**facts) for key, facts in parts.items()}
    return InstitutionProfile(
        issuer=issuer,
        awarding_body=body,
        organisations=organisations,
        eqf_as=record.eqf_as,
        given_name=learner.get("given_name"),
        family_name=learner.get("family_name"),
    )


def _named_issuer(tree: Tree, record: Record, presenter: Node | None) -> LangString:
    """Name the issuer of the profile; where another organisation seals, it is named nowhere any more."""
    if _issuer_by(record, CERTIFICATE):
        return LangString((("und", "the issuer that the profile named"),))
    issuer = presenter if _is_school(record) else tree.get("issuer")
    return LangString.from_tree((issuer or {}).get("legal_name") or {})


def _is_school(record: Record) -> bool:
    """Tell whether the issuer is who awarded, so that no profile's `[issuer]` is about it."""
    return _issuer_by(record, MANDATED)


def _issuer_by(record: Record, rule: str) -> bool:
    return any((line.target, line.rule) == (_ISSUER, rule) for line in record.added)


def _key(rule: str) -> str:
    """Name the part of the profile that a rule speaks of."""
    if rule.startswith(PROFILE_ISSUER):
        return PROFILE_ISSUER
    if rule.startswith(_BODY):
        return _BODY
    return rule.removeprefix('profile [organisation."').removesuffix('"]')


def _fact(pointer: str, tree: Tree) -> tuple[str, str, Any]:
    """Find the organisation and the field of it that a pointer stands at or below."""
    here: Any = tree
    where = ""
    for part in map(unescape, pointer.split("/")[1:]):
        if isinstance(here, dict) and here.get("type") == "Organisation" and part in FACTS:
            return where, part, here[part]
        here = here[int(part)] if isinstance(here, list) else here.get(part)
        where = f"{where}/{part}"
    return "", "", None


def _said(name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - the value of one field
    """Turn a fact of an organisation into what the profile says it by."""
    first = next((one for one in value if one), {}) if isinstance(value, list) else value
    if name == "legal_name":
        return {"legal_name": LangString.from_tree(value)}
    if name == "location":
        return _place(first)
    if name == "homepage":
        return {"url": first.get("content_url")}
    if name == "contact_point":
        mailbox = next(iter(items(first, "email_address")), {})
        return {"email": str(mailbox.get("id", "")).removeprefix("mailto:") or None}
    return {name.removesuffix("_identifier") if name.startswith("vat") else name: first.get("notation")}


def _place(location: Node) -> dict[str, Any]:
    address = next(iter(items(location, "address")), {})
    known = vocabulary.country(str((address.get("country_code") or {}).get("id", "")) or "-")
    text = (address.get("full_address") or {}).get("note_literal")
    return {
        "country": known.iso if known else None,
        "address": LangString.from_tree(text).best() if text else None,
    }


def sealing_again(tree: Tree, presenter: Node | None) -> Sealing:
    """Say who was to seal, as the document has it; the seal itself is judged elsewhere.

    Args:
        tree: the outcome on the pivot.
        presenter: who presents it, where that is another than its issuer.
    """
    issuer = presenter or tree.get("issuer") or {}
    legal = issuer.get("eidas_identifier") or issuer.get("registration") or {}
    mandate = next(
        (
            one
            for one in items(tree, "evidence")
            if (one.get("dc_type") or {}).get("id") == MANDATE and one.get("evidence_statement")
        ),
        {},
    )
    return Sealing(
        legal_name=LangString.from_tree(issuer.get("legal_name") or {}).best(),
        identifier=str(legal.get("notation", "")),
        country=str(_place(next(iter(items(issuer, "location")), {}))["country"] or ""),
        at=datetime.fromisoformat(str(tree.get("issued"))),
        mandate=str(mandate.get("evidence_statement", "")),
        mandate_title=LangString.from_tree(
            next(iter(items(mandate, "embedded_evidence")), {}).get("title") or {}
        ),
        status=tuple(tree.get("status") or ()),
        credential_status=next((str(one["@value"]) for one in tree.get("credential_status") or ()), ""),
    )
