"""Sound documents to damage, and ways to damage them: bytes, JSON values, XML elements."""

from __future__ import annotations

import copy
import functools
import json
from typing import Any

from gateway_web import PROFILE
from hypothesis import strategies as st
from lxml import etree
from samples import badges, edci_documents, seals
from shared_files import shared_cases

_MAX = 60_000  # a larger sample costs time and has no shape that a smaller one lacks
_ODD_BYTES = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"<",
    b">",
    b"{",
    b"}",
    b'"',
    b"\\u0000",
    b"&amp;",
    b"]]>",
    b"%00",
    b"'",
)
_KEYS = (
    "id",
    "@id",
    "type",
    "@type",
    "@graph",
    "@value",
    "@context",
    "badge",
    "issuer",
    "en",
    "none",
    "x",
    "",
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(
        [
            badges.ASSERTION,
            badges.ISSUER,
            "urn:x:y",
            "http://[",
            "2026-13-99",
            "en",
            "data:image/png,",
            "1e999",
        ]
    )
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3),
    max_leaves=5,
)


@functools.cache
def badge_texts() -> tuple[bytes, ...]:
    """Badges of every version, as JSON."""
    trees = (
        badges.expanded(),
        badges.assertion(),
        badges.assertion(badge=badges.badge_class(issuer=badges.issuer())),
        badges.assertion_1_1(),
        badges.assertion_1_0(),
        badges.revoked(),
    )
    return (*map(badges.dumped, trees), *_shared("samples/edubadges/*.json"))


@functools.cache
def edci_texts() -> tuple[bytes, ...]:
    """EDCI XML: ours, and where they are at hand the real ones of every version."""
    references = (
        '<learningSpecificationReferences><qualification id="s"><title>'
        f'{edci_documents.text("Weaving")}</title><hasPart idref="s"/></qualification>'
        "</learningSpecificationReferences>"
    )
    own = edci_documents.credential(
        subject=f"<achievements>{edci_documents.achievement(1, 's')}</achievements>",
        references=references,
        organisations=edci_documents.organisation(1, extra='<hasUnit idref="urn:epass:org:2"/>')
        + edci_documents.organisation(2),
    )
    return (own, *_shared("samples/edci-xml/*.xml"))


@functools.cache
def elm_texts() -> tuple[bytes, ...]:
    """ELM JSON-LD: one made of our badge, and where they are at hand the real ones of every form."""
    from benchmarks.documents import badge_as, elm  # noqa: PLC0415 - it converts
    from schemas.document import Format  # noqa: PLC0415

    return (elm(3_000), badge_as(Format.ELM), *_shared("samples/elm-v3/*.json*"))


@functools.cache
def wrapped() -> tuple[bytes, ...]:
    """Containers and seals."""
    badge = badges.dumped(badges.expanded())
    token = badges.signed(badges.signed_assertion())
    return (
        token,
        json.dumps(token.decode()).encode(),
        badges.baked_png(badge),
        badges.baked_png(token),
        badges.png(badges.text_chunk(badges.ASSERTION.encode())),
        badges.baked_svg(badge),
        badges.baked_svg(verify=token.decode()),
        badges.zipped({"a.json": badge, "b.png": badges.baked_png(badge)}),
        seals.seal_xml(),
        seals.seal_json(),
        seals.seal_json(form="compact", header=seals.protected(b64=None, crit=["sigT"])),
        badges.ASSERTION.encode(),
    )


@functools.cache
def grounds() -> tuple[bytes, ...]:
    """All of them."""
    return (*badge_texts(), *edci_texts(), *elm_texts(), *wrapped())


def _shared(pattern: str) -> tuple[bytes, ...]:
    found = (path.read_bytes() for path in shared_cases(pattern))
    return tuple(data for data in found if len(data) <= _MAX)


@st.composite
def bitten(draw: st.DrawFn, grounds: tuple[bytes, ...]) -> bytes:
    """Draw a document with some bytes cut, doubled or replaced; often still well-formed, often not."""
    data = draw(st.sampled_from(grounds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 1, 2, 8, 64, 4096])))
        middle = draw(st.sampled_from(_ODD_BYTES) | st.binary(max_size=6) | st.just(data[start:end] * 2))
        data = data[:start] + middle + data[end:]
    return data


