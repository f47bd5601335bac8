"""Several badges in one credential, and one badge for each achievement of a credential."""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from converter.convert import Conversion, Lifted, Options, Source, finish, lift
from converter.custody import Making
from converter.enrich.draft import Draft, Node
from converter.enrich.identity import GIVEN_BACK, none_written, told
from converter.giving_back import given_back_all
from converter.mapping import Move, Moved
from converter.paths import unescape
from converter.refusing import refuse_unfit
from converter.report import Addition, Omission
from converter.requesting import request_of
from schemas.document import Format
from schemas.errors import Problem, Refused
from schemas.institution import InstitutionProfile
from schemas.lang import LangString

CLAIMS = "/credential_subject/has_claim"
RULE = "stacking"
_CLAIM = re.compile(rf"{CLAIMS}/(\d+)(?=/|$)")
_OF_LEARNER = re.compile(r"(/credential_subject/\w+)/(\d+)(?=/|$)")
OWN = (
    "credential_subject",
    "display_parameter",
    "id",
    "identifier",
    "valid_from",
    "valid_until",
    "expiration_date",
)


def convert_bundle(sources: Sequence[Source], target: Format, options: Options) -> Conversion:
    """Convert several documents into one credential, with an achievement and a carrier for each.

    Raises:
        Refused: one is revoked, they name different learners or different issuers, or a badge is asked for.
        Incomplete: as for one document.
    """
    if target is Format.OB2:
        message = "A badge is about one achievement: several documents become as many badges, not one."
        raise Refused(Problem(code="convert.bundle", message=message))
    for source in sources:
        refuse_unfit(source, target)
    lifts = [lift(source, options.profile) for source in sources]
    joined, draft = bundled(lifts, options.profile)
    request = request_of(tuple(sources), target, options, lifts[0].language)
    making = Making(sources=tuple(sources), languages=tuple(one.language for one in lifts), way="bundle")
    return finish(joined, draft, request, options, making)


def bundled(lifts: Sequence[Lifted], profile: InstitutionProfile) -> tuple[Lifted, Draft]:
    """Put what was lifted from several documents together: the account of it, and the draft to complete.

    Raises:
        Refused: they name different learners, or different issuers and no profile says who seals.
    """
    tree, additions = _merged(
        [one.moved.tree for one in lifts], profile_issuer=bool(profile.issuer.legal_name)
    )
    joined, omissions = _joined(lifts, tree)
    return joined, Draft(tree, additions=additions, omissions=omissions)


def convert_split(source: Source, target: Format, options: Options) -> tuple[Conversion, ...]:
    """Convert one credential into a badge for each of its achievements.

    A credential that carries badges gives back those very badges.
    """
    refuse_unfit(source, target)
    if options.use_carrier and (given := given_back_all(source.document, target)):
        why_not = none_written(options.identity, GIVEN_BACK)
        return tuple(replace(one, report=told(one.report, options.identity, why_not)) for one in given)
    lifted = lift(source, options.profile)
    claims = (lifted.moved.tree.get("credential_subject") or {}).get("has_claim", [])
    wanted = [index for index, claim in enumerate(claims) if claim["type"] == "LearningAchievement"]
    if not wanted:
        message = "The credential holds no learning achievement, so there is nothing a badge could be about."
        raise Refused(Problem(code="convert.no-achievement", message=message, where=CLAIMS))
    request = request_of((source,), target, options, lifted.language)
    made = []
    for index in wanted:
        mine, draft = alone(lifted, index)
        making = Making(sources=(source,), languages=(lifted.language,), way="split", claim=index)
        made.append(finish(mine, draft, request, options, making))
    return tuple(made)


def alone(lifted: Lifted, index: int) -> tuple[Lifted, Draft]:
    """Take one claim of a credential for itself: the account of it, and the draft to complete."""
    draft = Draft.of(lifted.moved.tree)
    claims = draft.tree["credential_subject"]["has_claim"]
    draft.tree["credential_subject"]["has_claim"] = [claims[index]]
    draft.tree["id"] = _derived(str(lifted.moved.tree.get("id", "")), str(index))
    moved = replace(lifted.moved, moves=tuple(_only(lifted.moved.moves, index)))
    why = "It stands in another badge of the same credential."
    draft.omissions += [
        Omission(pivot=f"{CLAIMS}/other/{other}", why=why) for other in range(len(claims)) if other != index
    ]
    return replace(lifted, moved=moved), draft


def _only(moves: Sequence[Move], index: int) -> Iterator[Move]:
    """Point the moves of one claim at its new place, and those of the others at none."""
    for move in moves:
        found = _CLAIM.match(move.target)
        if found is None:
            yield move
        elif int(found[1]) == index:
            yield replace(move, target=_CLAIM.sub(f"{CLAIMS}/0", move.target, count=1))
        else:
            yield replace(move, target=_CLAIM.sub(rf"{CLAIMS}/other/\1", move.target, count=1))


