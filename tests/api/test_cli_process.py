"""The command as a process: its streams, its exit codes, and what it loads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import badges

AT = ("--at", "2026-11-23T12:00:00Z")
Evidence = Callable[..., str]


def _run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-m", "api.cli.main", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )


def test_the_process_reads_standard_input_and_exits_with_the_verdict(evidence: Evidence) -> None:
    badge = badges.dumped(badges.assertion())
    assert _run("verify", "-", "--evidence", evidence(), *AT, stdin=badge).returncode == 0
    assert _run("verify", "-", "--offline", stdin=badge).returncode == 3
    refused = _run("verify", "-", "--offline", stdin=b"\xff\xfe\0")
    assert refused.returncode == 2
    assert refused.stderr.count(b"\n") == 1


def test_a_converted_document_on_standard_output_is_the_document_alone(
    badge_file: str, evidence: Evidence, profile_file: str
) -> None:
    order = ("convert", badge_file, "--to", "edci-xml", "--evidence", evidence())
    done = _run(*order, "--profile-file", profile_file)  # by the real clock
    assert done.returncode == 0
    assert done.stdout.startswith(b"<?xml")
    assert done.stdout.rstrip().endswith(b">")


@pytest.mark.parametrize("arguments", [("--help",), ("checks",)])
def test_nothing_heavy_is_loaded_before_it_is_needed(arguments: tuple[str, ...]) -> None:
    heavy = "{'fastapi', 'starlette', 'uvicorn', 'typst', 'pyld', 'pikepdf'}"
    code = (
        f"import sys; from api.cli.main import main; main({list(arguments)!r}); "
        f"sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


def test_help_loads_no_part_of_the_domain() -> None:
    code = (
        "import sys; from api.cli.main import main; main(['--help']); "
        "sys.exit(any(n.split('.')[0] in {'verifier', 'converter', 'schemas', 'lxml'} for n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
