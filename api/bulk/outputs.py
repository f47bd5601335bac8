"""What a run leaves: documents, a report line for each row, and a summary. Nothing is there by half.

Workers write files of their own for each shard. When all are done they are put together, in the order of the
input, and take their names at the very end.
"""

from __future__ import annotations

import os
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import zstandard

from api.bulk.ledger import Counts
from api.bulk.rows import Outcome
from api.replacing import replaced

DOCUMENTS, REPORT, LISTS = "documents", "report", "lists"
_LEVEL = 1
_WINDOW = 25  # 32 MB; any reader of zstd takes up to 128 MB without being asked
_HASH = 20  # so many places are remembered that the pages of all classes within the window are found again
_EXTENSIONS = {"application/xml": "xml", "application/ld+json": "jsonld", "application/json": "json"}
_COPY, _AT_ONCE = 1024 * 1024, 64 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)  # equal documents make equal ZIPs


class Kind(StrEnum):
    """In what the documents lie."""

    LINES = "lines"
    ZIP = "zip"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where the documents go.

    Attributes:
        zstd: the file is compressed; in a folder each document is.
    """

    path: Path
    kind: Kind
    zstd: bool

    @classmethod
    def of(cls, name: str) -> Output:
        """Tell by its name what an output is: `.ndjson`, `.zip` or a folder, each also with `.zst` behind."""
        path = Path(name)
        bare = path.with_suffix("") if path.suffix == ".zst" else path
        kind = {".ndjson": Kind.LINES, ".zip": Kind.ZIP}.get(bare.suffix, Kind.FOLDER)
        return cls(path=path, kind=kind, zstd=path.suffix == ".zst")

    @property
    def beside(self) -> Path:
        """The folder in which the report and the summary lie: beside a file; inside a folder."""
        return self.path if self.kind is Kind.FOLDER else self.path.parent

    def named(self, what: str) -> Path:
        """Return the place of a report beside the documents."""
        stem = "" if self.kind is Kind.FOLDER else self.path.name.split(".")[0] + "."
        return self.beside / f"{stem}{what}"


def write_shard(
    folder: Path,
    number: int,
    outcomes: Iterable[Outcome],
    told: Callable[[], Mapping[str, Any]],
    *,
    packer: zstandard.ZstdCompressor | None,
) -> Counts:
    """Write what a shard comes to, row by row as it comes, each file whole or not at all.

    Args:
        folder: of the run.
        number: of the shard.
        outcomes: of its rows.
        told: gives the four lists that the rows refer to, once they are all there.
        packer: compresses the documents; what it works in is large, so that one serves many shards.
    """
    counts = Counts()
    with (
        _whole(shard_file(folder, number, DOCUMENTS), packer) as documents,
        _whole(shard_file(folder, number, REPORT)) as report,
        _whole(shard_file(folder, number, LISTS)) as lists,
    ):
        for one in outcomes:
            _count(counts, one)
            report(orjson.dumps(_reported(one), option=orjson.OPT_APPEND_NEWLINE))
            if one.text is not None:
                head = orjson.dumps({"id": one.name, "media_type": one.media_type})
                documents(b"".join((head[:-1], b',"document":"', one.text, b'"}\n')))
        for digest, said in told().items():
            lists(orjson.dumps({"lists": digest, **said}, option=orjson.OPT_APPEND_NEWLINE))
    return counts


@contextmanager
def _whole(path: Path, packer: zstandard.ZstdCompressor | None = None) -> Iterator[Callable[[bytes], object]]:
    """Give what writes a file that takes its name at the end; one that is not finished is taken away."""
    # a name of its own: a worker that a killed run left behind may still be writing the same file
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with part.open("xb") as file:
            if packer is not None:
                with packer.stream_writer(file, closefd=False) as stream:
                    yield stream.write
            else:
                yield file.write
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def compressor() -> zstandard.ZstdCompressor:
    """Look back far enough to find what the rows of one class share, such as their page."""
    how = zstandard.ZstdCompressionParameters.from_level(_LEVEL, window_log=_WINDOW, hash_log=_HASH)
    return zstandard.ZstdCompressor(compression_params=how)


def shard_file(folder: Path, number: int, what: str) -> Path:
    """Name a file of a shard."""
    return folder / f"{number:08d}.{what}"


def put_together(output: Output, folder: Path, shards: list[int], summary: Mapping[str, Any]) -> None:
    """Put the files of the shards together under the names they were asked for."""
    made = folder / "made"
    if output.kind is Kind.FOLDER:
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        _as_folder(made, folder, shards, zstd=output.zstd)
        base = made
    else:
        (_as_lines if output.kind is Kind.LINES else _as_zip)(made, folder, shards, output)
        base = folder
    report, lists = base / "report.ndjson", base / "lists.ndjson"
    _joined(report, (shard_file(folder, number, REPORT) for number in shards))
    _lists_once(lists, (shard_file(folder, number, LISTS) for number in shards))
    told = base / "summary.json"
    replaced(told, orjson.dumps(summary, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    if output.kind is Kind.FOLDER:
        if output.path.is_dir():
            output.path.rmdir()  # it was empty, or the run would not have begun
        made.replace(output.path)
        return
    parts = [(file, output.named(file.name)) for file in (report, lists, told)]
    for file, target in (*parts, (made, output.path)):  # the documents last: where they are, all is
        file.replace(target)


def _as_lines(made: Path, folder: Path, shards: list[int], output: Output) -> None:
    del output  # the shards are compressed already, and frames stand one behind the other
    _joined(made, (shard_file(folder, number, DOCUMENTS) for number in shards))


def _as_zip(made: Path, folder: Path, shards: list[int], output: Output) -> None:
    with made.open("wb") as file:
        if output.zstd:
            with compressor().stream_writer(file, closefd=False) as stream:
                _zip_into(_Onward(stream), folder, shards, zipfile.ZIP_STORED)
        else:
            _zip_into(file, folder, shards, zipfile.ZIP_DEFLATED)
        file.flush()
        os.fsync(file.fileno())


class _Onward:
    """Writes on, and knows no place: a compressor tells places in what it has written, not been given."""

    def __init__(self, inner: zstandard.ZstdCompressionWriter) -> None:
        self._inner = inner

    def write(self, data: bytes) -> int:
        self._inner.write(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is held goes out at the end."""


