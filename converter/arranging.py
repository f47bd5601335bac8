"""The named rearrangements between a format's read tree and the tree its table speaks of."""

from __future__ import annotations

from converter.formats import edci2_arrange, edci2_place, ob2_arrange, ob2_place
from converter.residue import Residue
from schemas.document import Format, Tree


def arranged(fmt: Format, tree: Tree) -> Tree:
    """Bring a read tree into the form the table is written for."""
    if fmt is Format.OB2:
        return ob2_arrange.arrange(tree)
    return edci2_arrange.arrange(tree) if fmt is Format.EDCI else tree


def restored(fmt: Format, tree: Tree) -> tuple[Tree, tuple[Residue, ...]]:
    """Turn a lowered tree into what the writer takes, and say what could not be dealt out again."""
    if fmt is Format.OB2:
        return ob2_arrange.restore(tree), ()
    return edci2_arrange.restore(tree) if fmt is Format.EDCI else (tree, ())


def place_of(fmt: Format, pointer: str, tree: Tree, arrangement: Tree) -> str:
    """Say where a value of the arranged tree stands in the tree beside it, as read or as written."""
    if fmt is Format.OB2:
        return ob2_place.place_of(pointer, tree, arrangement)
    return edci2_place.place_of(pointer, tree, arrangement) if fmt is Format.EDCI else pointer
