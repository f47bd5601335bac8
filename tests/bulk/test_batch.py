"""A batch: every row comes to something, and on whose word a learner is named is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bundles import badge_web
from samples import badges, exports

from api.bulk.batch import done
from api.bulk.people import KnownPeople, prepare_people
from api.bulk.rows import Outcome, Row
from api.bulk.warm import KeptAnswers, Warm
from api.gateway.asking import NotUnderstood
from converter.read import read
from schemas.document import Document, Format
from schemas.evidence import Resource
from verifier.bundle import BundleFetcher


def _rows(lines: list[bytes]) -> list[Row]:
    return [Row(place=at, name=f"line {at}", data=line) for at, line in enumerate(lines, start=1)]


def _codes(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


@pytest.fixture
def people(tmp_path: Path) -> str:
    source, kept = tmp_path / "people.csv", tmp_path / "people.sqlite"
    source.write_text(exports.people(4), encoding="utf-8")
    assert prepare_people(source, kept) == 4
    return str(kept)


def test_each_row_bears_the_names_of_its_own_learner(order: Any, people: str) -> None:
    asked = order(people=people)
    made = done(_rows(list(exports.lines(5))), asked, Warm.of(asked))
    assert [one.learner for one in made] == ["proven", "vouched", "proven", "vouched", ""]
    for number, one in enumerate(made[:4]):
        document = read(one.document or b"")
        assert isinstance(document, Document)
        assert f"Noor{number}" in json.dumps(document.tree["credentialSubject"]["givenNames"])
    assert set(_codes(made[4])) == {"convert.missing"}, "nobody named this one"


def test_somebody_elses_badge_is_refused(order: Any, people: str) -> None:
    tree, _ = exports.assertion(0)
    tree["recipient"] = badges.recipient()
    asked = order(people=people)
    (made,) = done(_rows([json.dumps(tree).encode()]), asked, Warm.of(asked))
    assert _codes(made) == ["identity.recipient"]


def test_an_assertion_told_twice_names_nobody(order: Any, tmp_path: Path) -> None:
    source, kept = tmp_path / "people.csv", tmp_path / "people.sqlite"
    source.write_text(exports.people(1) + exports.people(1).splitlines()[1] + "\n", encoding="utf-8")
    prepare_people(source, kept)
    asked = order(people=str(kept))
    (made,) = done(_rows(list(exports.lines(1))), asked, Warm.of(asked))
    assert _codes(made) == ["people.twice"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("id;name\n", "line 1"),
        ("assertion_id;given_name;family_name\nx;y\n", "line 2"),
        ("assertion_id,given_name,family_name,birthdate\na,b,c,1 May\n", "line 2"),
        ("assertion_id;given_name;family_name\n;b;c\n", "line 2"),
    ],
)
def test_a_file_of_people_that_is_not_understood_says_where(tmp_path: Path, text: str, where: str) -> None:
    source = tmp_path / "people.csv"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(NotUnderstood) as told:
        prepare_people(source, tmp_path / "kept")
    assert told.value.problems[0].where.endswith(where)
    assert "May" not in str(told.value), "personal data is named, never quoted"


def test_people_are_found_by_address_and_by_id(people: str) -> None:
    known = KnownPeople(Path(people))
    by_address = known.of(f"{badges.HOST}/public/assertions/{exports.entity(2)}")
    assert by_address == known.of(exports.entity(2))
    assert by_address is not None
    assert by_address.nationality == "NL"


@pytest.mark.parametrize("fault", exports.FAULTS)
@pytest.mark.parametrize("target", [Format.EDCI, Format.ELM, None])
def test_a_faulty_row_fails_alone_and_says_why(order: Any, people: str, fault: str, target: Any) -> None:
    trees = [exports.assertion(number)[0] for number in range(3)]
    lines = [json.dumps(trees[0]).encode(), exports.spoilt(trees[1], fault), json.dumps(trees[2]).encode()]
    asked = order(people=people, target=target)
    first, second, third = done(_rows(lines), asked, Warm.of(asked))
    assert first.document
    assert third.document
    odd = fault in {"no recipient", "no date"} and target is not None  # converted, and told in the four lists
    if second.document is None:
        assert second.problems
        assert "internal.error" not in _codes(second), second.problems
    else:
        assert odd or second.verdict == "TOTAL-FAILED" or fault == "no class"


def test_a_verdict_is_a_document(order: Any) -> None:
    asked = order(target=None)
    (made,) = done(_rows(list(exports.lines(1))), asked, Warm.of(asked))
    assert made.media_type == "application/json"
    assert json.loads(made.document or b"")["verdict"] == made.verdict == "INDETERMINATE"


def test_where_somebody_answers_a_revoked_badge_is_refused(order: Any) -> None:
    asked = order(target=Format.ELM)
    warm = Warm.of(asked)
    web = badge_web(**{badges.ASSERTION: badges.revoked()})
    warm = replace(warm, fetcher=KeptAnswers(BundleFetcher(web)), asks=True)
    (made,) = done(_rows([badges.dumped(badges.expanded())]), asked, warm)
    assert _codes(made) == ["status.revoked"]
    assert not made.unasked


def test_a_class_is_asked_once_for_many_rows() -> None:
    class Counting:
        asked = 0
        at_hand = True

        def fetch(self, url: str, *, accept: str = "") -> Any:
            del accept
            self.asked += 1
            return Resource(url=url, status=200, content_type="", body=b"{}")

    inner = Counting()
    kept = KeptAnswers(inner)
    for _ in range(3):
        kept.fetch("https://badges.example.nl/1#x")
        kept.fetch("https://badges.example.nl/1")
    assert inner.asked == 1


def test_equal_rows_give_equal_outcomes_in_any_batch(order: Any, people: str) -> None:
    rows = _rows(list(exports.lines(4)))
    asked = order(people=people)
    whole = done(rows, asked, Warm.of(asked))
    single = [one for row in reversed(rows) for one in done([row], asked, Warm.of(asked))]
    assert single[::-1] == whole


def _people(tmp_path: Path, *lines: str) -> str:
    source, kept = tmp_path / "facts.csv", tmp_path / "facts.sqlite"
    source.write_text("\n".join((exports.HEADER, *lines)) + "\n", encoding="utf-8")
    prepare_people(source, kept)
    return str(kept)


def _line(number: int, facts: str, who: str = "") -> str:
    return f"{exports.entity(number)};Noor{number};de Wit;{facts};{who};"


FACTS = ("1999-02-03;Zierikzee;NL;NL", "1988-12-31;Æbeltoft;DK;BE", "2001-10-10;;;", ";'s-Hertogenbosch;NL;")


@pytest.mark.parametrize("target", [Format.EDCI, Format.ELM])
def test_the_facts_of_the_file_go_in_and_the_record_says_whose_word_they_are(
    order: Any, tmp_path: Path, target: Format
) -> None:
    trees = [exports.assertion(number) for number in range(len(FACTS))]
    lines = [
        _line(at, facts, who if at % 2 else "")
        for at, (facts, (_, who)) in enumerate(zip(FACTS, trees, strict=True))
    ]
    asked = order(people=_people(tmp_path, *lines), target=target)
    warm = Warm.of(asked)
    made = done(_rows([json.dumps(tree).encode() for tree, _ in trees]), asked, warm)
    assert [one.learner for one in made] == ["vouched", "proven", "vouched", "proven"], made
    texts = [(one.document or b"").decode() for one in made]
    for text, born, town in zip(
        texts,
        ("1999-02-03", "1988-12-31", "2001-10-10", ""),
        ("Zierikzee", "Æbeltoft", "", "'s-Hertogenbosch"),
        strict=True,
    ):
        assert born in text
        assert not town or town in text or town.replace("'", "&apos;") in text
    told = warm.taken()
    for one, word in zip(
        made, ("vouches", "came with the identity", "vouches", "came with the identity"), strict=True
    ):
        added = json.dumps(told[one.lists]["added"])
        assert "Source institution, level of assurance low" in added
        assert word in added
        assert "Noor" not in added


@pytest.mark.parametrize("target", [Format.EDCI, Format.ELM])
def test_facts_are_cast_as_the_long_way_writes_them(order: Any, tmp_path: Path, target: Format) -> None:
    count = 160
    lines = [_line(at, FACTS[at // 40], exports.assertion(at)[1] if at % 3 else "") for at in range(count)]
    asked = order(people=_people(tmp_path, *lines), target=target)
    warm, rows = Warm.of(asked), _rows(list(exports.lines(count)))
    made = done(rows, asked, warm)
    assert all(one.document for one in made), [_codes(one) for one in made if not one.document]
    assert warm.moulds is not None
    cast = sum(one.casts for one in warm.moulds._known.values() if hasattr(one, "casts"))
    assert cast > count // 2, "the long way is gone for few of a class"
    alone = [done([row], asked, replace(Warm.of(asked), moulds=None)) for row in rows]
    assert [one for (one,) in alone] == made


def test_a_fact_that_is_none_fails_its_row_alone(order: Any, tmp_path: Path) -> None:
    facts = ("1999-02-30;;;", "2999-01-01;;;", "1999-01-01;;XX;", "1999-01-01;;;", "1999-01-01;123456782;NL;")
    lines = [_line(at, one) for at, one in enumerate(facts)]
    asked = order(people=_people(tmp_path, *lines))
    made = done(_rows(list(exports.lines(len(facts)))), asked, Warm.of(asked))
    assert [_codes(one) for one in made] == [
        ["identity.value"],
        ["identity.value"],
        ["identity.value"],
        [],
        ["identity.bsn"],
    ]
    for one in made:
        assert "1999" not in str(one.problems)


def test_a_badge_that_shows_another_name_is_refused_unless_its_recipient_is_proven(
    order: Any, tmp_path: Path
) -> None:
    tree, who = exports.assertion(0)
    tree["badge"]["user"] = "Saar Bakker"
    data = json.dumps(tree).encode()
    for told, codes in (("", ["identity.mismatch"]), (who, [])):
        asked = order(people=_people(tmp_path, _line(0, FACTS[0], told)))
        warm = Warm.of(asked)
        (made,) = done(_rows([data]), asked, warm)
        assert _codes(made) == codes
    assert "another than the identity" in json.dumps(warm.taken())


def test_no_fact_goes_into_a_badge(order: Any, tmp_path: Path) -> None:
    asked = order(people=_people(tmp_path, _line(0, FACTS[0])), target=Format.ELM)
    (credential,) = done(_rows(list(exports.lines(1))), asked, Warm.of(asked))
    who = exports.assertion(0)[1]
    back = order(people=_people(tmp_path, _line(0, FACTS[0], who)), target=Format.OB2)
    warm = Warm.of(back)
    row = Row(place=1, name=exports.entity(0), data=credential.document or b"")
    (made,) = done([row], back, warm)
    assert made.document, made.problems
    assert b"1999-02-03" not in made.document
    assert b"Zierikzee" not in made.document
