"""A whole export, end to end, as an institution would run it: `python benchmarks/scale.py 10000 100000`.

Invented assertions of 2,300 classes and 61 institutions, three in a hundred faulty in one of ten ways, from
NDJSON on the disk to compressed NDJSON on the disk. Time, rate, disk and the memory of each process are told;
that every faulty row is reported and no other is checked. Only figures of one run can be compared.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(_ROOT)
sys.path.insert(1, str(_ROOT / "tests"))

from gateway_web import PROFILE  # noqa: E402 - the path comes first
from samples import badges, exports  # noqa: E402

from benchmarks.machine import machine  # noqa: E402

CLASSES, INSTITUTIONS, FAULTY = 2300, 61, 0.03
FAULTS = (
    *(fault for fault in exports.FAULTS if fault not in ("no recipient", "no date")),  # these convert
    "a class without a name",
    "somebody else",
)
_MIB = 1024 * 1024


def main() -> int:
    """Run each size and print one line for it."""
    parser = argparse.ArgumentParser(description="Convert invented exports of several sizes.")
    parser.add_argument("rows", type=int, nargs="+", help="how many rows each export has")
    parser.add_argument("--to", default="edci-xml", help="the format (default: %(default)s)")
    parser.add_argument("--carrier", action="store_true", help="let each original travel along")
    parser.add_argument("--workers", type=int, default=0, help="processes (default: one a core)")
    parser.add_argument("--classes", type=int, default=CLASSES, help="badge classes (default: %(default)s)")
    parser.add_argument("--engine", default="local", help="what runs the workers (default: %(default)s)")
    parser.add_argument("--write", metavar="F", help="also write the figures to this file (JSON)")
    asked = parser.parse_args()
    figures = []
    for rows in asked.rows:
        figures.append(measured(rows, asked))
        print(json.dumps(figures[-1]), flush=True)
    if asked.write:
        whole = {"machine": machine(), "figures": figures}
        Path(asked.write).write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    return 0


def measured(rows: int, asked: argparse.Namespace) -> dict[str, object]:
    """Make an export of so many rows and convert it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        faults = _written(folder, rows, asked.classes)
        order = [
            *(sys.executable, "-m", "api.cli.main", "bulk", str(folder / "in.ndjson")),
            *("--to", asked.to, "--people", str(folder / "people.csv")),
            *("--profile-file", str(folder / "profile.toml"), "--offline", "--engine", asked.engine),
            *("--workers", str(asked.workers), "-o", str(folder / "out.ndjson.zst")),
            *(("--carrier",) if asked.carrier else ()),
        ]
        start, used = time.monotonic(), _processor_seconds()
        process = subprocess.Popen(  # noqa: S603 - our own command
            order, cwd=_ROOT, stderr=subprocess.DEVNULL
        )
        peaks = _peaks(process)
        took, used = time.monotonic() - start, _processor_seconds() - used
        summary = json.loads((folder / "out.summary.json").read_bytes())
        told = Counter(summary["failures"])
        if summary["rows"] != rows or told.total() != faults.total():
            raise SystemExit(f"{summary['rows']} rows and {told} failures are not {rows} and {faults}.")
        return {
            "rows": rows,
            "to": asked.to,
            "carrier": asked.carrier,
            "engine": asked.engine,
            "seconds": round(took, 1),
            "rows_per_second": round(rows / took),
            "rows_per_processor_second": round(rows / used),
            "failed": told.total(),
            "failures": dict(told),
            "in_mib": round((folder / "in.ndjson").stat().st_size / _MIB, 1),
            "out_mib": round((folder / "out.ndjson.zst").stat().st_size / _MIB, 1),
            "report_mib": round((folder / "out.report.ndjson").stat().st_size / _MIB, 1),
            "peak_mib_of_a_process": round(max(peaks.values()) / 1024),
            "processes": len(peaks),
        }


