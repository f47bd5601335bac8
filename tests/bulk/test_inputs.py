"""Exports as they come: every kind of input gives the same rows, and a bad row is a row."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from samples import badges, exports

from api.bulk import inputs
from api.bulk.inputs import rows_of
from api.gateway.asking import NotUnderstood

LINES = list(exports.lines(5))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_lines_are_rows_however_they_are_packed(tmp_path: Path, pack: Any) -> None:
    source = tmp_path / "export"
    source.write_bytes(pack(b"\xef\xbb\xbf" + b"\r\n\n".join(LINES)))
    rows = list(rows_of(source))
    assert [row.data for row in rows] == LINES
    assert [row.place for row in rows] == [1, 3, 5, 7, 9]


def test_several_zstd_frames_are_one_input(tmp_path: Path) -> None:
    source = tmp_path / "export.ndjson.zst"
    source.write_bytes(b"".join(zstandard.compress(line + b"\n") for line in LINES))
    assert [row.data for row in rows_of(source)] == LINES


def test_a_zip_and_a_folder_offer_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    baked = badges.baked_png(badges.dumped(badges.assertion()))
    (folder / "a.png").write_bytes(baked)
    (folder / "deep/b.json").write_bytes(LINES[0])
    (folder / ".hidden").write_bytes(b"no")
    with zipfile.ZipFile(tmp_path / "bag.zip", "w") as bag:
        bag.write(folder / "a.png", "a.png")
        bag.write(folder / "deep/b.json", "deep/b.json")
    for source in (folder, tmp_path / "bag.zip"):
        assert [(r.name, r.data) for r in rows_of(source)] == [("a.png", baked), ("deep/b.json", LINES[0])]


def test_a_link_that_leads_out_of_the_folder_is_a_faulty_row(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out.json").symlink_to(tmp_path / "secret")
    (row,) = rows_of(folder)
    assert row.problem is not None
    assert row.problem.code == "bulk.outside"


@pytest.mark.parametrize("head", ["", "name;url\n"])
def test_a_csv_of_links_gives_addresses(tmp_path: Path, head: str) -> None:
    source = tmp_path / "links.csv"
    line = "Noor;https://badges.example.nl/1\nx;\n" if head else "https://badges.example.nl/1;x\n;\n"
    source.write_text(head + line, encoding="utf-8")
    first, second = rows_of(source)
    assert first.data == b"https://badges.example.nl/1"
    assert second.problem is not None
    assert second.problem.code == "bulk.link"


def test_a_direct_award_bundle_names_assertions_and_who_they_are_about(tmp_path: Path) -> None:
    source = tmp_path / "bundle.json"
    items = [
        {
            "full_name": "Noor de Wit",
            "email": "noor@example.nl",
            "revoked": False,
            "entity_id": exports.entity(1),
        },
        {"email": "jan@example.nl", "revoked": True, "entity_id": exports.entity(2)},
        {"email": "els@example.nl"},
    ]
    source.write_text(json.dumps({"entity_id": "b", "badge_assertions": items}, indent=1), encoding="utf-8")
    first, second, third = rows_of(source, host="https://api.example.nl")
    assert first.data == f"https://api.example.nl/public/assertions/{exports.entity(1)}".encode()
    assert first.person is not None
    assert (first.person.email, first.person.given_name) == ("noor@example.nl", "")
    assert [one.problem.code for one in (second, third) if one.problem] == ["status.revoked", "bulk.listing"]


def test_a_graphql_answer_is_read_item_by_item(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("api.bulk.listings._BLOCK", 50)
    monkeypatch.setattr(inputs, "PEEK", 60)
    item = {"recipientIdentifier": "0f9e", "recipientType": "id", "user": {"email": "ü@example.nl"}}
    items = [{"entityId": exports.entity(number), **item} for number in range(3)]
    source = tmp_path / "answer.json"
    told = {"data": {"badgeClass": {"badgeAssertions": items}}}
    source.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    rows = list(rows_of(source))
    assert [row.name for row in rows] == [exports.entity(number) for number in range(3)]
    assert {(row.person.eduid, row.person.email) for row in rows if row.person} == {("0f9e", "ü@example.nl")}


def test_a_row_larger_than_any_document_is_a_faulty_row_and_the_next_is_read(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(inputs, "MAX_BYTES", 4000)
    monkeypatch.setattr(inputs, "PEEK", 1000)
    monkeypatch.setattr(inputs, "_BLOCK", 1000)
    source = tmp_path / "export"
    source.write_bytes(LINES[0] + b"\n" + b"x" * 9000 + b"\n" + LINES[1] + b"\n" + b"y" * 4500)
    first, second, third, last = rows_of(source)
    assert (first.data, third.data) == (LINES[0], LINES[1])
    assert [one.problem.code for one in (second, last) if one.problem] == ["bulk.row-size"] * 2


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_an_input_that_is_cut_off_is_told_and_not_half_done(tmp_path: Path, pack: Any) -> None:
    source = tmp_path / "export"
    source.write_bytes(pack(b"\n".join(exports.lines(300)))[:-500])
    with pytest.raises(NotUnderstood, match="cut off"):
        list(rows_of(source))


def test_a_zip_that_lies_about_its_sizes_costs_one_row(tmp_path: Path, monkeypatch: Any) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bag:
        bag.writestr("bomb.json", b" " * 100_000)
        bag.writestr("b.json", LINES[0])
    monkeypatch.setattr(inputs, "MAX_BYTES", 50_000)
    source = tmp_path / "bag.zip"
    source.write_bytes(held.getvalue())
    bomb, good = rows_of(source)
    assert bomb.problem is not None
    assert good.data == LINES[0]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("before", ["", "\n  "])
def test_an_array_of_badges_is_read_item_by_item(
    tmp_path: Path, monkeypatch: Any, indent: int | None, before: str
) -> None:
    monkeypatch.setattr("api.bulk.spread.BLOCK", 700)
    trees = [exports.assertion(number)[0] for number in range(40)]
    file = tmp_path / "export.json"
    file.write_text(before + json.dumps([*trees, 7], indent=indent), encoding="utf-8")
    rows = list(rows_of(file))
    assert [json.loads(row.data) for row in rows[:40]] == trees
    assert [row.place for row in rows] == list(range(1, 42))
    assert rows[40].problem is not None
    assert rows[40].problem.code == "bulk.item"


def test_an_array_that_breaks_off_says_so(tmp_path: Path) -> None:
    whole = json.dumps([exports.assertion(number)[0] for number in range(3)])
    (tmp_path / "raw.json").write_bytes(b'[{"a": "\xff\xc3"}, {"b": 1}]')
    assert [row.data for row in rows_of(tmp_path / "raw.json")] == [b'{"a": "\xff\xc3"}', b'{"b": 1}']
    (tmp_path / "export.json").write_text(whole[:-30], encoding="utf-8")
    rows = list(rows_of(tmp_path / "export.json"))
    assert [row.problem.code if row.problem else "" for row in rows] == ["", "", "bulk.item"]


def test_one_document_on_several_lines_is_one_row(tmp_path: Path, monkeypatch: Any) -> None:
    tree, _ = exports.assertion(0)
    text = json.dumps(tree, indent=2)
    for name, data in (
        ("a.json", text),
        ("b.json", "\ufeff" + text),
        ("c.xml", '<?xml version="1.0"?>\n<a>\n</a>'),
    ):
        (tmp_path / name).write_text(data, encoding="utf-8")
        (row,) = rows_of(tmp_path / name)
        assert row.data == (tmp_path / name).read_bytes()
    monkeypatch.setattr("api.bulk.spread.MAX_BYTES", 1000)
    (row,) = rows_of(tmp_path / "a.json")
    assert row.problem is not None
    assert row.problem.code == "bulk.row-size"


def test_a_first_line_that_is_faulty_costs_one_row(tmp_path: Path) -> None:
    good = json.dumps(exports.assertion(0)[0])
    for bad in (good[:100], "<html>502 Bad Gateway</html>", "{}"):
        (tmp_path / "export.ndjson").write_text(f"{bad}\n{good}\n", encoding="utf-8")
        assert [row.data.decode() for row in rows_of(tmp_path / "export.ndjson")] == [bad, good]
