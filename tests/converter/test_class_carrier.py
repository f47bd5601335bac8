"""One page for a class and an original behind each copy of it: any reader gets the original back."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from gateway_web import PROFILE
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import exports

from converter.carrier import Blank, EnclosedFile, blank_carrier, open_pdf
from converter.class_carrier import ClassCarrier, may_come_from, parted
from converter.conversion import Options, Source
from converter.convert import convert
from converter.display import DisplayPage
from converter.profile import read_profile
from converter.read import read
from schemas.document import Document, Format

AT = datetime(2025, 6, 1, tzinfo=UTC)
URL = b"https://badges.example/public/assertions/abc"
BLANK = Blank(
    page=DisplayPage(
        title="Dike (Inspection) \\ 1", issuer="Hogeschool Voorbeeld", learner="", language="nl"
    ),
    file_name="original.json",
    media_type="application/ld+json",
    is_source=True,
    made_at=AT,
)
_EMPTY = b"xref\n0 1\n0000000000 65535 f \ntrailer << /ID [<00><" + b"0" * 32 + b">] >>\n"
CARRIER = blank_carrier(BLANK)


def described(data: bytes, url: bytes) -> tuple[EnclosedFile, ...]:
    return (
        EnclosedFile(
            name="original.json",
            data=data,
            media_type="application/ld+json",
            source_url=url.decode(),
            is_source=True,
        ),
    )


@given(st.binary(max_size=4096), st.sampled_from([b"", URL, URL * 5]))
@settings(max_examples=50, deadline=None)
def test_what_went_in_comes_out_of_any_reader(data: bytes, url: bytes) -> None:
    pdf = CARRIER.holding(data, url)
    assert open_pdf(pdf) == described(data, url)
    assert parted(pdf) == (CARRIER, data, url)


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"endstream\nendobj\n" * 9, b"startxref\n1\n%%EOF\n", bytes(range(256)) * 4096]
)
def test_any_bytes_come_out_unchanged(data: bytes) -> None:
    pdf = CARRIER.holding(data, URL)
    assert open_pdf(pdf) == described(data, URL)
    assert parted(pdf) == (CARRIER, data, URL)


def test_a_carrier_in_a_carrier() -> None:
    inner = CARRIER.holding(b"{}", URL)
    outer = CARRIER.holding(inner, b"")
    assert open_pdf(open_pdf(outer)[0].data) == described(b"{}", URL)
    assert parted(outer) == (CARRIER, inner, b"")


def test_each_object_is_where_the_table_says() -> None:
    """ISO 32000-2 §7.5.4; a reader that mends broken tables would hide a wrong one."""
    pdf = CARRIER.holding(b'{"a":1}' * 99, URL)
    start = int(re.search(rb"startxref\n(\d+)", pdf)[1])  # type: ignore[index]
    assert pdf[start:].startswith(b"xref\n0 ")
    lines = pdf[start:].split(b"\n")[3:]
    places = [line[:10] for line in lines[: lines.index(next(x for x in lines if x.startswith(b"trailer")))]]
    for number, place in enumerate(places, start=1):
        assert pdf[int(place) :].startswith(b"%d 0 obj\n" % number)
    assert b"/Size %d" % (len(places) + 1) in pdf[start:]


def test_it_has_what_pdf_a_3_asks_for() -> None:
    """ISO 19005-3: identification, output intent, no encryption, and an embedded file accounted for."""
    with pikepdf.open(io.BytesIO(CARRIER.holding(b"{}", URL))) as pdf:
        assert pdf.get_warnings() == []
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 1
        assert not pdf.is_encrypted
        assert b"/GTS_PDFA1" in pdf.Root.OutputIntents[0].unparse(resolved=True)
        assert b"pdfaid:part>3<" in pdf.Root.Metadata.read_bytes()
        assert b"pdfaid:conformance>A<" in pdf.Root.Metadata.read_bytes()
        (spec,) = pdf.Root.AF
        assert spec.AFRelationship == "/Source"
        assert spec.F == spec.UF == "original.json"
        stream = spec.EF.F
        assert stream.Type == "/EmbeddedFile"
        assert stream.Subtype == "/application/ld+json"
        assert stream.Params.Size == 2
        assert bytes(stream.Params.CheckSum) == hashlib.md5(b"{}").digest()  # noqa: S324 - what PDF asks for
        assert stream.Params.ModDate == "D:20250601000000Z"
        assert pdf.Root.Names.EmbeddedFiles.Names[1].objgen == spec.objgen


def test_two_originals_are_two_files_with_one_beginning() -> None:
    one, other = CARRIER.holding(b"{}", URL), CARRIER.holding(b"[]", URL)
    assert one.startswith(CARRIER.head)
    assert other.startswith(CARRIER.head)
    identifiers = re.compile(rb"/ID \[<(\w+)><(\w+)>\]")
    (first, own), (again, another) = (identifiers.search(pdf).groups() for pdf in (one, other))  # type: ignore[union-attr]
    assert first == again
    assert own != another


@pytest.mark.parametrize("page", ["日本語 🎓", "Dike", ""])
def test_pages_that_are_pictures_or_bare_are_laid_out_alike(page: str) -> None:
    carrier = blank_carrier(replace(BLANK, page=replace(BLANK.page, title=page), is_source=False))
    (found,) = open_pdf(carrier.holding(b"{}", b""))
    assert (found.data, found.is_source, found.source_url) == (b"{}", False, "")


@pytest.mark.parametrize("url", ["https://a.example/(x)", "https://a.example/\\", "https://é.example", "a b"])
def test_an_address_that_a_pdf_would_have_to_escape_is_none_of_these(url: str) -> None:
    assert not may_come_from(url)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_damaged_is_no_carrier_or_still_the_same_bytes(data: st.DataObject) -> None:
    whole = CARRIER.holding(b'{"a": 1}', URL)
    at = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(at, min(len(whole), at + 40)))
    damaged = whole[:at] + data.draw(st.binary(max_size=40)) + whole[end:]
    found = parted(damaged)
    assert found is None or found[0].holding(*found[1:]) == damaged


@pytest.mark.parametrize(
    "pdf",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + _EMPTY + b"startxref\n9\n%%EOF\n",
        b"%PDF-1.7\nstartxref\n" + b"9" * 5000 + b"\n%%EOF\n",
        b"%PDF-1.7\nstartxref\n9999999999\n%%EOF\n",
    ],
)
def test_a_stranger_is_no_carrier(pdf: bytes) -> None:
    assert parted(pdf) is None


def converted(number: int, options: Options) -> tuple[bytes, list[bytes]]:
    tree, _ = exports.assertion(number, classes=1)
    tree["badge"]["user"] = f"Noor{number} de Wit"
    data = json.dumps(tree).encode()
    document = read(data)
    assert isinstance(document, Document)
    profile = replace(options.profile, given_name=f"Noor{number}", family_name="de Wit")
    made = convert(Source(document=document), Format.EDCI, replace(options, profile=profile))
    found = re.findall(rb"JVBERi0[A-Za-z0-9+/=]+", made.document)
    return data, [base64.b64decode(one) for one in found]


def test_pages_of_a_class_show_neither_learner_nor_date_and_hold_each_original() -> None:
    set_pages: list[Any] = []

    def blank(one: Blank) -> ClassCarrier:
        set_pages.append(one)
        return blank_carrier(one)

    profile = read_profile(PROFILE.partition(b"[learner]")[0])
    options = Options(
        now=datetime(2026, 11, 23, 12, 5, tzinfo=UTC), profile=profile, class_pages=True, blank=blank
    )
    for number in (1, 2, 3):
        data, (pdf,) = converted(number, options)
        assert open_pdf(pdf)[0].data == data
    assert len(set(set_pages)) == 1
    (page,) = {one.page for one in set_pages}
    assert (page.learner, page.date) == ("", "")
    assert page.title
    assert set_pages[0].made_at == datetime(2026, 11, 23, tzinfo=UTC)
