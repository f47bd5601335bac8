"""What only the first conversion could know, taken from its outcome: nothing but what the record names."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.enrich.carrying import CUSTODY
from converter.enrich.carrying import RULE as CARRIER
from converter.enrich.draft import Draft, Node, items
from converter.enrich.sealing import ISSUED, MANDATED, STATUS
from converter.enrich.sealing import RULE as CERTIFICATE
from converter.lists import CONVERSION
from converter.paths import unescape
from converter.recalled_profile import FACTS, PROFILE, SUBJECT, profile_again, sealing_again
from schemas.custody import Line, Record
from schemas.document import Format, Tree
from schemas.institution import InstitutionProfile
from schemas.sealing import Sealing

IDENTITY = frozenset(
    {
        *("given_name", "family_name", "full_name", "birth_name", "patronymic_name"),
        *("date_of_birth", "place_of_birth", "national_id", "identifier", "citizenship_country", "gender"),
        *("location", "contact_point"),
    }
)
"""What is known of a person beside what the person achieved."""
PICTURES = ("individual_display", "class_image", "logo")
PICTURED = frozenset({"presentation", "picture at hand"})
RECIPIENT = "request recipient"
DERIVED = frozenset({"structure", "organisation tree", "header", "controlled lists", "stacking"})
"""Rules whose word comes out again by itself."""
_CARRIED = frozenset(
    {"type", "title", "description", "content", "content_encoding", "content_type", "content_url"}
)
_OF_SEALING = frozenset(
    {"evidence", "attachment", "issuer", "issued", "issuance_date", "status", "credential_status"}
)
FREE = frozenset({CARRIER, CUSTODY, CERTIFICATE, ISSUED, MANDATED, STATUS})


def may_be_added(pointer: str, rule: str) -> bool:
    """Tell whether a place of the pivot may hold what no original says, under a rule."""
    parts = pointer.split("/")[1:]
    if rule in FREE:
        return parts[0] in _OF_SEALING or (rule == CERTIFICATE and bool(set(parts) & set(FACTS)))
    if rule in DERIVED:
        return False
    if pointer.startswith(SUBJECT) and parts[1] in IDENTITY:
        return True
    if rule in PICTURED:
        return bool(set(parts) & set(PICTURES)) or pointer.startswith("/display_parameter/")
    if rule == RECIPIENT:
        return "recipient" in parts
    return rule.startswith(PROFILE) and (parts[0] == "issuer" or bool(set(parts) & set(FACTS)))


def _may_be_grafted(pointer: str, rule: str) -> bool:
    """Of what is shown only the pictures cannot be made again."""
    pictured = rule not in PICTURED or bool(set(pointer.split("/")) & set(PICTURES))
    return pictured and may_be_added(pointer, rule)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is taken from the outcome.

    Attributes:
        profile: the institution's facts, as far as the record says that they came from its profile.
        sealing: who was to seal, if the document was made to be sealed.
        carries: originals travel along.
        grafts: values that go onto the draft before it is completed: pointer parts and value.
    """

    profile: InstitutionProfile
    sealing: Sealing | None
    carries: bool
    target: Format
    tree: Tree
    grafts: tuple[str, ...] = field(default=())

    @classmethod
    def of(
        cls, record: Record, tree: Tree, places: Mapping[str, str], presenter: Node | None = None
    ) -> Recalled:
        """Take what a record names from the pivot tree of the outcome.

        Args:
            record: of the conversion.
            tree: the outcome on the pivot.
            places: where each of its values stands in the document.
            presenter: who presents it, where that is another than its issuer.
        """
        found = tuple(_found(record.added, places))
        rules = {line.rule for line in record.added}
        sealed = ISSUED in rules and record.target is not Format.OB2
        return cls(
            profile=profile_again(found, tree, record, presenter),
            sealing=sealing_again(tree, presenter) if sealed else None,
            carries=CARRIER in rules,
            target=record.target,
            tree=tree,
            grafts=tuple(
                pointer
                for pointer, rule in found
                if not rule.startswith(PROFILE) and rule not in FREE and _may_be_grafted(pointer, rule)
            ),
        )

    def put_on(self, draft: Draft) -> None:
        """Put onto a draft what no step could make again: pictures, the recipient, an identity."""
        claim = _claim(draft.tree) if self.target is Format.OB2 else 0
        subject = draft.tree.get("credential_subject") or {}
        told = frozenset(name for name, value in subject.items() if not isinstance(value, list))
        for pointer in self.grafts:
            _graft(draft.tree, self.tree, pointer, claim, told)

    def carry(self, draft: Draft, carriers: frozenset[str]) -> None:
        """Put onto a completed draft what travels along, from the places in the document that are given.

        Nothing else that a carrier's node may say comes with it.
        """
        if self.target is Format.ELM:
            for index, one in enumerate(items(self.tree, "evidence")):
                embedded = [
                    _only(media)
                    for at, media in enumerate(one.get("embedded_evidence") or [])
                    if media and f"/evidence/{index}/embeddedEvidence/{at}" in carriers
                ]
                if embedded and (one.get("dc_type") or {}).get("id") == CONVERSION:
                    kept = {"type": one["type"], "dc_type": one["dc_type"], "embedded_evidence": embedded}
                    _extend(draft.tree, "evidence", [kept])
        elif self.target is Format.EDCI:
            for index, one in enumerate(self.tree.get("attachment") or []):
                if one and f"/attachmentList/{index}" in carriers:
                    _extend(draft.tree, "attachment", [_only(one)])


