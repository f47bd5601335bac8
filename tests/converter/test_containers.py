"""Containers: what they enclose comes out whole, what they get wrong is told, and no bomb goes off."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import badges

from converter import read
from converter.containers.jws import base64url, take_apart
from converter.containers.png import unbake_png
from converter.containers.svg import unbake_svg
from schemas.document import Container, Document, SealKind
from schemas.errors import Malformed, NotRecognised

BADGE = badges.dumped(badges.assertion())
SIGNED = badges.signed(badges.signed_assertion())


def document(data: bytes) -> Document:
    found = read(data)
    assert isinstance(found, Document)
    return found


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in document(data).problems]


@given(st.binary(max_size=300))
def test_what_is_baked_into_a_png_comes_out_whole(text: bytes) -> None:
    assert unbake_png(badges.baked_png(text)).data == text


@given(st.from_regex(r"[A-Za-z0-9{}:\"é€]{1,80}", fullmatch=True))
def test_what_is_baked_into_an_svg_comes_out_whole(text: str) -> None:
    assert unbake_svg(badges.baked_svg(text.encode())).data.decode() == text


@given(st.binary(max_size=200))
def test_base64url_has_one_spelling(data: bytes) -> None:
    assert base64url(badges.base64url(data), "payload") == data


def test_a_baked_png_gives_the_badge_and_remembers_the_whole_file() -> None:
    baked = badges.baked_png(BADGE)
    found = document(baked)
    assert found.containers == (Container.PNG,)
    assert found.raw == BADGE
    assert found.original == baked
    assert found.problems == ()


def test_a_baked_png_gives_the_signed_badge() -> None:
    found = document(badges.baked_png(SIGNED))
    assert found.containers == (Container.PNG, Container.JWS)
    assert found.raw == SIGNED
    assert found.seal is not None
    assert found.seal.kind is SealKind.JWS


def test_of_two_badge_chunks_the_first_counts_and_it_is_told() -> None:
    data = badges.png(badges.itxt(BADGE), badges.itxt(b"https://evil.example/assertions/1"))
    assert document(data).tree["id"] == badges.ASSERTION
    assert codes(data) == ["format.data"]


def test_a_compressed_badge_is_read_and_told() -> None:
    data = badges.png(badges.itxt(BADGE, compressed=True))
    assert document(data).raw == BADGE
    assert codes(data) == ["format.read"]


def test_a_compressed_bomb_is_not_unpacked() -> None:
    with pytest.raises(Malformed, match="4 MB"):
        read(badges.png(badges.itxt(b" " * 30_000_000, compressed=True)))


@pytest.mark.parametrize("lost", [1, 4, 12, 20, 60, 400])
def test_a_png_cut_off_is_malformed(lost: int) -> None:
    with pytest.raises(Malformed, match="cut off"):
        read(badges.baked_png(BADGE)[:-lost])


def test_a_changed_chunk_is_malformed() -> None:
    with pytest.raises(Malformed, match="checksum"):
        read(badges.baked_png(BADGE).replace(b"HostedBadge", b"SignedBadge"))


@pytest.mark.parametrize("chunk", [b"", b"\0", b"\0\0\0", b"\0\0\0x\0"])
def test_a_badge_chunk_without_its_fields_is_malformed(chunk: bytes) -> None:
    with pytest.raises(Malformed):
        read(badges.png(badges._chunk(b"iTXt", b"openbadges" + chunk)))


def test_an_image_without_a_badge_has_its_own_sentence() -> None:
    for image in (badges.png(), badges.svg(), badges.svg("<openbadges:assertion/>")):
        with pytest.raises(NotRecognised, match="badge") as caught:
            read(image)
        assert caught.value.problems[0].code == "format.read.nothing-enclosed"


def test_an_open_badges_3_image_is_named() -> None:
    with pytest.raises(NotRecognised, match=r"Open Badges 3\.0"):
        read(badges.png(badges.itxt(b"{}", keyword=b"openbadgecredential")))
    with pytest.raises(NotRecognised, match=r"Open Badges 3\.0"):
        read(badges.svg('<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0"/>'))


@pytest.mark.parametrize("prefix", ["openbadges", "ob"])
def test_the_body_of_an_svg_counts_before_the_address_beside_it(prefix: str) -> None:
    found = document(badges.baked_svg(BADGE, "https://elsewhere.example/1", prefix=prefix))
    assert found.raw == BADGE
    assert found.containers == (Container.SVG,)


def test_a_signed_badge_in_verify_counts_before_a_body() -> None:
    assert document(badges.baked_svg(verify=SIGNED.decode())).raw == SIGNED
    both = badges.baked_svg(BADGE, SIGNED.decode())
    assert document(both).raw == SIGNED
    assert codes(both) == ["format.data"]


def test_a_second_badge_in_an_svg_is_told() -> None:
    one = f'<openbadges:assertion verify="{SIGNED.decode()}"/>'
    assert codes(badges.svg(one + one)) == ["format.data"]


def test_a_doctype_in_an_svg_is_refused() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    with pytest.raises(Malformed, match="DOCTYPE"):
        read(bomb)


def test_a_jws_comes_apart() -> None:
    parts = take_apart(SIGNED)
    assert parts.header["alg"] == "RS256"
    assert json.loads(parts.payload) == badges.signed_assertion()
    assert parts.signed + b"." + badges.base64url(parts.signature) == SIGNED


def test_a_jws_inside_a_json_string_is_the_token() -> None:
    found = document(json.dumps(SIGNED.decode()).encode())
    assert found.containers == (Container.JSON_STRING, Container.JWS)
    assert found.raw == SIGNED


@pytest.mark.parametrize(
    "token",
    [
        SIGNED.rpartition(b".")[0],
        SIGNED + b".more",
        SIGNED + b"=",
        SIGNED[:40] + b"\n" + SIGNED[40:],
        SIGNED.replace(b".", b".!", 1),
        badges.signed(b"not json at all"),
        badges.signed([1, 2]),
        b"eyJhbGciOiJSUzI1NiJ9..c2ln",
        badges.base64url(b'{"alg": ') + b"." + SIGNED.partition(b".")[2],
    ],
    ids=["two", "four", "padding", "newline", "alphabet", "text", "list", "no payload", "header"],
)
def test_a_token_that_cannot_be_taken_apart_is_malformed(token: bytes) -> None:
    with pytest.raises(Malformed):
        read(token)


def test_a_token_about_something_else_is_not_a_badge() -> None:
    with pytest.raises(NotRecognised):
        read(badges.signed({"sub": "someone", "exp": 1}))
