"""What a converted document says, in either of two hands: so that ours and the floor can be compared."""

from __future__ import annotations

import json
from typing import Any

from lxml import etree

from benchmarks.floors import CRED, SNB
from converter.strict import parse_xml

Facts = dict[str, Any]


def of_elm(data: bytes) -> Facts:
    """Read the facts of an ELM credential."""
    tree = json.loads(data)
    subject = _one(tree["credentialSubject"])
    claim = _one(subject["hasClaim"])
    specification = _one(claim["specifiedBy"])
    return {
        "title": _words(claim["title"]),
        "description": _words(specification["description"]),
        "holder": _words(subject["fullName"]),
        "from": tree["validFrom"],
        "school": _words(_one(tree["issuer"])["legalName"]),
        "eqf": _one(specification["eqfLevel"])["id"],
        "credits": float(_one(specification["creditPoint"])["point"]),
    }


def of_edci(data: bytes) -> Facts:
    """Read the facts of an EDCI credential of one achievement."""
    root: Any = parse_xml(data)
    s, c = f"{{{SNB}}}", f"{{{CRED}}}"
    nodes = {name: node for node in root.iter(etree.Element) if (name := node.get("id"))}
    award = root.findall(f".//{s}achievements/*")[0]
    specification = nodes[award.find(f"{s}specifiedBy").get("idref", "")]
    text = f"{s}text"
    issuer = nodes[root.find(f"{c}issuer").get("idref", "")]
    return {
        "title": award.findtext(f"{s}title/{text}"),
        "description": specification.findtext(f"{s}definition/{text}"),
        "holder": root.findtext(f"{s}credentialSubject/{s}fullName/{text}"),
        "from": root.findtext(f"{c}validFrom"),
        "school": issuer.findtext(f"{s}prefLabel/{text}"),
        "eqf": specification.find(f"{s}eqfLevel").get("uri"),
        "credits": float(specification.findtext(f"{s}hasECTSCreditPoints") or "nan"),
    }


def of_badge(data: bytes) -> Facts:
    """Read the facts of a badge."""
    tree = json.loads(data)
    kind = tree["badge"]
    return {
        "title": kind["name"],
        "description": kind["description"],
        "from": tree["issuedOn"],
        "eqf": kind["extensions:EQFExtension"]["EQF"],
        "credits": kind["extensions:ECTSExtension"]["ECTS"],
        "image": kind["image"][:22],
    }


def _one(value: Any) -> Any:  # noqa: ANN401 - JSON, one or many
    return value[0] if isinstance(value, list) else value


def _words(value: dict[str, Any]) -> Any:  # noqa: ANN401
    return _one(value["en"])
