"""One complete badge out of the two or three answers a badge host gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from converter.formats.ob2_upgrade import upgrade
from converter.strict import load_json
from schemas.document import Tree
from schemas.errors import Malformed, Problem
from schemas.evidence import Missing, Resource

_ASSERTION = re.compile(r"/public/assertions/[^/]+$")
_BADGE_CLASS = re.compile(r"/public/badges/[^/]+$")
_OK = 200
Resources = Mapping[str, Resource | Missing]


def bare_id(url: str) -> str:
    """Take `expand=` out of a URL: an answer asked for in full is still the same badge."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if "expand" not in parts.query:
        return url
    kept = [field for field in parts.query.split("&") if field.partition("=")[0] != "expand"]
    return urlunsplit(parts._replace(query="&".join(kept)))


def expansion_urls(assertion: Tree) -> list[str]:
    """Name what else to ask a host that answers like edubadges, for all it knows about a badge.

    The assertion expanded gives class, issuer, institution and the learner's name; the class asked for as a
    microcredential gives its quality assurance, which no other answer holds.
    """
    wanted = []
    place = reference(assertion)
    if _ASSERTION.search(_path(place)):
        wanted.append(_asked(place, "expand=badge&expand=badge.issuer&expand=badge.user"))
    badge_class = reference(assertion.get("badge"))
    if _BADGE_CLASS.search(_path(badge_class)):
        wanted.append(_asked(badge_class, "expand=micro"))
    return wanted


def reference(node: object) -> str:
    """Return the bare URL a node is known by, whether it is embedded or only named; empty when neither."""
    if isinstance(node, dict):
        node = node.get("id", node.get("@id"))
    return bare_id(node) if isinstance(node, str) else ""


def assemble(assertion: Tree, resources: Resources) -> tuple[Tree, tuple[Problem, ...]]:
    """Embed the badge class and the issuer in an assertion, from what was fetched.

    What a node says at its own URL counts before an embedded or expanded copy of it; the copies only add
    keys that the node itself lacks. Nothing is dropped, and the assertion's own keys always stay.

    Args:
        assertion: in 2.0 terms, with class and issuer embedded or referenced.
        resources: what every URL answered.

    Returns:
        The assertion with as much embedded as there is, and what is missing from it or does not fit.
    """
    answers = _Answers(resources)
    about = answers.about(reference(assertion))
    expanded = next((tree for tree in about if isinstance(tree.get("badge"), dict)), {})
    given = (expanded.get("badge"), assertion.get("badge"))
    badge_class = answers.embed(assertion.get("badge"), given, "badge class", "/badge")
    if isinstance(badge_class, dict) and "issuer" in badge_class:
        copies = tuple(copy.get("issuer") for copy in given if isinstance(copy, dict))
        issuer = answers.embed(badge_class["issuer"], copies, "issuer", "/badge/issuer")
        badge_class = {**badge_class, "issuer": issuer}
    whole = {**assertion}
    if badge_class is not None:
        whole["badge"] = badge_class
    for key, value in expanded.items():
        whole.setdefault(key, value)
    return whole, tuple(answers.problems)


class _Answers:
    """The JSON that was fetched, found by the URL it is about."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self.problems: list[Problem] = []

    def about(self, url: str) -> list[Tree]:
        """Return every good answer about one node: its own URL first, then the expanded ones."""
        if not url:
            return []
        asked = sorted((u for u in self._resources if bare_id(u) == url), key=lambda u: (u != url, u))
        trees = [_tree(self._resources[u], url) for u in asked]
        return [tree for tree in trees if tree is not None and reference(tree) == url]

    def embed(self, named: object, copies: tuple[object, ...], what: str, where: str) -> object:
        """Merge all that is known about a node, or leave the bare reference and say that it is missing."""
        url = reference(named)
        known = self.about(url)
        if not known and url:
            self.problems.append(
                _odd(f"The {what} could not be had from the address the badge gives.", where)
            )
        for copy in copies:
            if isinstance(copy, dict) and reference(copy) == url:
                known.append(copy)
            elif isinstance(copy, dict):
                self.problems.append(_odd(f"The expanded {what} is not the one the badge names.", where))
        if not known:
            return named
        merged: Tree = {}
        for tree in known:
            for key, value in tree.items():
                merged.setdefault(key, value)
        return merged


def _tree(answer: Resource | Missing, url: str) -> Tree | None:
    if isinstance(answer, Missing) or answer.status != _OK:
        return None
    try:
        value = load_json(answer.body)
    except Malformed:
        return None
    return upgrade(value, url=url) if isinstance(value, dict) else None


def _odd(message: str, where: str) -> Problem:
    return Problem(code="format.data", message=message, where=where)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path if url.startswith(("http://", "https://")) else ""
    except ValueError:
        return ""


def _asked(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"
