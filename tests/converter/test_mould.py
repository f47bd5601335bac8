"""A badge that is cast is the badge that goes the long way, byte for byte, or it is not cast."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from gateway_web import PROFILE
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import badges, exports

from converter.conversion import Conversion, Options, Source
from converter.convert import convert
from converter.mould import Moulds, Own
from converter.mould_cutting import Mould
from converter.profile import read_profile
from converter.read import read
from schemas.document import Document, Format
from schemas.errors import DocumentError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPTIONS = Options(
    now=NOW, profile=read_profile(PROFILE.partition(b"[learner]")[0]), enclose="nothing", class_pages=True
)
NOBODY: tuple[None, None] = (None, None)


def _long_way(data: bytes, target: Format, options: Options, names: tuple[str | None, str | None]) -> Any:
    profile = replace(options.profile, given_name=names[0], family_name=names[1])
    try:
        document = read(data)
        assert isinstance(document, Document)
        return convert(Source(document=document), target, replace(options, profile=profile))
    except DocumentError as error:
        return [problem.code for problem in error.problems]


def _dumped(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def _one() -> Any:
    tree, _ = exports.assertion(1, classes=1)
    return tree | {"issuedOn": "2026-03-02T10:20:30.123456+00:00"}


def _taught(
    moulds: Moulds, target: Format, options: Options, names: tuple[str | None, str | None], **changes: Any
) -> None:
    tree = _one()
    tree["badge"]["user"] = f"{names[0]} {names[1]}"
    data = _dumped(tree | changes)
    badge = moulds.opened(data)
    assert badge is not None
    keyed, none = moulds.cast(badge, Own(given=names[0], family=names[1]))
    assert none is None, "nothing is known yet"
    moulds.learn(keyed, _long_way(data, target, options, names))


def _cast(moulds: Moulds, data: bytes, names: tuple[str | None, str | None]) -> Conversion | None:
    badge = moulds.opened(data)
    return moulds.cast(badge, Own(given=names[0], family=names[1]))[1] if badge is not None else None


@pytest.mark.parametrize(
    ("target", "enclose"),
    [(target, enclose) for target in (Format.EDCI, Format.ELM) for enclose in ("nothing", "document")],
)
@pytest.mark.parametrize("expires", [None, "2030-01-01T22:00:00Z"])
def test_what_is_cast_is_what_the_tables_make(target: Format, enclose: str, expires: str | None) -> None:
    options = replace(OPTIONS, enclose=enclose)
    moulds = Moulds(target, options)
    more = {"expires": expires} if expires else {}
    _taught(moulds, target, options, ("Noor1", "de Wit"), **more)
    cast = 0
    for number in range(2, 30):
        tree, _ = exports.assertion(number, classes=1)
        names = (f"Noor{number}", "de Wit")
        data = _dumped(tree | more)
        made = _cast(moulds, data, names)
        if made is None:  # a date on the other side of today makes a class of its own
            continue
        cast += 1
        long_way = _long_way(data, target, options, names)
        assert made == long_way
    assert cast > 15


def _changed(path: str, value: Any) -> Any:
    def change(tree: Any) -> None:
        *before, last = path.split(".")
        for name in before:
            tree = tree[name]
        if value is ...:
            del tree[last]
        else:
            tree[last] = value

    return change


ODD: dict[str, Any] = {
    "id": ["urn:uuid:0f9e8d7c-6b5a-4f3e-8d2c-1b0a9f8e7d6c", "https://x.nl/a b", 7, None,
        "https://badges.example.nl/public/assertions/Short"],
    "issuedOn": ["2026-02-30T10:00:00Z", "2026-03-02", "2026-03-02T24:00:00Z",
        "2026-03-02T10:00:00.1+02:00", 1, "2026-03-02T10:00:60Z", ...],
    "expires": ["2020-01-01T00:00:00Z", "never", "2031-01-01"],
    "recipient": ["sha256$0", {}, None, ...],
    "recipient.salt": ["", "ü", None, 12],
    "recipient.identity": ["md5$" + "0" * 32, "sha256$" + "G" * 64, "noor@example.nl"],
    "recipient.type": ["email", ["id"]],
    "badge.user": ["<b>Noor</b>", "Noor & Co", " Noor", "O\u2019Brien", "Noor\u0301", "", None,
        "Noor\nde Wit", "*Noor*", "N" * 200, "Мария", "李"],
    "badge.name": ["Another", "", None, 3],
    "badge.grade_achieved": ["8,5", "", 8],
    "badge": ["https://badges.example.nl/public/badges/1", ...],
    "badge.extensions:ECTSExtension.ECTS": [2, 2.50, 1e400, 12345678901234567890123, 5e15, "5"],
    "narrative": ["Noor wrote this", "a <b>", {"@value": "x"}],
    "evidence": [[{"id": "https://x.nl/e", "name": "Paper"}]],
    "revoked": [True, False],
    "@context": ["https://w3id.org/openbadges/v1", ...],
    "type": ["BadgeClass", ...],
    "image": ["https://elsewhere.example/i.png", ..., {"id": "x"}],
}  # fmt: skip


@pytest.mark.parametrize("target", [Format.EDCI, Format.ELM])
@pytest.mark.parametrize("path", ODD)
def test_an_odd_badge_comes_out_as_it_would_the_long_way(target: Format, path: str) -> None:
    names = ("Noor", "de Wit")
    for value in ODD[path]:
        moulds = Moulds(target, OPTIONS)
        _taught(moulds, target, OPTIONS, names)
        for number in (5, 6, 7):  # the first of a new key goes the long way, the next ones may be cast
            tree, _ = exports.assertion(number, classes=1)
            tree["badge"]["user"] = "Noor de Wit"
            tree["expires"] = "2030-01-01T22:00:00Z"
            _changed(path, value)(tree)
            data = _dumped(tree)
            badge = moulds.opened(data)
            if badge is None:
                continue
            keyed, made = moulds.cast(badge, Own(given=names[0], family=names[1]))
            long_way = _long_way(data, target, OPTIONS, names)
            assert made is None or made == long_way, (path, value)
            if made is None and isinstance(long_way, Conversion):
                moulds.learn(keyed, long_way)
        assert len(moulds._known) >= 1


NAMES = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    (
        "Noor",
        "O'Brien",
        "D\u2019Arcy",
        "Jean-Luc",
        "van 't Hoff",
        "Ø",
        "ǆ",
        "ﬁ",
        "a\u0301",
        "N.",
        "x" * 101,
        "ß",
    )
)


@settings(max_examples=150, deadline=None)
@given(names=st.tuples(NAMES, NAMES), user=NAMES, target=st.sampled_from((Format.EDCI, Format.ELM)))
def test_any_name_comes_out_as_it_would_the_long_way(names: Any, user: str, target: Format) -> None:
    moulds = Moulds(target, OPTIONS)
    _taught(moulds, target, OPTIONS, ("Noor1", "de Wit"))
    tree = _one()
    tree["badge"]["user"] = user
    data = _dumped(tree)
    made = _cast(moulds, data, names)
    assert made is None or made == _long_way(data, target, OPTIONS, names)


@pytest.mark.parametrize("fault", exports.FAULTS)
def test_a_faulty_badge_is_never_cast_into_a_sound_one(fault: str) -> None:
    names = ("Noor1", "de Wit")
    for target in (Format.EDCI, Format.ELM):
        moulds = Moulds(target, OPTIONS)
        _taught(moulds, target, OPTIONS, names)
        data = exports.spoilt(_one(), fault)
        made = _cast(moulds, data, names)
        assert made is None or made == _long_way(data, target, OPTIONS, names)


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "https://x.nl/12345678", "badge": {"a": 1}, "badge": {"a": 1}}',
        r'{"id": "https://x.nl/12345678", "badge": {"a": "x\\", "b": "\"", "b": "\""}}',
        r'{"id": "https://x.nl/12345678", "badge": {"\u0061": 1, "a": 1}}',
        r'{"id": "https://x.nl/12345678", "badge": {"a": "\u0022\u005c", "a": "\u0022"}}',
    ],
)
def test_a_member_told_twice_is_seen_however_it_is_escaped(text: str) -> None:
    assert Moulds(Format.ELM, OPTIONS).opened(text.encode()) is None


def test_somebody_elses_name_goes_the_long_way_to_its_refusal() -> None:
    moulds = Moulds(Format.EDCI, OPTIONS)
    _taught(moulds, Format.EDCI, OPTIONS, ("Noor1", "de Wit"))
    tree = _one()
    assert _cast(moulds, _dumped(tree), ("Noor1", "de Wit")) is not None
    assert _cast(moulds, _dumped(tree), ("Jan", "Jansen")) is None
    assert _long_way(_dumped(tree), Format.EDCI, OPTIONS, ("Jan", "Jansen"))[0] == "identity.mismatch"


def test_a_page_that_shows_its_learner_is_not_cast() -> None:
    data = _dumped(badges.expanded())
    individual = replace(OPTIONS, class_pages=False)
    assert Moulds(Format.ELM, individual).opened(data) is None
    assert Moulds(Format.EDCI, replace(individual, enclose="document")).opened(data) is None
    assert Moulds(Format.EDCI, individual).opened(data) is not None, "without a carrier there is no page"


def test_moulds_are_bounded(monkeypatch: Any) -> None:
    monkeypatch.setattr("converter.mould._MOST_CLASSES", 3)
    moulds = Moulds(Format.ELM, OPTIONS)
    tree = _one()
    made = _long_way(_dumped(tree), Format.ELM, OPTIONS, NOBODY)
    for number in range(6):
        tree["badge"]["name"] = f"Class {number}"
        badge = moulds.opened(_dumped(tree))
        assert badge is not None
        moulds.learn(moulds.cast(badge, Own())[0], made)
    assert len(moulds._known) == 3


def test_moulds_are_bounded_in_bytes(monkeypatch: Any) -> None:
    moulds = Moulds(Format.ELM, OPTIONS)
    _taught(moulds, Format.ELM, OPTIONS, ("Noor1", "de Wit"))
    tree = _one()
    assert _cast(moulds, _dumped(tree), ("Noor1", "de Wit")) is not None
    one = moulds._size
    assert one > 1000
    monkeypatch.setattr("converter.mould._MOST_BYTES", 3 * one)
    for number in range(6):
        tree["badge"] |= {"name": f"Class {number}", "user": "Noor1 de Wit"}
        data = _dumped(tree)
        badge = moulds.opened(data)
        assert badge is not None
        keyed, none = moulds.cast(badge, Own(given="Noor1", family="de Wit"))
        assert none is None
        moulds.learn(keyed, _long_way(data, Format.ELM, OPTIONS, ("Noor1", "de Wit")))
        assert _cast(moulds, data, ("Noor1", "de Wit")) is not None
        assert moulds._size <= 3 * one
    kept = [one.size for one in moulds._known.values() if isinstance(one, Mould)]
    assert sum(kept) == moulds._size
    assert len(kept) in {2, 3}


def test_a_mould_that_no_longer_holds_is_broken(monkeypatch: Any) -> None:
    monkeypatch.setattr("converter.mould_cutting.CHECKED", 2)
    moulds = Moulds(Format.EDCI, OPTIONS)
    _taught(moulds, Format.EDCI, OPTIONS, ("Noor1", "de Wit"))
    data = _dumped(_one())
    assert _cast(moulds, data, ("Noor1", "de Wit")) is not None
    monkeypatch.setattr(Moulds, "_long_way", lambda *_: None)
    assert _cast(moulds, data, ("Noor1", "de Wit")) is None, "the second is held against the long way"
    assert _cast(moulds, data, ("Noor1", "de Wit")) is None


def test_a_mould_is_held_against_the_long_way_less_the_longer_it_holds(monkeypatch: Any) -> None:
    monkeypatch.setattr("converter.mould_cutting.CHECKED", 2)
    monkeypatch.setattr("converter.mould_cutting.SELDOMEST", 10)
    moulds = Moulds(Format.EDCI, OPTIONS)
    _taught(moulds, Format.EDCI, OPTIONS, ("Noor1", "de Wit"))
    held: list[int] = []
    whole = Moulds._holds
    casts = iter(range(1, 1000))
    now = 0

    def noted(self: Moulds, *told: Any) -> bool:
        held.append(now)
        return whole(self, *told)

    monkeypatch.setattr(Moulds, "_holds", noted)
    data = _dumped(_one())
    for now in casts:
        assert _cast(moulds, data, ("Noor1", "de Wit")) is not None
        if now == 50:
            break
    assert held == [2, 6, 16, 26, 36, 46]
