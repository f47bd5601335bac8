"""What one engine says of one signed file, in words that every engine's answer can be put into."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NOT_SHOWN = ""
"""An engine's word on something it was not asked, or could not be."""


class Crypto(StrEnum):
    """The mathematics of the signatures over content, counter-signatures aside (EN 319 102-1 §5.2.7)."""

    HOLDS = "holds"
    BROKEN = "broken"  # or cannot be read as what it claims to be (§5.2.2)
    UNDECIDED = "undecided"  # what was signed, or by whom, is not at hand
    NONE = "none"  # there is no signature


class Indication(StrEnum):
    """The verdict of EN 319 102-1 §5.1.3."""

    PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "TOTAL-FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One engine's answer on one file; an empty word where it was not shown.

    Attributes:
        crypto: a `Crypto`.
        indication: an `Indication`: the worst of those of the signatures over content.
        sub_indication: the reason of the indication, as the engine names it; told, and never compared.
        signer: sha-256 (hex) of the signing certificate.
        times: what each timestamp says and whether it holds, e.g. `2020-01-01T00:00:00Z holds`, in order
            of time, separated by commas.
        qualification: by the trusted lists, e.g. `QESEAL` or `ADESEAL_QC`.
        level: of the one signature, in the engine's own words, e.g. `JAdES_BASELINE_LTA`; never compared.
        why: for whoever looks into a difference; never compared.
        micros: how long the whole judgement took; 0 where it is not told.
    """

    crypto: str = NOT_SHOWN
    indication: str = NOT_SHOWN
    sub_indication: str = NOT_SHOWN
    signer: str = NOT_SHOWN
    times: str = NOT_SHOWN
    qualification: str = NOT_SHOWN
    level: str = NOT_SHOWN
    why: str = ""
    micros: float = 0.0

    def word(self, about: str) -> str:
        """Return what is said about one thing that opinions are compared on."""
        return str(getattr(self, about))


def worst(indications: list[str]) -> str:
    """Return the worst; nothing where there is none."""
    order = list(Indication)
    return max((Indication(one) for one in indications), key=order.index) if indications else NOT_SHOWN
