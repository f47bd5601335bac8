from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from converter.carrier import EnclosedFile, _page_lines, enclose_pdf, file_type_uri, media_type_of, open_pdf
from converter.display import DisplayPage
from schemas.errors import Malformed

PAGE = DisplayPage(title="Badge", issuer="Hogeschool Voorbeeld", learner="Noor de Wit", language="nl")
AT = datetime(2025, 6, 1, 10, 0, 0, tzinfo=UTC)
URL = "https://badges.example/public/assertions/abc"


def enclosed(data: bytes, page: DisplayPage = PAGE, name: str = "badge.json", url: str = URL) -> bytes:
    return enclose_pdf(
        data, media_type="application/ld+json", file_name=name, page=page, made_at=AT, source_url=url
    )


@given(st.binary(max_size=4096))
@settings(max_examples=25, deadline=None)
def test_what_went_in_comes_out(data: bytes) -> None:
    assert open_pdf(enclosed(data)) == (
        EnclosedFile(
            name="badge.json",
            data=data,
            media_type="application/ld+json",
            source_url=URL,
            is_source=True,
        ),
    )


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"%PDF-1.7\n", bytes(range(256)) * 4096, b"endstream endobj" * 9]
)
def test_any_bytes_come_out_unchanged(data: bytes) -> None:
    assert open_pdf(enclosed(data))[0].data == data


def test_a_pdf_in_a_pdf_in_a_pdf() -> None:
    inner = enclosed(b"{}")
    assert open_pdf(open_pdf(enclosed(enclosed(inner)))[0].data)[0].data == inner


def test_equal_arguments_give_equal_bytes() -> None:
    assert enclosed(b"{}") == enclosed(b"{}")
    assert enclosed(b"{}") != enclosed(b"[]")


def test_the_same_moment_in_another_zone_is_the_same_moment() -> None:
    zone = timezone(timedelta(hours=2))
    there = enclose_pdf(
        b"{}",
        media_type="application/ld+json",
        file_name="badge.json",
        page=PAGE,
        made_at=AT.astimezone(zone),
        source_url=URL,
    )
    assert there == enclosed(b"{}")


@pytest.mark.parametrize("page", [PAGE, replace(PAGE, title="日本語 🎓", learner="ไทย")])
def test_the_pdf_has_what_pdf_a_3_asks_for(page: DisplayPage) -> None:
    """ISO 19005-3: identification, output intent, no encryption, and an embedded file accounted for."""
    with pikepdf.open(io.BytesIO(enclosed(b"{}", page))) as pdf:
        assert len(pdf.pages) == 1
        assert not pdf.is_encrypted
        assert pdf.trailer.get("/ID") is not None
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/DestOutputProfile" in pdf.Root.OutputIntents[0]
        assert pdf.Root.MarkInfo.Marked
        assert "/JavaScript" not in pdf.Root.get("/Names", {})
        xmp = etree.fromstring(pdf.Root.Metadata.read_bytes())
        said = {node.tag: node.text for node in xmp.iter() if isinstance(node.tag, str)}
        assert said["{http://www.aiim.org/pdfa/ns/id/}part"] == "3"
        assert said["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "A"
        assert said["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert said["{http://ns.adobe.com/xap/1.0/}CreateDate"] == "2025-06-01T10:00:00+00:00"
        (spec,) = pdf.Root.AF
        assert spec.AFRelationship == "/Source"
        assert spec.F == spec.UF == "badge.json"
        stream = spec.EF.F
        assert stream.Type == "/EmbeddedFile"
        assert stream.Subtype == "/application/ld+json"
        assert stream.Params.Size == 2
        assert stream.Params.ModDate == "D:20250601100000Z"


def test_every_font_on_the_page_is_embedded() -> None:
    with pikepdf.open(io.BytesIO(enclosed(b"{}"))) as pdf:
        fonts = pdf.pages[0].Resources.Font
        assert len(fonts) > 0
        for font in fonts.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())


def test_a_page_without_glyphs_for_its_text_is_a_picture() -> None:
    with pikepdf.open(io.BytesIO(enclosed(b"{}", replace(PAGE, title="日本")))) as pdf:
        assert len(pdf.pages[0].get_images()) == 1
        assert "/Font" not in pdf.pages[0].Resources


def test_a_full_page_still_tells_source_and_digest() -> None:
    """The page's own lines give way: another source must change what is drawn."""
    full = replace(PAGE, lines=tuple((f"Label {number}", "waarde") for number in range(40)))

    def drawn(url: str) -> bytes:
        with pikepdf.open(io.BytesIO(enclosed(b"{}", full, url=url))) as pdf:
            return pdf.pages[0].Contents.read_bytes()

    assert drawn(URL) != drawn("https://elsewhere.example/")


def test_the_page_tells_source_and_digest() -> None:
    """Asked of the lines before they are drawn: the drawn page holds glyphs, no text."""
    lines = dict(_page_lines(b"{}", "badge.json", "application/ld+json", URL))
    assert lines["source"] == URL
    assert lines["sha256"] == hashlib.sha256(b"{}").hexdigest()
    assert lines["size"] == "2"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("badge.json", "badge.json"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\evil.exe", "evil.exe"),
        ("", "original"),
        ("..", "original"),
        ("a\x00b\n?.json", "ab.json"),
        ("\ud800.png", "png"),
        ("é日本.json", "é日本.json"),
        ("x" * 500, "x" * 120),
    ],
)
def test_file_names_are_harmless(given_name: str, kept: str) -> None:
    (found,) = open_pdf(enclosed(b"{}", name=given_name))
    assert found.name == kept


@pytest.mark.parametrize("kind", ["", "nonsense", "a/b c", "é/é", "text/html\n/x"])
def test_what_is_no_media_type_is_plain_bytes(kind: str) -> None:
    made = enclose_pdf(b"{}", media_type=kind, file_name="x", page=PAGE, made_at=AT)
    (found,) = open_pdf(made)
    assert found.media_type == "application/octet-stream"
    assert found.source_url == ""


@pytest.mark.parametrize("data", [b"", b"{}", b"%PDF-1.7", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        open_pdf(data)


def test_a_pdf_cut_short_gives_no_other_bytes() -> None:
    whole = enclosed(b"{}" * 500)
    for length in range(0, len(whole), len(whole) // 20):
        try:
            parts = open_pdf(whole[:length])
        except Malformed:
            continue
        assert all(part.data == b"{}" * 500 for part in parts)


def test_a_strangers_pdf_with_two_files_and_no_relationship() -> None:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["a.txt"] = b"one"
        pdf.attachments["b.json"] = pikepdf.AttachedFileSpec(
            pdf, b"two", filename="b.json", mime_type="application/json", description="about it"
        )
        pdf.save(made)
    parts = {part.name: part for part in open_pdf(made.getvalue())}
    assert {name: part.data for name, part in parts.items()} == {"a.txt": b"one", "b.json": b"two"}
    assert parts["b.json"].media_type == "application/json"
    assert not any(part.is_source or part.source_url for part in parts.values())


def test_a_pdf_without_attachments_encloses_nothing() -> None:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made)
    assert open_pdf(made.getvalue()) == ()


def test_file_types_go_to_the_list_and_back() -> None:
    assert file_type_uri("application/ld+json").endswith("/file-type/JSON")
    for kind in (
        "image/png",
        "image/svg+xml",
        "application/json",
        "application/xml",
        "application/pdf",
        "text/plain",
    ):
        assert media_type_of(file_type_uri(kind)) == kind
    assert media_type_of("urn:unknown") is None
