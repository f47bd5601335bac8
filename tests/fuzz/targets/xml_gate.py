"""The XML gate: what passes holds no DOCTYPE and no entity, and its canonical form is its own."""

from __future__ import annotations

import contextlib

from lxml import etree
from samples import edci_documents, seals

from converter.strict import parse_xml
from schemas.errors import Malformed

WORDS = (
    b"<!DOCTYPE",
    b"<!ENTITY",
    b"<!--",
    b"-->",
    b"<?xml",
    b"?>",
    b"<![CDATA[",
    b"]]>",
    b'encoding="UTF-16"',
    b'encoding="UTF-7"',
    b'encoding="IBM037"',
    b"&#0;",
    b"&lt;",
    b"SYSTEM",
    b"xi:include",
)


def seeds() -> tuple[bytes, ...]:
    plain = "<a><!-- b --><?c d?><e xmlns='urn:x' f='&lt;'>&#233;<![CDATA[<]]></e></a>"
    laughs = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    return (
        seals.CREDENTIAL,
        edci_documents.credential(),
        plain.encode(),
        plain.encode("utf-16"),
        plain.encode("utf-32-le"),
        f'<?xml version="1.0" encoding="iso-8859-1"?>{plain}'.encode("latin-1"),
        f"<!-- x -->{laughs}".encode(),
        laughs.encode("utf-16"),
        b'<!DOCTYPE a SYSTEM "file:///nowhere"><a/>',
    )


def run(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        tree = parse_xml(data)
        assert tree.docinfo.internalDTD is None
        assert not any(isinstance(node, etree._Entity) for node in tree.iter())
        with contextlib.suppress(etree.C14NError):  # a relative namespace has no canonical form
            octets = etree.tostring(tree, method="c14n")
            assert etree.tostring(parse_xml(octets), method="c14n") == octets
