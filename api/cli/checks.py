"""`badgepass checks`."""

from __future__ import annotations

from argparse import Namespace

from api.cli.terminal import print_json, print_lines
from api.gateway.checklist import checklist


def run(asked: Namespace) -> int:
    """Print the catalogue of checks."""
    known = checklist()
    if asked.json:
        print_json(known)
        return 0
    for check in known["checks"]:
        clause = f" [{check['cite']}]" if check["cite"] else ""
        print_lines(f"{check['code']:<28} {check['says']}{clause}")
    print_lines("", f"Policies: {', '.join(known['policies'])}")
    return 0
