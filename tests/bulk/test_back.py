"""An export of EDCI XML made badges: cast where the class is known, and what the long way makes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from samples import exports

from api.bulk.batch import done
from api.bulk.people import prepare_people
from api.bulk.rows import Person, Row
from api.bulk.warm import Warm
from converter.mould_back import BackMoulds
from schemas.document import Format

COUNT = 60


@pytest.fixture
def credentials(order: Any, tmp_path: Path) -> tuple[list[Row], str]:
    """Credentials of a few classes, made of badges; and the file of people, which names each credential."""
    (tmp_path / "people.csv").write_text(exports.people(COUNT), "utf-8")
    prepare_people(tmp_path / "people.csv", tmp_path / "people.sqlite")
    asked = order(target=Format.EDCI, people=str(tmp_path / "people.sqlite"))
    rows = [Row(place=at, name=str(at), data=one) for at, one in enumerate(exports.lines(COUNT), start=1)]
    made = [one.document for one in done(rows, asked, Warm.of(asked)) if one.document is not None]
    names = [f"{at}.xml" for at in range(1, len(made) + 1)]
    told = [
        f"{name};Noor{number};de Wit;2000-01-01;;;NL;;noor{number}@polder.example"
        for number, name in enumerate(names)
    ]
    (tmp_path / "back.csv").write_text("\n".join([exports.HEADER, *told]), "utf-8")
    prepare_people(tmp_path / "back.csv", tmp_path / "back.sqlite")
    credentials = [
        Row(place=at, name=name, data=data)
        for at, (name, data) in enumerate(zip(names, made, strict=True), start=1)
    ]
    return credentials, str(tmp_path / "back.sqlite")


@pytest.mark.parametrize("enclose", ["nothing", "document"])
def test_badges_of_known_classes_are_cast(
    order: Any, credentials: tuple[list[Row], str], enclose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, people = credentials
    asked = order(target=Format.OB2, people=people, enclose=enclose)
    warm = Warm.of(asked)
    cast: list[bool] = []
    whole = BackMoulds.quoted

    def noted(self: BackMoulds, *told: Any) -> Any:
        found = whole(self, *told)
        cast.append(found[1] is not None)
        return found

    monkeypatch.setattr(BackMoulds, "quoted", noted)
    made = done(rows, asked, warm)
    assert cast.count(True) >= len(rows) - 25, "ten classes, and a few that stand in another order of time"
    alone = Warm.of(asked)
    alone.back = None
    assert made == done(rows, asked, alone)
    assert {one.learner for one in made} == {"vouched"}


def test_a_credential_of_somebody_else_is_refused(order: Any, credentials: tuple[list[Row], str]) -> None:
    rows, people = credentials
    asked = order(target=Format.OB2, people=people)
    warm = Warm.of(asked)
    done(rows, asked, warm)
    another = [Row(place=1, name=rows[1].name, data=rows[2].data)]
    (told,) = done(another, asked, warm)
    assert [problem.code for problem in told.problems] == ["identity.mismatch"]
    (nobody,) = done([Row(place=1, name="none.xml", data=rows[2].data)], asked, warm)
    assert [problem.code for problem in nobody.problems] == ["convert.missing"]


ODD_PERSONS: dict[str, dict[str, str]] = {
    "a day that never was": {"birthdate": "2001-02-30"},
    "a day to come": {"birthdate": "2999-01-01"},
    "a day before all": {"birthdate": "1700-01-01"},
    "a town that is too long": {"birth_place": "x" * 600},
    "a town that cannot be written": {"birth_place": "Del\x00ft"},
    "a town of nothing": {"birth_place": " "},
    "a number in a town": {"birth_place": "Delft 111222333"},
    "prefixes alone": {"given_name": "van", "family_name": "der"},
    "initials alone": {"given_name": "N.", "family_name": "W."},
    "a sign for each name": {"given_name": "\u674e", "family_name": "\u738b"},
    "more words than are compared": {"given_name": "Aa Bb " * 6 + "Cc", "family_name": "Dd Ee " * 6 + "Ff"},
    "a number in a name": {"given_name": "Noor 111222333"},
    "an accent": {"given_name": "No\u00eb"},
    "an accent apart": {"given_name": "Noe\u0308"},
    "nobody's recipient": {"email": ""},
    "a recipient in capitals": {"email": "\u0130NOOR@Polder.example"},
}


@pytest.mark.parametrize("odd", ODD_PERSONS)
def test_whoever_is_odd_comes_out_as_the_long_way_has_it(
    order: Any, credentials: tuple[list[Row], str], odd: str
) -> None:
    """The document names the person as the file of people does; only what is told of the person is odd."""
    asked = order(target=Format.OB2)
    some = [(number, row) for number, row in enumerate(credentials[0][:40]) if number % 10 in {1, 2}]
    usual = [_about(row, number) for number, row in some]
    changed = [_about(row, number, **ODD_PERSONS[odd]) for number, row in some]
    warm, alone = Warm.of(asked), Warm.of(asked)
    alone.back = None
    done(usual, asked, warm)
    assert done(changed, asked, warm) == done(changed, asked, alone)


def _about(row: Row, number: int, **changes: str) -> Row:
    """Say whom a credential is about, and have it say the same."""
    told = {
        "given_name": f"Noor{number}",
        "family_name": "de Wit",
        "birthdate": "2001-02-03",
        "birth_place": "Delft",
        "email": f"noor{number}@polder.example",
    } | changes
    given, family, usual = told["given_name"], told["family_name"], f"Noor{number}"
    data = row.data.decode()
    for before, after in (
        (f">{usual} de Wit<", f">{given} {family}<"),
        (f">{usual}<", f">{given}<"),
        (">de Wit<", f">{family}<"),
    ):
        data = data.replace(before, after)
    day = f"</familyName><dateOfBirth>{told['birthdate']}</dateOfBirth>"
    return replace(row, data=data.replace("</familyName>", day).encode(), person=Person(**told))
