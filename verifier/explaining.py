"""What a code means and how to mend what it tells: the catalogue's long form."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from verifier.catalogue import CheckEntry, catalogue, edc_name, entry_for
from verifier.finding import Outcome

READERS = ("issuer", "holder", "asker")
"""Who may mend something, or must know how to take it."""
_NEAREST = 5


class UnknownCode(LookupError):  # noqa: N818 - reads as a sentence
    """There is no such code, nor one above it.

    Attributes:
        code: as asked, shortened.
        nearest: the codes that may have been meant.
    """

    def __init__(self, code: str, nearest: tuple[str, ...]) -> None:
        """Name the code and what may have been meant."""
        meant = f"; perhaps one of: {', '.join(nearest)}" if nearest else ""
        super().__init__(f"There is no check {code!r}{meant}.")
        self.code = code
        self.nearest = nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A code, explained.

    Attributes:
        asked: the code as it was asked for.
        entry: the catalogue's entry: of that code, or of the nearest one above it.
        rule: what must be so, and why.
        outcomes: what each outcome means; an outcome the check never has is left out.
        mend: what to do about it, by reader (`READERS`).
        edc_name: what the EC calls the check it counts towards.
        above: the code above it, if there is one.
        below: the codes right below it.
    """

    asked: str
    entry: CheckEntry
    rule: str
    outcomes: Mapping[Outcome, str]
    mend: Mapping[str, str]
    edc_name: str
    above: str
    below: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Tell whether the code asked for is itself in the catalogue."""
        return self.asked == self.entry.code


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Return every text, by code and by its name in the file."""
    return tomllib.loads((files("verifier") / "explanations.toml").read_text(encoding="utf-8"))


def explained(code: str) -> Explanation:
    """Explain a code; one below a known code is explained by that one.

    Raises:
        UnknownCode: neither it nor anything above it is in the catalogue.
    """
    asked = code.strip().lower()
    entry = entry_for(asked)
    if entry is None:
        raise UnknownCode(asked[:60], _nearest(asked))
    said = texts()[entry.code]
    codes = [known.code for known in catalogue()]
    above = entry.code.rpartition(".")[0]
    return Explanation(
        asked=asked,
        entry=entry,
        rule=said["rule"],
        outcomes={outcome: said[outcome] for outcome in Outcome if outcome in said},
        mend={reader: said[reader] for reader in READERS if reader in said},
        edc_name=edc_name(entry.edc_type),
        above=above if above in codes else "",
        below=tuple(known for known in codes if known.rpartition(".")[0] == entry.code),
    )


def _nearest(asked: str) -> tuple[str, ...]:
    """Suggest the top of an area where its name alone was given, else what is spelt alike, there first."""
    codes = [entry.code for entry in catalogue()]
    area = [code for code in codes if code.split(".")[0] == asked.partition(".")[0]]
    if "." not in asked and area:
        return tuple(code for code in area if code.count(".") == 1)
    return tuple(get_close_matches(asked[:60], area or codes, n=_NEAREST, cutoff=0.5) or area)
