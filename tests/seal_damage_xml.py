"""Seeded damage to signed XML: bytes, nodes, attributes, transforms, references, order, what is hidden."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from lxml import etree
from samples import seals, signatures
from samples.signatures import DS

SIGNATURE, OBJECT = f"{{{DS}}}Signature", f"{{{DS}}}Object"
Dice = random.Random


def xml_mutant(raw: bytes, dice: Dice) -> tuple[str, bytes]:
    """Damage an XML file once or twice: its bytes, or its tree."""
    if dice.random() < 0.3:
        return "byte", bitten(raw, dice)
    tree = etree.fromstring(raw, etree.XMLParser(huge_tree=True)).getroottree()
    done = []
    for _ in range(1 if dice.random() < 0.75 else 2):
        name = dice.choice(list(XML_DEEDS))
        every = list(tree.getroot().iter("*"))
        inside = [
            one
            for one in every
            if one.tag == SIGNATURE or next(one.iterancestors(SIGNATURE), None) is not None
        ]
        pool = inside if inside and dice.random() < 0.6 else every
        XML_DEEDS[name](dice.choice(pool), tree, dice)
        done.append(name)
    return "+".join(done), etree.tostring(tree)


def bitten(raw: bytes, dice: Dice) -> bytes:
    """Change, drop, add or double some bytes."""
    at = dice.randrange(len(raw))
    match dice.randrange(5):
        case 0:
            return raw[:at] + bytes([raw[at] ^ (1 << dice.randrange(8))]) + raw[at + 1 :]
        case 1:
            return raw[:at] + raw[at + dice.randrange(1, 4) :]
        case 2:
            return raw[:at] + dice.choice([b" ", b"\n", b"A", b"=", b"<!---->", b"\t", b"&#32;"]) + raw[at:]
        case 3:
            stop = at + dice.randrange(1, 200)
            return raw[:stop] + raw[at:]
        case _:
            return raw[:at] + bytes([dice.randrange(32, 127)]) + raw[at + 1 :]


def _drop(one: Any, _tree: Any, _dice: Dice) -> None:
    if one.getparent() is not None:
        one.getparent().remove(one)


def _double(one: Any, _tree: Any, _dice: Dice) -> None:
    if one.getparent() is not None:
        one.addnext(copy.deepcopy(one))


def _move(one: Any, tree: Any, dice: Dice) -> None:
    places = [
        other for other in tree.getroot().iter("*") if other is not one and one not in other.iterancestors()
    ]
    if one.getparent() is not None and places:
        place = dice.choice(places)
        place.insert(dice.randint(0, len(place)), one)


def _graft(one: Any, tree: Any, dice: Dice) -> None:
    """Copy an element, changed, to where another might be looked for."""
    places = list(tree.getroot().iter("*"))
    twin = copy.deepcopy(one)
    for inner in twin.iter("*"):
        if inner.text and inner.text.strip() and dice.random() < 0.5:
            inner.text += "x"
    dice.choice(places).insert(0, twin)


def _wrap(one: Any, _tree: Any, dice: Dice) -> None:
    parent = one.getparent()
    if parent is not None:
        wrapper = etree.Element(
            dice.choice([OBJECT, SIGNATURE, "wrapper", "{http://data.europa.eu/snb}extension"])
        )
        parent.replace(one, wrapper)
        wrapper.append(one)


def _text(one: Any, _tree: Any, dice: Dice) -> None:
    said = one.text or ""
    one.text = dice.choice([said + " ", said[:-1], said + "x", said.swapcase(), "", said[::-1], "\n" + said])


def _tail(one: Any, _tree: Any, dice: Dice) -> None:
    if one.getparent() is not None:
        one.tail = dice.choice(["x", " ", "\n", ""])


def _rename(one: Any, _tree: Any, dice: Dice) -> None:
    name = etree.QName(one)
    one.tag = dice.choice(
        ["x", f"{{urn:x}}{name.localname}", f"{{{DS}}}{name.localname}", f"{name.localname}2"]
    )


def _attribute(one: Any, _tree: Any, dice: Dice) -> None:
    if one.attrib and dice.random() < 0.7:
        name = dice.choice(list(one.attrib))
        if dice.random() < 0.3:
            del one.attrib[name]
        else:
            one.set(name, dice.choice([one.get(name) + "x", "", "#id-1", one.get(name).upper(), "x"]))
    else:
        one.set(dice.choice(["Id", "id", "x", "{http://www.w3.org/XML/1998/namespace}lang"]), "xades-id-1")


def _remark(one: Any, _tree: Any, dice: Dice) -> None:
    one.insert(
        dice.randint(0, len(one)), dice.choice([etree.Comment("x"), etree.ProcessingInstruction("x", "y")])
    )


def _order(one: Any, _tree: Any, dice: Dice) -> None:
    children = list(one)
    if len(children) > 1:
        dice.shuffle(children)
        one[:] = children


def _transform(_one: Any, tree: Any, dice: Dice) -> None:
    """Change what a reference is taken through, or how the whole is canonicalized."""
    steps = list(tree.getroot().iter(f"{{{DS}}}Transform", f"{{{DS}}}CanonicalizationMethod"))
    if not steps:
        return
    step = dice.choice(steps)
    match dice.randrange(6):
        case 0:
            step.set("Algorithm", dice.choice(_ALGORITHMS))
        case 1:
            _drop(step, tree, dice)
        case 2:
            _double(step, tree, dice)
        case 3:
            for xpath in step:
                xpath.text = dice.choice(
                    ["true()", "false()", "//*", "/descendant::ds:Object", (xpath.text or "") + " "]
                )
        case 4:
            for xpath in step:
                xpath.set("Filter", dice.choice(["intersect", "union", "subtract"]))
        case _:
            holder = step.getparent()
            if holder is not None:
                holder.insert(0, etree.fromstring(dice.choice(_STEPS)))


def _reference(_one: Any, tree: Any, dice: Dice) -> None:
    """Point a reference elsewhere, or at what is elsewhere."""
    found = list(tree.getroot().iter(f"{{{DS}}}Reference"))
    if found:
        one = dice.choice(found)
        uri = dice.choice(
            ["", "#x", "#xades-id-1", "#id-1", "file:///etc/hostname", "#xpointer(/)", "http://a/"]
        )
        one.set("URI", uri)


def _algorithm(_one: Any, tree: Any, dice: Dice) -> None:
    found = list(tree.getroot().iter(f"{{{DS}}}SignatureMethod", f"{{{DS}}}DigestMethod"))
    if found:
        dice.choice(found).set("Algorithm", dice.choice(_METHODS))


def _certificate(_one: Any, tree: Any, dice: Dice) -> None:
    """Put another certificate in, or beside."""
    other = dice.choice(
        [seals.certificate("p384"), seals.certificate("rsa", organisation="Universiteit Elders")]
    )
    der = seals.b64(other.public_bytes(seals.Encoding.DER))
    for one in list(tree.getroot().iter(f"{{{DS}}}X509Certificate"))[:1]:
        if dice.random() < 0.5:
            one.text = der
        else:
            twin = copy.deepcopy(one)
            twin.text = der
            one.addprevious(twin)


def _hide(_one: Any, tree: Any, dice: Dice) -> None:
    """Put content where a transform may leave it out."""
    found = list(tree.getroot().iter(SIGNATURE))
    if found:
        hidden = etree.fromstring(f'<ds:Object xmlns:ds="{DS}"><fullName>Mallory</fullName></ds:Object>')
        if dice.random() < 0.5:
            dice.choice(found).append(hidden)
        else:
            wrapper = etree.Element(SIGNATURE)
            wrapper.append(hidden)
            tree.getroot().insert(0, wrapper)


_ALGORITHMS = (
    *(
        signatures.EXCLUSIVE,
        signatures.INCLUSIVE,
        signatures.INCLUSIVE_11,
        f"{signatures.EXCLUSIVE}WithComments",
    ),
    *(f"{DS}base64", f"{DS}enveloped-signature"),
    *(signatures.XPATH, signatures.FILTER2),
    "http://www.w3.org/TR/1999/REC-xslt-19991116",
)
_STEPS = tuple(step.replace("<ds:Transform ", f'<ds:Transform xmlns:ds="{DS}" ') for step in (
    *signatures.LEAVE_OUT.values(), signatures.transform(f"{DS}base64"),
    signatures.transform(signatures.EXCLUSIVE),
))  # fmt: skip
_METHODS = (
    f"{DS}rsa-sha1", f"{DS}hmac-sha1", f"{seals.MORE}rsa-sha256", f"{seals.MORE}rsa-sha512", signatures.PSS,
    f"{seals.MORE}ecdsa-sha256", seals.SHA256, seals.SHA512, f"{DS}sha1", "urn:x", "",
)  # fmt: skip
XML_DEEDS: dict[str, Callable[[Any, Any, Dice], None]] = {
    "drop": _drop, "double": _double, "move": _move, "graft": _graft, "wrap": _wrap, "text": _text,
    "tail": _tail,
    "rename": _rename, "attribute": _attribute, "remark": _remark, "order": _order, "transform": _transform,
    "reference": _reference, "algorithm": _algorithm, "certificate": _certificate, "hide": _hide,
}  # fmt: skip
