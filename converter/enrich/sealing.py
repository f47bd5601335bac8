"""A credential that will be sealed: its issuer is who seals, and the school stays the school.

The European Commission's issuer does the same before it seals: the issuer's data comes from the certificate's
subject (C, O, organizationIdentifier), and `issued` is the moment of sealing.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterator
from typing import Any

from converter.enrich.concepts import concept, country_concept
from converter.enrich.draft import Draft, Node, Request, is_reference, items, nodes
from converter.enrich.organisation_tree import OrganisationTree, awards, same
from converter.enrich.organisations import speak_in_full
from converter.lists import BASE64, MANDATE
from schemas import vocabulary
from schemas.document import Format
from schemas.legal_identifier import how_same, same_register
from schemas.sealing import Sealing

RULE = "seal certificate"
ISSUED = "sealing"
MANDATED = "mandate"
STATUS = "status list"
RULES = frozenset({RULE, ISSUED, MANDATED, STATUS})
WHY = "The issuer of a sealed credential is who seals it, as the certificate says."
_SEALER = "urn:epass:org:sealer"
_FIELDS = {
    "eidas_identifier": "eIDASIdentifier",
    "registration": "registration",
    "vat_identifier": "vatIdentifier",
    "tax_identifier": "taxIdentifier",
}
_STATEMENT = "The awarding body had this credential sealed by the issuer on its behalf."


def sealer(draft: Draft, request: Request) -> None:
    """Let who seals be the issuer where nobody else is named, before anything is asked about an issuer."""
    sealing = request.sealing
    if sealing is None or draft.tree.get("issuer") or request.profile.issuer.legal_name:
        return
    draft.add("", draft.tree, "issuer", _organisation(sealing, request), rule=RULE, why=WHY)


def sealed(draft: Draft, request: Request) -> None:
    """Say who seals, when, by what mandate, and where the status is told."""
    sealing = request.sealing
    if sealing is None or not draft.tree.get("issuer"):
        return
    if request.target is Format.EDCI:
        _leave_to_school(draft, sealing)
    if is_sealer(draft.tree["issuer"], sealing):
        _state(draft, request, sealing)
    elif request.target is Format.ELM:
        _replace(draft, request, sealing)
    if request.target is Format.ELM:
        _mandate(draft, sealing)
        for entry in sealing.status:
            why = "Where whoever sealed it tells whether it still holds."
            draft.append("", draft.tree, "status", dict(entry), rule=STATUS, why=why)
        if sealing.credential_status:
            why = "The same status, where the profile's shapes have it."
            draft.add(
                "",
                draft.tree,
                "credential_status",
                [literal(sealing.credential_status)],
                rule=STATUS,
                why=why,
            )
    moment = moment_of(sealing)
    for name in ("issued", "issuance_date"):
        if draft.tree.get(name):
            draft.drop("", draft.tree, name, why="A sealed credential is issued when it is sealed.")
    draft.add("", draft.tree, "issued", moment, rule=ISSUED, why="The moment of sealing.")


def literal(uri: str) -> Node:
    """Write a URI as a typed literal, the one form of `credentialStatus` that the shapes of EDC-AP take."""
    return {"type": "xsd:anyURI", "@value": uri}


def moment_of(sealing: Sealing) -> str:
    """Write the moment of sealing as an XSD dateTime, whole seconds."""
    return sealing.at.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def presenter(tree: Node, request: Request) -> Node | None:
    """Return who presents an EDCI credential, where another organisation seals it than its issuer.

    EDCI XML has no evidence: there the mandate is a presentation around the credential, whose issuer seals.
    """
    sealing, issuer = request.sealing, tree.get("issuer")
    if request.target is not Format.EDCI or sealing is None or not issuer or is_sealer(issuer, sealing):
        return None
    return _organisation(sealing, request)


def is_sealer(organisation: Node, sealing: Sealing) -> bool:
    """Tell whether an organisation is who seals: by an identifier; by its name where none can be compared."""
    told = [
        (field, str(one.get("notation", "")), str((one.get("spatial") or {}).get("id", "")))
        for name, field in _FIELDS.items()
        for one in _identifiers(organisation.get(name))
    ]
    for field, value, place in told:
        if how_same(sealing.identifier, value, field, _iso(place)) is not None:
            return True
    if any(same_register(sealing.identifier, value, field) for field, value, _ in told):
        return False
    names = {text.casefold() for text in _texts(organisation.get("legal_name") or {})}
    return sealing.legal_name.casefold() in names


def _identifiers(value: Any) -> list[Node]:  # noqa: ANN401 - one or many
    return [one for one in (value if isinstance(value, list) else [value]) if one]


def _texts(lang: dict[str, Any]) -> Iterator[str]:
    for texts in lang.values():
        yield from [texts] if isinstance(texts, str) else texts


def _iso(uri: str) -> str:
    known = vocabulary.country(uri) if uri else None
    return known.iso if known else ""


def _organisation(sealing: Sealing, request: Request) -> Node:
    """Say of an organisation what a certificate says."""
    node: Node = {
        "type": "Organisation",
        "id": _SEALER,
        "legal_name": {request.language: sealing.legal_name},
        _identifier_field(request): _legal(sealing),
    }
    if country := country_concept(sealing.country):
        node["location"] = [_location(country)]
    return node


def _identifier_field(request: Request) -> str:
    """ELM names an issuer by its eIDAS identifier, EDCI XML by its registration."""
    return "eidas_identifier" if request.target is Format.ELM else "registration"


def _legal(sealing: Sealing) -> Node:
    legal: Node = {"type": "LegalIdentifier", "notation": sealing.identifier}
    if country := country_concept(sealing.country):
        legal["spatial"] = country
    return legal


def _location(country: Node) -> Node:
    return {"type": "Location", "address": [{"type": "Address", "country_code": country}]}


def _state(draft: Draft, request: Request, sealing: Sealing) -> None:
    """The issuer seals: its name and number are the certificate's, and each mention of it has the number."""
    tree, issuer = draft.tree, draft.tree["issuer"]
    field = _identifier_field(request)
    before = copy.deepcopy(issuer)
    mentions = [
        (where, node)
        for where, node in OrganisationTree.of(tree).known
        if node is issuer or same(node, before)
    ]
    for where, node in mentions:
        if node is not issuer and not node.get(field):
            draft.add(where, node, field, _legal(sealing), rule=RULE, why=WHY)
    if (issuer.get(field) or {}).get("notation") != sealing.identifier:
        _put(draft, issuer, field, _legal(sealing))
    if sealing.legal_name not in set(_texts(issuer.get("legal_name") or {})):
        _put(draft, issuer, "legal_name", {request.language: sealing.legal_name})
    country = country_concept(sealing.country)
    if country and not _stands_in(issuer, str(country["id"])):
        _put(draft, issuer, "location", [_location(country)])


