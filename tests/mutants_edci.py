"""Seeded damage to EDCI XML: what each mutant was done, and the mutant."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from lxml import etree

from schemas.edci import XSI, model

_TABLE = model()
_SPACES = [*_TABLE.namespaces.values(), "urn:elsewhere", ""]
_NAMES = sorted({child.name for kind in _TABLE.types.values() for child in kind.children.values()})
_ATTRIBUTES = sorted({tag for kind in _TABLE.types.values() for tag in kind.attributes})
_VALUES = sorted({value for simple in _TABLE.simple.values() for value in simple.values})
_TROUBLE = [
    "", " ", "x", "é", "\u00a0", "\u2003", "\U0001d518", "a\tb", "a\nb", " padded ", "two  spaces",
    "2026-02-01", "2026-02-30", "2024-02-29", "2023-02-29", "1900-02-29", "2026-13-01", "26-01-01",
    "02026-01-01", "12026-01-01", "-2026-01-01", "0000-01-01", "-0001-01-01", "2026-02-01Z",
    "2026-02-01+14:00", "2026-02-01+14:01", "2026-02-01-05", "2026-02-01T09:00:00", "2026-02-01T24:00:00Z",
    "2026-02-01T24:00:01Z", "2026-02-01T09:00Z", "2026-02-01T09:00:00.123456789Z", "2026-02-01T09:00:00.Z",
    "2026-02-01T23:59:60Z", "2026-02-01 09:00:00", "2026-02-01T09:00:00z", "2026-02-01T25:00:00Z",
    "2026-02-01T09:60:00Z", "0", "-0", "+1", "-1", "1", "00012", "1.0", "1.", ".5", ".", "1e3", "1,5",
    "INF", "NaN", "0x1", "٣", "1" * 18, "1" * 30, "0." + "1" * 30, "true", "TRUE", "True", "yes", " 1 ",
    "P1Y", "P", "PT", "P1M2D", "P1D1M", "-PT1.5S", "+P1D", "PT1.S", "PT.5S", "P1Y2", "P1.5D", "P1DT", "P1W",
    "p1y", "AA==", "AA=", "AB==", "AAB=", "QUJD", "QU JD", "Q U J D", "QUJD====", "QUJ-", "=", "QUJDQ",
    "Q\nU\nJ\nD", "en", "EN", "en ", "en-GB", "eng", "e n", "-en", "abcdefghi", "nl-x-abcdefghi",
    "http://a.example", "https://", "http://", "HTTP://a.example", "http:/a", "ftp://a",
    " http://a.example ", "http://exa mple/", "http://a/%zz", "http://a/%41", "%", "http://[::1]/",
    "http://[", "::", ":", "a:b:c", "1:2", "#", "##", "a#b#c", "?", "//", "///", "http://a:port/",
    "http://a:80/", "mailto:", "mailto:a@b.example", "MAILTO:a@b", "a@b", "mailto:a b@c", "urn:x:{y}", "<>",
    '"', "\\", "^", "`", "|", "http://é.example/ü", "http://data.europa.eu/snb/eqf/25831c2",
    "http://data.europa.eu/snb/eqf/25831C2", "urn:x", "a/b", "/", ".", "a.b-c_d", "1a", "a:b", "_",
    "text/plain", "TEXT/PLAIN", "text/plain ", "0.10.0", "0.10", "1.0 ", "0.9.0",
]  # fmt: skip

Deed = Callable[[Any, Any, random.Random], None]


def mutant(ground: bytes, seed: int) -> tuple[str, bytes]:
    """Damage a document: mostly once, sometimes twice.

    Returns:
        What was done, and the document.
    """
    dice = random.Random(seed)  # noqa: S311 - reproducible, that is the point
    root = etree.fromstring(ground)
    done = []
    for _ in range(1 if dice.random() < 0.8 else 2):
        every = _every(root, dice)
        name = dice.choices(list(DEEDS), weights=[weight for weight, _ in DEEDS.values()])[0]
        DEEDS[name][1](dice.choice(every), root, dice)
        done.append(name)
    return "+".join(done), etree.tostring(root)


def _every(root: etree._Element, dice: random.Random) -> list[etree._Element]:
    """Return the elements, or those of one name: so that the rare ones are damaged as often as `text`."""
    every = list(root.iter(etree.Element))
    if dice.random() < 0.3:
        return every
    tag = dice.choice(sorted({one.tag for one in every}))
    return list(root.iter(tag))


def _drop(at: Any, _root: Any, _dice: random.Random) -> None:
    if at.getparent() is not None:
        at.getparent().remove(at)


def _duplicate(at: Any, _root: Any, _dice: random.Random) -> None:
    if at.getparent() is not None:
        at.addnext(copy.deepcopy(at))


def _move(at: Any, root: Any, dice: random.Random) -> None:
    parent = at.getparent()
    if parent is None:
        return
    if dice.random() < 0.5:
        other = dice.choice(list(root.iter(etree.Element)))
        if other is not at and at not in other.iterancestors():
            other.insert(dice.randrange(len(other) + 1), at)
    else:
        parent.insert(dice.randrange(len(parent) + 1), at)


def _rename(at: Any, root: Any, dice: random.Random) -> None:
    old = etree.QName(at)
    space = old.namespace or "" if dice.random() < 0.7 else dice.choice(_SPACES)
    near = [etree.QName(one).localname for one in root.iter(etree.Element)]
    local = old.localname if space != (old.namespace or "") else dice.choice([*_NAMES, *near])
    at.tag = f"{{{space}}}{local}" if space else local


def _retype(at: Any, _root: Any, dice: random.Random) -> None:
    leaves = [one for one in at.iter(etree.Element) if not len(one)]
    dice.choice(leaves).text = dice.choice(_TROUBLE)


def _revalue(at: Any, root: Any, dice: random.Random) -> None:
    held = [one for one in at.iter(etree.Element) if one.attrib] or [root]
    one = dice.choice(held)
    if one.attrib:
        one.set(dice.choice(sorted(one.attrib)), dice.choice(_TROUBLE))


def _dangle(at: Any, root: Any, dice: random.Random) -> None:
    links = root.xpath("//*[@idref]")
    ids = [*root.xpath("//@id"), *root.xpath("//@idref"), "urn:nowhere", "", " ", "% %zz"]
    near = [one for one in at.iter(etree.Element) if "idref" in one.attrib] or links
    if near:
        dice.choice(near).set("idref", dice.choice(ids))


def _reidentify(at: Any, root: Any, dice: random.Random) -> None:
    nodes = [one for one in at.iter(etree.Element) if "id" in one.attrib] or root.xpath("//*[@id]")
    others = [*root.xpath("//@id"), "urn:other", ""]
    if nodes:
        one = dice.choice(nodes)
        padded = one.get("id").replace(":", " : ") if dice.random() < 0.1 else f"  {one.get('id')} "
        one.set("id", dice.choice([dice.choice(others), padded]))


def _list_value(at: Any, root: Any, dice: random.Random) -> None:
    listed = [
        (one, name)
        for one in (at, *root.iter(etree.Element))
        for name, value in (*one.attrib.items(), ("", one.text))
        if value in _VALUES
    ]
    if not listed:
        return
    one, name = dice.choice(listed)
    old = one.get(name) if name else one.text
    changed = [dice.choice(_VALUES), old.upper(), old[:-1], f" {old}", f"{old} ", f"{old}\n", f"{old}x", ""]
    new = dice.choice(changed)
    if name:
        one.set(name, new)
    else:
        one.text = new


def _attribute(at: Any, _root: Any, dice: random.Random) -> None:
    if at.attrib and dice.random() < 0.6:
        name = dice.choice(sorted(at.attrib))
        value = at.attrib.pop(name)
        if dice.random() < 0.4:
            at.set(dice.choice(_ATTRIBUTES), value)
    else:
        at.set(dice.choice([*_ATTRIBUTES, "{urn:x}y", "{http://www.w3.org/XML/1998/namespace}lang"]), "en")


def _words(at: Any, _root: Any, dice: random.Random) -> None:
    words = dice.choice(["words", " ", "\n", "\u00a0"])
    if len(at) and dice.random() < 0.5:
        at[-1].tail = words
    else:
        at.text = words + (at.text or "")


def _aside(at: Any, _root: Any, dice: random.Random) -> None:
    """Comments and instructions: they change nothing, also in the middle of a value."""
    aside = etree.Comment("aside") if dice.random() < 0.5 else etree.ProcessingInstruction("aside", "x")
    text = at.text or ""
    half = len(text) // 2
    at.text, aside.tail = text[:half], text[half:]
    at.insert(0, aside)


def _instance(at: Any, _root: Any, dice: random.Random) -> None:
    name, value = dice.choice(
        [
            ("nil", "true"),
            ("nil", "false"),
            ("nil", "maybe"),
            ("type", dice.choice(sorted(_TABLE.types))),
            ("type", dice.choice(sorted(_TABLE.types))),
            ("type", "TextType"),
            ("type", "no:Type"),
            ("noNamespaceSchemaLocation", "x.xsd"),
            ("schemaLocation", "urn:a b.xsd"),
            ("strange", "x"),
        ]
    )
    at.set(f"{{{XSI}}}{name}", value)


DEEDS: dict[str, tuple[int, Deed]] = {
    "drop": (3, _drop),
    "duplicate": (3, _duplicate),
    "move": (3, _move),
    "rename": (3, _rename),
    "retype": (5, _retype),
    "revalue": (5, _revalue),
    "dangle": (4, _dangle),
    "reidentify": (3, _reidentify),
    "list value": (3, _list_value),
    "attribute": (3, _attribute),
    "words": (2, _words),
    "aside": (1, _aside),
    "instance": (1, _instance),
}
