"""One document of so many is held against the official files; and how long a run will take is told."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from official_server import official_files
from samples import exports

from api.bulk.batch import done
from api.bulk.inputs import rows_of
from api.bulk.ledger import Counts
from api.bulk.people import prepare_people
from api.bulk.rows import Row
from api.bulk.sampling import AGREES, OBJECTS, UNDECIDED
from api.bulk.warm import Warm
from api.cli.bulk import _code
from api.cli.expecting import Expecting
from api.cli.main import main
from schemas.document import Document, Format
from schemas.official import Opinion

ROOT = Path(__file__).resolve().parents[2]
COUNT = 60


class Saying:
    """Stands for official files that say the same of every document."""

    def __init__(self, *, conforms: bool | None) -> None:
        self._conforms = conforms
        self.asked: list[Document] = []

    def opinion(self, document: Document) -> Opinion | None:
        self.asked.append(document)
        return Opinion(conforms=self._conforms, said="It is said.")


OPINIONS = {AGREES: True, OBJECTS: False, UNDECIDED: None}


@pytest.mark.parametrize("word", OPINIONS)
@pytest.mark.parametrize("target", [Format.EDCI, Format.ELM])
def test_one_of_so_many_is_asked_about(order: Any, tmp_path: Path, target: Format, word: str) -> None:
    (tmp_path / "people.csv").write_text(exports.people(COUNT), "utf-8")
    prepare_people(tmp_path / "people.csv", tmp_path / "people.sqlite")
    known = {"target": target, "people": str(tmp_path / "people.sqlite")}
    warm = Warm.of(order(**known))
    official = warm.official = Saying(conforms=OPINIONS[word])
    rows = [
        Row(place=at, name=str(at), data=line)
        for at, line in enumerate(exports.lines(COUNT, faulty=0.1), start=1)
    ]
    told = done(rows, order(**known, sampled=1), warm)
    assert {one.official for one in told if one.text is not None} == {word}
    assert {one.official for one in told if one.text is None} == {""}
    assert {document.format for document in official.asked} == {target}
    fourth = order(**known, sampled=4)
    some = [one.place for one in done(rows, fourth, warm) if one.official]
    assert COUNT / 10 < len(some) < COUNT / 2
    again = [one.place for one in done(rows[::-1], fourth, warm) if one.official]
    assert again[::-1] == some, "the sample is the same in whichever order the rows come"


def test_an_objection_is_no_success() -> None:
    counts = Counts(rows=2, made=2)
    assert _code(counts) == 0
    counts.official[AGREES] += 1
    assert _code(counts) == 0
    counts.official[OBJECTS] += 1
    assert _code(counts) == 1


def run(folder: Path, *more: str) -> int:
    (folder / "in.ndjson").write_bytes(b"\n".join(exports.lines(6)))
    return main(
        [
            *("bulk", str(folder / "in.ndjson"), "--to", "edci-xml", "--offline", "--workers", "1"),
            *("--people", str(folder / "people.csv"), "--profile-file", str(folder / "profile.toml")),
            *("--cache", str(folder / "cache"), "-o", str(folder / "out.ndjson"), *more),
        ]
    )


@pytest.mark.usefixtures("profile_file")
def test_without_official_files_no_sample_is_promised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "people.csv").write_text(exports.people(6), "utf-8")
    assert run(tmp_path, "--sample-official", "2") == 2
    assert "request.official" in capsys.readouterr().err
    assert run(tmp_path, "--sample-official", "-1") == 2
    assert not (tmp_path / "out.ndjson").exists()


@pytest.mark.shared
@pytest.mark.usefixtures("profile_file")
def test_what_is_made_of_an_export_agrees_with_the_official_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "people.csv").write_text(exports.people(6), "utf-8")
    (tmp_path / "cache").mkdir()
    for name, data in official_files().items():
        (tmp_path / "cache" / name).write_bytes(data)
    assert run(tmp_path, "--sample-official", "1") == 0
    assert "asked about a sample: agrees: 6" in capsys.readouterr().err
    summary = json.loads((tmp_path / "out.summary.json").read_bytes())
    assert summary["official"] == {"agrees": 6}
    report = [json.loads(line) for line in (tmp_path / "out.report.ndjson").read_text().splitlines()]
    assert {row["official"] for row in report} == {"agrees"}


def test_how_many_rows_there_will_be_is_judged_by_what_came(tmp_path: Path) -> None:
    lines = list(exports.lines(50, classes=2))
    plain, packed, bag = tmp_path / "in.ndjson", tmp_path / "in.ndjson.gz", tmp_path / "in.zip"
    plain.write_bytes(b"\n".join(lines))
    packed.write_bytes(gzip.compress(b"\n".join(lines)))
    with zipfile.ZipFile(bag, "w") as made:
        for at, line in enumerate(lines):
            made.writestr(f"{at:03d}.json", line)
    for source, least, most in ((plain, 45, 55), (packed, None, None), (bag, 50, 50)):
        expecting = Expecting(source, rows_of(source))
        coming = iter(expecting)
        for _ in range(10):
            next(coming)
        total = expecting.total
        assert total is None if least is None else least <= (total or 0) <= (most or 0)
        assert len(list(coming)) == 40
        assert expecting.total == 50
    assert Expecting(tmp_path / "missing", iter(())).total is None


def test_a_terminal_is_told_how_long_it_will_take(tmp_path: Path, profile_file: str) -> None:
    (tmp_path / "in.ndjson").write_bytes(b"\n".join(exports.lines(400)))
    (tmp_path / "people.csv").write_text(exports.people(400), "utf-8")
    order = [
        *(sys.executable, "-m", "api.cli.main", "bulk", str(tmp_path / "in.ndjson"), "--to", "elm-json"),
        *("--people", str(tmp_path / "people.csv"), "--profile-file", profile_file, "--offline"),
        *("--workers", "1", "--shard-rows", "20", "--individual-pages", "-o", str(tmp_path / "out.ndjson")),
    ]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(order, cwd=ROOT, env=environment, stderr=theirs)  # noqa: S603 - our own
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 4096):
            shown += block
    except OSError:  # the other end was closed
        pass
    assert process.wait() == 0
    assert b"rows" in shown
    assert b"/s" in shown
    assert b"left: 0:0" in shown.replace(b"\x1b[36m", b"").replace(b"\x1b[0m", b"")
