"""Organisations: what the institution says of itself, and what a unit shares with its parent."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from converter.enrich.concepts import country_concept
from converter.enrich.draft import Draft, Node, Request, is_reference, items, nodes
from converter.enrich.organisation_tree import OrganisationTree, awards, same
from schemas.document import Format
from schemas.institution import InstitutionProfile, OrganisationFacts


def organisations(draft: Draft, request: Request) -> None:
    """Put the profile's facts on the organisations they are about; the document's own facts stand."""
    _sealing_party(draft, request)
    tree = OrganisationTree.of(draft.tree)
    for where, node in tree.known:
        for rule, facts in _about(node, where, tree, request.profile):
            _state(draft, where, node, rule, facts, request.language)
    _inherit(draft, tree, ("location",) if request.target is Format.ELM else ("registration", "location"))
    if request.target is Format.EDCI:
        _register(draft, tree)
    _demand(draft, request, tree)


def _sealing_party(draft: Draft, request: Request) -> None:
    """The issuer may be another than the school: a named one in the profile takes the issuer's place."""
    said = request.profile.issuer.legal_name
    issuer = draft.tree.get("issuer")
    if said is None or (issuer and _same_name(issuer, dict(said.texts))):
        return
    if issuer:
        speak_in_full(draft.tree, issuer)
        draft.drop("", draft.tree, "issuer", why="The profile names another sealing party as the issuer.")
    node: Node = {"type": "Organisation", "id": "urn:epass:org:issuer", "legal_name": said.to_tree()}
    draft.add(
        "", draft.tree, "issuer", node, rule="profile [issuer]", why="The institution's word on who seals."
    )


def speak_in_full(tree: Node, issuer: Node) -> None:
    """Say the issuer in full where the rest of the document refers to it, for it loses its own place."""
    rest = {key: value for key, value in tree.items() if key != "issuer"}
    for _, node in nodes(rest):
        if is_reference(node) and node["type"] == issuer["type"] and node["id"] == issuer.get("id"):
            node.update(copy.deepcopy(issuer))
            return


def _same_name(organisation: Node, names: dict[str, str]) -> bool:
    there = {text.casefold() for text in _texts(organisation.get("legal_name", {}))}
    return bool(there & {name.casefold() for name in names.values()})


def _texts(lang: dict[str, str | list[str]]) -> Iterator[str]:
    for texts in lang.values():
        yield from [texts] if isinstance(texts, str) else texts


def _about(
    node: Node, where: str, tree: OrganisationTree, profile: InstitutionProfile
) -> Iterator[tuple[str, OrganisationFacts]]:
    names = {where, node.get("id"), *(page.get("content_url") for page in items(node, "homepage"))}
    names |= {identifier.get("notation") for identifier in items(node, "identifier")}
    for url, facts in profile.organisations.items():
        if url in names:
            yield f'profile [organisation."{url}"]', facts
    if where == "/issuer" or same(node, tree.issuer):
        yield "profile [issuer]", profile.issuer
    said = profile.awarding_body.legal_name
    named = said is not None and _same_name(node, dict(said.texts))
    if named or (awards(where) and tree.one_awarding_body):
        yield "profile [awarding_body]", profile.awarding_body


def _state(draft: Draft, where: str, node: Node, rule: str, facts: OrganisationFacts, language: str) -> None:
    why = "The institution's word in its profile."

    def add(name: str, value: object) -> None:
        if not node.get(name):
            draft.add(where, node, name, value, rule=rule, why=why)

    if facts.legal_name:
        add("legal_name", facts.legal_name.to_tree())
    if facts.country and not _country(node):
        _locate(draft, where, node, facts, language, rule)
    for name, text, many in (
        ("registration", facts.registration, False),
        ("vat_identifier", facts.vat, True),
        ("eidas_identifier", facts.eidas_identifier, False),
    ):
        if text:
            legal: Node = {"type": "LegalIdentifier", "notation": text}
            if facts.country and (spatial := country_concept(facts.country)):
                legal["spatial"] = spatial
            add(name, [legal] if many else legal)
    if facts.url:
        add("homepage", [{"type": "WebResource", "content_url": facts.url}])
    if facts.email:
        mailbox = {"type": "Mailbox", "id": f"mailto:{facts.email}"}
        add("contact_point", [{"type": "ContactPoint", "email_address": [mailbox]}])


