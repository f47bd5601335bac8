"""An export to be sealed: a tenant with its key, rows of two classes, their people, the web around them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bundles import PNG, answer, badge_web
from gateway_web import PROFILE
from samples import authorities as ca
from samples import exports
from sealing_gateway import pem_of, school

from api.bulk.rows import Order
from api.clock import system_clock
from converter.profile import read_profile
from schemas.document import Format

COUNT = 6
OWN_PROFILE = PROFILE[: PROFILE.index(b"[learner]")]
_TENANT = """
[[tenants]]
name = "polder"
base_url = "https://polder.example"
key = { kind = "pem", path = "key.pem" }
profile = "profile.toml"
override_indeterminate = true
"""


def write_ground(folder: Path) -> None:
    """Write a tenant, its key and profile, an export and its people."""
    (folder / "key.pem").write_bytes(pem_of(school(), ca.root()))
    (folder / "tenants.toml").write_text(_TENANT)
    (folder / "profile.toml").write_bytes(OWN_PROFILE)
    rows, lines = [exports.HEADER], []
    for number in range(100):
        badge, who = exports.assertion(number, classes=2)
        if badge["issuedOn"] < "2026-11" and len(lines) < COUNT:  # sealing goes by the real clock
            lines.append(json.dumps(badge).encode())
            rows.append(f"{exports.entity(number)};Noor{number};de Wit;2000-01-01;;;NL;{who};")
    (folder / "export.ndjson").write_bytes(b"\n".join([*lines, b"not JSON", b""]))
    (folder / "people.csv").write_text("\n".join(rows))


def database(ground: Path) -> str:
    return f"sqlite:///{ground / 'gateway.db'}"


def order(ground: Path) -> Order:
    return Order(
        target=Format.EDCI,
        now=system_clock(),
        profile=read_profile(OWN_PROFILE),
        offline=True,
        seal="polder",
        override="indeterminate",
        tenants=str(ground / "tenants.toml"),
        database=database(ground),
    )


def hosted(count: int, *, real: bool = False) -> tuple[list[bytes], dict[str, Any], str]:
    """Make an export whose badges are all hosted: its lines, the web around it, and its people."""
    web = badge_web()
    rows, people = [], [exports.HEADER]
    for number in range(400):
        badge, who = exports.assertion(number, classes=2)
        if len(rows) == count:
            break
        if badge["issuedOn"] >= "2026-11":
            continue
        rows.append(json.dumps(badge).encode())
        bare = {**badge, "badge": badge["badge"]["id"], "verification": {"type": "HostedBadge"}}
        kind = {name: one for name, one in badge["badge"].items() if name != "user"}
        web[badge["id"]] = answer(bare | {"verification": {"type": "hosted"}})
        web[kind["id"]] = answer(kind)
        web[badge["image"]] = answer(PNG if real else b"", media="image/png")
        facts = ("1999-02-03;Zierikzee;NL;NL", "2001-05-06;;;")[number % 2]
        people.append(f"{exports.entity(number)};Noor{number};de Wit;{facts};{who if number % 3 else ''};")
    return rows, web, "\n".join(people)
