"""A gateway as a process of its own, that can be killed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from gateway_web import PROFILE
from samples.authority_web import AuthorityWeb
from sealing_gateway import pem

ROOT = Path(__file__).resolve().parents[1]
BASE = "https://gateway.example"
TOKEN = "token-of-polder"  # noqa: S105 - of a gateway that lives for one test
_TENANT = """
[[tenants]]
name = "polder"
base_url = "{base}"
profile = "polder.toml"
level = "T"
override_indeterminate = true
key = {{ kind = "pem", path = "polder.pem" }}
tsa = {{ url = "{tsa}" }}

[[tenants.tokens]]
name = "polder"
sha256 = "{digest}"
scopes = ["convert", "seal", "revoke"]
"""
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
def serving(environment: dict[str, str], headers: dict[str, str] | None = None) -> Iterator[Serving]:
    """Run `badgepass serve` until the block ends; `headers` go with every request."""
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
        with httpx.Client(base_url=where, timeout=60, headers=headers) as client:
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


def configured(folder: Path, authorities: AuthorityWeb, database: str) -> dict[str, str]:
    """Write a tenant with a real key and a real time-stamping authority."""
    holder = authorities.issue_seal("Polder University", identifier="NTRNL-12345678")
    (folder / "polder.pem").write_bytes(pem(holder, authorities))
    (folder / "polder.toml").write_bytes(PROFILE)
    (folder / "trust").mkdir()
    root = authorities.root.certificate.public_bytes(Encoding.PEM)
    (folder / "trust" / "root.pem").write_bytes(root)
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    tenants = _TENANT.format(base=BASE, tsa=authorities.tsa_url, digest=digest)
    (folder / "tenants.toml").write_text(tenants)
    return {
        "BADGEPASS_TENANTS": str(folder / "tenants.toml"),
        "BADGEPASS_TRUST": str(folder / "trust"),
        "BADGEPASS_DATABASE": database,
        "BADGEPASS_OFFLINE": "1",
        "BADGEPASS_JOBS": str(folder / "jobs"),
        "BADGEPASS_JOBS_WORKERS": "1",
    }
