"""Several badges in one credential, and one badge for each achievement of a credential."""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from converter.convert import (
    Conversion,
    Lifted,
    Options,
    Source,
    finish,
    given_back_all,
    lift,
    refuse_unfit,
    request_of,
)
from converter.enrich.draft import Draft, Node
from converter.mapping import Move, Moved
from converter.report import Addition, Omission
from schemas.document import Format
from schemas.errors import Problem, Refused
from schemas.lang import LangString

CLAIMS = "/credential_subject/has_claim"
_CLAIM = re.compile(rf"{CLAIMS}/(\d+)(?=/|$)")
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
        Refused: one is revoked, or they name different learners or different issuers.
        Incomplete: as for one document.
    """
    for source in sources:
        refuse_unfit(source, target)
    lifts = [lift(source, options.profile) for source in sources]
    tree, additions = _merged(
        [one.moved.tree for one in lifts], profile_issuer=bool(options.profile.issuer.legal_name)
    )
    draft = Draft(tree, additions=additions)
    request = request_of(tuple(sources), target, options, lifts[0].language)
    return finish(_joined(lifts), draft, request, options)


def convert_split(source: Source, target: Format, options: Options) -> tuple[Conversion, ...]:
    """Convert one credential into a badge for each of its achievements.

    A credential that carries badges gives back those very badges.
    """
    refuse_unfit(source, target)
    if options.use_carrier and (given := given_back_all(source.document, target)):
        return given
    lifted = lift(source, options.profile)
    claims = (lifted.moved.tree.get("credential_subject") or {}).get("has_claim", [])
    wanted = [index for index, claim in enumerate(claims) if claim["type"] == "LearningAchievement"]
    if not wanted:
        message = "The credential holds no learning achievement, so there is nothing a badge could be about."
        raise Refused(Problem(code="convert.no-achievement", message=message, where=CLAIMS))
    request = request_of((source,), target, options, lifted.language)
    made = []
    for index in wanted:
        draft = Draft.of(lifted.moved.tree)
        draft.tree["credential_subject"]["has_claim"] = [draft.tree["credential_subject"]["has_claim"][index]]
        draft.tree["id"] = _derived(str(lifted.moved.tree.get("id", "")), str(index))
        moved = replace(lifted.moved, moves=tuple(_only(lifted.moved.moves, index)))
        draft.omissions += [
            Omission(
                pivot=f"{CLAIMS}/other/{other}", why="It stands in another badge of the same credential."
            )
            for other in range(len(claims))
            if other != index
        ]
        made.append(finish(moved, draft, request, options))
    return tuple(made)


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


def _joined(lifts: Sequence[Lifted]) -> Moved:
    """Put the accounts of several lifts together; each source pointer starts with its document's number."""
    moves: list[Move] = []
    residue = []
    offset = 0
    for number, one in enumerate(lifts):
        for move in one.moved.moves:
            target = _CLAIM.sub(
                lambda found, shift=offset: f"{CLAIMS}/{int(found[1]) + shift}",  # type: ignore[misc]
                move.target,
                count=1,
            )
            moves.append(replace(move, source=f"/{number}{move.source}", target=target))
        residue += [replace(left, source=f"/{number}{left.source}") for left in one.moved.residue]
        offset += len((one.moved.tree.get("credential_subject") or {}).get("has_claim", []))
    return Moved(tree=lifts[0].moved.tree, moves=tuple(moves), residue=tuple(residue))


def _merged(trees: Sequence[Node], *, profile_issuer: bool) -> tuple[Node, list[Addition]]:
    """Merge lifted credentials: claims and identifiers of all, the rest where they agree."""
    merged: Node = {key: value for key, value in copy.deepcopy(trees[0]).items() if key not in OWN}
    subjects = [tree.get("credential_subject") or {"type": "Person"} for tree in trees]
    merged["credential_subject"] = _one_person(copy.deepcopy(subjects))
    if not profile_issuer and len({_name(tree.get("issuer") or {}) for tree in trees}) > 1:
        message = "The badges have different issuers; the profile must say who seals ([issuer] legal_name)."
        raise Refused(Problem(code="convert.issuers", message=message, where="[issuer] legal_name"))
    merged["id"] = _derived(*sorted(str(tree.get("id", "")) for tree in trees))
    additions = [
        Addition(pivot="/id", rule="stacking", why="One credential out of several has an id of its own.")
    ]
    merged["display_parameter"] = {"type": "DisplayParameter", "title": _title(trees)}
    additions.append(
        Addition(
            pivot="/display_parameter/title", rule="stacking", why="The titles of what it holds, together."
        )
    )
    for name, choose, why in (
        ("valid_from", max, "The credential holds from the latest of its parts."),
        ("valid_until", min, "The credential holds until the first of its parts expires."),
    ):
        moments = [str(tree[name]) for tree in trees if tree.get(name)]
        if moments:
            merged[name] = choose(moments)
            additions.append(Addition(pivot=f"/{name}", rule="stacking", why=why))
    return merged, additions


def _one_person(subjects: list[Node]) -> Node:
    """Make one learner of several subjects, or refuse where two names differ."""
    names = {
        " ".join(text.casefold().split())
        for subject in subjects
        if (full := subject.get("full_name"))
        for _, text in LangString.from_tree(full)
    }
    if len(names) > 1:
        message = "The badges name different learners, so they cannot share a credential."
        raise Refused(
            Problem(code="convert.learners", message=message, where="/credential_subject/full_name")
        )
    person: Node = {}
    for subject in subjects:
        for key, value in subject.items():
            if isinstance(value, list):
                items = person.setdefault(key, [])
                items += [item for item in value if key == "has_claim" or item not in items]
            else:
                person.setdefault(key, value)
    return person


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