def _only(media: Node) -> Node:
    """Keep of a file what every carrier says of it."""
    return {name: value for name, value in media.items() if name in _CARRIED}


def _extend(tree: Node, name: str, wanted: list[Node]) -> None:
    if wanted:
        tree.setdefault(name, []).extend(copy.deepcopy(wanted))


def _found(added: tuple[Line, ...], places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each pivot pointer that stands at or below a recorded place, with the nearest one's rule."""
    rules = {line.target: line.rule for line in added}
    for pointer, place in places.items():
        above = place
        while above:
            if above in rules:
                yield pointer, rules[above]
                break
            above = above.rpartition("/")[0]


def _claim(tree: Tree) -> int:
    """Find the achievement that becomes the badge; in the badge it is the only one."""
    claims = (tree.get("credential_subject") or {}).get("has_claim") or []
    return next((at for at, one in enumerate(claims) if one and one["type"] == "LearningAchievement"), 0)


def _graft(draft: Node, tree: Tree, pointer: str, claim: int, told: frozenset[str]) -> None:
    """Copy one value with the nodes around it, where the draft does not have them.

    Args:
        draft: where it goes.
        tree: where it comes from.
        pointer: to the value.
        claim: the place of the claim in the draft that is the only one of a badge.
        told: what the original itself says of its learner, and nobody may say anew.
    """
    here: Any = draft
    there: Any = tree
    parts = [unescape(part) for part in pointer.split("/")[1:]]
    if parts[0] == "credential_subject" and parts[1] in told:
        return
    for number, part in enumerate(parts[:-1]):
        there = there[int(part)] if isinstance(there, list) else there[part]
        if isinstance(here, list):
            at = claim if parts[:number] == ["credential_subject", "has_claim"] else int(part)
            while len(here) <= at:
                here.append(_like(there))
            if here[at] is None:
                here[at] = _like(there)
            here = here[at]
        else:
            here = here.setdefault(part, _like(there))
    last = parts[-1]
    value = copy.deepcopy(there[int(last)] if isinstance(there, list) else there[last])
    if isinstance(here, list):
        here.append(value)
    else:
        here.setdefault(last, value)


def _like(node: Any) -> Any:  # noqa: ANN401 - a node or a list
    """Make an empty one of the same kind."""
    if isinstance(node, list):
        return []
    kept = {name: node[name] for name in ("type", "id") if name in node}
    return kept if "type" in node else {}
