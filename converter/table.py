"""What may stand in a mapping table, validated before anything runs on it."""

from __future__ import annotations

import tomllib
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from converter.codecs import CODECS
from converter.paths import Path, lists, parse_path

Relation = Literal["exact", "broader", "narrower", "related"]


def _a_path(text: str) -> str:
    parse_path(text)
    return text


PathText = Annotated[str, AfterValidator(_a_path)]
Why = Annotated[str, Field(min_length=10)]


class Entry(BaseModel):
    """Nothing unknown, nothing changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Test(Entry):
    """A literal discriminator: the value at `path` is one of `equals`, or is there at all, or is not."""

    __test__ = False

    path: PathText
    equals: tuple[str, ...] = ()
    absent: bool = False


class Case(Entry):
    """One alternative of a choice: on the wire side, on the pivot side, or on both.

    On lowering, the first case whose shape has the node's class and whose `pivot` test holds is taken.
    """

    shape: str
    wire: Test | None = None
    pivot: Test | None = None


class Choice(Entry):
    """A closed set of alternatives, tried in order; the last may be without a test."""

    name: str
    cite: str
    case: tuple[Case, ...] = Field(min_length=1)


class Row(Entry):
    """A two-way row.

    Attributes:
        pivot: path below the shape's pivot class.
        wire: path below the shape's wire node.
        via: a codec, a shape or a choice.
        case: with a choice, the shape of the one case this row takes; other items are left to other rows.
        relation: anything but exact is reported as approximated and has a note.
        cite: the clause.
    """

    pivot: PathText
    wire: PathText
    via: str = "same"
    case: str = ""
    relation: Relation = "exact"
    cite: str
    note: str = ""

    @model_validator(mode="after")
    def _speaks(self) -> Row:
        if self.relation != "exact" and not self.note:
            raise ValueError(f"row {self.pivot}: a relation that is not exact needs a note")
        one_of_many = parse_path(self.pivot)[-1].each and not parse_path(self.wire)[-1].each
        if lists(parse_path(self.pivot)) - one_of_many != lists(parse_path(self.wire)):
            raise ValueError(f"row {self.pivot}: both sides need as many lists")
        return self


class Oneway(Row):
    """A row that works in one direction only, and says why."""

    direction: Literal["lift", "lower"]
    why: Why


class Constant(Entry):
    """A wire value that is always the same: written when lowering, counted as read when lifting."""

    wire: PathText
    value: Any
    cite: str


class Join(Entry):
    """Several wire values that make one pivot value, through a codec that takes them all."""

    pivot: PathText
    wire: tuple[PathText, ...] = Field(min_length=2)
    via: str
    relation: Relation = "exact"
    cite: str
    note: str = ""


class Gap(Entry):
    """A place on one side with no counterpart on the other, and why. Everything below it is meant."""

    pivot: str = ""
    wire: str = ""
    why: Why

    @model_validator(mode="after")
    def _one_side(self) -> Gap:
        if bool(self.pivot) == bool(self.wire):
            raise ValueError("a gap names either a pivot or a wire place")
        return self


class Shape(Entry):
    """One pivot class beside one kind of wire node.

    Attributes:
        name: what rows call it; the wire type's name where nothing else is needed.
        pivot: a pivot class.
        wire: the type of the wire node in the format's model.
        tag: the value of the table's tag key that marks such a node, if one does.
    """

    name: str
    pivot: str
    wire: str
    tag: str = ""
    row: tuple[Row, ...] = ()
    oneway: tuple[Oneway, ...] = ()
    constant: tuple[Constant, ...] = ()
    join: tuple[Join, ...] = ()
    gap: tuple[Gap, ...] = ()
    like: str = ""


class Table(Entry):
    """The mapping of one format to and from the pivot.

    Attributes:
        root: name of the shape of the whole document.
        tag: the wire key that names a node's kind (`type`, `#name`), if there is one.
        gap: classes no shape has (`pivot = "Class"` or `"Class.field"`).
    """

    format: str
    spec: str
    root: str
    tag: str = ""
    shape: tuple[Shape, ...]
    choice: tuple[Choice, ...] = ()
    gap: tuple[Gap, ...] = ()

    @model_validator(mode="after")
    def _closed(self) -> Table:
        shapes = {shape.name for shape in self.shape}
        choices = {choice.name for choice in self.choice}
        known = shapes | choices | CODECS.keys()
        faults = [] if self.root in shapes else [f"no shape {self.root!r}"]
        faults += [f"shape {shape.name} twice" for shape in self.shape if _count(self.shape, shape.name) > 1]
        faults += [
            f"{shape.name}: goes via unknown {via!r}"
            for shape in self.shape
            for via in {row.via for row in (*shape.row, *shape.oneway)} | {join.via for join in shape.join}
            if via not in known
        ]
        faults += [
            f"choice {choice.name}: no shape {case.shape!r}"
            for choice in self.choice
            for case in choice.case
            if case.shape not in shapes
        ]
        faults += [
            f"{shape.name} is like unknown {shape.like!r}"
            for shape in self.shape
            if shape.like and shape.like not in shapes
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self


def _count(shapes: tuple[Shape, ...], name: str) -> int:
    return sum(shape.name == name for shape in shapes)


def load_table(text: str) -> Table:
    """Read a table from TOML.

    Raises:
        pydantic.ValidationError: with every fault.
    """
    return Table.model_validate(tomllib.loads(text))


def inherited(table: Table, shape: Shape) -> Shape:
    """Return a shape with the entries of the shape it is like put before its own."""
    if not shape.like:
        return shape
    ground = inherited(table, next(other for other in table.shape if other.name == shape.like))
    return shape.model_copy(
        update={
            kind: (*getattr(ground, kind), *getattr(shape, kind))
            for kind in ("row", "oneway", "constant", "join", "gap")
        }
    )


def path(text: str) -> Path:
    """Parse a path that a table has already been validated on."""
    return parse_path(text)
