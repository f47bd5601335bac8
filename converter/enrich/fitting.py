"""What a target demands of a node and the node cannot say: the node is left out, and that is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from converter.enrich.demands import Demands, demands, listed_elm, once_a_language_elm
from converter.enrich.draft import Draft, Node, Request, is_reference, items, nodes, of_class
from converter.paths import escape
from schemas import edci, vocabulary
from schemas.document import Format

KEPT = frozenset({"Credential", "CredentialSchema", "Organisation", "DisplayParameter"})
"""Never left out for what they lack: other steps complete them, or the asker is told what misses."""

SAID_BY_ID = frozenset({"Concept", "ConceptScheme", "Mailbox"})
"""Whose id is all there is to say, and refers to nothing."""

_LEGAL = re.compile(r"/(vat_identifier|tax_identifier|national_id)(/\d+)?$")
_MAILBOX = re.compile(r"[^@\s:/]+@[^@\s:/]+")


def fit(draft: Draft, request: Request) -> None:
    """Leave out what would make the target invalid, from the inside out."""
    if request.target is Format.ELM:
        _lists(draft)
        _once_a_language(draft)
        _one_notation(draft)
    else:
        _languages(draft, draft.tree, "", edci.model().languages())
        _known_languages(draft, edci.model().languages())
        _names(draft)
        _addresses(draft)
    said_in_full = frozenset(
        str(node["id"]) for _, node in nodes(draft.tree) if node.get("id") and not is_reference(node)
    )
    _Pruning(draft, request.target, demands(request.target), said_in_full).prune(draft.tree, "")


@dataclass(frozen=True, slots=True)
class _Pruning:
    """One walk over the tree that leaves out each node the target could not take."""

    draft: Draft
    target: Format
    needs: Demands
    said_in_full: frozenset[str]

    def prune(self, node: Node, where: str) -> None:
        """Leave out what does not fit below a node."""
        for name, value in list(node.items()):
            at = f"{where}/{escape(name)}"
            if isinstance(value, list):
                # An item that goes leaves its place empty, so that the pointers of the others stay true.
                kept = [
                    item if self._fits(item, f"{at}/{index}") else None for index, item in enumerate(value)
                ]
                node[name] = kept
                if not any(item is not None for item in kept):
                    del node[name]
            elif not self._fits(value, at):
                del node[name]

    def _fits(self, value: Any, where: str) -> bool:  # noqa: ANN401
        if not isinstance(value, dict) or "type" not in value:
            return value is not None
        self.prune(value, where)
        if is_reference(value) and value["type"] not in SAID_BY_ID:
            return self._leads_somewhere(value, where)
        if value["type"] in KEPT or where == "/credential_subject":
            return True
        lacking = self._lacking(value, where)
        if lacking:
            world = "ELM" if self.target is Format.ELM else "EDCI XML"
            names = " and ".join(name.lstrip("@") for name in lacking)
            why = f"{world} demands {names} of a {value['type']}, and the document does not say it."
            self.draft.omit(where, why)
        return not lacking

    def _leads_somewhere(self, reference: Node, where: str) -> bool:
        """EDCI 1.2 keyrefs: what is referred to stands in the document; JSON-LD may refer to anything."""
        if self.target is Format.ELM or reference["id"] in self.said_in_full:
            return True
        self.draft.omit(where, "The document refers to this and says nothing of it.")
        return False

    def _lacking(self, node: Node, where: str) -> list[str]:
        kind = node["type"]
        lacking = [name for field, name in self.needs.get(kind, {}).items() if not node.get(field)]
        if self.target is Format.EDCI:
            if kind == "ContactPoint" and not node.get("email_address"):
                lacking.append("mailBox")
            if kind == "Concept" and not _http_scheme(node):
                lacking.append("targetFrameworkUrl")
            if _LEGAL.search(where) and not node.get("spatial"):
                lacking.append("spatialID")
        return lacking


def _http_scheme(concept: Node) -> bool:
    """EDCI 1.2 CodeType: the framework is an http address; a list the tables know is filled in later."""
    schemes = items(concept, "in_scheme")
    if not schemes:
        return vocabulary.by_uri(str(concept.get("id", ""))) is not None
    return str(schemes[0].get("id", "")).startswith(("http://", "https://"))


def _lists(draft: Draft) -> None:
    """EDC-AP 1.1.0 generic-full: some fields take values of one controlled list, and say which."""
    lists = listed_elm()
    for where, node in nodes(draft.tree):
        for name, value in list(node.items()):
            allowed = lists.get((node["type"], name))
            if allowed is None:
                continue
            for index, item in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(item, dict):
                    continue
                at = f"{where}/{name}/{index}" if isinstance(value, list) else f"{where}/{name}"
                if not allowed.holds(str(item.get("id", ""))):
                    draft.omit(at, "ELM accepts only values of its own controlled list here.")
                    _empty(node, name, index)
                elif allowed.scheme not in {scheme.get("id") for scheme in items(item, "in_scheme")}:
                    if item.get("in_scheme"):
                        draft.drop(at, item, "in_scheme", why="ELM names a list of its own for this value.")
                    scheme = [{"type": "ConceptScheme", "id": allowed.scheme}]
                    why = "The list ELM takes this value from."
                    draft.add(at, item, "in_scheme", scheme, rule="controlled lists", why=why)


def _empty(node: Node, name: str, index: int) -> None:
    if isinstance(node[name], list):
        node[name][index] = None
    else:
        del node[name]


def _once_a_language(draft: Draft) -> None:
    """EDC-AP 1.1.0, sh:uniqueLang: of several texts in one language the first is the one."""
    fields = once_a_language_elm()
    for where, node in nodes(draft.tree):
        for name, value in node.items():
            if (node["type"], name) not in fields or not isinstance(value, dict):
                continue
            for language, texts in value.items():
                if isinstance(texts, list) and len(texts) > 1:
                    value[language] = texts[:1]
                    why = "ELM holds one text for each language here."
                    draft.omit(f"{where}/{name}/{language}/1", why)


def _one_notation(draft: Draft) -> None:
    """In JSON-LD two mentions of a concept are one node, and it has one notation."""
    first: dict[str, str] = {}
    for where, node in of_class(draft.tree, "Concept"):
        notation = node.get("notation")
        if notation and first.setdefault(str(node.get("id")), notation) != notation:
            draft.drop(
                where, node, "notation", why="The same value has another notation elsewhere in the document."
            )


def _languages(draft: Draft, value: Any, where: str, allowed: frozenset[str]) -> None:  # noqa: ANN401
    """EDCI 1.2 LanguageCharCodeEnumType: texts in any other language cannot be written."""
    for name, child in list(_members(value)):
        at = f"{where}/{escape(str(name))}"
        if isinstance(child, dict) and "type" not in child and child:
            other = [
                language for language in child if language not in allowed and vocabulary.language(language)
            ]
            for language in other:
                draft.omit(f"{at}/{language}", "EDCI XML does not know this language.")
            kept = {language: texts for language, texts in child.items() if language not in other}
            if kept:
                value[name] = kept
            elif other:
                del value[name]
        else:
            _languages(draft, child, at, allowed)


def _known_languages(draft: Draft, allowed: frozenset[str]) -> None:
    """EDCI 1.2 names the languages of a credential from the same enumeration."""
    display = draft.tree.get("display_parameter") or {}
    for name in ("primary_language", "language"):
        value = display.get(name)
        for index, item in enumerate(value if isinstance(value, list) else [value] if value else []):
            if item is None:
                continue
            known = vocabulary.language(str(item.get("id", "")))
            if known is None or known.iso not in allowed:
                at = (
                    f"/display_parameter/{name}/{index}"
                    if isinstance(value, list)
                    else f"/display_parameter/{name}"
                )
                draft.omit(at, "EDCI XML does not know this language.")
                _empty(display, name, index)
        if isinstance(value, list) and not any(value):
            del display[name]


def _members(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from reversed(list(enumerate(value)))


def _names(draft: Draft) -> None:
    """EDCI 1.2 AbstractCodeType: every value has a name; without one, its notation or address is it."""
    for where, node in of_class(draft.tree, "Concept"):
        if not node.get("pref_label") and node.get("id") and vocabulary.by_uri(node["id"]) is None:
            text = node.get("notation") or node["id"].rstrip("/#").replace("#", "/").rpartition("/")[2]
            why = "No name is given, so the value's own number stands for it."
            draft.add(where, node, "pref_label", {"en": text}, rule="structure", why=why)


def _addresses(draft: Draft) -> None:
    """EDCI 1.2 MBoxType and DocumentType: `mailto:` and `http` addresses, and no other."""
    for where, node in of_class(draft.tree, "ContactPoint"):
        for index, mailbox in enumerate(node.get("email_address", [])):
            address = str((mailbox or {}).get("id", ""))
            if _MAILBOX.fullmatch(address):
                mailbox["id"] = f"mailto:{address}"
            elif not address.startswith("mailto:"):
                draft.omit(
                    f"{where}/email_address/{index}", "An e-mail address is written mailto:… in EDCI XML."
                )
                node["email_address"][index] = None
        if not any(node.get("email_address", [None])):
            node.pop("email_address", None)
    for where, node in of_class(draft.tree, "WebResource"):
        if not re.match(r"https?://", str(node.get("content_url", "http://"))):
            draft.drop(where, node, "content_url", why="EDCI XML takes http addresses of documents only.")
