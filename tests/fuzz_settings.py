"""How long a target runs: derandomized, so that a red run is red again; `FUZZ_EXAMPLES` for longer."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5000"))


def scaled(share: float) -> settings:
    """Return settings with a share of the examples: fewer for a target whose every example costs more."""
    return settings(
        max_examples=max(10, int(_EXAMPLES * share)),
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=(
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ),
    )
