"""Ours and each other engine's word on each file, side by side; every difference is listed with its clause.

Run as `make interop`. A difference that is not listed fails the test, and so does one listed that is none.
"""

from __future__ import annotations

import itertools
import statistics
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from interop.cases import Case
from interop.opinions import NOT_SHOWN, Crypto, Opinion

TABLE = pytest.StashKey[list[str]]()
"""Where a run leaves its table, to be printed after everything else."""
LISTED = Path(__file__).parent / "dss_differences.toml"
ABOUT = ("crypto", "indication", "signer", "times", "qualification")
_ALONE = {"xmlsec": ("crypto",), "jwcrypto": ("crypto",)}
_WIDTH = 46


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
        return [one for case in self.cases for peer in self._peers() for one in self._compared(case, peer)]

    def _peers(self) -> list[str]:
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
        said = []
        for one in self.comparisons():
            known = self.listed.get(one.key)
            as_listed = known is not None and (known.ours, known.theirs) == (one.ours, one.theirs)
            if one.shown and not one.agrees and not as_listed:
                said.append(f"{one.name}: ours says {one.about} {one.ours}, {one.peer} says {one.theirs}")
        return said

    def stale(self) -> list[str]:
        """Say every listed difference that is none, of the files and engines that were asked."""
        differing = {one.key for one in self.comparisons() if one.shown and not one.agrees}
        asked = {case.name for case in self.cases}
        return [
            f"{name}: listed as a difference with {peer} about {about}, and is none"
            for name, peer, about in self.listed
            if name in asked and peer in self.opinions and (name, peer, about) not in differing
        ]

    def table(self) -> list[str]:
        """Write a line for each file, then what there is to say of all; the last line is the score."""
        compared = self.comparisons()
        score = Counter(_mark(one) for one in compared)
        return [
            *self._rows(compared),
            *(f"not shown: {peer}, for {why}" for peer, why in self.missing.items()),
            *self._pace(),
            f"differ as listed {score['listed']}, not shown {score['not shown']}",
            f"agree {score['agree']}/{len(compared)}",
        ]

    def _rows(self, compared: Sequence[Comparison]) -> Iterable[str]:
        peers = self._peers()
        yield f"{'file':<{_WIDTH}} {'ours':<26}" + "".join(f" {peer:<26}" for peer in peers)
        names = dict.fromkeys(one.name for one in compared)
        differing: dict[str, list[str]] = {name: [] for name in names}
        for one in compared:
            if one.shown and not one.agrees:
                known = self.listed.get(one.key)
                differing[one.name].append(
                    f"{one.peer} {one.about}: {known.clause if known else 'NOT LISTED'}"
                )
        for name in names:
            words = [_short(self.opinions.get(peer, {}).get(name, Opinion())) for peer in ("ours", *peers)]
            yield (
                f"{name:<{_WIDTH}} " + " ".join(f"{word:<26}" for word in words) + "; ".join(differing[name])
            )

    def _pace(self) -> Iterable[str]:
        for peer, said in self.opinions.items():
            pairs = [
                (ours.micros, said[name].micros)
                for name, ours in self.opinions["ours"].items()
                if peer != "ours" and name in said and ours.crypto == Crypto.HOLDS
            ]
            timed = [(ours, theirs) for ours, theirs in pairs if ours and theirs]
            if timed:
                ours, theirs = (statistics.median(side) for side in zip(*timed, strict=True))
                yield (
                    f"pace: {peer} takes {theirs / ours:,.0f} times ours for a signature that holds "
                    f"(medians of {len(timed)}: {theirs / 1000:,.1f} and {ours / 1000:,.2f} ms; "
                    "it also judges path and time)"
                )


def _owed(one: Comparison, *, missing: bool) -> bool:
    """Tell whether an answer is missing that a reader of the score must know of."""
    return (missing and one.about == "crypto") or (
        one.about in {"indication", "qualification"} and one.theirs != NOT_SHOWN
    )


def _mark(one: Comparison) -> str:
    if not one.shown:
        return "not shown"
    return "agree" if one.agrees else "listed"


def _short(opinion: Opinion) -> str:
    return " ".join(filter(None, (opinion.crypto, opinion.indication))) or "-"
