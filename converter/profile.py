"""Read an institution profile from TOML."""

from __future__ import annotations

import re
import tomllib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from schemas.errors import Malformed, Problem
from schemas.institution import InstitutionProfile, OrganisationFacts
from schemas.lang import LangString

MAX_BYTES = 64 * 1024
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Organisation(_Part):
    legal_name: dict[Language, Said] | Said | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    address: Said | None = None
    registration: Said | None = None
    vat: Said | None = None
    eidas_identifier: Said | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)] | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)] | None = None


class _Defaults(_Part):
    language: Language | None = None
    eqf_as: Literal["qualification", "note"] = "qualification"


class _Learner(_Part):
    given_name: Said | None = None
    family_name: Said | None = None


class _Profile(_Part):
    issuer: _Organisation = Field(default_factory=_Organisation)
    awarding_body: _Organisation = Field(default_factory=_Organisation)
    organisation: dict[str, _Organisation] = Field(default_factory=dict)
    defaults: _Defaults = Field(default_factory=_Defaults)
    learner: _Learner = Field(default_factory=_Learner)


def read_profile(data: bytes) -> InstitutionProfile:
    """Read a profile; every fault is told at once, by its key.

    Raises:
        Malformed: not UTF-8, not TOML, an unknown key, or a value of the wrong kind.
    """
    if len(data) > MAX_BYTES:
        raise Malformed(Problem(code="profile.read", message="The institution profile is larger than 64 kB."))
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Malformed(
            Problem(code="profile.read", message="The institution profile is not UTF-8.")
        ) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at (line \d+, column \d+|end of document)", str(error))
        where = place[1] if place else ""
        message = f"The institution profile is not TOML{f' at {where}' if where else ''}."
        raise Malformed(Problem(code="profile.read", message=message, where=where)) from None
    try:
        profile = _Profile.model_validate(raw)
    except ValidationError as error:
        raise Malformed(*_problems(error)) from None
    language = profile.defaults.language or "en"
    return InstitutionProfile(
        issuer=_facts(profile.issuer, language),
        awarding_body=_facts(profile.awarding_body, language),
        organisations={url: _facts(facts, language) for url, facts in profile.organisation.items()},
        language=profile.defaults.language,
        eqf_as=profile.defaults.eqf_as,
        given_name=profile.learner.given_name,
        family_name=profile.learner.family_name,
    )


def _facts(said: _Organisation, language: str) -> OrganisationFacts:
    name = said.legal_name
    texts = {language: name} if isinstance(name, str) else name
    return OrganisationFacts(
        legal_name=LangString(tuple(texts.items())) if texts else None,
        **said.model_dump(exclude={"legal_name"}),
    )


def _problems(error: ValidationError) -> list[Problem]:
    """Name the key and what is wrong with it; the value may be a person's name and is not quoted."""
    problems = []
    for fault in error.errors(include_input=False, include_url=False):
        where = "/" + "/".join(str(part) for part in fault["loc"])
        message = f"The institution profile's {where} is wrong: {fault['msg']}."
        problems.append(Problem(code="profile.value", message=message, where=where))
    return problems
