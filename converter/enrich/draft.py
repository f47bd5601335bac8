"""The pivot while it is being completed: what was put on it, taken off it, and still misses."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from converter.carrier import Blank, blank_carrier
from converter.class_carrier import ClassCarrier
from converter.display import DisplayPage, render_page
from converter.paths import escape
from converter.report import Addition, Omission
from schemas.document import Format
from schemas.errors import Problem
from schemas.identity import Proven
from schemas.institution import InstitutionProfile
from schemas.sealing import Sealing

Node = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """The original that travels with the converted document.

    Attributes:
        data: byte for byte.
        media_type: of `data`.
        name: a file name.
        source_url: where it was fetched, if it was.
    """

    data: bytes
    media_type: str
    name: str
    source_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the asker gives beside the document.

    Attributes:
        target: the format to write.
        now: the moment of conversion, timezone-aware.
        language: of bare texts, ISO 639-1.
        enclosures: the originals to carry, one for each source document.
        recipient: (kind, value) for a badge, if the asker names one.
        images: pictures at hand, by URL.
        draw: draws a page.
        blank: sets the page of a class, behind which originals are put.
        class_pages: pages show neither learner nor date.
        recorded: a record of the conversion travels along, so it gets a place.
        sealing: what goes into the document because it will be sealed.
        identity: the learner's, proven.
    """

    target: Format
    now: datetime
    profile: InstitutionProfile
    language: str
    source: Format
    enclosures: tuple[Enclosure, ...] = ()
    recipient: tuple[str, str] | None = None
    images: Mapping[str, bytes] = field(default_factory=dict)
    draw: Callable[[DisplayPage], bytes] = render_page
    blank: Callable[[Blank], ClassCarrier] = blank_carrier
    class_pages: bool = False
    recorded: bool = False
    sealing: Sealing | None = None
    identity: Proven | None = None

    @property
    def moment(self) -> str:
        """The moment of conversion as an XSD dateTime, whole seconds, UTC offset kept."""
        return self.now.replace(microsecond=0).isoformat().replace("+00:00", "Z")


@dataclass(slots=True)
class Draft:
    """A pivot tree under work. Lives as long as one conversion."""

    tree: Node
    additions: list[Addition] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    missing: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, tree: Node) -> Draft:
        """Start from a copy; what was lifted stays as it is."""
        return cls(copy.deepcopy(tree))

    def add(self, where: str, node: Node, name: str, value: Any, *, rule: str, why: str) -> None:  # noqa: ANN401
        """Put a value under a node that lacks it, and say so."""
        node[name] = value
        self.additions.append(Addition(pivot=f"{where}/{escape(name)}", rule=rule, why=why))

    def append(self, where: str, node: Node, name: str, item: Any, *, rule: str, why: str) -> None:  # noqa: ANN401
        """Put one more item under a node, and say so."""
        items = node.setdefault(name, [])
        items.append(item)
        self.additions.append(Addition(pivot=f"{where}/{escape(name)}/{len(items) - 1}", rule=rule, why=why))

    def drop(self, where: str, node: Node, name: str, *, why: str) -> None:
        """Take a value off a node, and say so; what was added below it is added no more."""
        del node[name]
        gone = f"{where}/{escape(name)}"
        self.additions = [one for one in self.additions if not one.pivot.startswith(f"{gone}/")]
        self.omissions.append(Omission(pivot=gone, why=why))

    def omit(self, where: str, why: str) -> None:
        """Say that a value was taken off."""
        self.omissions.append(Omission(pivot=where, why=why))

    def miss(self, key: str, sentence: str) -> None:
        """Note a fact that the target demands and nobody has given; each key once."""
        if key not in {problem.where for problem in self.missing}:
            self.missing.append(Problem(code="convert.missing", message=sentence, where=key))


def nodes(tree: Any, where: str = "") -> Iterator[tuple[str, Node]]:  # noqa: ANN401
    """Yield every node of a pivot tree with its pointer, from the outside in."""
    waiting = [(where, tree)]
    while waiting:
        at, here = waiting.pop()
        if isinstance(here, list):
            waiting += [(f"{at}/{index}", here[index]) for index in reversed(range(len(here)))]
        elif isinstance(here, dict) and "type" in here:
            yield at, here
            # What was put on the node meanwhile is looked at too.
            below = [
                (f"{at}/{escape(key)}", child)
                for key, child in here.items()
                if not isinstance(child, str) and _holds_nodes(child)
            ]
            waiting += reversed(below)


def _holds_nodes(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, list):
        return bool(value) and (value[0] is None or isinstance(value[0], dict))
    return isinstance(value, dict)


def items(node: Node, name: str) -> list[Node]:
    """Return the nodes of a list, without the places that stand empty for the sake of the others."""
    return [item for item in node.get(name) or [] if item is not None]


def of_class(tree: Node, *names: str) -> Iterator[tuple[str, Node]]:
    """Yield the full nodes of some classes; a bare reference (an id alone) is left alone."""
    for where, node in nodes(tree):
        if node["type"] in names and not is_reference(node):
            yield where, node


def full_node(tree: Node, reference: Node) -> Node | None:
    """Find where the document says in full what a reference only names."""
    for _, node in of_class(tree, reference["type"]):
        if node.get("id") == reference["id"]:
            return node
    return None


def is_reference(node: Node) -> bool:
    """Tell a node that says nothing but its id."""
    return node.keys() <= {"type", "id"} and "id" in node