def _locate(draft: Draft, where: str, node: Node, facts: OrganisationFacts, language: str, rule: str) -> None:
    country = country_concept(facts.country or "")
    if country is None:
        draft.miss("[issuer] country", "The country in the profile is none that the EU's list knows.")
        return
    address: Node = {"type": "Address", "country_code": country}
    if facts.address:
        address["full_address"] = {"type": "Note", "note_literal": {language: facts.address}}
    place = {"type": "Location", "address": [address]}
    draft.append(where, node, "location", place, rule=rule, why="The institution's word in its profile.")


def _country(organisation: Node) -> Node | None:
    for place in items(organisation, "location"):
        for address in items(place, "address"):
            if address.get("country_code"):
                country: Node = address["country_code"]
                return country
    return None


def _inherit(draft: Draft, tree: OrganisationTree, names: tuple[str, ...]) -> None:
    """Every organisation needs a place, in EDCI a registration too; a unit shares its parent's."""
    why = "A unit shares what its parent organisation has."
    for where, node in tree.known:
        for parent in tree.parents(node, where):
            for name in names:
                if parent.get(name) and not node.get(name):
                    draft.add(where, node, name, parent[name], rule="organisation tree", why=why)


def _register(draft: Draft, tree: OrganisationTree) -> None:
    """EDCI 1.2 OrganizationType: registration is mandatory, and any official number will do."""
    for where, node in tree.known:
        if not node.get("registration"):
            for name in ("eidas_identifier", "vat_identifier", "tax_identifier", "identifier"):
                found = node.get(name)
                if found and (not isinstance(found, list) or items(node, name)):
                    value = items(node, name)[0] if isinstance(found, list) else found
                    said = "Registration is demanded; this is the identifier at hand."
                    draft.add(where, node, "registration", _as_legal(value), rule="structure", why=said)
                    break


def _as_legal(identifier: Node) -> Node:
    return {**identifier, "type": "LegalIdentifier"}


def _demand(draft: Draft, request: Request, tree: OrganisationTree) -> None:
    """Ask for what is missing; of what a unit lacks and all above it lack, the topmost is asked."""
    issuer = draft.tree.get("issuer")
    if request.target is Format.OB2:
        return
    if not issuer:
        draft.miss("[issuer] legal_name", "The document does not say who issues it; the profile may.")
        return
    if request.target is Format.ELM and not request.sealing and not issuer.get("eidas_identifier"):
        draft.miss(
            "[issuer] eidas_identifier",
            "A Europass credential names its issuer by an eIDAS legal identifier.",
        )
    for where, node in tree.known:
        key = tree.key(where, node)
        if not node.get("legal_name"):
            draft.miss(f"{key} legal_name", f"The organisation at {where} has no name.")
        above = [one for one in tree.parents(node, where) if not is_reference(one)]
        topmost = not above or any(one is node for one in above)
        if not _country(node) and (topmost or _country(above[0])):
            draft.miss(f"{key} country", f"The organisation at {where} needs an address with a country.")
        if request.target is Format.EDCI and topmost and not node.get("registration"):
            draft.miss(f"{key} registration", f"The organisation at {where} needs a registration number.")
        for name in ("eidas_identifier", "vat_identifier", "tax_identifier", "registration"):
            _demand_country(draft, where, node, name)


def _demand_country(draft: Draft, where: str, node: Node, name: str) -> None:
    """A legal identifier belongs to a country; the organisation's own is at hand."""
    found = node.get(name)
    for index, legal in enumerate(found if isinstance(found, list) else [found] if found else []):
        if legal and not legal.get("spatial") and (country := _country(node)):
            at = f"{where}/{name}/{index}" if isinstance(found, list) else f"{where}/{name}"
            why = "The organisation's own country."
            draft.add(at, legal, "spatial", country, rule="structure", why=why)
