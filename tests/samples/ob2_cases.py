"""Faulty badges, each wrong in one way: `python tests/samples/ob2_cases.py` writes them anew.

The good one is the invented badge of `badges.py`, with its class and issuer in it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as a script, this finds `samples` too

from samples import badges

Tree = dict[str, Any]
GOLDEN = Path(__file__).parents[1] / "golden" / "ob2"


def good() -> Tree:
    """Return a badge without a fault: what is forgiven in edubadges is taken out."""
    tree = badges.expanded()
    del tree["image"]
    tree["badge"]["alignment"][0]["targetUrl"] = "http://data.europa.eu/esco/skill/1"
    return tree


def _missing(tree: Tree) -> None:
    del tree["recipient"], tree["issuedOn"], tree["badge"]["criteria"], tree["badge"]["issuer"]["email"]


def _dates(tree: Tree) -> None:
    tree |= {"issuedOn": "23-11-2026", "expires": "2031-02-30T00:00:00Z"}


def _types(tree: Tree) -> None:
    tree["type"] = "Achievement"
    tree["badge"]["type"] = ["BadgeClass", "Assertion"]
    tree["badge"]["issuer"]["type"] = 5


def _recipient(tree: Tree) -> None:
    tree["recipient"] = {"type": "email", "hashed": "yes", "identity": "sha512$00", "salt": 7}


def _several(tree: Tree) -> None:
    tree["issuedOn"] = ["2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z"]
    tree["badge"]["name"] = ["Dike Inspection", "Dijkinspectie"]


def _addresses(tree: Tree) -> None:
    tree["id"] = "assertion number one"
    tree["badge"]["issuer"]["url"] = "water.example.nl"
    tree["badge"]["image"] = "image of a dike"


def _evidence(tree: Tree) -> None:
    tree["evidence"] = [{"type": "Evidence", "id": 12}, "not an address", {"narrative": ["a", "b"]}]


def _alignment(tree: Tree) -> None:
    tree["badge"]["alignment"] = [
        {"targetUrl": "http://data.europa.eu/esco/skill/1"},
        {"targetName": "inspect dikes"},
        "inspect dikes",
    ]


def _verification(tree: Tree) -> None:
    tree["verification"] = {"type": "TrustMe"}


def _empty(tree: Tree) -> None:
    tree["badge"] |= {"name": "", "criteria": {}, "tags": [], "description": None}


def _extensions(tree: Tree) -> None:
    badge = tree["badge"]
    badge["extensions:ECTSExtension"] = badges.extension("ECTSExtension", "many")
    badge["extensions:EQFExtension"] = badges.extension("EQFExtension", 11)
    badge["extensions:LanguageExtension"] = {"Language": "en_EN"}
    badge["issuer"]["extensions:InstitutionCountryExtension"] = badges.extension(
        "InstitutionCountryExtension", ["NL"]
    )


def _terms(tree: Tree) -> None:
    tree["@context"] = [badges.CONTEXT, {"issuedOn": "https://elsewhere.example/somethingElse"}]


def _context(tree: Tree) -> None:
    tree["@context"] = "https://elsewhere.example/context.json"


def _endorsement(tree: Tree) -> None:
    tree["badge"]["endorsement"] = [{"type": "Endorsement", "id": "urn:uuid:1", "issuedOn": "soon"}]


def _older(tree: Tree) -> None:
    tree.clear()
    tree |= badges.assertion_1_0()
    del tree["recipient"]["identity"]
    tree |= {"issuedOn": -5, "expires": "never"}


CASES: dict[str, Callable[[Tree], None]] = {
    "missing-members": _missing,
    "dates": _dates,
    "types": _types,
    "recipient": _recipient,
    "several-where-one": _several,
    "addresses": _addresses,
    "evidence": _evidence,
    "alignment": _alignment,
    "verification": _verification,
    "empty-values": _empty,
    "extensions": _extensions,
    "another-meaning": _terms,
    "unknown-context": _context,
    "endorsement": _endorsement,
    "version-1.0": _older,
}


def made(name: str) -> bytes:
    """Return the input of a case."""
    tree = good()
    CASES[name](tree)
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()


if __name__ == "__main__":
    for case in CASES:
        folder = GOLDEN / case
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "input.json").write_bytes(made(case))
