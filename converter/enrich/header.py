"""The credential's own members: profile, schema and dates."""

from __future__ import annotations

from converter.enrich.concepts import concept
from converter.enrich.draft import Draft, Request, items
from converter.lists import CONVERTED, EDC_CONVERTED, EDC_GENERIC, EDCI_TYPES, GENERIC
from schemas.document import Format

RULE = "header"


def header(draft: Draft, request: Request) -> None:
    """State the profile, the schema and when the credential is issued and valid."""
    tree = draft.tree
    if request.target is Format.ELM:
        _profile(draft, request)
    if request.target is Format.EDCI:
        profiles = {node.get("id") for node in items(tree, "credential_profiles")}
        if not profiles & EDCI_TYPES:
            _become(draft, GENERIC, "EDCI XML has no type for converted credentials.")
    if request.target is not Format.OB2:
        if not tree.get("issued"):
            why = "The moment of conversion; sealing sets it anew."
            draft.add("", tree, "issued", request.moment, rule=RULE, why=why)
        if not tree.get("valid_from"):
            why = "No other moment is said, so it holds from its issue."
            draft.add("", tree, "valid_from", tree["issued"], rule=RULE, why=why)
    if request.target is Format.ELM and not tree.get("issuance_date"):
        why = "VC Data Model 1.1 names the same moment once more."
        draft.add("", tree, "issuance_date", tree["issued"], rule=RULE, why=why)
    if request.target is Format.ELM and tree.get("valid_until") and not tree.get("expiration_date"):
        why = "VC Data Model 1.1 names the same moment once more."
        draft.add("", tree, "expiration_date", tree["valid_until"], rule=RULE, why=why)


def _profile(draft: Draft, request: Request) -> None:
    """EDC-AP 1.1.0 converted: such a credential encloses its original; without one it is a generic one."""
    tree = draft.tree
    if request.enclosures:
        _become(draft, CONVERTED, "A document that comes from another format is a converted credential.")
    else:
        _become(draft, GENERIC, "Only a credential that encloses its original is a converted one.")
    schema = [{"type": "CredentialSchema", "id": EDC_CONVERTED if request.enclosures else EDC_GENERIC}]
    if tree.get("credential_schema"):
        draft.drop("", tree, "credential_schema", why="The converted document follows another schema.")
    draft.add("", tree, "credential_schema", schema, rule=RULE, why="The profile's own schema.")


def _become(draft: Draft, profile: str, why: str) -> None:
    if draft.tree.get("credential_profiles"):
        draft.drop("", draft.tree, "credential_profiles", why=why)
    draft.add("", draft.tree, "credential_profiles", [concept(profile)], rule=RULE, why=why)
