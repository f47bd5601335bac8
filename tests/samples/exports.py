"""Exports of many badges, made anew on every run and always the same: invented learners and classes."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from typing import Any

from samples import badges

Json = dict[str, Any]
HEADER = "assertion_id;given_name;family_name;birthdate;birth_place;birth_country;nationality;eduid;email"
FAULTS = (
    "not JSON",
    "cut off",
    "JSON of another kind",
    "a member twice",
    "revoked",
    "no class",
    "no recipient",
    "no date",
    "half a character",
    "too deep",
)


def assertion(number: int, *, classes: int = 10, seed: int = 1) -> tuple[Json, str]:
    """Build one expanded assertion, and the eduID of its learner."""
    chance = random.Random(seed * 1_000_003 + number)  # noqa: S311 - always the same
    kind = chance.randrange(classes)
    tree = badges.expanded()
    tree["id"] = f"{badges.HOST}/public/assertions/{entity(number)}"
    tree["image"] = f"{tree['id']}/image"
    who = f"{chance.getrandbits(128):032x}"
    salt = f"{chance.getrandbits(128):032x}"
    digest = hashlib.sha256((who + salt).encode()).hexdigest()
    tree["recipient"] = {"hashed": True, "type": "id", "identity": f"sha256${digest}", "salt": salt}
    day = f"2026-{chance.randrange(1, 13):02d}-{chance.randrange(1, 28):02d}"
    tree["issuedOn"] = f"{day}T{chance.randrange(24):02d}:20:30.{chance.randrange(10**6):06d}+00:00"
    tree["badge"] |= {
        "id": f"{badges.HOST}/public/badges/C{kind:021d}",
        "name": f"Dike Inspection {kind}",
        "user": f"Noor{number} de Wit",
    }
    return tree, who


def entity(number: int) -> str:
    """Return edubadges' own id of an assertion."""
    return f"A{number:021d}"


def lines(count: int, *, classes: int = 10, faulty: float = 0.0, seed: int = 1) -> Iterator[bytes]:
    """Yield expanded assertions, some of them faulty, each as one line."""
    chance = random.Random(seed)  # noqa: S311 - always the same
    for number in range(count):
        tree, _ = assertion(number, classes=classes, seed=seed)
        fault = chance.choice(FAULTS) if chance.random() < faulty else ""
        yield spoilt(tree, fault) if fault else json.dumps(tree).encode()


def spoilt(tree: Json, fault: str) -> bytes:  # noqa: PLR0911 - one for each fault
    """Write an assertion with one of the faults that exports really have."""
    whole = json.dumps(tree).encode()
    changed = dict(tree)
    if fault == "not JSON":
        return b"<html>502 Bad Gateway</html>"
    if fault == "cut off":
        return whole[: len(whole) // 2]
    if fault == "JSON of another kind":
        return b'{"detail": "Not found."}'
    if fault == "a member twice":
        return whole[:-1] + b', "issuedOn": "2020-01-01T00:00:00Z"}'
    if fault == "revoked":
        return json.dumps(badges.revoked(id=tree["id"])).encode()
    if fault == "no class":
        changed["badge"] = tree["badge"]["id"]
    elif fault == "no recipient":
        del changed["recipient"]
    elif fault == "no date":
        changed["issuedOn"] = "yesterday"
    elif fault == "half a character":
        return whole[:-1] + b', "narrative": "\\ud800"}'
    else:
        return whole[:-1] + b', "narrative": ' + b"[" * 80 + b"]" * 80 + b"}"
    return json.dumps(changed).encode()


def people(count: int, *, seed: int = 1, proven: int = 2) -> str:
    """Write the file of people of an export: each `proven`th with the eduID."""
    rows = [HEADER]
    for number in range(count):
        _, who = assertion(number, seed=seed)
        rows.append(f"{entity(number)};Noor{number};de Wit;2000-01-01;;;NL;{'' if number % proven else who};")
    return "\n".join(rows) + "\n"
