"""A holder at the gateway's pages, without a browser."""

from __future__ import annotations

from typing import Any

import httpx
from gateway_web import BADGE, PROFILE, Caller
from page_forms import Page, hand_in

FACTS = PROFILE[: PROFILE.index(b"[learner]")]
"""The profile without a learner: who that is, the sign-in tells."""


class Holder:
    """A browser: it keeps the cookie and follows where it is sent."""

    def __init__(self, caller: Caller, lang: str = "en") -> None:
        self.caller = caller
        self.lang = lang
        self.cookie = ""
        self.path = ""

    def post(self, path: str, fields: list[tuple[str, Any]]) -> httpx.Response:
        files = [(name, ("f", one) if isinstance(one, bytes) else (None, one)) for name, one in fields]
        return self.caller.post(path, files=files, headers={"cookie": self.cookie})

    def get(self, path: str) -> httpx.Response:
        return self.caller.get(path, headers={"cookie": self.cookie})

    def begin(self, document: bytes = BADGE) -> Page:
        verdict = hand_in(self.caller, document)
        answer = self.post("/identity", verdict.form("/identity"))
        assert answer.status_code == 303, answer.text
        said = answer.headers["set-cookie"]
        assert "httponly" in said.lower()
        assert "samesite=lax" in said.lower()
        self.cookie = said.partition(";")[0]
        self.path = answer.headers["location"].partition("?")[0]
        return Page(self.get(answer.headers["location"]))

    def sign_in(self) -> Page:
        away = self.get(f"{self.path}/sign-in/stub")
        assert away.status_code == 303, away.text
        home = self.get(away.headers["location"].removeprefix("http://gateway.test"))
        assert home.status_code == 303, home.text
        return self.show()

    def show(self, purpose: str = "eidas-matching") -> Page:
        return Page(self.get(f"{self.path}?purpose={purpose}&lang={self.lang}"))

    def agree(self, page: Page, to: str, *ticked: str, profile: bytes = FACTS, recipient: str = "") -> Page:
        fields: list[tuple[str, Any]] = [
            (name, recipient if name == "recipient" else value)
            for name, value in page.form(self.path)
            if not name.startswith("field_") or name.removeprefix("field_") in ticked
        ]
        if profile:
            fields.append(("profile", profile))
        return Page(self.post(self.path, [*fields, ("to", to)]))
