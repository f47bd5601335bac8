"""Write the table of second opinions into docs/dss-differences.md, or tell that the committed one is stale.

Usage: dss_differences.py [--check]
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
DATA = _ROOT / "tests" / "interop" / "dss_differences.toml"
PAGE = _ROOT / "docs" / "dss-differences.md"
START = "<!-- from tests/interop/dss_differences.toml by `make docs` -->"
END = "<!-- until here -->"
ABOUT = ("crypto", "indication", "signer", "times", "qualification")
PEERS = {"dss": "EU DSS", "xmlsec": "XML Security Library", "jwcrypto": "jwcrypto"}


def section() -> str:
    """Compose what stands between the two marks."""
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["difference"]
    lines = [START, ""]
    for peer, title in PEERS.items():
        lines += [f"### {title}", "", "| files | ours | theirs | clause | why |", "|---|---|---|---|---|"]
        lines += [_row(entry) for entry in entries if entry["peer"] == peer]
        lines.append("")
    return "\n".join([*lines, END])


def _row(entry: dict[str, Any]) -> str:
    said = list(_said(entry))
    ours, theirs = ("<br>".join(side) for side in zip(*said, strict=True))
    files = "<br>".join(f"`{name}`" for name in entry["files"])
    return f"| {files} | {ours} | {theirs} | {entry['clause']} | {entry['reason']} |"


def _said(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for about in ABOUT:
        if about in entry:
            ours, theirs = entry[about]
            yield f"{about} {ours}", f"{about} {theirs}"


def written(page: str) -> str:
    """Put the section in its place on the page."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{section()}{after}"


def main() -> int:
    """Write or check; 1 when stale."""
    page = PAGE.read_text(encoding="utf-8")
    if START not in page:
        sys.stderr.write(f"{PAGE} has no place for the table.\n")
        return 1
    new = written(page)
    if "--check" in sys.argv[1:]:
        if page != new:
            sys.stderr.write("docs/dss-differences.md is stale: run `make docs`.\n")
        return int(page != new)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