def _zip_into(stream: Any, folder: Path, shards: list[int], how: int) -> None:  # noqa: ANN401 - writable
    with zipfile.ZipFile(stream, "w", how, allowZip64=True) as bag:
        for name, document in _documents(folder, shards):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = how
            bag.writestr(entry, document)


def _as_folder(made: Path, folder: Path, shards: list[int], *, zstd: bool) -> None:
    for name, document in _documents(folder, shards):
        data = zstandard.compress(document, _LEVEL) if zstd else document
        (made / (f"{name}.zst" if zstd else name)).write_bytes(data)


def _documents(folder: Path, shards: list[int]) -> Iterator[tuple[str, bytes]]:
    """Yield file name and bytes of each document."""
    for number in shards:
        report = _told_lines(shard_file(folder, number, REPORT))
        made = (row for row in report if row["outcome"] == "made")
        for row, line in zip(made, _told_lines(shard_file(folder, number, DOCUMENTS)), strict=True):
            extension = _EXTENSIONS.get(line["media_type"], "bin")
            yield f"{row['row']:08d}.{extension}", line["document"].encode()


def _told_lines(file: Path) -> Iterator[Any]:
    with file.open("rb") as lines:
        for line in lines:
            yield orjson.loads(line)


def _joined(target: Path, files: Iterator[Path]) -> None:
    with target.open("wb") as whole:
        for file in files:
            with file.open("rb") as part:
                _copied(part, whole)
        whole.flush()
        os.fsync(whole.fileno())


def _copied(part: BinaryIO, whole: BinaryIO) -> None:
    """Append a file to another, within the kernel where it can: shards are large, and many."""
    try:
        while os.copy_file_range(part.fileno(), whole.fileno(), _AT_ONCE):
            pass
    except (OSError, AttributeError):  # another kind of file system, or of system
        shutil.copyfileobj(part, whole, _COPY)


def _lists_once(target: Path, files: Iterator[Path]) -> None:
    """Write each four lists once: every shard tells its own. They are few, for many classes share a shape."""
    found: dict[bytes, bytes] = {}
    for file in files:
        with file.open("rb") as part:
            for line in part:
                found.setdefault(line[10:26], line)
    with target.open("wb") as whole:
        whole.writelines(found[digest] for digest in sorted(found))


def _count(counts: Counts, one: Outcome) -> None:
    counts.rows += 1
    counts.unasked += one.unasked
    if one.text is None:
        counts.failures[one.problems[0].code if one.problems else "internal.error"] += 1
        return
    counts.made += 1
    counts.size += one.size
    if one.learner:
        counts.learners[one.learner] += 1
    if one.verdict:
        counts.verdicts[one.verdict] += 1
    if one.official:
        counts.official[one.official] += 1


def _reported(one: Outcome) -> dict[str, Any]:
    """Return the line a report has for a row; what is empty is not said."""
    told: dict[str, Any] = {
        "row": one.place,
        "id": one.name,
        "outcome": "failed" if one.text is None else "made",
    }
    if one.verdict:
        told["verdict"] = one.verdict
    if one.problems:
        told["problems"] = [
            {"code": problem.code, "message": problem.message, "where": problem.where}
            for problem in one.problems
        ]
    if one.learner:
        told["learner"] = one.learner
    if one.counts is not None:
        told["lists"] = one.lists
        told["counts"] = dict(zip(("mapped", "approximated", "left_out", "added"), one.counts, strict=True))
    if one.seal:
        told["seal"] = one.seal
    if one.official:
        told["official"] = one.official
    if one.unasked:
        told["source"] = "not asked"
    return told
