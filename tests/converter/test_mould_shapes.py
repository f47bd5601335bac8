"""A badge taken apart by how its class is written is the badge that is parsed, or it is parsed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from gateway_web import PROFILE
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import exports

from converter.conversion import Conversion, Options, Source
from converter.convert import convert
from converter.mould import Moulds, Own
from converter.mould_shapes import Shapes
from converter.mould_taking import keyed, marks_beside, taken_apart
from converter.profile import read_profile
from converter.read import read
from schemas.document import Document, Format

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWN = Own(given="Noor", family="de Wit", born="2001-02-03", town="Delft", shared=("x", "NL"))


def _tree(number: int, **changes: Any) -> Any:
    tree, _ = exports.assertion(number, classes=1)
    tree["badge"]["user"] = f"Noor{number} de Wit"
    tree["issuedOn"] = f"2026-03-{number % 27 + 1:02d}T10:20:30.{number:06d}+00:00"
    return tree | {"updatedAt": f"2026-04-01T10:20:{number % 60:02d}Z"} | changes


def _dumped(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def _learnt(*badges: bytes) -> Shapes:
    shapes = Shapes()
    for data in badges:
        badge = taken_apart(data)
        assert badge is not None
        shapes.learn(*keyed(badge, OWN, NOW))
    return shapes


def _agrees(shapes: Shapes, data: bytes, own: Own = OWN) -> bool:
    """Hold what a shape tells against what is parsed; tell whether a shape told anything."""
    found = shapes.taken(data)
    if found is None or found.shape is None:
        return False
    parsed = taken_apart(data)
    assert parsed is not None
    whole, beside = keyed(parsed, own, NOW)
    assert orjson.loads(data)["id"] == found.id == parsed.id
    assert found.recipient == parsed.recipient
    assert found.moments == whole.moments
    values = dict(found.values)
    assert marks_beside(values, own, found.moments, NOW) == beside
    assert values == whole.values
    assert found.shape.keys.get(beside, whole.key) == whole.key
    return True


def test_badges_of_a_class_are_taken_apart_unparsed() -> None:
    shapes = _learnt(_dumped(_tree(1)))
    assert all(_agrees(shapes, _dumped(_tree(number))) for number in range(2, 60))


@pytest.mark.parametrize(
    "name", ["Zoë Ångström", 'Noor "N" de Wit', "Noor\\de Wit", "李", "Noor\n", "", "\U0001f600"]
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_names_are_read_however_they_are_written(name: str, *, ascii_only: bool) -> None:
    shapes = _learnt(_dumped(_tree(1)))
    tree = _tree(2)
    tree["badge"]["user"] = name
    data = json.dumps(tree, ensure_ascii=ascii_only, separators=(",", ":")).encode()
    assert _agrees(shapes, data) == (name in ("Zoë Ångström", "李", "\U0001f600"))


def test_a_class_learnt_with_a_name_in_escapes_is_learnt_by_another() -> None:
    tree = _tree(1)
    tree["badge"]["user"] = "Zoë"
    assert not _agrees(_learnt(json.dumps(tree, separators=(",", ":")).encode()), _dumped(_tree(2)))
    assert _agrees(
        _learnt(json.dumps(tree, separators=(",", ":")).encode(), _dumped(_tree(3))), _dumped(_tree(2))
    )


def test_a_name_that_stands_elsewhere_too_is_no_place() -> None:
    tree = _tree(1)
    tree["badge"]["description"] = f"By {tree['badge']['user']}."
    shapes = _learnt(_dumped(tree))
    assert shapes.taken(_dumped(tree)) is None
    other = _tree(2)
    other["badge"]["description"] = f"By {other['badge']['user']}."
    assert not _agrees(shapes, _dumped(other))


def test_moments_that_are_equal_in_one_badge_are_not_taken_for_one() -> None:
    tree = _tree(1)
    tree["updatedAt"] = tree["issuedOn"]
    shapes = _learnt(_dumped(tree))
    assert shapes.taken(_dumped(tree)) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b" ",
        lambda data: data[:-1],
        lambda data: data[:-1] + b',"issuedOn":"2020-01-01T00:00:00Z"}',
        lambda data: data.replace(b"Noor2", b"Noor2\xff"),
        lambda data: data.replace(b"Noor2 de Wit", b'Noor2","user":"X'),
        lambda data: data.replace(b"Noor2 de Wit", b"Noor2\\"),
        lambda data: data.replace(b"2026-03-03", b"2026-02-30"),
        lambda data: data.replace(b".000002+00:00", b".0000+00:00"),
        lambda data: data.replace(b'Z"', b'+00:00"'),
        lambda data: data.replace(b"sha256$", b"sha512$"),
        lambda data: data.replace(b"/image", b"/image2"),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_is_parsed(change: Any) -> None:
    shapes = _learnt(_dumped(_tree(1)))
    data = _dumped(_tree(2))
    assert _agrees(shapes, data)
    assert change(data) != data
    assert shapes.taken(change(data)) is None


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_change_of_any_byte_is_read_in_two_ways(told: st.DataObject) -> None:
    data = bytearray(_dumped(_tree(2)))
    for _ in range(told.draw(st.integers(1, 3))):
        at = told.draw(st.integers(0, len(data) - 1))
        with_ = told.draw(st.sampled_from([b"", b'"', b"\\", b"a", b"0", b",", b"\xc3", b"\\u0041", b"}"]))
        data[at : at + told.draw(st.integers(0, 2))] = with_
    _agrees(_SHAPES, bytes(data))


_SHAPES = _learnt(_dumped(_tree(1)), _dumped(_tree(4, expires="2030-01-01T00:00:00Z")))


@settings(max_examples=200, deadline=None)
@given(user=st.text(max_size=20), salt=st.text("0123456789abcdefg", min_size=30, max_size=34))
def test_whatever_stands_in_a_place_is_read_as_it_would_be_parsed(user: str, salt: str) -> None:
    tree = _tree(2)
    tree["badge"]["user"] = user
    tree["recipient"]["salt"] = salt
    _agrees(_SHAPES, _dumped(tree))
    _agrees(_SHAPES, json.dumps(tree, separators=(",", ":")).encode())


def test_shapes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("converter.mould_shapes._MOST_SHAPES", 3)
    monkeypatch.setattr("converter.mould_shapes._MOST_ALIKE", 2)
    monkeypatch.setattr("converter.mould_shapes._MOST_KEYS", 2)
    badges = []
    for number in range(6):
        tree = _tree(1)
        tree["badge"] |= {"id": f"https://x.example/{number}", "criteria": {"narrative": str(number)}}
        badges.append(_dumped(tree))
    shapes = _learnt(*badges)
    assert sum(map(len, shapes._known.values())) <= 6
    assert len(shapes._known) <= 3
    found = shapes.taken(badges[-1])
    assert found is not None
    for number in range(5):
        shapes.learn(replace(found, key=b"k"), (number,))
    assert found.shape is not None
    assert len(found.shape.keys) <= 2


@pytest.mark.parametrize("target", [Format.EDCI, Format.ELM])
def test_a_document_within_json_is_the_document(target: Format) -> None:
    options = Options(
        now=NOW,
        profile=read_profile(PROFILE.partition(b"[learner]")[0]),
        enclose="nothing",
        class_pages=True,
    )
    moulds = Moulds(target, options)
    unparsed = 0
    for number in range(1, 9):
        data = _dumped(_tree(number))
        own = Own(given=f"Noor{number}", family="de Wit")
        badge = moulds.opened(data)
        assert badge is not None
        unparsed += badge.shape is not None
        whole, quoted = moulds.quoted(badge, own)
        made = _long_way(data, own, target, options)
        if quoted is None:
            moulds.learn(whole, made)
            continue
        assert b'"' + quoted.text + b'"' == orjson.dumps(made.document.decode())
        assert quoted.size == len(made.document)
        assert quoted.like.report == made.report
    assert unparsed == 6


def _long_way(data: bytes, own: Own, target: Format, options: Options) -> Conversion:
    document = read(data)
    assert isinstance(document, Document)
    profile = replace(options.profile, given_name=own.given, family_name=own.family)
    return convert(Source(document=document), target, replace(options, profile=profile))
