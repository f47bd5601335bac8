"""A verdict that is cast is the verdict of the long way, to the digest of its report, or it is not cast."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bundles import PNG, answer
from sealed_exports import hosted, order, write_ground

from api.bulk.answers import Answered
from api.bulk.verdicts import Verdicts
from api.bulk.warm import KeptAnswers, Warm
from api.clock import system_clock
from api.gateway.conversion import Examined, examine
from api.gateway.sealing import judgement_of
from schemas.custody import Judgement
from schemas.document import Format
from schemas.errors import DocumentError
from verifier.bundle import BundleFetcher

Tree = dict[str, Any]
NOW = system_clock().replace(microsecond=0)


@dataclass
class Ground:
    """A worker that seals, rows of two classes, and the web around them; None where nothing answers."""

    warm: Warm
    rows: list[Tree]
    web: Tree | None

    @property
    def verdicts(self) -> Verdicts:
        assert self.warm.verdicts is not None
        return self.warm.verdicts

    def of_one_class(self) -> list[Tree]:
        first = self.rows[0]["badge"]["id"]
        return [row for row in self.rows if row["badge"]["id"] == first]

    def answering(self, web: Tree) -> None:
        """Have the web answer otherwise from now on."""
        self.warm.fetcher = KeptAnswers(BundleFetcher(web))

    def long_way(self, tree: Tree, now: datetime) -> tuple[Examined, Judgement] | list[str]:
        asking = self.verdicts.asking
        assert asking.seal is not None
        try:
            found = self.examined(tree, now)
            return found, judgement_of(found.report, asking.seal, now)
        except DocumentError as error:
            return [problem.code for problem in error.problems]

    def examined(self, tree: Tree, now: datetime) -> Examined:
        return examine(dumped(tree), self.verdicts.asking, fetcher=self.warm.fetcher, now=now)

    def cast(self, tree: Tree, now: datetime = NOW) -> tuple[Judgement, Answered] | None:
        badge = self.verdicts.moulds.opened(dumped(tree))
        fetcher = self.warm.fetcher if self.warm.asks else None
        if badge is None:
            return None
        return self.verdicts.cast(badge, now, fetcher, lambda: self.examined(tree, now))

    def told(self, tree: Tree, now: datetime = NOW) -> Judgement:
        cast = self.cast(tree, now)
        assert cast is not None
        return cast[0]

    def taught(self, tree: Tree, now: datetime = NOW) -> None:
        badge = self.verdicts.moulds.opened(dumped(tree))
        assert badge is not None
        told = self.long_way(tree, now)
        assert isinstance(told, tuple), told
        self.verdicts.learn(badge, *told, now)

    def alike(self, tree: Tree, now: datetime = NOW) -> bool:
        """Tell whether a row's verdict was cast; where it was, it must be that of the long way."""
        cast = self.cast(tree, now)
        told = self.long_way(tree, now)
        if cast is None:
            return False
        assert isinstance(told, tuple), told
        assert cast[0] == told[1]
        shared = {url: one for url, one in told[0].source.resources.items() if not url.startswith(tree["id"])}
        assert cast[1].shared == shared
        return True


def dumped(tree: Tree) -> bytes:
    return json.dumps(tree).encode()


