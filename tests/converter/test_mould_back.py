"""A badge that is cast of EDCI XML is the badge of the long way, byte for byte, or it is not cast."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from gateway_web import PROFILE
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import edci_documents, exports

from converter.conversion import Conversion, Options, Source
from converter.convert import convert
from converter.mould_back import BackMoulds
from converter.mould_cutting import Quoted
from converter.mould_root import root_id
from converter.mould_taking import Own
from converter.mould_xml import marked, shape_of
from converter.profile import read_profile
from converter.read import read
from schemas.document import Document, Format
from schemas.errors import DocumentError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BLANK_PAGE = b"\x89PNG\r\n\x1a\nno page"
OPTIONS = Options(
    now=NOW,
    profile=read_profile(PROFILE.partition(b"[learner]")[0]),
    enclose="nothing",
    class_pages=True,
    draw=lambda _: BLANK_PAGE,
)
WORK = "Weaving"


def _fit(options: Options, own: Own) -> Options:
    del own
    return options


@cache
def ours(number: int, work: str = WORK) -> bytes:
    """EDCI XML as it is written here."""
    tree, _ = exports.assertion(number, classes=1)
    tree["issuedOn"] = f"2026-{1 + number % 10:02d}-{1 + number % 28:02d}T10:20:30.{number:06d}+00:00"
    tree["badge"] |= {"user": f"Noor{number} de Wit", "name": work}
    profile = replace(OPTIONS.profile, given_name=f"Noor{number}", family_name="de Wit")
    document = read(json.dumps(tree).encode())
    assert isinstance(document, Document)
    return convert(Source(document=document), Format.EDCI, replace(OPTIONS, profile=profile)).document


@cache
def theirs(number: int, work: str = WORK) -> bytes:
    """EDCI XML as others write it: ids of its own, moments without fractions, no address anywhere."""
    spec = "urn:epass:spec:7"
    made = edci_documents.credential(
        subject=f"<achievements>{edci_documents.achievement(1, spec)}</achievements>",
        references=(
            f'<learningSpecificationReferences><qualification id="{spec}"><title>'
            f"{edci_documents.text(work)}</title></qualification></learningSpecificationReferences>"
        ),
    ).decode()
    changes = {
        "urn:credential:1": f"urn:credential:{number:08x}-aaaa-4bbb-8ccc-0123456789ab",
        ">Noor<": f">Noor{number}<",
        ">Voorbeeld<": ">de Wit<",
        "2026-02-01T09": f"2026-0{1 + number % 9}-{10 + number % 18}T{number % 24:02d}",
        "<proof/>": "",
    }
    for before, after in changes.items():
        made = made.replace(before, after)
    return made.encode()


def own(number: int, **changes: Any) -> Own:
    told = {
        "given": f"Noor{number}",
        "family": "de Wit",
        "recipient": ("email", f"Noor{number}@Polder.example"),
    }
    return Own(**(told | changes))


def long_way(data: bytes, known: Own, options: Options = OPTIONS) -> Conversion | list[str]:
    try:
        document = read(data)
        assert isinstance(document, Document)
        asked = replace(options, recipient=known.recipient)
        return convert(Source(document=document), Format.OB2, asked)
    except DocumentError as error:
        return [problem.code for problem in error.problems]


def taught(moulds: BackMoulds, data: bytes, known: Own, options: Options = OPTIONS) -> None:
    badge = moulds.opened(data)
    assert badge is not None
    badge, none = moulds.quoted(badge, known)
    assert none is None, "nothing is known yet"
    made = long_way(data, known, options)
    assert isinstance(made, Conversion), made
    moulds.learn(badge, made)


def cast(moulds: BackMoulds, data: bytes, known: Own) -> Quoted | None:
    badge = moulds.opened(data)
    return moulds.quoted(badge, known)[1] if badge is not None else None


def alike(moulds: BackMoulds, data: bytes, known: Own, options: Options = OPTIONS) -> bool:
    """Tell whether a document was cast; where it was, it is what the long way makes."""
    found = cast(moulds, data, known)
    if found is None:
        return False
    made = long_way(data, known, options)
    assert isinstance(made, Conversion), made
    assert json.loads(b'"' + found.text + b'"').encode() == made.document
    assert found.size == len(made.document)
    assert (found.like.report, found.like.file_name) == (made.report, made.file_name)
    return True


@pytest.mark.parametrize("written", [ours, theirs])
@pytest.mark.parametrize("enclose", ["nothing", "document"])
def test_what_is_cast_is_what_the_tables_make(written: Callable[[int], bytes], enclose: str) -> None:
    options = replace(OPTIONS, enclose=enclose)
    moulds = BackMoulds(options, _fit)
    taught(moulds, written(1), own(1), options)
    for number in range(2, 30):
        assert alike(moulds, written(number), own(number), options), number


def test_other_classes_are_told_apart() -> None:
    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, ours(1), own(1))
    assert not alike(moulds, ours(2, "Spinning"), own(2))
    taught(moulds, ours(1, "Spinning"), own(1))
    assert alike(moulds, ours(2, "Spinning"), own(2))
    assert alike(moulds, ours(2), own(2))


@pytest.mark.parametrize(
    "known",
    [
        own(2, given="Noor"),
        own(2, family="De Wit"),
        own(2, given=None),
        own(2, recipient=None),
        own(2, recipient=("id", "urn:x")),
        own(2, born="2001-02-03"),
        own(2, shared=("institution", "NL", "", "")),
    ],
)
def test_a_learner_of_whom_something_else_is_known_goes_the_long_way(known: Own) -> None:
    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, ours(1), own(1))
    assert cast(moulds, ours(2), known) is None


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a comment": lambda one: one.replace(b"</title>", b"<!-- -->Weaving</title>", 1),
    "a DOCTYPE": lambda one: one.replace(b"?>", b"?><!DOCTYPE a>", 1),
    "an entity in a name": lambda one: one.replace(b">Noor2<", b">Noo&#114;2<"),
    "an ampersand": lambda one: one.replace(b">de Wit<", b">de &amp; Wit<"),
    "CDATA": lambda one: one.replace(b">Noor2<", b"><![CDATA[Noor2]]><"),
    "spaces in a name": lambda one: one.replace(b">Noor2<", b"> Noor2<"),
    "another name in full": lambda one: one.replace(b">Noor2 de Wit<", b">Noortje de Wit<"),
    "an element more": lambda one: one.replace(b"</achievements>", b"</achievements><x/>"),
    "a moment that never was": lambda one: re.sub(rb"2026-\d\d-\d\dT10", b"2026-13-45T10", one),
    "a moment to come": lambda one: re.sub(rb"2026-\d\d-\d\dT10", b"2036-01-02T10", one),
    "another zone": lambda one: re.sub(rb"(T10:20:30\.\d+)\+00:00", rb"\1+01:00", one),
    "no UTF-8": lambda one: one.replace(b">Noor2<", b">N\xff\xfe2<"),
    "UTF-16": lambda one: one.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "cut off": lambda one: one[:-20],
    "more behind": lambda one: one + b"<x/>",
    "a seal": lambda one: one.replace(
        b"</europassCredential>",
        b'<proof><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></proof></europassCredential>',
    ),
    "an id without an end": lambda one: re.sub(
        rb'id="urn:credential:[0-9a-f-]*', b'id="urn:credential:1', one
    ),
}


_OURS = b' cred:id="'
ROOTS: dict[str, Callable[[bytes], bytes]] = {
    "a quote in other quotes": lambda one: one.replace(_OURS, b" x='id=\"urn:credential:2\"'" + _OURS),
    "an id of XML": lambda one: one.replace(_OURS, b' xml:id="urn_credential_2"' + _OURS),
    "a bare id": lambda one: one.replace(_OURS, b' id="urn:credential:2"' + _OURS),
    "an id of others": lambda one: one.replace(_OURS, b' xmlns:x="urn:x" x:id="urn:credential:2"' + _OURS),
    "a prefix of others": lambda one: one.replace(b"model/credentials/w3c#", b"model/credentials#"),
    "an older layout": lambda one: one.replace(b'xsdVersion="0.10.0"', b'xsdVersion="0.8.0"'),
    "a namespace of others": lambda one: one.replace(b'xmlns="http://data.europa.eu/snb"', b'xmlns="urn:x"'),
    "Latin-1": lambda one: one.replace(b"UTF-8", b"ISO-8859-1"),
    "an instruction": lambda one: one.partition(b"?>")[2].strip().replace(b">Noor2<", b">Noor<?x?>2<"),
}


@pytest.mark.parametrize("change", ROOTS)
def test_a_root_that_could_be_read_in_two_ways_is_left_to_the_reader(change: str) -> None:
    odd = ROOTS[change](ours(2))
    assert odd != ours(2)
    assert root_id(odd) is None
    assert root_id(ours(2)) == _id_of(ours(2))
    assert root_id(theirs(2)) == _id_of(theirs(2))


def _id_of(data: bytes) -> str:
    document = read(data)
    assert isinstance(document, Document)
    return str(document.tree["@id"])


@pytest.mark.parametrize("zone", ["+01:00", "-05:30", "Z"])
@pytest.mark.parametrize("fraction", ["", ".5", ".123456"])
def test_moments_of_any_zone_are_taken(zone: str, fraction: str) -> None:
    def told(number: int) -> bytes:
        moment = rf"\g<1>{fraction}{zone}".encode()
        return re.sub(rb"(>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+\+00:00", moment, ours(number))

    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, told(1), own(1))
    assert [alike(moulds, told(number), own(number)) for number in range(2, 8)] == [True] * 6


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_odd_goes_the_long_way(change: str) -> None:
    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, ours(1), own(1))
    odd = CHANGES[change](ours(2))
    assert odd != ours(2)
    assert cast(moulds, odd, own(2)) is None
    assert alike(moulds, ours(3), own(3))


def test_names_are_taken_as_they_stand() -> None:
    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, ours(1), own(1))
    data = ours(2).replace(b"Noor2", "Ünal-Çelik".encode())
    assert alike(moulds, data, own(2, given="Ünal-Çelik"))


def test_the_first_that_is_cast_is_held_against_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, ours(1), own(1))
    monkeypatch.setattr(BackMoulds, "_long_way", lambda *_: None)
    assert cast(moulds, ours(2), own(2)) is None
    monkeypatch.undo()
    assert cast(moulds, ours(3), own(3)) is None, "what did not hold is never cast again"


def test_a_page_that_shows_its_learner_is_not_cast() -> None:
    assert BackMoulds(replace(OPTIONS, class_pages=False), _fit).opened(ours(1)) is None


def test_moulds_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("converter.mould_back._MOST_CLASSES", 2)
    moulds = BackMoulds(OPTIONS, _fit)
    for number in range(4):
        taught(moulds, ours(1, f"Course {number}"), own(1))
    assert len(moulds._known) == 2
    assert alike(moulds, ours(2, "Course 3"), own(2))


def test_moulds_are_bounded_in_bytes_and_the_last_met_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, ours(1, "Course 0"), own(1))
    monkeypatch.setattr("converter.mould_back._MOST_BYTES", 3 * moulds._size)
    for number in range(1, 9):
        taught(moulds, ours(1, f"Course {number}"), own(1))
        assert alike(moulds, ours(2, "Course 0"), own(2)), "it was met just before"
        kept = [known for found in moulds._known.values() for known in found]
        assert sum(known.size for known in kept) == moulds._size
        assert len(kept) <= 3
    assert not alike(moulds, ours(2, "Course 1"), own(2))


def test_a_class_may_be_written_in_many_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("converter.mould_back._MOST_ALIKE", 4)
    moulds = BackMoulds(OPTIONS, _fit)
    for way in range(6):
        spaced = ours(1).replace(b"</agentReferences>", b"</agentReferences>" + b" " * way)
        taught(moulds, spaced, own(1))
    cast_ = [
        alike(moulds, ours(2).replace(b"</agentReferences>", b"</agentReferences>" + b" " * way), own(2))
        for way in (*range(6), *reversed(range(6)))
    ]
    assert cast_ == [True] * 4 + [False] * 4 + [True] * 4


def _at_home(number: int, place: str) -> bytes:
    text = f'<text lang="nl" content-type="text/plain">{place}</text>'
    address = f"<hasAddress><fullAddress>{text}</fullAddress></hasAddress>"
    subject = f"</familyName><placeOfBirth>{address}</placeOfBirth>"
    return ours(number).replace(b"</familyName>", subject.encode())


def test_where_a_learner_was_born_has_a_place() -> None:
    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, _at_home(1, "Delft"), own(1))
    for number, place in enumerate(
        ("Gouda", "'s-Hertogenbosch", "Súdwest-Fryslân", "Dijk 1, Delft"), start=2
    ):
        assert alike(moulds, _at_home(number, place), own(number)), place
    assert not alike(moulds, _at_home(7, "Delft &amp; Gouda"), own(7))
    assert not alike(moulds, _at_home(8, "Delft\u0301\u00a0x"), own(8))


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12) | st.sampled_from(
    ["Noor", "de Wit", "Weaving", "O'Brien", "&amp;", "]]>", "<x/>", " a", "\t", "12-3"]
)


@given(given_=TEXTS, family=TEXTS, place=TEXTS, second=st.integers(0, 59), day=st.integers(1, 31))
@settings(max_examples=60, deadline=None)
def test_whatever_a_learner_is_called_it_is_the_long_way_or_none(
    given_: str, family: str, place: str, second: int, day: int
) -> None:
    data = _at_home(2, place).decode()
    for before, after in (
        (">Noor2 de Wit<", f">{given_} {family}<"),
        (">Noor2<", f">{given_}<"),
        (">de Wit<", f">{family}<"),
    ):
        data = data.replace(before, after)
    data = re.sub(r"-\d\dT10:20:30", f"-{day:02d}T10:20:{second:02d}", data)
    alike(_taught_at_home(), data.encode("utf-8", "surrogatepass"), own(2, given=given_, family=family))


@cache
def _taught_at_home() -> BackMoulds:
    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, _at_home(1, "Delft"), own(1))
    return moulds


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_change_of_any_byte_is_cast_into_another_badge(told: st.DataObject) -> None:
    data = bytearray(ours(2))
    for _ in range(told.draw(st.integers(1, 2))):
        at = told.draw(st.integers(0, len(data) - 1))
        with_ = told.draw(st.sampled_from([b"", b'"', b"<", b"&", b"a", b"0", b" ", b"\xc3", b"<!--", b"'"]))
        data[at : at + told.draw(st.integers(0, 2))] = with_
    alike(_taught_at_home_or_not(), bytes(data), own(2))


@cache
def _taught_at_home_or_not() -> BackMoulds:
    moulds = BackMoulds(OPTIONS, _fit)
    taught(moulds, ours(1), own(1))
    return moulds


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_plain_or_not(data: bytes) -> None:
    moulds = BackMoulds(OPTIONS, _fit)
    assert moulds.opened(data) is None or root_id(data) is not None
    assert moulds.opened(b"<europassCredential " + data) is None or root_id(b"<europassCredential " + data)


@pytest.mark.parametrize("written", [ours, theirs])
def test_a_learner_of_marks_is_written_like_a_real_one(written: Callable[[int], bytes]) -> None:
    made = shape_of(written(1))
    assert made is not None
    shape = made[1]
    values = shape.taken(written(1))
    assert values is not None
    assert shape.filled(values) == written(1)
    marks = marked(shape, values)
    assert shape.taken(shape.filled(marks)) == marks
    assert not set(marks.values()) & set(values.values())
