"""EDCI XML elements: their children, their own text, and how to name their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

_BEFORE: Any = etree.XPath("count(preceding-sibling::*[local-name() = $local and namespace-uri() = $space])")


def own_text(element: etree._Element) -> str:
    """Return the text that stands directly in an element, comments left out as if never there."""
    if not len(element):
        return element.text or ""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def elements(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements: no comments, no processing instructions."""
    return (child for child in element if isinstance(child.tag, str))


def place(element: etree._Element) -> str:
    """Return the readable path of an element, with its line."""
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None:
        name = etree.QName(node)
        before = int(_BEFORE(node, local=name.localname, space=name.namespace or ""))
        more = before or next(node.itersiblings(node.tag), None) is not None
        steps.append(f"{name.localname}[{before + 1}]" if more else name.localname)
        node = node.getparent()
    line = f" (line {element.sourceline})" if element.sourceline else ""
    return "/" + "/".join(reversed(steps)) + line