@pytest.fixture(params=["hosted", "offline"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    yield from _ground(tmp_path, answers=request.param == "hosted")


@pytest.fixture
def online(tmp_path: Path) -> Iterator[Ground]:
    yield from _ground(tmp_path, answers=True)


def _ground(folder: Path, *, answers: bool) -> Iterator[Ground]:
    write_ground(folder)
    rows, web, _ = hosted(60)
    warm = Warm.of(replace(order(folder), target=Format.ELM, enclose="document"))
    made = Ground(warm, [json.loads(row) for row in rows], web if answers else None)
    if answers:
        warm.asks = True
        made.answering(web)
    yield made
    assert warm.sealer is not None
    warm.sealer.store.close()


def test_verdicts_of_a_class_are_cast_and_are_those_of_the_long_way(ground: Ground) -> None:
    first, *others = ground.of_one_class()
    assert ground.cast(first) is None, "nothing is known yet"
    ground.taught(first)
    reports = set()
    for at, tree in enumerate(others):
        now = NOW + timedelta(seconds=at)
        assert ground.alike(tree, now)
        reports.add(ground.told(tree, now).report)
    assert len(reports) == len(others) > 10, "each report is another's"
    told = ground.told(others[0])
    assert (told.verdict, told.override) == (
        ("TOTAL-PASSED", "") if ground.web is not None else ("INDETERMINATE", "indeterminate")
    )


def test_another_class_is_another_verdict(ground: Ground) -> None:
    ground.taught(ground.rows[0])
    others = [row for row in ground.rows if row["badge"]["id"] != ground.rows[0]["badge"]["id"]]
    assert not any(ground.alike(tree) for tree in others)


def test_an_end_of_validity_is_told_by_its_day_and_one_that_is_over_is_never_cast(ground: Ground) -> None:
    first, second, third = ground.of_one_class()[:3]

    def ending(tree: Tree, moment: str) -> Tree:
        made = tree | {"expires": moment}
        if ground.web is not None:
            bare = json.loads(base64.b64decode(ground.web[tree["id"]]["body_base64"]))
            ground.web[tree["id"]] = answer(bare | {"expires": moment})
            ground.answering(ground.web)
        return made

    ground.taught(ending(first, "2031-05-06T07:08:09Z"))
    assert ground.alike(ending(second, "2033-11-30T23:59:59Z"))
    over = ending(third, f"{NOW - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}")
    assert ground.cast(over) is None
    assert not ground.alike(ending(third, "2031-05-06T07:08:09+02:00")), "another spelling is another class"


def test_a_badge_from_the_future_is_never_cast(ground: Ground) -> None:
    first, second = ground.of_one_class()[:2]
    ground.taught(first)
    assert (
        ground.cast(second | {"issuedOn": f"{NOW + timedelta(days=3):%Y-%m-%dT%H:%M:%S.000001+00:00}"})
        is None
    )


@pytest.mark.parametrize("said", ["revoked", "recipient", "issuedOn", "gone", "moved", "more"])
def test_a_host_that_says_something_else_is_judged_the_long_way(online: Ground, said: str) -> None:
    first, second = online.of_one_class()[:2]
    online.taught(first)
    assert online.web is not None
    body = json.loads(base64.b64decode(online.web[second["id"]]["body_base64"]))
    changed: dict[str, Any] = {
        "revoked": answer(body | {"revoked": True}),
        "recipient": answer(body | {"recipient": body["recipient"] | {"identity": "sha256$" + "0" * 64}}),
        "issuedOn": answer(body | {"issuedOn": "2024-02-03T04:05:06Z"}),
        "gone": answer(body, status=410),
        "moved": {"location": first["id"]},
        "more": answer({**body, "narrative": "More."}),
    }
    online.answering(online.web | {second["id"]: changed[said]})
    assert online.cast(second) is None


def test_what_many_share_and_has_changed_is_judged_the_long_way(online: Ground) -> None:
    first, second = online.of_one_class()[:2]
    online.taught(first)
    assert online.web is not None
    kind = second["badge"]["id"]
    body = json.loads(base64.b64decode(online.web[kind]["body_base64"]))
    online.answering(online.web | {kind: answer(body | {"name": "Another course"})})
    assert online.cast(second) is None


def test_a_picture_of_ones_own_is_judged_the_long_way(online: Ground) -> None:
    first, second, third = online.of_one_class()[:3]
    online.taught(first)
    assert online.web is not None
    online.answering(online.web | {second["image"]: answer(PNG, media="image/png")})
    assert online.cast(second) is None
    online.answering(online.web | {first["image"]: answer(PNG, media="image/png")})
    online.verdicts._known.clear()
    online.taught(first)
    assert online.cast(third) is None, "from a badge with a picture of its own nothing is learnt"


def test_a_class_whose_host_tells_another_recipient_is_not_learnt(online: Ground) -> None:
    assert online.web is not None
    alike = online.of_one_class()
    for tree in alike:
        body = json.loads(base64.b64decode(online.web[tree["id"]]["body_base64"]))
        other = body["recipient"] | {"salt": "0" * 16}
        online.web[tree["id"]] = answer(body | {"recipient": other})
    online.answering(online.web)
    told = online.long_way(alike[0], NOW)
    badge = online.verdicts.moulds.opened(dumped(alike[0]))
    if isinstance(told, tuple) and badge is not None:
        online.verdicts.learn(badge, *told, NOW)
    assert online.cast(alike[1]) is None


def test_the_first_that_is_cast_is_held_against_the_long_way(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = ground.of_one_class()[:3]
    ground.taught(first)
    monkeypatch.setattr("api.bulk.verdicts._judged", lambda _: "another report")
    assert ground.cast(second) is None
    monkeypatch.undo()
    assert ground.cast(third) is None, "a class whose verdict did not hold is never cast again"
    assert list(ground.verdicts._known.values()) == [None]


def test_what_may_not_be_sealed_is_refused_for_each_row(ground: Ground) -> None:
    asking = ground.verdicts.asking
    assert asking.seal is not None
    first, second = ground.of_one_class()[:2]
    ground.verdicts.asking = replace(asking, seal=replace(asking.seal, override=""))
    for tree in (first, second):
        told = ground.long_way(tree, NOW)
        assert isinstance(told, tuple) == (ground.web is not None)
        if isinstance(told, list):
            assert told[0] == "sealing.undecided"
            assert ground.cast(tree) is None
