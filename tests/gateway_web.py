"""A client for the HTTP door, the web of the sample badge with its expansions, and a profile."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from bundles import badge_web
from fastapi import FastAPI
from samples import badges

BADGE = badges.dumped(badges.assertion())
BAKED = badges.baked_png(BADGE)
LEARNER = f"id={badges.LEARNER}"
PROFILE = b"""
[issuer]
legal_name = "Polder University"
country = "NL"
address = "Dijk 1, Delft"
registration = "12345678"
eidas_identifier = "NTRNL-12345678"
[awarding_body]
legal_name = "Polder University"
country = "NL"
address = "Dijk 1, Delft"
registration = "12345678"
email = "office@polder.example.nl"
url = "https://polder.example.nl"
[defaults]
language = "en"
[learner]
given_name = "Noor"
family_name = "de Wit"
"""


class Caller:
    """Calls an application the way a client does, without a socket between them."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.request("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        return self.request("POST", path, **how)

    def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
                return await client.request(method, path, **how)

        return asyncio.run(ask())


def web_of_badges(**changes: Any) -> dict[str, Any]:
    """Build the web around the sample badge, with the answers to `expand=` that edubadges gives."""
    wide = f"{badges.ASSERTION}?expand=badge&expand=badge.issuer&expand=badge.user"
    return badge_web(
        **{wide: badges.expanded(), f"{badges.BADGE_CLASS}?expand=micro": badges.badge_class_micro()},
        **changes,
    )


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Hold an answer against RFC 9457 and return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["type"].startswith("https://")
    assert told["title"]
    assert code in {one["code"] for one in told["problems"]}, told
    return told


def form(*documents: bytes, profile: bytes | None = None) -> list[tuple[str, tuple[str, bytes]]]:
    parts = [("document", ("x", document)) for document in documents]
    return [*parts, ("profile", ("p", profile))] if profile else parts
