"""The gate: what hostile bytes meet first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter.strict import MAX_BYTES, MAX_DEPTH, _carefully, load_json, parse_xml, too_deep
from schemas.errors import Malformed


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"b":1,"a":1,"b":2}', "'b' twice"),
        (b'{"a":NaN}', "not a JSON number"),
        (b'{"a":' + b"9" * 5000 + b"}", "too long"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "deeper"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"a":"\\ude00"}', "surrogate"),
        (b'{"a":\n oops}', "line 2, column 2"),
        (b'"\xff"', "UTF-8 at byte 1"),
        (b" " * (MAX_BYTES + 1), "larger"),
    ],
)
def test_json_that_is_refused_says_why_and_where(data: bytes, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        load_json(data)


def test_json_keeps_what_is_legal() -> None:
    assert load_json(b'\xef\xbb\xbf{"a":"\\ud83d\\ude00 \\\\ud800"}') == {"a": "😀 \\ud800"}


@pytest.mark.parametrize(
    "prolog",
    [b"", b"<?xml version='1.0'?>", b"\xef\xbb\xbf", b"\n<!--a--><!--b-->\n<?p?>", b"<!--a-->" * 5000],
)
def test_any_doctype_is_refused_wherever_the_prolog_hides_it(prolog: bytes) -> None:
    with pytest.raises(Malformed, match=r"DOCTYPE|well-formed"):
        parse_xml(prolog + b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")


def test_a_doctype_in_another_encoding_is_refused_too() -> None:
    with pytest.raises(Malformed, match="DOCTYPE"):
        parse_xml("<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a><a/>".encode("utf-16"))


@pytest.mark.parametrize("after", ["", '<b xmlns="h?t://relative"/>'])
def test_a_prefix_nobody_declared_is_refused_whatever_is_complained_of_later(after: str) -> None:
    with pytest.raises(Malformed, match=r"namespace|well-formed"):
        parse_xml(f"<p:a>{after}</p:a>".encode())


def test_a_namespace_that_is_no_whole_address_is_not_refused() -> None:
    assert parse_xml(b'<b xmlns="h?t://relative"/>').getroot().tag == "{h?t://relative}b"


def test_the_letters_of_a_doctype_may_stand_in_a_text() -> None:
    tree = parse_xml(b"<a><![CDATA[<!DOCTYPE html><p>]]><!-- <!DOCTYPE --></a>")
    assert tree.getroot().text == "<!DOCTYPE html><p>"


def _nested(levels: int) -> list[object]:
    return [] if levels == 1 else [_nested(levels - 1)]


def test_depth_is_told_exactly() -> None:
    assert not too_deep(_nested(MAX_DEPTH))
    assert too_deep(_nested(MAX_DEPTH + 1))
    assert not too_deep({"a": "[" * 100})


def test_a_nesting_bomb_is_refused_and_not_a_crash() -> None:
    for bomb in (b"[" * 500_000, b'{"a":' * 200_000, b"[" * 5_000 + b"]" * 5_000):
        with pytest.raises(Malformed, match=r"deeper|well-formed"):
            load_json(bomb)


_ODD_JSON = [
    *("-0", "-0.0", "1e400", "-1e400", "1E5", "12345678901234567890", "123456789012345678901", "0.1", "1e16"),
    *(
        "-9223372036854775809",
        "18446744073709551616",
        "9007199254740993.0",
        "5e-324",
        "1.",
        ".5",
        "01",
        "\x0c1",
    ),
    *(
        '"\\u0000"',
        '"\x7f"',
        "[1,]",
        '"\\ud83d\\ude00"',
        '"\\ud800"',
        '"\\u00"',
        "NaN",
        "",
        " ",
        "nul",
        '"\t"',
    ),
    *('{"a":1,"a":1}', '{"a":"\\"","\\u0061":"\\""}', '{"a\\\\":1,"a\\\\":2}', '{"":{"b":[{"c":1,"c":{}}]}}'),
    *('{"a":"\\u0022\\u005c","a":"\\u0022"}', '{"a":1} {"b":2}', '{"a":1,}', "{1:2}", "[[[[]]]]"),
    "[" * 64 + "]" * 64,
    "[" * 65 + "]" * 65,
    "[" * 65 + "1" + "]" * 65,
    "[" * 300 + "]" * 300,
]


def _read(data: bytes, read: object) -> object:
    try:
        return repr(read(data))  # type: ignore[operator]
    except Malformed as error:
        return error.problems


@pytest.mark.parametrize("text", _ODD_JSON)
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b" "])
def test_what_is_read_fast_is_what_is_read_with_care(text: str, start: bytes) -> None:
    for whole in (text, f'{{"x":[{text},"y"]}}'):
        data = start + whole.encode("utf-8", "surrogatepass")
        assert _read(data, load_json) == _read(data, _carefully)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_change_of_any_byte_is_read_in_two_ways(told: st.DataObject) -> None:
    data = bytearray(b'{"a":[1,2.5,-3e2,"x\\"y\\\\",{"b":null,"c":true}],"d":"\\u00e9\xc3\xa9","e\\\\":{}}')
    for _ in range(told.draw(st.integers(1, 4))):
        at = told.draw(st.integers(0, len(data) - 1))
        pieces = [b"", b'"', b"\\", b"a", b"0", b",", b":", b"\xc3", b"\\u0041", b"}", b'"a":1,', b"9" * 20]
        data[at : at + told.draw(st.integers(0, 2))] = told.draw(st.sampled_from(pieces))
    assert _read(bytes(data), load_json) == _read(bytes(data), _carefully)