def _processor_seconds() -> float:
    """Return the processor time of all processes that ended: what others do on the machine counts less."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _written(folder: Path, rows: int, classes: int) -> Counter[str]:
    """Write an export and its people; return how many rows have which fault."""
    chance = random.Random(rows)  # noqa: S311 - always the same
    faults: Counter[str] = Counter()
    moulds = [json.dumps(_of_class(number), separators=(",", ":")) for number in range(classes)]
    (folder / "profile.toml").write_bytes(PROFILE[: PROFILE.index(b"[learner]")])
    with (
        (folder / "in.ndjson").open("wb") as export,
        (folder / "people.csv").open("w", encoding="utf-8") as people,
    ):
        people.write("assertion_id;given_name;family_name\n")
        for number in range(rows):
            line = _filled(moulds[chance.randrange(classes)], number, chance)
            if chance.random() < FAULTY:
                fault = FAULTS[chance.randrange(len(FAULTS))]
                faults[fault] += 1
                line = _spoilt(json.loads(line), fault)
            export.write(line + b"\n")
            people.write(f"{exports.entity(number)};Noor{number};de Wit\n")
    return faults


def _spoilt(tree: dict[str, Any], fault: str) -> bytes:
    """Spoil a row so that nothing can be made of it."""
    if fault == "a class without a name":
        del tree["badge"]["name"]
    elif fault == "somebody else":
        tree["badge"]["user"] = "Wilhelmina Overdijk"
    else:
        return exports.spoilt(tree, fault)
    return json.dumps(tree, separators=(",", ":")).encode()


def _of_class(number: int) -> dict[str, object]:
    tree = badges.expanded()
    school = number % INSTITUTIONS
    tree["id"] = f"{badges.HOST}/public/assertions/@entity@"
    tree["image"] = f"{badges.HOST}/public/assertions/@entity@/image"
    tree["recipient"] |= {"identity": "sha256$@hash@", "salt": "@salt@"}
    tree["issuedOn"] = "@moment@"
    kind = tree["badge"]
    kind |= {
        "id": f"{badges.HOST}/public/badges/C{number:021d}",
        "name": f"Course {number}",
        "user": "@user@",
    }
    kind["issuer"] |= {"id": f"{badges.HOST}/public/issuers/I{school:021d}", "name": f"School {school}"}
    kind["issuer"]["faculty"] = {
        "name": "Delta",
        "institution": {"type": "Institution", "name": f"University {school}"},
    }
    return tree


def _filled(mould: str, number: int, chance: random.Random) -> bytes:
    moment = (
        f"2026-{chance.randrange(1, 11):02d}-{chance.randrange(1, 28):02d}"
        f"T{chance.randrange(24):02d}:20:30.{chance.randrange(10**6):06d}+00:00"
    )
    values = {
        "@entity@": exports.entity(number),
        "@hash@": f"{chance.getrandbits(256):064x}",
        "@salt@": f"{chance.getrandbits(128):032x}",
        "@moment@": moment,
        "@user@": f"Noor{number} de Wit",
    }
    for mark, value in values.items():
        mould = mould.replace(mark, value)
    return mould.encode()


def _peaks(process: subprocess.Popen[bytes]) -> dict[int, int]:
    """Watch the most memory each process ever had, in KiB, until the first of them ends."""
    peaks: dict[int, int] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            for pid in (process.pid, *_children(process.pid)):
                if (kib := _high_water(pid)) > 0:
                    peaks[pid] = max(peaks.get(pid, 0), kib)
            over.wait(0.5)

    watching = threading.Thread(target=watch)
    watching.start()
    process.wait()
    over.set()
    watching.join()
    return peaks


def _children(pid: int) -> Iterator[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return
    for one in map(int, found):
        yield one
        yield from _children(one)


def _high_water(pid: int) -> int:
    try:
        said = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in said.splitlines() if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    raise SystemExit(main())
