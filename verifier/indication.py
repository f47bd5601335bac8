"""The same findings in the words of ETSI EN 319 102-1, and under the four questions that stay separate."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from verifier.finding import Finding, Outcome, Verdict

_DECIDES = {Verdict.TOTAL_FAILED: Outcome.FAILED, Verdict.INDETERMINATE: Outcome.UNDECIDED}


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("verifier") / "etsi.toml").read_text(encoding="utf-8"))


def indication_of(finding: Finding) -> str:
    """Return the sub-indication of a finding: its own, else that of its code or the nearest above it.

    Empty for what is fine, and for what is no matter of a signature: EN 319 102-1 has no word for it.
    """
    if finding.outcome not in _DECIDES.values():
        return ""
    code, known = finding.check, _data()["indication"]
    while code and not finding.indication:
        if code in known:
            return str(known[code].get(str(finding.outcome), ""))
        code = code.rpartition(".")[0]
    return finding.indication


def sub_indications(verdict: Verdict, heeded: Iterable[Finding]) -> tuple[str, ...]:
    """Return why the verdict is what it is (§5.1.3): of the findings that decided it, each word once.

    A finding below another says more than that one, which is then left out.
    """
    decisive = [one for one in heeded if one.outcome is _DECIDES.get(verdict)]
    codes = {one.check for one in decisive}
    finest = [one for one in decisive if not any(code.startswith(f"{one.check}.") for code in codes)]
    return tuple(dict.fromkeys(word for one in finest if (word := indication_of(one))))


def aspects(findings: Iterable[Finding]) -> dict[str, Outcome]:
    """Answer cryptography, path, qualification and status, each from its own findings alone."""
    told = list(findings)
    return {
        name: _worst([one.outcome for one in told if _among(one.check, codes)])
        for name, codes in _data()["aspect"].items()
    }


def _among(check: str, codes: Iterable[str]) -> bool:
    return any(check == code or check.startswith(f"{code}.") for code in codes)


def _worst(outcomes: list[Outcome]) -> Outcome:
    """Failed outweighs undecided, and undecided passed; a question nobody spoke to does not arise."""
    for outcome in (Outcome.FAILED, Outcome.UNDECIDED, Outcome.PASSED):
        if outcome in outcomes:
            return outcome
    return Outcome.NOT_APPLICABLE
