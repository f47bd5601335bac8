"""Two runs of the benchmarks held against each other: `python benchmarks/compare.py BEFORE NOW`.

Only ratios are compared. A ratio that grew by more than a fifth is shown; one run of a noisy machine proves
nothing, so a regression is believed when it shows again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

WORSE, BETTER = 1.2, 1 / 1.2


def main() -> int:
    """Print what changed; 1 where something is slower by more than a fifth."""
    parser = argparse.ArgumentParser(description="Compare the ratios of two benchmark runs.")
    parser.add_argument("before", help="figures saved by run.py")
    parser.add_argument("now", help="figures saved by run.py")
    asked = parser.parse_args()
    before, now = _ratios(asked.before), _ratios(asked.now)
    slower = 0
    for work, ratio in now.items():
        then = before.get(work)
        if then is None:
            print(f"new      {ratio:10.3f}  {work}")
        elif ratio > then * WORSE:
            slower += 1
            print(f"slower   {then:10.3f} -> {ratio:.3f}  {work}")
        elif ratio < then * BETTER:
            print(f"faster   {then:10.3f} -> {ratio:.3f}  {work}")
    for work in before.keys() - now.keys():
        print(f"gone     {before[work]:10.3f}  {work}")
    print(f"{len(now)} rows, {slower} slower by more than a fifth.")
    return 1 if slower else 0


def _ratios(name: str) -> dict[str, float]:
    said = json.loads(Path(name).read_bytes())
    return {row["work"]: row["ratio"] for row in said["rows"]}


if __name__ == "__main__":
    raise SystemExit(main())
