"""Why a seal is refused before its mathematics is looked at."""

from __future__ import annotations

from schemas.evidence import SealExamination


class Refusal(Exception):  # noqa: N818 - reads as a sentence
    """Stop the examination.

    Attributes:
        code: which part of the seal, a sub-code of `seal.signature`.
        sentence: for a person.
        broken: True for what leaves the document unproven whatever the mathematics says (a structural
            attack, a missing certificate); False for what is only outside what we can decide.
    """

    def __init__(self, code: str, sentence: str, *, broken: bool) -> None:
        """Take the part, the sentence, and whether the seal is broken by it."""
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.broken = broken

    def examination(self) -> SealExamination:
        """Say it as the outcome of an examination."""
        return SealExamination(intact=False if self.broken else None, faults=((self.code, self.sentence),))


def broken(code: str, sentence: str) -> Refusal:
    """Make a refusal that decides against the seal."""
    return Refusal(code, sentence, broken=True)


def unsupported(code: str, sentence: str) -> Refusal:
    """Make a refusal that leaves the seal undecided."""
    return Refusal(code, sentence, broken=False)
