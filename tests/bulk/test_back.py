"""An export of EDCI XML made badges: cast where the class is known, and what the long way makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from samples import exports

from api.bulk.batch import done
from api.bulk.people import prepare_people
from api.bulk.rows import Row
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
