"""edubadges' extensions in an arranged badge: their headers, and the few values that are told otherwise."""

from __future__ import annotations

import re
from typing import Any

from converter.formats.ob2_asides import ESCO
from schemas.document import Tree

PREFIX = "extensions:"
ROOT = "https://api.edubadges.nl/extensions"
CLASS_EXTENSIONS = (
    "LanguageExtension",
    "ECTSExtension",
    "EQFExtension",
    "StudyLoadExtension",
    "TimeInvestmentExtension",
    "LearningOutcomeExtension",
    "EducationProgramIdentifierExtension",
)
ISSUER_EXTENSIONS = (
    "InstitutionIdentifierExtension",
    "InstitutionNameExtension",
    "InstitutionCountryExtension",
    "GradingTableExtension",
)
WORKLOADS = ("StudyLoad", "TimeInvestment")
"""What `workload.kind` says; the extension has the same name."""

OUTCOMES = f"{PREFIX}LearningOutcomeExtension"
PROGRAMMES = f"{PREFIX}EducationProgramIdentifierExtension"
LANGUAGE = f"{PREFIX}LanguageExtension"
_REGIONAL = re.compile(r"(?P<language>[A-Za-z]{2})[_-](?P<region>[A-Za-z]{2})")
_HEADER = frozenset({"@context", "type"})
_ITEM = re.compile(r"\s*(?:[*+\-•]|\d{1,3}[.)])\s+(?P<text>\S.*)")
_CONTINUED = re.compile(r"\s+(?P<text>\S.*)")
_EMPHASIS = re.compile(r"(\*\*|__)(?P<text>\S(?:.*?\S)?)\1")
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\(\S+\)")


def arranged_extensions(badge: Tree) -> Tree:
    """Take apart what the extensions of a class say, for the table's rows."""
    badge = {**badge}
    programmes = badge.get(PROGRAMMES)
    if isinstance(programmes, dict) and "EducationProgramIdentifier" in programmes:
        given = programmes["EducationProgramIdentifier"]
        given = given if isinstance(given, list) else [] if given is None else [given]
        known = all(isinstance(one, int | str) and not isinstance(one, bool) for one in given)
        badge[PROGRAMMES] = {**programmes, "EducationProgramIdentifier": given if known else {"": given}}
    _take_workload(badge)
    _part_region(badge)
    outcome = badge.get(OUTCOMES)
    if isinstance(outcome, dict) and isinstance(outcome.get("LearningOutcome"), str):
        badge[OUTCOMES] = {**outcome, "outcomes": outcomes_of(outcome["LearningOutcome"])}
    return badge


def restored_extensions(badge: Tree) -> Tree:
    """Undo `arranged_extensions` on a class that was lowered."""
    badge = {**badge}
    if programmes := badge.get(PROGRAMMES):
        kept = [one for one in programmes["EducationProgramIdentifier"] if not isinstance(one, dict)]
        badge[PROGRAMMES] = {**programmes, "EducationProgramIdentifier": kept}
    _give_workload(badge)
    _give_outcomes(badge)
    return badge


def bare(node: Tree, names: tuple[str, ...]) -> Tree:
    """Take the header off the known extensions of a node."""
    known = {PREFIX + name for name in names}
    return {key: value_of(value) if key in known else value for key, value in node.items()}


def headed(node: Tree, names: tuple[str, ...]) -> Tree:
    """Put on the known extensions of a node the header that edubadges writes."""
    known = {PREFIX + name: name for name in names}
    return {
        key: {"@context": f"{ROOT}/{known[key]}/context.json", "type": ["Extension", key], **value}
        if key in known
        else value
        for key, value in node.items()
    }


def value_of(extension: Any) -> Any:  # noqa: ANN401 - JSON is any value
    """Return what an extension says, without its header."""
    if isinstance(extension, dict):
        return {name: value for name, value in extension.items() if name not in _HEADER}
    return extension


def outcomes_of(text: str) -> list[str]:
    """Split a learning outcome into the items of its list; a text without a list is one outcome.

    An item may go on in lines that are indented. Emphasis and links are Markdown for the eye; the titles of
    outcomes are plain, and the text itself is kept whole beside them.
    """
    items: list[str] = []
    within = False
    for line in text.splitlines():
        if found := _ITEM.match(line):
            items.append(found["text"].strip())
            within = True
        elif within and (found := _CONTINUED.match(line)):
            items[-1] += f" {found['text'].strip()}"
        else:
            within = False
    return [_plain(item) for item in items] or ([text.strip()] if text.strip() else [])


def _plain(text: str) -> str:
    return _LINK.sub(r"\g<text>", _EMPHASIS.sub(r"\g<text>", text))


def _take_workload(badge: Tree) -> None:
    for kind in WORKLOADS:
        extension = badge.get(f"{PREFIX}{kind}Extension")
        if isinstance(extension, dict) and kind in extension:
            rest = {name: value for name, value in extension.items() if name != kind}
            badge["workload"] = {"hours": extension[kind], "kind": kind}
            del badge[f"{PREFIX}{kind}Extension"]
            if rest:
                badge[f"{PREFIX}{kind}Extension"] = rest
            return


def _part_region(badge: Tree) -> None:
    """Part a region that is not the language said twice: what Europass has are languages."""
    extension = badge.get(LANGUAGE)
    said = extension.get("Language") if isinstance(extension, dict) else None
    if isinstance(extension, dict) and isinstance(said, str) and (found := _REGIONAL.fullmatch(said)):
        language, region = found["language"], found["region"]
        if region.lower() != language.lower():
            badge[LANGUAGE] = {**extension, "Language": language, "region": region}


def _give_workload(badge: Tree) -> None:
    workload = badge.pop("workload", None)
    if workload and "hours" in workload:
        kind = workload.get("kind", WORKLOADS[1])
        key = f"{PREFIX}{kind}Extension"
        badge[key] = {**badge.get(key, {}), kind: workload["hours"]}


def _give_outcomes(badge: Tree) -> None:
    """Make one text of outcomes that came without; one named as an ESCO skill is told by its alignment."""
    extension = badge.get(OUTCOMES)
    if not extension:
        return
    items = [one for one in extension.get("outcomes", []) if isinstance(one, str)]
    aligned = {
        one.get("targetName")
        for one in badge.get("alignment", [])
        if isinstance(one, dict) and one.get("targetFramework") == ESCO
    }
    own = [item for item in items if item not in aligned]
    kept = {name: value for name, value in extension.items() if name != "outcomes"}
    if "LearningOutcome" not in kept and own:
        kept["LearningOutcome"] = own[0] if len(own) == 1 else "\n".join(f"* {item}" for item in own)
    if kept:
        badge[OUTCOMES] = kept
    else:
        del badge[OUTCOMES]
