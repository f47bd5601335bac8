"""Prints the table of agreement after everything else, so that its score is the last line."""

from __future__ import annotations

import sys

import pytest
from interop.agreement_table import TABLE


def pytest_unconfigure(config: pytest.Config) -> None:
    for line in config.stash.get(TABLE, []):
        sys.stdout.write(f"{line}\n")