def _joined(lifts: Sequence[Lifted], merged: Node) -> tuple[Lifted, list[Omission]]:
    """Put the accounts of several lifts together; each source pointer starts with its document's number.

    A value that another document says otherwise, or that the whole says of itself, points at no place.
    """
    moves: list[Move] = []
    residue = []
    omissions: list[Omission] = []
    offset = 0
    for number, one in enumerate(lifts):
        for move in one.moved.moves:
            target = _shifted(move.target, one.moved.tree, merged, offset)
            if _value(one.moved.tree, move.target) != _value(merged, target):
                target = f"/{number}{move.target}"
                omissions.append(Omission(pivot=target, why="The credential of them all says this once."))
            moves.append(replace(move, source=f"/{number}{move.source}", target=target))
        residue += [replace(left, source=f"/{number}{left.source}") for left in one.moved.residue]
        offset += len((one.moved.tree.get("credential_subject") or {}).get("has_claim", []))
    moved = Moved(tree=merged, moves=tuple(moves), residue=tuple(residue))

    def place(pointer: str) -> str:
        number, slash, rest = pointer.removeprefix("/").partition("/")
        return f"/{number}{lifts[int(number)].place(slash + rest)}"

    return Lifted(moved=moved, language=lifts[0].language, place=place), omissions


def _shifted(pointer: str, tree: Node, merged: Node, offset: int) -> str:
    """Say where a value of one document stands in the whole: claims in a row, the learner's facts once."""
    if _CLAIM.match(pointer):
        return _CLAIM.sub(lambda found: f"{CLAIMS}/{int(found[1]) + offset}", pointer, count=1)
    found = _OF_LEARNER.match(pointer)
    if found is None:
        return pointer
    item = _value(tree, found[0])
    items = _value(merged, found[1])
    at = items.index(item) if isinstance(items, list) and item in items else found[2]
    return f"{found[1]}/{at}{pointer[found.end() :]}"


def _value(tree: Any, pointer: str) -> Any:  # noqa: ANN401 - any tree
    for part in pointer.split("/")[1:]:
        if isinstance(tree, list):
            tree = tree[int(part)] if part.isdigit() and int(part) < len(tree) else None
        else:
            tree = tree.get(unescape(part)) if isinstance(tree, dict) else None
    return tree


def _merged(trees: Sequence[Node], *, profile_issuer: bool) -> tuple[Node, list[Addition]]:
    """Merge lifted credentials: the claims of all, the rest where they agree."""
    merged: Node = {key: value for key, value in copy.deepcopy(trees[0]).items() if key not in OWN}
    subjects = [tree.get("credential_subject") or {"type": "Person"} for tree in trees]
    merged["credential_subject"] = _one_person(copy.deepcopy(subjects))
    if not profile_issuer and len({_name(tree.get("issuer") or {}) for tree in trees}) > 1:
        message = (
            "The documents have different issuers; the profile must say who seals ([issuer] legal_name)."
        )
        raise Refused(Problem(code="convert.issuers", message=message, where="[issuer] legal_name"))
    additions = []
    for name, value, why in _own(trees):
        merged[name] = value
        additions.append(Addition(pivot=f"/{name}", rule=RULE, why=why))
    return merged, additions


def _own(trees: Sequence[Node]) -> Iterator[tuple[str, Any, str]]:
    """Say what the whole says of itself: its id, its title, and while all of its parts hold."""
    id_ = _derived(*sorted(str(tree.get("id", "")) for tree in trees))
    yield "id", id_, "One credential out of several has an id of its own."
    display = {"type": "DisplayParameter", "title": _title(trees)}
    yield "display_parameter", display, "The titles of what it holds, together."
    for name, choose, why in (
        ("valid_from", max, "The credential holds from the latest of its parts."),
        ("valid_until", min, "The credential holds until the first of its parts expires."),
    ):
        moments = [str(tree[name]) for tree in trees if tree.get(name)]
        if moments:
            yield name, choose(moments, key=_moment), why


def _moment(text: str) -> tuple[datetime, str]:
    """Order moments by when they are, not by how they are written; without a zone, as in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC), text
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC), text


def _one_person(subjects: list[Node]) -> Node:
    """Make one learner of several subjects, or refuse where two names differ."""
    for fields in (("full_name",), ("given_name", "family_name")):
        names = {_names(subject, fields) for subject in subjects if all(map(subject.get, fields))}
        if len(names) > 1:
            message = "The documents name different learners, so they cannot share a credential."
            where = f"/credential_subject/{fields[0]}"
            raise Refused(Problem(code="convert.learners", message=message, where=where))
    person: Node = {}
    for subject in subjects:
        for key, value in subject.items():
            if isinstance(value, list):
                items = person.setdefault(key, [])
                items += [item for item in value if key == "has_claim" or item not in items]
            else:
                person.setdefault(key, value)
    return person


def _names(subject: Node, fields: tuple[str, ...]) -> str:
    words = " ".join(LangString.from_tree(subject[name]).best() for name in fields)
    return " ".join(words.casefold().split())


def _title(trees: Sequence[Node]) -> dict[str, Any]:
    """Join the titles in each language that any of them has; the first text stands in for the others."""
    titles = [
        LangString.from_tree(found)
        for tree in trees
        for claim in (tree.get("credential_subject") or {}).get("has_claim", [])
        if (found := claim.get("title"))
    ]
    languages = dict.fromkeys(language for title in titles for language in title.languages)
    return {language: " · ".join(title.best((language,)) for title in titles) for language in languages}


def _name(organisation: Node) -> str:
    return LangString.from_tree(organisation.get("legal_name", {})).best().casefold()


def _derived(*names: str) -> str:
    return f"urn:credential:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(names))}"
