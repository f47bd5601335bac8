"""Seeded damage to a JWS: bytes, members, headers, encodings, order."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from typing import Any

from samples import seals
from seal_damage_xml import Dice, bitten


def json_mutant(raw: bytes, dice: Dice) -> tuple[str, bytes]:
    """Damage a JWS: its bytes, its members, or what its headers say."""
    name = dice.choice(["byte", *JSON_DEEDS, "headers"])
    if name == "byte":
        return name, bitten(raw, dice)
    members = _members(raw)
    if name == "headers":
        name = _header(members, dice)
    else:
        JSON_DEEDS[name](members, dice)
    return name, _written(members, dice, compact=raw.lstrip()[:1] != b"{")


def _members(raw: bytes) -> dict[str, Any]:
    if raw.lstrip()[:1] == b"{":
        said: dict[str, Any] = json.loads(raw)
        return said
    start, text, value = raw.decode().strip().split(".")
    return {"payload": text, "protected": start, "signature": value}


def _written(members: dict[str, Any], dice: Dice, *, compact: bool) -> bytes:
    if compact and set(members) == {"payload", "protected", "signature"}:
        return ".".join(str(members[name]) for name in ("protected", "payload", "signature")).encode()
    text = json.dumps(members)
    if dice.random() < 0.1:  # a member twice: two readers, two documents
        text = text.replace('{"payload"', '{"payload": "eyJhIjoxfQ", "payload"', 1)
    return text.encode()


def _entries(members: dict[str, Any]) -> list[dict[str, Any]]:
    found = members.get("signatures", [members])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _header(members: dict[str, Any], dice: Dice) -> str:
    """Change one parameter of a protected header and write it anew."""
    entries = [one for one in _entries(members) if isinstance(one.get("protected"), str)]
    if not entries:
        return "headers"
    one = dice.choice(entries)
    header = json.loads(base64.urlsafe_b64decode(one["protected"] + "=" * (-len(one["protected"]) % 4)))
    name = dice.choice([*header, "jwk", "b64", "crit", "x5u", "sigD", "zip"])
    value: Any = dice.choice([None, True, False, "x", [], ["b64"], ["sigT"], {}, "none", "HS256", 1])
    if dice.random() < 0.3:
        header.pop(name, None)
    else:
        header[name] = value
    text = json.dumps(header, separators=dice.choice([(",", ":"), (", ", ": ")]))
    if dice.random() < 0.15:
        text = text.replace("{", '{"alg": "none", ', 1)
    one["protected"] = seals.b64url(text.encode())
    return f"header.{name}"


def _payload(members: dict[str, Any], dice: Dice) -> None:
    said = members.get("payload") or ""
    at = dice.randint(0, len(said))
    members["payload"] = dice.choice(
        [said[:at] + "A" + said[at:], said[:-1], said + "=", "", said + " ", None]
    )


def _value(members: dict[str, Any], dice: Dice) -> None:
    one = dice.choice(_entries(members))
    said = one["signature"]
    at = dice.randrange(len(said))
    one["signature"] = dice.choice(
        [
            said[:at] + ("A" if said[at] != "A" else "B") + said[at + 1 :],
            said[:-2],
            said + "=",
            "",
            said + "\n",
        ]
    )


def _unprotected(members: dict[str, Any], dice: Dice) -> None:
    one = dice.choice(_entries(members))
    name = dice.choice(["alg", "b64", "crit", "x5c", "jwk", "etsiU", "kid", "x5t#S256", "note"])
    one["header"] = {**one.get("header", {}), name: dice.choice(["none", False, [], ["b64"], {}, "x"])}


def _stranger(members: dict[str, Any], dice: Dice) -> None:
    where = dice.choice([members, *_entries(members)])
    where[dice.choice(["payload2", "credential", "evil", "header"])] = dice.choice(["x", {}, ["y"]])


def _mixture(members: dict[str, Any], dice: Dice) -> None:
    one = copy.deepcopy(dice.choice(_entries(members)))
    if "signatures" in members and dice.random() < 0.5:
        members.update({name: one[name] for name in ("protected", "signature") if name in one})
    else:
        one.pop("payload", None)
        members["signatures"] = [*members.get("signatures", []), one]


def _shuffle(members: dict[str, Any], dice: Dice) -> None:
    entries = members.get("signatures")
    if isinstance(entries, list) and len(entries) > 1:
        first, second = entries[:2]
        name = dice.choice(["protected", "signature"])
        first[name], second[name] = second[name], first[name]
    items = list(members.items())
    dice.shuffle(items)
    members.clear()
    members.update(items)


JSON_DEEDS: dict[str, Callable[[dict[str, Any], Dice], None]] = {
    "payload": _payload, "value": _value, "unprotected": _unprotected, "stranger": _stranger,
    "mixture": _mixture, "shuffle": _shuffle,
}  # fmt: skip
