from __future__ import annotations

import io
import struct
import subprocess
import sys
import threading
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from converter.display import MODEST_PNG_BYTES, DisplayPage, day, page_data, render_page
from converter.typeset import labels, languages

PAGE = DisplayPage(
    title="Inleiding duurzaamheid",
    issuer="Hogeschool Voorbeeld",
    learner="Noor de Wit",
    date="2025-06-01T10:00:00Z",
    language="nl",
    lines=(("level", "EQF-niveau 6"), ("credits", "5 ECTS"), ("Thema", "Klimaat")),
)
PNG = b"\x89PNG\r\n\x1a\n"


def png(width: int, height: int, *, claimed: tuple[int, int] | None = None) -> bytes:
    """Make a grey PNG; its header may claim other sides than it has."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", *(claimed or (width, height)), 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return PNG + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def dark(image: bytes) -> int:
    """Count the pixels that are nearly black: the type."""
    with Image.open(io.BytesIO(image)) as drawn:
        return sum(drawn.convert("L").histogram()[:60])


def test_a_page_is_one_a4_png_of_modest_size() -> None:
    made = render_page(PAGE)
    assert made.startswith(PNG)
    with Image.open(io.BytesIO(made)) as drawn:
        width, height = drawn.size
    assert height / width == pytest.approx(297 / 210, rel=0.01)
    assert len(made) < MODEST_PNG_BYTES


def test_equal_pages_give_equal_bytes_and_different_ones_do_not() -> None:
    made = render_page(PAGE)
    assert made == render_page(replace(PAGE))
    for other in (
        replace(PAGE, title="Iets anders"),
        replace(PAGE, learner=""),
        replace(PAGE, issuer="Elders"),
        replace(PAGE, date="2025-06-02"),
        replace(PAGE, language="en"),
        replace(PAGE, lines=()),
        replace(PAGE, image=png(40, 40)),
    ):
        assert render_page(other) != made


def test_another_process_draws_the_same_bytes() -> None:
    code = (
        "import sys; from converter.display import *;"
        "sys.stdout.buffer.write(render_page(DisplayPage(title='Één titel', issuer='Zeeland')))"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout  # noqa: S603
    assert made == render_page(DisplayPage(title="Één titel", issuer="Zeeland"))


def test_threads_do_not_disturb_each_other() -> None:
    pages = [replace(PAGE, title=f"Titel {number}") for number in range(6)]
    expected = [render_page(page) for page in pages]
    made: dict[int, bytes] = {}

    def draw(number: int) -> None:
        made[number] = render_page(pages[number])

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [made[number] for number in range(6)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "*not bold* _not italic_ #panic() $x$ `raw` @cite <label> = heading",
        '#read("/etc/passwd")',
        '"); #panic("out") //',
        "日本語のタイトル",
        "شهادة في الاستدامة",
        "🎓 diploma",
        "\x00\x07\u202e\ufeff\ud800 \uffff",
        "a" * 5000,
        "word " * 3000,
        "line\n" * 500,
        "",
        " ",
    ],
)
def test_any_text_is_shown_as_text(text: str) -> None:
    made = render_page(
        DisplayPage(
            title=text, issuer=text, learner=text, date=text, language=text, lines=((text, text),) * 40
        )
    )
    assert made.startswith(PNG)


def test_markup_is_drawn_and_not_obeyed() -> None:
    assert dark(render_page(replace(PAGE, title="#hide[x]"))) > dark(render_page(replace(PAGE, title="x")))


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=12))
@settings(max_examples=25, deadline=None)
def test_no_text_stops_a_page(title: str, value: str, language: str) -> None:
    page = DisplayPage(title=title, issuer=value, language=language, lines=((title, value),))
    assert render_page(page, ppi=30).startswith(PNG)


def test_a_page_too_full_stays_one_page_of_bounded_size() -> None:
    full = DisplayPage(
        title="Titel " * 60,
        issuer="x" * 900,
        learner="Naam " * 60,
        lines=tuple((f"Label {number}", "woord " * 200) for number in range(30)),
    )
    made = render_page(full)
    with Image.open(io.BytesIO(made)) as drawn, Image.open(io.BytesIO(render_page(PAGE))) as usual:
        assert drawn.size == usual.size
    assert len(made) < 2 * MODEST_PNG_BYTES


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"GIF89a",
        PNG,
        PNG + b"\0" * 8,
        png(8, 8, claimed=(60_000, 60_000)),
        png(8, 8, claimed=(0, 0)),
        png(8, 8)[:40],
        png(8, 8, claimed=(9, 9)),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_an_image_that_cannot_be_drawn_is_left_out(image: bytes) -> None:
    assert render_page(replace(PAGE, image=image)).startswith(PNG)


def test_a_bomb_never_reaches_the_typesetter() -> None:
    bomb = png(8, 8, claimed=(60_000, 60_000))
    assert page_data(replace(PAGE, image=bomb), note="picture_note")["image"] is None


@pytest.mark.parametrize(
    ("moment", "language", "expected"),
    [
        ("2025-06-01", "nl", "1 juni 2025"),
        ("2025-12-31T23:59:59.123+01:00", "en", "31 December 2025"),
        ("2025-06-01", "fi", "1 June 2025"),
        ("vorig jaar", "nl", "vorig jaar"),
        ("", "nl", ""),
    ],
)
def test_days(moment: str, language: str, expected: str) -> None:
    assert day(moment, labels(language)[1]) == expected


def test_labels_follow_the_language_and_unknown_ones_stand_as_they_are() -> None:
    shown = page_data(PAGE, note="picture_note")
    assert [label for label, _ in shown["lines"]] == [
        "Toegekend door",
        "Toegekend op",
        "Niveau",
        "Studiepunten",
        "Thema",
    ]
    assert (
        page_data(replace(PAGE, language="fi"), note="picture_note")["labels"]["awarded_to"] == "Awarded to"
    )


def test_every_language_has_every_word() -> None:
    words = {language: labels(language)[1] for language in languages()}
    assert {"en", "nl"} <= set(words)
    assert len({frozenset(each) for each in words.values()}) == 1
    assert all(len(each["months"]) == 12 for each in words.values())


def test_importing_costs_no_typesetter() -> None:
    code = (
        "import sys, converter.carrier; print([m for m in ('typst', 'pikepdf', 'PIL') if m in sys.modules])"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603
    assert made.stdout.strip() == "[]"


def test_the_template_asks_for_nothing_outside_itself() -> None:
    import converter.typeset  # noqa: PLC0415 - its folder is what this test looks at

    template = Path(converter.typeset.__file__).with_name("page.typ").read_text()
    for word in ("#import", "#include", "read(", "@preview", "plugin("):
        assert word not in template
