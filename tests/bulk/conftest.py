"""What the tests of whole exports share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gateway_web import PROFILE

from api.bulk.rows import Order
from converter.profile import read_profile
from schemas.document import Format

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WITHOUT_LEARNER = PROFILE.partition(b"[learner]")[0]


@pytest.fixture
def order() -> Any:
    def made(**changes: Any) -> Order:
        told = {"target": Format.EDCI, "now": NOW, "profile": read_profile(WITHOUT_LEARNER), "offline": True}
        return Order(**(told | changes))

    return made


@pytest.fixture
def profile_file(tmp_path: Path) -> str:
    path = tmp_path / "profile.toml"
    path.write_bytes(WITHOUT_LEARNER)
    return str(path)
