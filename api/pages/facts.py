"""The facts a conversion lacks: the converter's keys become fields, and what is filled in a profile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

from api.pages.words import Words
from converter.profile import read_profile
from schemas.errors import Problem
from schemas.institution import InstitutionProfile, OrganisationFacts

RECIPIENT = "recipient"
_KEY = re.compile(
    r'\[(?P<part>issuer|awarding_body|learner|organisation\."(?P<of>.+)")\] (?P<name>[a-z_]+)', re.DOTALL
)
_ORGANISATION = tuple(one.name for one in fields(OrganisationFacts))
_LEARNER = ("given_name", "family_name")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field to fill in.

    Attributes:
        key: the converter's, e.g. `[issuer] country`.
        name: the last word of it, which texts and input kinds go by.
        group: whose fact it is, a heading.
        complaint: why what was filled in will not do; empty for a field that was not filled in yet.
    """

    key: str
    name: str
    group: str
    value: str = ""
    complaint: str = ""


def fields_for(
    problems: Iterable[Problem], given: Mapping[str, str], words: Words
) -> tuple[list[Field], list[Problem]]:
    """Turn what is missing into fields; what no field can mend is returned beside them.

    A unit shares what its parent has, so what other organisations lack is asked only when the issuer, the
    awarding body and the learner lack nothing more.
    """
    asked: list[Field] = []
    later: list[Field] = []
    beyond: list[Problem] = []
    for problem in problems:
        key = _key_at(problem, given)
        part = _KEY.fullmatch(key)
        if part and part["of"] and part["of"].startswith("/"):
            beyond.append(problem)  # known by its place alone, so no profile can name it
        elif key == RECIPIENT:
            asked.append(Field(key=key, name=RECIPIENT, group=words("facts.groups.learner")))
        elif part and part["name"] in (_LEARNER if part["part"] == "learner" else _ORGANISATION):
            value = given.get(key, "")
            wrong = problem.message if value else ""
            group = _group(part, words)
            found = Field(key=key, name=part["name"], group=group, value=value, complaint=wrong)
            (later if part["of"] and not wrong else asked).append(found)
        else:
            beyond.append(problem)
    if any(not one.where.startswith("[") for one in beyond):
        return [], beyond  # no fact would help, so none is asked
    if asked:
        beyond = []
    return list({one.key: one for one in asked or later}.values()), beyond


def grouped(asked: Iterable[Field]) -> list[tuple[str, list[Field]]]:
    """Put fields under their headings, in the order in which the headings came first."""
    groups: dict[str, list[Field]] = {}
    for one in asked:
        groups.setdefault(one.group, []).append(one)
    return list(groups.items())


def profile_of(facts: Mapping[str, str], uploaded: bytes, words: Words) -> InstitutionProfile:
    """Put the uploaded profile and the filled-in facts together; a filled-in fact goes first.

    Raises:
        Malformed: the file cannot be read, or a fact is not in its form; every one is named.
    """
    base = read_profile(uploaded) if uploaded else InstitutionProfile()
    over = read_profile(_as_toml(facts, words.lang)) if facts else InstitutionProfile()
    organisations = dict(base.organisations)
    for name, said in over.organisations.items():
        organisations[name] = _over(organisations.get(name, OrganisationFacts()), said)
    return replace(
        base,
        issuer=_over(base.issuer, over.issuer),
        awarding_body=_over(base.awarding_body, over.awarding_body),
        organisations=organisations,
        given_name=over.given_name or base.given_name,
        family_name=over.family_name or base.family_name,
    )


def _over(base: OrganisationFacts, said: OrganisationFacts) -> OrganisationFacts:
    news = {name: value for name in _ORGANISATION if (value := getattr(said, name)) is not None}
    return replace(base, **news)


def _as_toml(facts: Mapping[str, str], lang: str) -> bytes:
    """Write facts as the profile file they stand for, so that one reader judges both."""
    parts: dict[str, list[str]] = {}
    for key, value in facts.items():
        if found := _KEY.fullmatch(key):
            name, said = found["name"], value.upper() if found["name"] == "country" else value
            text = f"{{ {lang} = {_quoted(said)} }}" if name == "legal_name" else _quoted(said)
            header = f"organisation.{_quoted(found['of'])}" if found["of"] else found["part"]
            parts.setdefault(header, []).append(f"{name} = {text}")
    return "\n".join(f"[{header}]\n" + "\n".join(lines) for header, lines in parts.items()).encode()


def _quoted(text: str) -> str:
    """Write a TOML basic string; JSON's quoting is the same once control characters are gone."""
    return json.dumps(_UNSEEN.sub(" ", text), ensure_ascii=False)


def _key_at(problem: Problem, given: Mapping[str, str]) -> str:
    """Return the key of a problem; the profile reader tells a place, `/issuer/country`, instead."""
    for key in given:
        if (part := _KEY.fullmatch(key)) and problem.code == "profile.value":
            head = f"/organisation/{part['of']}" if part["of"] else f"/{part['part']}"
            if f"{problem.where}/".startswith(f"{head}/{part['name']}/"):
                return key
    return problem.where


def _group(part: re.Match[str], words: Words) -> str:
    if part["of"]:
        return words("facts.groups.organisation", name=part["of"])
    return words(f"facts.groups.{part['part']}")
