"""The kept corpus, replayed: every input that ever led somewhere new, and every one that ever led astray."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import skip_or_fail
from fuzz_targets import CORPUS, beginnings, kept, names, target, why_not

RUN = Path(__file__).parent / "run.py"
MOST_BYTES = 2_000_000


@pytest.mark.parametrize("name", names())
def test_what_was_kept_leads_nowhere_astray(name: str) -> None:
    if reason := why_not(name):
        skip_or_fail("atheris", reason)
    for data in beginnings(name).values():
        target(name).run(data)


def test_what_is_kept_is_small_and_belongs_to_a_target() -> None:
    assert {path.name for path in CORPUS.iterdir()} <= set(names())
    assert sum(len(data) for name in names() for data in kept(name).values()) < MOST_BYTES


def test_a_target_that_fails_is_told_by_the_runner(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        skip_or_fail("atheris", "atheris is not installed")
    page = tmp_path / "page.md"
    page.write_text("# Fuzzing\n")
    broken = tmp_path / "targets"
    broken.mkdir()
    (broken / "astray.py").write_text(
        "def seeds(): return (b'sound',)\n"
        "def run(data):\n    if data.startswith(b's') is False and len(data) > 2: raise KeyError('x')\n"
    )
    places = json.dumps({"targets": str(broken), "corpus": str(tmp_path), "page": str(page)})
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, str(RUN), "astray", "--seconds", "20"],
        env={**os.environ, "FUZZ_PLACES": places},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "KeyError" in done.stdout
    assert "KeyError" in page.read_text()