def _put(draft: Draft, issuer: Node, name: str, value: Any) -> None:  # noqa: ANN401
    if issuer.get(name):
        draft.drop("/issuer", issuer, name, why="The seal's certificate says it otherwise.")
    draft.add("/issuer", issuer, name, value, rule=RULE, why=WHY)


def _stands_in(organisation: Node, country: str) -> bool:
    return any(
        (address.get("country_code") or {}).get("id") == country
        for place in items(organisation, "location")
        for address in items(place, "address")
    )


def _replace(draft: Draft, request: Request, sealing: Sealing) -> None:
    """Another organisation seals: the one that was the issuer keeps its place wherever else it is named."""
    speak_in_full(draft.tree, draft.tree["issuer"])
    draft.drop("", draft.tree, "issuer", why="Another organisation seals, and a seal is its issuer's.")
    draft.add("", draft.tree, "issuer", _organisation(sealing, request), rule=RULE, why=WHY)


def _leave_to_school(draft: Draft, sealing: Sealing) -> None:
    """Let who awarded be the issuer and who seals present it: EDCI XML knows no other mandate."""
    issuer = draft.tree["issuer"]
    if not is_sealer(issuer, sealing):
        return
    for whole in _other_bodies(draft, sealing):
        school = next((one for one in whole if not is_reference(one)), None)
        if school is None:
            continue
        speak_in_full(draft.tree, issuer)
        draft.drop(
            "", draft.tree, "issuer", why="Who seals presents the credential, by mandate of its issuer."
        )
        why = "The awarding body is the issuer, for another organisation seals by its mandate."
        draft.add("", draft.tree, "issuer", copy.deepcopy(school), rule=MANDATED, why=why)
        return


def _other_bodies(draft: Draft, sealing: Sealing) -> Iterator[tuple[Node, ...]]:
    """Yield each awarding body that is no part of who seals, with the organisations above it."""
    tree = OrganisationTree.of(draft.tree)
    for where, node in nodes(draft.tree):
        if awards(where) and node["type"] == "Organisation":
            whole = (node, *tree.parents(node, where))
            if not any(is_sealer(one, sealing) for one in whole):
                yield whole


def _mandate(draft: Draft, sealing: Sealing) -> None:
    """EDC-AP issued by mandate: who awarded had it sealed; a converted credential embeds all its evidence."""
    for node, *_ in _other_bodies(draft, sealing):
        if node.get("id") == draft.tree["issuer"].get("id"):
            continue
        statement = sealing.mandate or _STATEMENT
        media: Node = {
            "type": "MediaObject",
            "title": sealing.mandate_title.to_tree() if sealing.mandate_title else {"en": "mandate.txt"},
            "content": base64.b64encode(statement.encode()).decode(),
            "content_encoding": concept(BASE64),
            "content_type": concept(vocabulary.file_type("text/plain").uri),
        }
        evidence: Node = {
            "type": "Evidence",
            "dc_type": concept(MANDATE),
            "evidence_statement": statement,
            "evidence_target": _named(node),
            "embedded_evidence": [media],
        }
        why = "Another organisation than the awarding body seals, on its behalf."
        draft.append("", draft.tree, "evidence", evidence, rule=MANDATED, why=why)
        return  # one statement is about every body; the profile has one for each credential


def _named(body: Node) -> Node:
    """Name the awarding body again, without the units below it."""
    if is_reference(body) or body.get("id"):
        return {"type": body["type"], "id": body["id"]}
    return {name: copy.deepcopy(value) for name, value in body.items() if name != "has_sub_organization"}
