"""Providers that others made, each a process of its own on this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from browsing import free_port
from conftest import skip_or_fail

ACR = "https://eduid.nl/trust/validate-names"
HOLDER = {"given_name": "Noor", "family_name": "de Wit", "birthdate": "1999-02-03", "acr": ACR}
_NODE = Path(__file__).parent / "provider"
Claims = dict[str, str]


@contextmanager
def mock(claims: Claims, back: str) -> Iterator[str]:
    """Run PyPI's oidc-provider-mock, which takes any client."""
    del back
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    said = json.dumps({"sub": "noor", **claims})
    with _running([*command, "--user-claims", said], f"http://localhost:{port}") as base:
        yield base


@contextmanager
def node(claims: Claims, back: str) -> Iterator[str]:
    """Run npm's oidc-provider, which holds a client to its redirect address and to PKCE."""
    found = shutil.which("node")
    if found is None or not (_NODE / "node_modules" / "oidc-provider").is_dir():
        skip_or_fail("node", "there is no Node.js here, or its packages are not installed (make dev)")
    port = free_port()
    command = [found, str(_NODE / "provider.mjs"), str(port), back, json.dumps(claims)]
    with _running(command, f"http://127.0.0.1:{port}") as base:
        yield base


@contextmanager
def _running(command: list[str], base: str) -> Iterator[str]:
    process = subprocess.Popen(  # noqa: S603 - programs of the tests' own
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            try:
                httpx.get(f"{base}/.well-known/openid-configuration")
                break
            except httpx.TransportError:
                assert process.poll() is None, "the provider did not start"
                time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait(10)
