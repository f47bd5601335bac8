"""Recognising by content: each kind is told apart, and anything else hears what was looked for."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import badges

from converter import Guess, read, recognise
from schemas.document import Bundle, Container, Document, Format, Pointer
from schemas.errors import DocumentError, Malformed, NotRecognised

EDCI = b'<?xml version="1.0"?><!-- a --><europassCredential xmlns="http://data.europa.eu/snb"/>'
PRESENTATION = b'<vp:verifiablePresentation xmlns:vp="urn:vp"/>'
ELM = b'{"type": ["VerifiableCredential", "EuropeanDigitalCredential"], "credentialSubject": {}}'
ELM_BY_CONTEXT = b'{"@context": ["http://data.europa.eu/snb/model/context/edc-ap"], "credentialSubject": {}}'
ELM_GRAPH = b'{"@graph": [{"id": "a"}, {"id": "b", "type": ["EuropeanDigitalCredential"]}]}'
PRESENTED = b'{"type": "VerifiablePresentation", "verifiableCredential": [' + ELM + b"]}"
UPLOAD = b'{"credential": ' + ELM + b', "deliveryDetails": {}}'
JADES = b'{"payload": "{}", "signatures": [{"protected": "", "signature": ""}]}'
PLAIN_BADGE = badges.dumped(badges.assertion())
SIGNED_BADGE = badges.signed(badges.signed_assertion())


@pytest.mark.parametrize(
    ("data", "container", "document_format"),
    [
        (PLAIN_BADGE, Container.PLAIN, Format.OB2),
        (badges.dumped(badges.expanded()), Container.PLAIN, Format.OB2),
        (badges.dumped(badges.assertion_1_1()), Container.PLAIN, Format.OB2),
        (badges.dumped(badges.assertion_1_0()), Container.PLAIN, Format.OB2),
        (badges.dumped({"id": badges.ASSERTION, "revoked": True}), Container.PLAIN, Format.OB2),
        (b"\xef\xbb\xbf \n" + PLAIN_BADGE, Container.PLAIN, Format.OB2),
        (SIGNED_BADGE, Container.JWS, Format.OB2),
        (badges.signed(json.loads(ELM)), Container.JWS, Format.ELM),
        (json.dumps(SIGNED_BADGE.decode()).encode(), Container.JSON_STRING, None),
        (badges.baked_png(PLAIN_BADGE), Container.PNG, None),
        (badges.baked_svg(PLAIN_BADGE), Container.SVG, None),
        (badges.zipped({"a": PLAIN_BADGE}), Container.ZIP, None),
        (b"%PDF-1.7\n", Container.PDF, None),
        (badges.ASSERTION.encode(), Container.URL, None),
        (EDCI, Container.PLAIN, Format.EDCI),
        (
            EDCI.decode().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"),
            Container.PLAIN,
            Format.EDCI,
        ),
        (PRESENTATION, Container.PRESENTATION, Format.EDCI),
        (ELM, Container.PLAIN, Format.ELM),
        (ELM_BY_CONTEXT, Container.PLAIN, Format.ELM),
        (ELM_GRAPH, Container.PLAIN, Format.ELM),
        (PRESENTED, Container.PLAIN, Format.ELM),
        (UPLOAD, Container.UPLOAD, Format.ELM),
        (JADES, Container.JADES, Format.ELM),
    ],
)
def test_each_kind_is_told_by_its_content(
    data: bytes, container: Container, document_format: Format | None
) -> None:
    assert recognise(data) == Guess(container=container, format=document_format)


@pytest.mark.parametrize(
    "data",
    [
        b"hello world",
        b"hello.world.again",
        b"\x00\x01\x02\x03",
        b"\xff\xfe\x00",
        b"\xff\xd8\xff\xe0JFIF",
        b"{}",
        b"[]",
        b"[{}]",
        b'"hello"',
        b'{"hello": "world"}',
        b"<html><body/></html>",
        b"ftp://badges.example.nl/1",
        b"https://one.example https://two.example",
        b"https:// ",
        b"javascript:alert(1)",
        b'{"type": ["VerifiableCredential"], "credentialSubject": {}}',
    ],
)
def test_what_is_none_of_them_hears_what_was_looked_for(data: bytes) -> None:
    for ask in (recognise, read):
        with pytest.raises(NotRecognised) as caught:
            ask(data)
        assert caught.value.problems[0].code == "format.read.unknown"
        assert "Open Badges 2.0" in str(caught.value)
        assert "Europass" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\r\n"])
def test_nothing_is_told_as_nothing(data: bytes) -> None:
    with pytest.raises(NotRecognised, match="empty"):
        read(data)


def test_a_private_badge_answers_with_an_error_and_hears_so() -> None:
    with pytest.raises(NotRecognised, match="private"):
        read(b'{"detail": "Not found."}')


def test_open_badges_3_is_named() -> None:
    with pytest.raises(NotRecognised, match=r"Open Badges 3\.0"):
        read(b'{"type": ["VerifiableCredential", "OpenBadgeCredential"]}')


@pytest.mark.parametrize(
    "data",
    [
        b'{"@context": "https://w3id.org/openbadges/v2", ',
        b'{"type": "Assertion", "type": "Assertion"}',
        b'{"type": NaN}',
        PLAIN_BADGE.decode().encode("utf-16"),
        b"[" * 100 + b"]" * 100,
        b"<!DOCTYPE html><html/>",
        b'<?xml version="1.0"?>\n<!-- -->\n<!DOCTYPE europassCredential><europassCredential/>',
        b"<",
        b"<!-- never closed",
        b"eyJhbGciOiJSUzI1NiJ9.e30",
        b" " * (20 * 1024 * 1024) + b"{}",
    ],
)
def test_what_is_not_well_formed_is_malformed(data: bytes) -> None:
    for ask in (recognise, read):
        with pytest.raises(Malformed) as caught:
            ask(data)
        assert caught.value.problems[0].code == "format.read"


def test_several_documents_one_a_line_are_named() -> None:
    line = json.dumps(badges.assertion()).encode()
    with pytest.raises(Malformed, match="one a line"):
        read(line + b"\n" + line + b"\n")


@pytest.mark.parametrize(
    "data",
    [
        badges.ASSERTION.encode(),
        b"\xef\xbb\xbf" + badges.ASSERTION.encode() + b"\r\n",
        badges.ASSERTION.encode("utf-16"),
        f"[InternetShortcut]\r\nIconIndex=0\r\nURL={badges.ASSERTION}\r\n".encode(),
        badges.baked_png(badges.ASSERTION.encode()),
        badges.png(badges.text_chunk(badges.ASSERTION.encode())),
        badges.baked_svg(verify=badges.ASSERTION),
        json.dumps(badges.ASSERTION).encode(),
    ],
)
def test_a_url_in_any_wrapping_is_a_pointer(data: bytes) -> None:
    found = read(data)
    assert isinstance(found, Pointer)
    assert found.url == badges.ASSERTION
    assert found.containers[-1] is Container.URL
    assert found.original == data


SEEDS = [
    PLAIN_BADGE,
    SIGNED_BADGE,
    json.dumps(SIGNED_BADGE.decode()).encode(),
    badges.dumped(badges.expanded()),
    badges.dumped(badges.assertion_1_0()),
    badges.dumped(badges.assertion_1_1()),
    badges.baked_png(PLAIN_BADGE),
    badges.png(badges.itxt(PLAIN_BADGE, compressed=True), badges.text_chunk(b"x")),
    badges.baked_svg(PLAIN_BADGE, badges.ASSERTION),
    badges.zipped({"a.json": PLAIN_BADGE, "b.png": badges.baked_png(SIGNED_BADGE)}),
    badges.ASSERTION.encode(),
]


def reads_or_says_why(data: bytes) -> None:
    """Let nothing but a DocumentError escape, and let it name a problem."""
    said: DocumentError | None = None
    try:
        assert isinstance(read(data), Document | Pointer | Bundle)
    except DocumentError as error:
        said = error
    assert said is None or said.problems[0].code.startswith("format.read")


@given(st.binary(max_size=400))
def test_random_bytes_read_or_say_why(data: bytes) -> None:
    reads_or_says_why(data)


@given(st.text(max_size=200))
def test_random_text_reads_or_says_why(text: str) -> None:
    reads_or_says_why(text.encode("utf-8", "surrogatepass"))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Take a good input and cut, overwrite, insert or repeat some of it."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        upto = min(len(data), at + draw(st.integers(0, 40)))
        data[at:upto] = draw(st.one_of(st.binary(max_size=8), st.just(bytes(data[at:upto]) * 2)))
    return bytes(data)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_a_damaged_input_reads_or_says_why(data: bytes) -> None:
    reads_or_says_why(data)


# fmt: off
KEYS = [
    "@context", "@id", "@type", "id", "type", "badge", "issuer", "recipient", "verify", "verification",
    "alignment", "criteria", "issuedOn", "revoked", "uid", "url", "name", "payload", "signatures",
    "credential", "@graph", "detail", "x",
]
# fmt: on
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["", badges.ASSERTION]))
def test_json_of_any_shape_reads_as_a_badge_or_says_why(value: object, url: str) -> None:
    tree = {"@context": badges.CONTEXT_1_1, **value} if isinstance(value, dict) else value
    if isinstance(tree, dict) and {"payload", "credential", "@graph"}.intersection(tree):
        return  # Europass shapes, fuzzed where they are read
    with suppress(DocumentError):
        read(json.dumps(tree).encode(), source_url=url)
