"""What Open Badges 2.0 demands of an assertion, from values at hand or from the asker."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from typing import Any

from converter.enrich.claims import claims
from converter.enrich.draft import Draft, Node, Request, full_node, is_reference, items
from converter.enrich.presentation import page_of
from schemas.lang import LangString
from schemas.pivot import Credential, from_tree

RULE = "OB 2.0"
ACHIEVEMENT = "LearningAchievement"
ASSERTION = "Open Badges assertion"
ISSUER = "Open Badges issuer"
_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


def badge(draft: Draft, request: Request) -> None:
    """Complete the first learning achievement into a badge; the others are told as left out."""
    subject = draft.tree.get("credential_subject") or {}
    found = next(
        (
            (at, one)
            for at, one in enumerate(subject.get("has_claim", []))
            if one and one["type"] == ACHIEVEMENT
        ),
        None,
    )
    if found is None:
        draft.miss("achievement", "A badge is about a learning achievement, and the document holds none.")
        return
    claims(draft, request)
    where, achievement = f"/credential_subject/has_claim/{found[0]}", found[1]
    _assertion(draft, request)
    _recipient(draft, request, where, achievement)
    _badge_class(draft, request, where, achievement)
    _issuer(draft, request, where, achievement)


def _assertion(draft: Draft, request: Request) -> None:
    tree = draft.tree
    if not any(one.get("scheme_name") == ASSERTION for one in items(tree, "identifier")):
        number = uuid.uuid5(uuid.NAMESPACE_URL, str(tree.get("id", request.moment)))
        node = {"type": "Identifier", "scheme_name": ASSERTION, "notation": f"urn:uuid:{number}"}
        draft.append(
            "", tree, "identifier", node, rule=RULE, why="A badge that is to be signed has a urn:uuid id."
        )
    if not tree.get("valid_from"):
        moment = tree.get("issued") or tree.get("issuance_date") or request.moment
        draft.add("", tree, "valid_from", moment, rule=RULE, why="The moment the credential was issued.")
    for name in ("valid_from", "valid_until"):
        if tree.get(name) and not _ZONE.search(tree[name]):
            tree[name] += "Z" if "T" in tree[name] else "T00:00:00Z"
            draft.omit(f"/{name}/zone", "It names no time zone, which a badge has; it is taken to be in UTC.")


def _facts(draft: Draft, where: str, achievement: Node) -> Node:
    if not achievement.get("badge"):
        achievement["badge"] = {"type": "BadgeFacts"}
    facts: Node = achievement["badge"]
    if not facts.get("verification"):
        why = "The badge is unsigned still; only a signature of its issuer makes it verifiable."
        draft.add(f"{where}/badge", facts, "verification", "SignedBadge", rule=RULE, why=why)
    return facts


def _recipient(draft: Draft, request: Request, where: str, achievement: Node) -> None:
    """Hash what the asker named; the salt comes from the document: equal input gives equal output."""
    facts = _facts(draft, where, achievement)
    if facts.get("recipient"):
        return
    if request.recipient is None:
        draft.miss("recipient", "A badge is about somebody: name the recipient, for example email=….")
        return
    kind, value = request.recipient
    seed = "".join(hashlib.sha256(one.data).hexdigest() for one in request.enclosures) or str(
        draft.tree.get("id")
    )
    salt = hashlib.sha256(f"badgepass recipient {seed}".encode()).hexdigest()[:32]
    identity = "sha256$" + hashlib.sha256((value.lower() + salt).encode()).hexdigest()
    node = {"type": "RecipientFacts", "kind": kind, "hashed": True, "identity": identity, "salt": salt}
    why = "The recipient the asker named, as a salted hash."
    draft.add(f"{where}/badge", facts, "recipient", node, rule="request recipient", why=why)


def _badge_class(draft: Draft, request: Request, where: str, achievement: Node) -> None:
    facts = achievement["badge"]
    specified = achievement.get("specified_by")
    if not specified:
        specified = {"type": "LearningAchievementSpecification"}
        why = "A badge has a class; this one says the title alone."
        draft.add(where, achievement, "specified_by", specified, rule="structure", why=why)
    if not str(specified.get("id", "urn:epass:")).startswith(("http", "urn:uuid:")):
        number = uuid.uuid5(uuid.NAMESPACE_URL, f"{draft.tree.get('id')} {specified.get('id', where)}")
        why = "A badge class has an id of its own."
        draft.add(f"{where}/specified_by", specified, "id", f"urn:uuid:{number}", rule=RULE, why=why)
    said = _said(specified, achievement)
    if not specified.get("description") and said:
        why = "What the specification says of itself or of its outcomes."
        draft.add(f"{where}/specified_by", specified, "description", said, rule="structure", why=why)
    if not facts.get("criteria"):
        text = LangString.from_tree(said or achievement.get("title") or {}).best((request.language, "en"))
        node = {"type": "CriteriaFacts", "narrative": text}
        why = "A badge says what had to be done; this is what the specification says."
        draft.add(f"{where}/badge", facts, "criteria", node, rule="structure", why=why)
    if not facts.get("class_image"):
        image = _shown(draft.tree) or request.draw(
            page_of(from_tree(Credential, draft.tree), request.language, request)
        )
        data = "data:image/png;base64," + base64.b64encode(image).decode()
        why = "A badge has an image; this is the credential's page."
        draft.add(f"{where}/badge", facts, "class_image", data, rule="presentation", why=why)


def _said(specified: Node, achievement: Node) -> Any:  # noqa: ANN401 - a language map
    for node in (specified, achievement):
        if node.get("description"):
            return node["description"]
        summary = node.get("learning_outcome_summary")
        if summary and summary.get("note_literal"):
            return summary["note_literal"]
    titles = [outcome["title"] for outcome in items(specified, "learning_outcome") if outcome.get("title")]
    return titles[0] if titles else specified.get("title") or achievement.get("title")


def _shown(tree: Node) -> bytes | None:
    """Return the credential's own first page, if it is a PNG."""
    for display in items((tree.get("display_parameter") or {}), "individual_display"):
        for detail in items(display, "display_detail"):
            content = (detail.get("image") or {}).get("content", "")
            if content.startswith("iVBORw0KGgo"):
                try:
                    return base64.b64decode(content, validate=True)
                except ValueError:
                    return None
    return None


