"""Filling in the page's forms without a browser: every hidden field travels, as it would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
from gateway_web import Caller
from lxml import html


@dataclass
class Page:
    """An answer read as a page."""

    answer: httpx.Response
    tree: Any = field(init=False)

    def __post_init__(self) -> None:
        self.tree = html.document_fromstring(self.answer.text)

    def words(self, path: str) -> list[str]:
        """Return the text of every element, white space made one blank."""
        return [" ".join(one.text_content().split()) for one in self.tree.xpath(path)]

    def answers(self) -> list[str]:
        return self.words("//li[contains(@class, 'answer')]//h2/b")

    def form(self, action: str, index: int = 0) -> list[tuple[str, str]]:
        """Return the fields of a form in the content as they stand: name and value."""
        found = self.tree.xpath(f"//main//form[@action='{action}']")[index]
        assert found.get("method") == "post"
        assert found.get("enctype") == "multipart/form-data"
        fields = found.xpath(".//input[@name and not(@type='file')] | .//textarea[@name]")
        return [(one.get("name"), one.get("value") or "") for one in fields]


def send(caller: Caller, path: str, fields: list[tuple[str, Any]], **headers: str) -> Page:
    """Post a form; a value that is bytes is a file."""
    files = [(name, ("f", value) if isinstance(value, bytes) else (None, value)) for name, value in fields]
    return Page(caller.post(path, files=files, headers=headers))


def hand_in(caller: Caller, data: bytes, *more: tuple[str, Any], **headers: str) -> Page:
    """Hand in a file on the start page."""
    return send(caller, "/", [("lang", "en"), ("document", data), *more], **headers)


def filled_in(fields: list[tuple[str, str]], facts: dict[str, str]) -> list[tuple[str, str]]:
    """Fill in the facts a form asks for, by the converter's keys."""
    made, key = [], ""
    for name, value in fields:
        key = value if name == "fact_key" else key
        made.append((name, facts.get(key, value)) if name == "fact_value" else (name, value))
    return made
