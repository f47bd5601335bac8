"""No version of a mapping table gets lost: whoever verifies an old conversion makes it again with its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from converter import table_versions
from converter.mapping import Mapping
from converter.table_versions import current, file_of, mapping_of, versions
from converter.tables import FILES, mapping
from schemas.custody import TableVersion
from schemas.document import FORMATS, Format

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
TODO = """
The table mappings/{name} is not the one of its newest entry in mappings/versions.toml (number {number}).
Converted documents name that one, so keep it:
  1. take the file as it was (git show <last release>:mappings/{name}) into mappings/{old};
  2. add an entry to mappings/versions.toml: format "{format}", number {next}, sha256 "{digest}".
A version that never made a conversion outside a test may be replaced in place: correct its digest alone.
"""


def of(fmt: Format) -> list[TableVersion]:
    return [one for one in versions() if one.format is fmt]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_changed_table_is_a_new_version_and_the_old_one_is_kept(fmt: Format) -> None:
    newest = of(fmt)[-1]
    said = TODO.format(
        name=FILES[fmt],
        number=newest.number,
        old=file_of(newest),
        format=fmt,
        next=newest.number + 1,
        digest=digest(MAPPINGS / FILES[fmt]),
    )
    assert digest(MAPPINGS / FILES[fmt]) == newest.sha256, said


@pytest.mark.parametrize("fmt", FORMATS)
def test_versions_are_numbered_without_a_gap_and_every_old_one_is_there(fmt: Format) -> None:
    assert [one.number for one in of(fmt)] == list(range(1, len(of(fmt)) + 1))
    for old in of(fmt)[:-1]:
        assert digest(MAPPINGS / file_of(old)) == old.sha256
        assert isinstance(mapping_of(old), Mapping)


def test_nothing_lies_among_the_old_tables_that_the_index_does_not_name() -> None:
    kept = {file_of(old) for fmt in FORMATS for old in of(fmt)[:-1]}
    assert {f"old/{path.name}" for path in (MAPPINGS / "old").glob("*.toml")} == kept


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_present_version_is_the_table_in_use(fmt: Format) -> None:
    assert current(fmt) == of(fmt)[-1]
    assert mapping_of(current(fmt)) is mapping(fmt)


def test_an_unknown_version_has_no_table() -> None:
    assert mapping_of(TableVersion(format=Format.OB2, number=1, sha256="0" * 64)) is None
    elm = current(Format.ELM)
    assert mapping_of(TableVersion(format=Format.OB2, number=1, sha256=elm.sha256)) is None


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lay out a folder of tables in which that of badges has changed once."""
    (tmp_path / "old").mkdir()
    before = (MAPPINGS / "ob2.toml").read_text("utf-8")
    (tmp_path / "old" / "ob2-1.toml").write_text(before, "utf-8")
    (tmp_path / "ob2.toml").write_text(before + "\n# changed\n", "utf-8")
    entries = [("ob2", 1, digest(tmp_path / "old" / "ob2-1.toml")), ("ob2", 2, digest(tmp_path / "ob2.toml"))]
    index = "".join(
        f'[[table]]\nformat = "{fmt}"\nnumber = {number}\nsha256 = "{sha256}"\n'
        for fmt, number, sha256 in entries
    )
    (tmp_path / "versions.toml").write_text(index, "utf-8")
    cached = (table_versions.versions, table_versions._digest, table_versions._kept)
    for one in cached:
        one.cache_clear()
    monkeypatch.setattr(table_versions, "files", lambda _: tmp_path)
    yield tmp_path
    monkeypatch.undo()
    for one in cached:
        one.cache_clear()


def test_an_old_version_is_still_at_work_after_a_change(changed: Path) -> None:
    first, second = of(Format.OB2)
    assert current(Format.OB2) == second
    old = mapping_of(first)
    assert old is not None
    assert old is not mapping_of(second)
    assert old.table == mapping(Format.OB2).table
    assert (changed / file_of(first)).is_file()


def test_an_old_version_that_was_edited_is_none(changed: Path) -> None:
    first, _ = of(Format.OB2)
    (changed / file_of(first)).write_text("# edited\n", "utf-8")
    assert mapping_of(first) is None


def test_an_old_version_that_speaks_of_what_is_no_more_is_none(changed: Path) -> None:
    path = changed / "old" / "ob2-1.toml"
    text = path.read_text("utf-8").replace('via = "string"', 'via = "no such codec"', 1)
    path.write_text(text, "utf-8")
    index = (changed / "versions.toml").read_text("utf-8")
    first, _ = of(Format.OB2)
    (changed / "versions.toml").write_text(index.replace(first.sha256, digest(path)), "utf-8")
    table_versions.versions.cache_clear()
    assert mapping_of(of(Format.OB2)[0]) is None
