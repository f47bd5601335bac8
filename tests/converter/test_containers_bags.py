"""ZIP and PDF: their parts are offered, within bounds."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
import zlib

import pikepdf
import pytest
from samples import badges

from converter import read
from converter.containers.zip import MAX_PARTS
from schemas.document import Bundle, Container
from schemas.errors import Malformed, NotRecognised

BADGE = badges.dumped(badges.assertion())
SIGNED = badges.signed(badges.signed_assertion())


def test_a_zip_offers_what_is_recognised() -> None:
    baked = badges.baked_png(SIGNED)
    found = read(
        badges.zipped(
            {
                "folder/a.json": BADGE,
                "b.png": baked,
                "picture.png": badges.png(),
                "notes.txt": b"notes",
                "cut.png": baked[:-8],
                "inner.zip": badges.zipped({"a": BADGE}),
            }
        )
    )
    assert isinstance(found, Bundle)
    assert found.container is Container.ZIP
    assert [name for name, _ in found.parts] == ["folder/a.json", "b.png", "cut.png"]
    assert found.parts[0][1] == BADGE


def test_a_zip_of_other_things_says_so() -> None:
    with pytest.raises(NotRecognised, match="2 files"):
        read(badges.zipped({"a.txt": b"a", "b.zip": badges.zipped({"c": BADGE})}))


def test_a_zip_bomb_is_not_unpacked() -> None:
    with pytest.raises(Malformed, match="more than is accepted"):
        read(badges.zipped({"a.json": b" " * 19_000_000}))


def test_a_zip_of_too_many_files_is_refused() -> None:
    with pytest.raises(Malformed, match=str(MAX_PARTS)):
        read(badges.zipped({str(n): b"" for n in range(MAX_PARTS + 1)}))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_is_unpacked_by_no_method_without_a_bound(method: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive, archive.open("a.json", "w") as entry:
        for _ in range(64):
            entry.write(bytes(1 << 20))
    tracemalloc.start()
    with pytest.raises(Malformed, match="packed"):
        read(made.getvalue())
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_a_zip_entry_without_a_name_is_read_like_any_other() -> None:
    nameless = badges.zipped({"XY": BADGE}).replace(b"XY", b"\0Y")  # a name ends at its first zero
    found = read(nameless)
    assert isinstance(found, Bundle)
    assert found.parts == (("", BADGE),)


def test_a_damaged_zip_is_malformed() -> None:
    whole = badges.zipped({"a.json": BADGE})
    with pytest.raises(Malformed):
        read(whole[:-30])
    with pytest.raises(Malformed):
        read(whole.replace(zlib.crc32(BADGE).to_bytes(4, "little"), b"\0\0\0\0"))


def attached_pdf(parts: dict[str, bytes], *, password: str = "") -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for name, part in parts.items():
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, part, filename=name)
    buffer = io.BytesIO()
    if password:
        pdf.save(buffer, encryption=pikepdf.Encryption(owner=password, user=password))
    else:
        pdf.save(buffer, compress_streams=True)
    return buffer.getvalue()


def test_a_pdf_offers_its_attached_files() -> None:
    found = read(attached_pdf({"badge.json": BADGE, "more.pdf": attached_pdf({"x": BADGE}), "n.txt": b"n"}))
    assert isinstance(found, Bundle)
    assert found.container is Container.PDF
    assert found.parts == (("badge.json", BADGE),)


def test_a_pdf_in_a_zip_is_offered_when_it_holds_a_badge() -> None:
    whole = attached_pdf({"badge.json": BADGE})
    found = read(badges.zipped({"a.pdf": whole, "b.pdf": attached_pdf({})}))
    assert isinstance(found, Bundle)
    assert [name for name, _ in found.parts] == ["a.pdf"]


def test_a_pdf_without_a_badge_says_so() -> None:
    with pytest.raises(NotRecognised, match="0 files"):
        read(attached_pdf({}))


def test_a_pdf_that_cannot_be_read_is_malformed() -> None:
    with pytest.raises(Malformed, match="damaged"):
        read(b"%PDF-1.7\nnothing")
    with pytest.raises(Malformed, match="password"):
        read(attached_pdf({"a": BADGE}, password="secret"))  # noqa: S106 - the point of the case


def test_a_pdf_bomb_is_not_unpacked() -> None:
    with pytest.raises(Malformed, match="too large"):
        read(attached_pdf({"a.json": b" " * 21_000_000}))


def test_an_encrypted_zip_is_malformed() -> None:
    whole = bytearray(badges.zipped({"a.json": BADGE}))
    for at in (whole.find(b"PK\x03\x04") + 6, whole.find(b"PK\x01\x02") + 8):
        whole[at] |= 1  # the flag that says an entry is encrypted
    with pytest.raises(Malformed):
        read(bytes(whole))
    assert zipfile.is_zipfile(io.BytesIO(bytes(whole)))