def _issuer(draft: Draft, request: Request, where: str, achievement: Node) -> None:
    """OB 2.0 Profile: an issuer has an id, a name, a homepage and an e-mail address."""
    profile = request.profile
    found = _organisation(draft, where, achievement, profile.awarding_body.legal_name)
    if found is None:
        draft.miss("[awarding_body] legal_name", "The document does not say which organisation awarded it.")
        return
    at, unit = _unit(found[1], f"{where}/awarded_by/{found[0]}")
    for facts, rule in (
        (profile.awarding_body, "profile [awarding_body]"),
        (profile.issuer, "profile [issuer]"),
    ):
        if facts.legal_name and not unit.get("legal_name"):
            draft.add(
                at, unit, "legal_name", facts.legal_name.to_tree(), rule=rule, why="The institution's word."
            )
        if facts.url and not unit.get("homepage"):
            page = [{"type": "WebResource", "content_url": facts.url}]
            draft.add(at, unit, "homepage", page, rule=rule, why="The institution's word.")
        if facts.email and not _mailbox(unit):
            point = {
                "type": "ContactPoint",
                "email_address": [{"type": "Mailbox", "id": f"mailto:{facts.email}"}],
            }
            draft.append(at, unit, "contact_point", point, rule=rule, why="The institution's word.")
    _demand(draft, at, unit)


def _organisation(
    draft: Draft, where: str, achievement: Node, name: LangString | None
) -> tuple[str, Node] | None:
    """Find the organisation that awarded, in full; without one, the profile's word makes it."""
    award = achievement.get("awarded_by") or {}
    for index, body in enumerate(award.get("awarding_body", [])):
        if body is None or body["type"] != "Organisation":
            continue
        at = f"awarding_body/{index}"
        if is_reference(body) and (full := full_node(draft.tree, body)) is not None:
            why = "What the document says of the same organisation in another place."
            for field in full.keys() - body.keys():
                draft.add(f"{where}/awarded_by/{at}", body, field, full[field], rule="structure", why=why)
        return at, body
    if name is None:
        return None
    rule, why = "profile [awarding_body] legal_name", "The institution's word in its profile."
    made: Node = {"type": "Organisation", "legal_name": name.to_tree()}
    if not award:
        award = {"type": "AwardingProcess"}
        draft.add(where, achievement, "awarded_by", award, rule="structure", why="A badge has an issuer.")
    draft.append(f"{where}/awarded_by", award, "awarding_body", made, rule=rule, why=why)
    return f"awarding_body/{len(award['awarding_body']) - 1}", made


def _demand(draft: Draft, at: str, unit: Node) -> None:
    if not unit.get("legal_name"):
        draft.miss("[awarding_body] legal_name", "A badge names its issuer.")
    pages = [page["content_url"] for page in items(unit, "homepage") if page.get("content_url")]
    if not pages:
        draft.miss("[awarding_body] url", "A badge's issuer has a homepage.")
    if not _mailbox(unit):
        draft.miss("[awarding_body] email", "A badge's issuer has an e-mail address.")
    if pages and not any(one.get("scheme_name") == ISSUER for one in items(unit, "identifier")):
        node = {"type": "Identifier", "scheme_name": ISSUER, "notation": pages[0]}
        why = "A badge's issuer is known by an address; this is its homepage."
        draft.append(at, unit, "identifier", node, rule=RULE, why=why)


def _unit(organisation: Node, at: str) -> tuple[str, Node]:
    """Find the unit that was the badge's issuer below a school, else the school itself."""
    if any(one.get("scheme_name") == ISSUER for one in items(organisation, "identifier")):
        return at, organisation
    for index, below in enumerate(organisation.get("has_sub_organization", [])):
        if below is None:
            continue
        found, node = _unit(below, f"{at}/has_sub_organization/{index}")
        if any(one.get("scheme_name") == ISSUER for one in items(node, "identifier")):
            return found, node
    return at, organisation


def _mailbox(organisation: Node) -> str:
    for point in items(organisation, "contact_point"):
        for mailbox in items(point, "email_address"):
            if str(mailbox.get("id", "")).startswith("mailto:"):
                return str(mailbox["id"])
    return ""
