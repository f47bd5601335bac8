"""Asks every engine that is there, and says which are not, and why."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

from interop import dss_opinion
from interop.agreement import Agreement, listed
from interop.cases import every_case
from interop.opinions import Opinion
from interop.our_opinion import our_opinion

_LIBRARIES = {"xmlsec": "xml", "jwcrypto": "json"}
"""Engines in Python, and the kind of file each knows."""


def ask_all(folder: Path) -> Agreement:
    """Ask ours and every other engine about every file; what is made on the way lies in the folder."""
    cases = every_case(folder)
    opinions: dict[str, dict[str, Opinion]] = {"ours": {case.name: our_opinion(case) for case in cases}}
    missing: dict[str, str] = {}
    if why := dss_opinion.why_not():
        missing["dss"] = why
    else:
        opinions["dss"] = dss_opinion.dss_opinions(cases)
    for library, kind in _LIBRARIES.items():
        if importlib.util.find_spec(library) is None:
            missing[library] = "it is not installed"
            continue
        ask = getattr(importlib.import_module(f"interop.{library}_opinion"), f"{library}_opinion")
        opinions[library] = {case.name: ask(case) for case in cases if getattr(case, kind)}
    return Agreement(cases=cases, opinions=opinions, missing=missing, listed=listed())
