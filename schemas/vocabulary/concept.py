from __future__ import annotations

from dataclasses import dataclass

from schemas.lang import LangString


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A controlled list.

    Attributes:
        name: our name for it, as in `lists.toml`.
        uri: what `inScheme` (ELM) and `targetFrameworkUrl` (EDCI XML) say.
        base: what stands before a concept's own part in its IRI.
        labels: the name of the list.
    """

    name: str
    uri: str
    base: str
    labels: LangString


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A value of a controlled list.

    Attributes:
        uri: the value itself; ELM's `id`, EDCI XML's `uri`.
        code: our short name, or the list's own code (`NLD`, `0613`, `4+`).
        labels: in English, mostly in Dutch too.
        scheme: the list it stands in.
        iso: ISO 3166-1 alpha-2 of a country (upper case), ISO 639-1 of a language (lower case), else empty.
        media_types: of a file type, the usual one first.
    """

    uri: str
    code: str
    labels: LangString
    scheme: Scheme
    iso: str = ""
    media_types: tuple[str, ...] = ()

    @property
    def scheme_uri(self) -> str:
        """The IRI of the list."""
        return self.scheme.uri
