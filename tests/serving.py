"""A gateway as a process of its own, that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[1]
Serve = Callable[..., "Serving"]


class Serving:
    """A running gateway: its process, and a client for it."""

    def __init__(self, process: subprocess.Popen[str], client: httpx.Client) -> None:
        self.process = process
        self.client = client

    def ended(self, name: str, seconds: float = 90) -> dict[str, object]:
        """Wait until a job is over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            body: dict[str, object] = self.client.get(f"/v1/jobs/{name}").json()
            if body["state"] not in ("queued", "running"):
                return body
            time.sleep(0.1)
        pytest.fail(f"The job is not over: {body}")


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[Serving]:
    """Run `badgepass serve` until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", "serve", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        where = process.stderr.readline().strip().removeprefix("badgepass: ")
        assert where.startswith("http://"), where + process.stderr.read()
        with httpx.Client(base_url=where, timeout=60) as client:
            for _ in range(200):
                try:
                    client.get("/health/live")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield Serving(process, client)
    finally:
        process.kill()
        process.communicate()
