"""Text in several languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LangTree = Mapping[str, str | list[str]]
"""The tree form: one text or several for each language, as JSON-LD language maps have it."""


@dataclass(frozen=True, slots=True)
class LangString:
    """Texts with their languages (ISO 639-1, lower case), in order.

    Attributes:
        texts: (language, text) pairs; a language may come twice where the format allows it.
    """

    texts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, **texts: str) -> LangString:
        """Make one from keywords: `LangString.of(nl="Naam", en="Name")`."""
        return cls(tuple(texts.items()))

    @classmethod
    def from_tree(cls, tree: LangTree) -> LangString:
        """Take a language map, with one text or a list of texts for each language."""
        return cls(tuple(_pairs(tree)))

    def to_tree(self) -> dict[str, str | list[str]]:
        """Give the language map back; one text stays bare, several become a list."""
        gathered: dict[str, list[str]] = {}
        for language, text in self.texts:
            gathered.setdefault(language, []).append(text)
        return {language: texts[0] if len(texts) == 1 else texts for language, texts in gathered.items()}

    def best(self, languages: Iterable[str] = ()) -> str:
        """Return the text in the first of these languages that is there, else the first text, else ''."""
        for wanted in languages:
            for language, text in self.texts:
                if language == wanted:
                    return text
        return self.texts[0][1] if self.texts else ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages present, each once, in order."""
        return tuple(dict.fromkeys(language for language, _ in self.texts))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.texts)

    def __bool__(self) -> bool:
        return bool(self.texts)


def _pairs(tree: LangTree) -> Iterator[tuple[str, str]]:
    for language, texts in tree.items():
        for text in [texts] if isinstance(texts, str) else texts:
            yield language, text
