"""Write our own XSDs of EDCI XML, or with --check tell whether the written ones are stale."""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "schemas" / "edci" / "xsd"
sys.path.insert(0, str(FOLDER.parents[2]))

from schemas.edci.xsd import xsd_files  # noqa: E402 - the path comes first


def main() -> int:
    """Write, or compare; 1 where something is stale."""
    files = xsd_files()
    old = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.xsd")}
    if "--check" in sys.argv[1:]:
        stale = sorted(name for name in files.keys() | old.keys() if files.get(name) != old.get(name))
        for name in stale:
            print(f"schemas/edci/xsd/{name} is stale: run scripts/edci_xsd.py")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in old.keys() - files.keys():
        (FOLDER / name).unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
