"""Why a trusted list is not believed."""

from __future__ import annotations


class ListRefusal(Exception):  # noqa: N818 - reads as a sentence
    """A list that is not used.

    Attributes:
        code: `unreadable` (no XML, or not a trusted list), `signature` (none, several, not of the whole
            list, or it does not hold), `signer` (by a certificate nobody named for it), `weak` (rests on an
            algorithm that no longer counts), `pivot` (a step from the Official Journal's certificates is
            missing), `territory` (another country's), `older` (goes back behind one at hand).
        sentence: for a person.
    """

    def __init__(self, code: str, sentence: str) -> None:
        """Take the code and the sentence."""
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def unreadable(sentence: str) -> ListRefusal:
    """Refuse what is no trusted list."""
    return ListRefusal("unreadable", sentence)


def unsigned(sentence: str) -> ListRefusal:
    """Refuse a list whose signature is not one that holds for all of it."""
    return ListRefusal("signature", sentence)