@st.composite
def json_damaged(draw: st.DrawFn, grounds: tuple[bytes, ...]) -> bytes:
    """Draw a JSON document with values replaced, taken out, moved, wrapped or merged."""
    tree = copy.deepcopy(_parsed(draw(st.sampled_from(grounds))))
    for _ in range(draw(st.integers(1, 4))):
        places = _places(tree)
        if not places:
            break
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        deed = draw(st.sampled_from(["value", "out", "wrap", "other", "key"]))
        if deed == "value":
            holder[key] = draw(VALUES)
        elif deed == "out":
            del holder[key]
        elif deed == "wrap":
            holder[key] = draw(st.sampled_from([[holder[key]], [[holder[key]]], {"@value": holder[key]}]))
        elif deed == "other":
            other, name = places[draw(st.integers(0, len(places) - 1))]
            holder[key] = copy.deepcopy(other[name] if _has(other, name) else None)
        elif isinstance(holder, dict):
            holder[draw(st.sampled_from(_KEYS))] = holder.pop(key)
    return json.dumps(tree).encode()


@functools.lru_cache(maxsize=256)
def _parsed(data: bytes) -> Any:
    return json.loads(data)


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """List every place, as its holder and its key, without recursion: trees may be deep."""
    found: list[tuple[Any, Any]] = []
    todo = [tree]
    while todo:
        here = todo.pop()
        items = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
        for key, value in items:
            found.append((here, key))
            todo.append(value)
    return found


def _has(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


_TAGS = (
    "title",
    "organization",
    "hasPart",
    "achievements",
    "proof",
    "text",
    "content",
    "x",
    "verifiableCredential",
)
_ATTRIBUTES = ("id", "idref", "uri", "lang", "URI", "Id", "Algorithm", "{urn:x}y")
_WORDS = ("", "s", "urn:epass:org:1", "en", "% %zz", " a\n b ", "2026-99-99", "\U0001d518", "#xades-id-1")


@st.composite
def xml_damaged(draw: st.DrawFn, grounds: tuple[bytes, ...]) -> bytes:
    """Draw an XML document with elements moved, doubled, renamed, emptied or given other attributes."""
    root = copy.deepcopy(_element(draw(st.sampled_from(grounds))))
    for _ in range(draw(st.integers(1, 5))):
        every = list(root.iter(etree.Element))
        element = every[draw(st.integers(0, len(every) - 1))]
        other = every[draw(st.integers(0, len(every) - 1))]
        parent = element.getparent()
        deed = draw(st.integers(0, 6))
        if deed == 0 and parent is not None:
            parent.remove(element)
        elif deed == 1 and parent is not None:
            parent.append(copy.deepcopy(element))
        elif deed == 2:
            element.tag = f"{{{etree.QName(other).namespace or 'urn:x'}}}{draw(st.sampled_from(_TAGS))}"
        elif deed == 3:
            element.set(draw(st.sampled_from(_ATTRIBUTES)), draw(st.sampled_from(_WORDS)))
        elif deed == 4:
            element.attrib.clear()
        elif deed == 5:
            element.text = draw(st.sampled_from(_WORDS))
        elif len(element) < 40:
            other.append(copy.deepcopy(element))
    return etree.tostring(root)


@functools.lru_cache(maxsize=256)
def _element(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, strip_cdata=False))


def sound_xml(grounds: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Leave out what is no XML by itself or holds a DOCTYPE: damage begins with something sound."""
    kept = []
    for data in grounds:
        try:
            tree = _element(data).getroottree()
        except etree.XMLSyntaxError:
            continue
        if tree.docinfo.internalDTD is None:
            kept.append(data)
    return tuple(kept)


def sound_json(grounds: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Leave out what is no JSON object."""
    kept = []
    for data in grounds:
        try:
            if isinstance(json.loads(data), dict):
                kept.append(data)
        except ValueError:
            continue
    return tuple(kept)


def anything() -> st.SearchStrategy[bytes]:
    """Draw any bytes, a bitten document, or one damaged by its structure."""
    return (
        st.binary(max_size=300)
        | bitten(grounds())
        | json_damaged(sound_json(grounds()))
        | xml_damaged(sound_xml(grounds()))
    )


PROFILES = (
    PROFILE,
    b'[issuer]\nlegal_name = { en = "A", nl = "B" }\n[organisation."https://a.example"]\nvat = "1"\n',
)
