"""Ours and each other engine's word on each file, side by side; every difference is listed with its clause.

Run as `make interop`. A difference that is not listed fails the test, and so does one listed that is none.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from interop.cases import Case
from interop.opinions import NOT_SHOWN, Crypto, Opinion

LISTED = Path(__file__).parent / "dss_differences.toml"
ABOUT = ("crypto", "indication", "signer", "times", "qualification")
_VERDICTS = {"indication", "qualification"}
"""What is told of a signature only where path and time, or the lists, were asked as well."""
_ALONE = {"xmlsec": ("crypto",), "jwcrypto": ("crypto",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One thing that ours and another both were asked about one file."""

    name: str
    peer: str
    about: str
    ours: str
    theirs: str

    @property
    def shown(self) -> bool:
        return NOT_SHOWN not in {self.ours, self.theirs}

    @property
    def agrees(self) -> bool:
        return self.shown and self.ours == self.theirs

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.name, self.peer, self.about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One that is known, and why ours stands all the same."""

    ours: str
    theirs: str
    clause: str
    reason: str


Listed = Mapping[tuple[str, str, str], Difference]


def listed(text: str | None = None) -> Listed:
    """Read the differences that are known, by file, engine and thing said.

    Raises:
        ValueError: one is listed twice.
    """
    found: dict[tuple[str, str, str], Difference] = {}
    text = LISTED.read_text(encoding="utf-8") if text is None else text
    for entry in tomllib.loads(text).get("difference", []):
        for name, about in itertools.product(entry["files"], sorted(entry.keys() & set(ABOUT))):
            key = (name, entry["peer"], about)
            if key in found:
                raise ValueError(f"listed twice: {key}")
            ours, theirs = entry[about]
            found[key] = Difference(ours=ours, theirs=theirs, clause=entry["clause"], reason=entry["reason"])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All comparisons of a run.

    Attributes:
        cases: the files, in the order of the table.
        opinions: by engine, then by file; `ours` among them. An engine that is missing has none.
        missing: engines that could not be asked, each with the reason.
        listed: the differences that are known.
    """

    cases: Sequence[Case]
    opinions: Mapping[str, Mapping[str, Opinion]]
    missing: Mapping[str, str]
    listed: Listed

    def comparisons(self) -> list[Comparison]:
        """Pair everything that is asked of both; files that neither finds a signature in are left out."""
        return [one for case in self.cases for peer in self.peers() for one in self._compared(case, peer)]

    def peers(self) -> list[str]:
        """Name the engines beside ours, those that are missing last."""
        return [peer for peer in self.opinions if peer != "ours"] + list(self.missing)

    def _compared(self, case: Case, peer: str) -> Iterable[Comparison]:
        ours = self.opinions["ours"][case.name]
        theirs = self.opinions.get(peer, {}).get(case.name, Opinion())
        if ours.crypto == Crypto.NONE and theirs.crypto in {Crypto.NONE, NOT_SHOWN}:
            return
        for about in _ALONE.get(peer, ABOUT):
            one = Comparison(
                name=case.name, peer=peer, about=about, ours=ours.word(about), theirs=theirs.word(about)
            )
            if one.shown or _owed(one, missing=peer in self.missing):
                yield one

    def unlisted(self) -> list[str]:
        """Say every difference that is not listed, or is listed as another."""
        return [
            f"{one.name}: ours says {one.about} {one.ours}, {one.peer} says {one.theirs}"
            for one in self.comparisons()
            if self.mark(one) == "differ"
        ]

    def stale(self) -> list[str]:
        """Say every listed difference that is none, or that is about a file nobody knows.

        Files of a group that is not at hand, engines that are missing, and verdicts that one side has not
        given are left alone: of them nothing is known.
        """
        differing = {one.key for one in self.comparisons() if one.shown and not one.agrees}
        groups = {case.name.partition("/")[0] for case in self.cases}
        return [
            f"{name}: listed as a difference with {peer} about {about}, and is none"
            for name, peer, about in self.listed
            if name.partition("/")[0] in groups
            and peer in self.opinions
            and (name, peer, about) not in differing
            and not self._awaited(name, peer, about)
        ]

    def _awaited(self, name: str, peer: str, about: str) -> bool:
        said = [self.opinions[engine].get(name, Opinion()) for engine in ("ours", peer)]
        return about in _VERDICTS and NOT_SHOWN in {one.word(about) for one in said}

    def mark(self, one: Comparison) -> str:
        """Say what became of a comparison: `agree`, `listed`, `differ` or `not shown`."""
        if not one.shown:
            return "not shown"
        if one.agrees:
            return "agree"
        known = self.listed.get(one.key)
        as_listed = known is not None and (known.ours, known.theirs) == (one.ours, one.theirs)
        return "listed" if as_listed else "differ"


def _owed(one: Comparison, *, missing: bool) -> bool:
    """Tell whether an answer is missing that a reader of the score must know of."""
    return (missing and one.about == "crypto") or (one.about in _VERDICTS and one.theirs != NOT_SHOWN)
