"""The gate: what hostile bytes meet first."""

from __future__ import annotations

import pytest

from converter.strict import MAX_BYTES, MAX_DEPTH, load_json, parse_xml, too_deep
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
