"""The API under load, on this machine alone: `python benchmarks/load.py` (needs wrk for the crowd).

`POST /v1/verify` of a sealed credential of 50 kB: what the way through HTTP adds to the function itself, one
call after another; how many calls a crowd gets answered and how long the slowest wait; and the same beside a
client that dawdles and uploads that are poison. Only figures of one run can be compared.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(_ROOT)
sys.path.insert(1, str(_ROOT / "tests"))

from samples.sealing import means  # noqa: E402 - the path comes first

from benchmarks import documents  # noqa: E402
from benchmarks.machine import machine  # noqa: E402
from schemas.stamper import Level  # noqa: E402
from verifier import verify  # noqa: E402
from verifier.fetch import OfflineFetcher  # noqa: E402
from verifier.sealing.making import seal_elm  # noqa: E402

_SIZE, _CALLS = 44_000, 200
_PATH, _TYPE = "/v1/verify", {"content-type": "application/jose+json"}
_POISON = b'{"a":' * 200_000 + b"1" + b"}" * 200_000
_LUA = """wrk.method = "POST"
wrk.headers["content-type"] = "application/jose+json"
local f = io.open("{file}", "rb")
wrk.body = f:read("*a")
f:close()
"""


def main() -> int:
    """Run all of it, print it, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description="Load the API on this machine.")
    parser.add_argument("--seconds", type=int, default=15, help="of each crowd (default: %(default)s)")
    parser.add_argument("--connections", type=int, default=8, help="of the crowd (default: %(default)s)")
    parser.add_argument("--write", metavar="F", help="also write the figures to this file (JSON)")
    asked = parser.parse_args()
    data = seal_elm(documents.elm(_SIZE), means("ES256"), Level.B)
    figures: dict[str, Any] = {"bytes": len(data)}
    with tempfile.TemporaryDirectory() as name, _gateway(Path(name)) as port:
        figures |= _one_by_one(data, port)
        if shutil.which("wrk"):
            crowd = _crowd(data, port, Path(name), asked)
            figures["crowd"] = crowd()
            with _dawdling(port), _poisoning(port):
                figures["crowd_beside_trouble"] = crowd()
        else:
            print("there is no wrk here, so no crowd", file=sys.stderr)
    print(json.dumps(figures, indent=1))
    if asked.write:
        Path(asked.write).write_text(json.dumps({"machine": machine(), **figures}, indent=1) + "\n", "utf-8")
    return 0


@contextmanager
def _gateway(folder: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "api.cli.main", "serve", "--port", str(port)]
    environment = {**os.environ, "BADGEPASS_OFFLINE": "1", "HOME": str(folder)}
    process = subprocess.Popen(command, cwd=_ROOT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _one_by_one(data: bytes, port: int) -> dict[str, Any]:
    """Call in turns: the function itself in this process, and the API over one connection."""
    fetcher, own, through = OfflineFetcher(), [], []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for at in range(_CALLS + 20):
        start = time.perf_counter()
        json.dumps(verify(data, fetcher=fetcher, now=datetime.now(UTC)).to_dict())
        between = time.perf_counter()
        connection.request("POST", _PATH, data, _TYPE)
        answer = connection.getresponse()
        body = answer.read()
        end = time.perf_counter()
        if answer.status != 200:  # noqa: PLR2004 - what it has to be
            raise SystemExit(f"The API answers {answer.status}: {body[:200]!r}")
        if at >= 20:  # noqa: PLR2004 - both are warm by then
            own.append(between - start)
            through.append(end - between)
    connection.close()
    p50 = [statistics.median(times) * 1000 for times in (own, through)]
    return {
        "function_ms_p50": round(p50[0], 2),
        "api_ms_p50": round(p50[1], 2),
        "api_adds_ms_p50": round(p50[1] - p50[0], 2),
        "api_ms_p99": round(sorted(through)[int(_CALLS * 0.99)] * 1000, 2),
    }


def _crowd(data: bytes, port: int, folder: Path, asked: argparse.Namespace) -> Callable[[], dict[str, Any]]:
    (folder / "sealed.json").write_bytes(data)
    script = folder / "post.lua"
    script.write_text(_LUA.format(file=folder / "sealed.json"), "utf-8")
    command = [
        *("wrk", "-t1", f"-c{asked.connections}", f"-d{asked.seconds}s", "--latency", "-s", str(script)),
        f"http://127.0.0.1:{port}{_PATH}",
    ]

    def run() -> dict[str, Any]:
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - wrk
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
        return {
            "connections": asked.connections,
            "requests_per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]),  # type: ignore[index]
            **{f"ms_p{one}": _milliseconds(told, one) for one in (50, 99)},
            "not_answered_well": int(bad[1]) if bad else 0,
        }

    return run


def _milliseconds(told: str, part: int) -> float:
    found = re.search(rf"^\s+{part}%\s+([\d.]+)(us|ms|s)", told, re.MULTILINE)
    assert found is not None
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


@contextmanager
def _dawdling(port: int) -> Iterator[None]:
    """Have one client send its request a byte at a time."""
    over = threading.Event()

    def dawdle() -> None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(b"POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n")
            while not over.wait(0.2):
                slow.sendall(b"{")

    with _beside(dawdle, over):
        yield


@contextmanager
def _poisoning(port: int) -> Iterator[None]:
    """Have one client upload what is nested beyond all bounds, twice a second."""
    over = threading.Event()

    def poison() -> None:
        while not over.wait(0.5):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("POST", _PATH, _POISON, _TYPE)
                connection.getresponse().read()
            connection.close()

    with _beside(poison, over):
        yield


@contextmanager
def _beside(work: Callable[[], None], over: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(40)


if __name__ == "__main__":
    raise SystemExit(main())
