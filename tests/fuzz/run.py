"""Run the fuzz targets, each in a process of its own, two at a time; write the figures to docs/fuzzing.md.

    python tests/fuzz/run.py [NAME ...] [--seconds 600] [--keep]

The work is done in `var/fuzz/NAME`: its log, and in `crashes` the input of a crash, a hang or a flood.
With `--keep` what the run found is minimised into `tests/fuzz/corpus/NAME`, to be committed.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "fuzz")]

import fuzz_page  # noqa: E402 - the path above leads there
import fuzz_targets  # noqa: E402

_WORK = ROOT / "var" / "fuzz"
_OURS = ["api", "converter", "mappings", "schemas", "verifier"]
_HANG_SECONDS = 10
"""For one input, instrumented, on a machine that does other things too; all of them take milliseconds."""
_MEMORY_MB = 1024
_LONGEST = 8_000
_KEPT_BYTES, _KEPT_FILES = 80_000, 60
"""Of one target; the default suite replays them all."""
_PATIENCE = 300
_CHILD = "--child"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one target fared: figures by libFuzzer's names, and what went wrong, if anything did."""

    name: str
    figures: dict[str, int]
    trouble: str = ""


def main() -> int:
    """Run what was asked for; 1 when anything crashed or hung."""
    if sys.argv[1:2] == [_CHILD]:
        return _child(sys.argv[2], sys.argv[3:])
    asked = _arguments()
    if find_spec("atheris") is None:
        print("fuzz targets: not run, for atheris is not installed")
        return int("atheris" in os.environ.get("BADGEPASS_REQUIRE", "").replace(",", " ").split())
    names = asked.names or fuzz_targets.names()
    reasons = {name: fuzz_targets.why_not(name) for name in names}
    for name in (name for name in names if reasons[name]):
        print(f"{name}: skipped, {reasons[name]}")
    with ThreadPoolExecutor(asked.jobs) as pool:
        ready = [name for name in names if not reasons[name]]
        outcomes = list(pool.map(lambda name: _fuzzed(name, asked.seconds, keep=asked.keep), ready))
    rows = [(one.name, one.figures, one.trouble) for one in outcomes]
    fuzz_page.write(rows, seconds=asked.seconds, moment=datetime.now(UTC))
    return int(any(one.trouble for one in outcomes))


def _arguments() -> Any:
    words = argparse.ArgumentParser(description="Run the fuzz targets.")
    words.add_argument("names", nargs="*", help="targets; all of them when none is named")
    words.add_argument("--seconds", type=int, default=int(os.environ.get("FUZZ_SECONDS", "600")))
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument("--keep", action="store_true", help="minimise what was found into the kept corpus")
    return words.parse_args()


def _child(name: str, arguments: list[str]) -> int:
    """Be libFuzzer: never returns when it fuzzes, for libFuzzer ends the process."""
    import atheris  # noqa: PLC0415 - optional, and the parent needs none

    with atheris.instrument_imports(include=_OURS):
        module = fuzz_targets.target(name)
        for data in fuzz_targets.beginnings(name).values():
            module.run(data)  # imports what is imported late, and fails early
    myself = shlex.join([sys.executable, str(Path(__file__)), _CHILD, name])  # libFuzzer starts it to merge
    atheris.Setup([myself, *arguments], module.run)
    atheris.Fuzz()
    return 0


def _fuzzed(name: str, seconds: int, *, keep: bool) -> Outcome:
    folder = _WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    for inner in ("corpus", "crashes", "kept"):
        (folder / inner).mkdir(parents=True)
    for file, data in fuzz_targets.beginnings(name).items():
        (folder / "corpus" / file).write_bytes(data)
    words = getattr(fuzz_targets.target(name), "WORDS", ())
    (folder / "words").write_text("".join(f'"{_escaped(word)}"\n' for word in words))
    longest = getattr(fuzz_targets.target(name), "LONGEST", _LONGEST)
    flags = [
        f"-max_total_time={seconds}",
        f"-timeout={_HANG_SECONDS}",
        f"-rss_limit_mb={_MEMORY_MB}",
        f"-max_len={longest}",
        f"-artifact_prefix={folder / 'crashes'}{os.sep}",
        *([f"-dict={folder / 'words'}"] if words else []),
        "-print_final_stats=1",
        "-reload=0",
    ]
    code, log = _run(name, [*flags, str(folder / "corpus")], folder / "log", seconds + _PATIENCE)
    figures = fuzz_page.figures(log)
    trouble = "" if code == 0 else fuzz_page.trouble(log)
    if keep and not trouble:
        flags = ["-merge=1", f"-timeout={_HANG_SECONDS}", f"-max_len={longest}"]
        places = [str(folder / "kept"), str(folder / "corpus")]
        _run(name, [*flags, *places], folder / "merge.log", seconds + 10 * _PATIENCE)
        _keep(name, folder)
    figures["kept"] = len(fuzz_targets.kept(name))
    print(
        f"{name}: {figures.get('number_of_executed_units', 0)} runs, {trouble or 'nothing amiss'}", flush=True
    )
    return Outcome(name=name, figures=figures, trouble=trouble)


def _run(name: str, arguments: list[str], log: Path, patience: int) -> tuple[int, str]:
    command = [sys.executable, str(Path(__file__)), _CHILD, name, *arguments]
    with log.open("wb") as out:
        try:
            code = subprocess.run(  # noqa: S603 - our own interpreter and arguments
                command, cwd=log.parent, stdout=out, stderr=out, timeout=patience, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            code = -1
    return code, log.read_text("utf-8", "replace")


def _keep(name: str, folder: Path) -> None:
    """Replace the kept corpus by the minimised one; small inputs first, and the first ones always."""
    place = fuzz_targets.CORPUS / name
    place.mkdir(parents=True, exist_ok=True)
    began = {*fuzz_targets.target(name).seeds()}
    for file in fuzz_targets.kept(name):
        if not file.startswith((fuzz_targets.FIRST, fuzz_targets.FOUND)):
            (place / file).unlink()
    room = _KEPT_BYTES
    small = sorted((folder / "kept").iterdir(), key=lambda one: (one.stat().st_size, one.name))
    for path in small[:_KEPT_FILES]:
        data = path.read_bytes()
        room -= len(data)
        if room < 0:
            return
        if data not in began:
            (place / path.name[:16]).write_bytes(data)


def _escaped(word: bytes) -> str:
    return "".join(chr(one) if 32 <= one < 127 and one not in b'"\\' else f"\\x{one:02X}" for one in word)


if __name__ == "__main__":
    sys.exit(main())
