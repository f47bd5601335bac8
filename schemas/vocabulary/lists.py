from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemas.lang import LangString
from schemas.vocabulary.concept import Concept, Scheme

_FOLDER = Path(__file__).parent
_TABLES = ("country", "language", "isced-f")

# Codes that are not ISO 3166-1's own but are met: the EU's for Greece and the United Kingdom, the alpha-3
# codes of Kosovo and of a territory for which the EU authority list has a code of its own.
_OTHER_COUNTRY_CODES = {"EL": "GRC", "UK": "GBR", "XKX": "1A0", "ATF": "FQ0"}

# Codes met for languages: Serbian as the EDCI enumeration of 2020 has it, and ISO 639-2/B.
_OTHER_LANGUAGE_CODES = {"SRB": "SRP", "DUT": "NLD", "GER": "DEU", "FRE": "FRA", "GRE": "ELL", "CZE": "CES"}

_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*")


@cache
def _definitions() -> Mapping[str, Any]:
    return tomllib.loads((_FOLDER / "lists.toml").read_text("utf-8"))


def list_names() -> tuple[str, ...]:
    """Return the names of all lists."""
    return tuple(_definitions())


@cache
def scheme(list_name: str) -> Scheme:
    """Return a list's own IRI and name.

    Raises:
        KeyError: there is no such list.
    """
    row = _definitions()[list_name]
    return Scheme(name=list_name, uri=row["scheme"], base=row["base"], labels=_labels(row))


@cache
def concepts(list_name: str) -> tuple[Concept, ...]:
    """Return all values of a list, in the list's order.

    Raises:
        KeyError: there is no such list.
    """
    owner = scheme(list_name)
    rows = _table(list_name) if list_name in _TABLES else _definitions()[list_name]["concepts"]
    return tuple(
        Concept(
            uri=owner.base + row["id"],
            code=row.get("code", row["id"]),
            labels=_labels(row),
            scheme=owner,
            iso=row.get("iso", ""),
            media_types=tuple(row.get("media_types", ())),
        )
        for row in rows
    )


def concept(list_name: str, key: str) -> Concept:
    """Return the value of a list by its IRI, its code, or the last part of its IRI.

    Raises:
        KeyError: there is no such list, or no such value in it.
    """
    return _by_key(list_name)[key]


def by_uri(uri: str) -> Concept | None:
    """Return the concept with this IRI from whichever list has it, or None."""
    for list_name, base in _bases():
        if uri.startswith(base):
            return _by_key(list_name).get(uri)
    return None


def country(code: str) -> Concept | None:
    """Return a country by ISO alpha-2 or alpha-3 code, the EU's own code (`EL`, `UK`), or its IRI.

    None where the code means no country: `EN`, which edubadges offers, is one.
    """
    return _by_short_code("country", code.strip(), _OTHER_COUNTRY_CODES)


def language(tag: str) -> Concept | None:
    """Return a language by tag (`nl`, `nl-NL`, `nl_NL`), three-letter code, or its IRI; else None."""
    tag = tag.strip()
    if found := _by_key("language").get(tag):
        return found
    match = _LANGUAGE_TAG.fullmatch(tag.removeprefix(scheme("language").base))
    return _by_short_code("language", match[1], _OTHER_LANGUAGE_CODES) if match else None


def _by_short_code(list_name: str, code: str, others: Mapping[str, str]) -> Concept | None:
    known = _by_key(list_name)
    if found := known.get(code):
        return found
    upper = code.upper()
    return known.get(others.get(upper, upper)) or _by_iso(list_name).get(upper)


@cache
def _by_key(list_name: str) -> Mapping[str, Concept]:
    """Index a list by IRI, by code and by the IRI's last part; a code wins over another's last part."""
    base = scheme(list_name).base
    index = {one.uri.removeprefix(base): one for one in concepts(list_name)}
    index.update({one.code: one for one in concepts(list_name)})
    index.update({one.uri: one for one in concepts(list_name)})
    return MappingProxyType(index)


@cache
def _by_iso(list_name: str) -> Mapping[str, Concept]:
    return MappingProxyType({one.iso.upper(): one for one in concepts(list_name)})


@cache
def _bases() -> tuple[tuple[str, str], ...]:
    return tuple((list_name, scheme(list_name).base) for list_name in list_names())


def _table(list_name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / f"{list_name}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield {"id": row["code"], **row}


def _labels(row: Mapping[str, str]) -> LangString:
    return LangString(tuple((tag, row[tag]) for tag in ("en", "nl") if row.get(tag)))
