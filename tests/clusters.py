"""Clusters that the tests begin on this machine, where there is the library and room for them."""

from __future__ import annotations

import os
from typing import Any

from conftest import skip_or_fail


def cluster_class() -> Any:
    """Return what begins a cluster of several nodes; skip, with the reason, where none can begin."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if os.environ.get("BADGEPASS_NO_CLUSTER"):
        skip_or_fail("ray", "No cluster of Ray can begin on this machine.")
    try:
        from ray.cluster_utils import Cluster  # noqa: PLC0415 - optional
    except ImportError:
        skip_or_fail("ray", "Ray is not installed here")
    return Cluster
