"""The core of a conversion when the badge's class is known, as it is for all but the first learners of it.

Beside it the same written by hand (`hand_written.py`), which makes the same document: that is asserted, value
by value. Ours keeps the four lists, looks whether names fit, and refuses what does not; the other does not.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
from lxml import etree
from samples import badges, exports

from benchmarks import documents, hand_back, hand_written
from benchmarks.rows import Row
from converter.convert import Conversion, Options, Source, convert
from converter.display import DisplayPage, fewer_colours, render_page
from converter.mould import Moulds, Own
from converter.mould_back import BackMoulds
from converter.read import read
from schemas.document import Document, Format

NAMES = ("Noor", "de Wit")
OWN = Own(given=NAMES[0], family=NAMES[1])
EMAIL = "Noor.deWit@polder.example"
_LEARNERS = 50
_PAGE = fewer_colours(render_page(DisplayPage(title="Dike Inspection", issuer="Polder University")), 32)


def core_rows() -> Iterator[Row]:
    """Make the rows: both targets, without and with the original inside."""
    edci = _Core(Format.EDCI, enclose="nothing")
    yield Row(
        work="core badge → EDCI XML, class known",
        ours=edci.made,
        floor=lambda: hand_written.badge_as_edci(edci.next(), **edci.names),
        said=_canonical,
        floor_said=_canonical,
        note="floor: the same document by hand with lxml; to reach: 1",
    )
    elm = _Core(Format.ELM, enclose="nothing")
    page = base64.b64encode(_PAGE).decode()
    yield Row(
        work="core badge → ELM, class known",
        ours=elm.made,
        floor=lambda: hand_written.badge_as_elm(elm.next(), **elm.names, page=page),
        said=orjson.loads,
        floor_said=orjson.loads,
        note="floor: the same document by hand with orjson; to reach: 3",
    )
    whole = _Core(Format.ELM, enclose="document")
    yield Row(
        work="core badge → ELM with carrier and page",
        ours=whole.made,
        floor=elm.made,
        said=_title,
        floor_said=_title,
        note="floor: our own core; to reach: 3",
    )
    back = _Back(edci)
    image = f"data:image/png;base64,{page}"
    yield Row(
        work="core EDCI XML → badge, class known",
        ours=back.made,
        floor=lambda: hand_back.edci_as_badge(back.next(), email=EMAIL, page=image),
        said=lambda text: orjson.loads(orjson.loads(b'"' + text + b'"')),
        floor_said=orjson.loads,
        note="floor: the same document by hand with lxml; to reach: 2.5",
    )


class _Core:
    """Learners of one class, one after the other, of a class whose mould is made."""

    def __init__(self, target: Format, *, enclose: str) -> None:
        self.names = {"given": NAMES[0], "family": NAMES[1], "issued": "2026-11-23T12:00:00Z"}
        profile = replace(documents.profile(), given_name=None, family_name=None)
        self.options = Options(
            now=documents.NOW,
            profile=profile,
            enclose=enclose,
            draw=lambda _: _PAGE,
            class_pages=True,
        )
        self._target = target
        self._moulds = Moulds(target, self.options)
        self._learners = [_learner(number) for number in range(_LEARNERS)]
        self._turns = {"ours": 0, "floor": 0}
        for data in self._learners:  # some were awarded after the conversion, and are a class of their own
            badge = self._moulds.opened(data)
            assert badge is not None
            keyed, made = self._moulds.cast(badge, OWN)
            if made is None:
                self._moulds.learn(keyed, self._long_way(data))

    def next(self, whose: str = "floor") -> bytes:
        """Return the next learner's badge; each side has its own turn, so that both meet the same ones."""
        self._turns[whose] = (self._turns[whose] + 1) % _LEARNERS
        return self._learners[self._turns[whose]]

    def made(self) -> bytes:
        """Convert the next learner's badge, report and all."""
        badge = self._moulds.opened(self.next("ours"))
        assert badge is not None
        _, made = self._moulds.cast(badge, OWN)
        assert made is not None
        assert made.report.mapped
        return made.document

    def _long_way(self, data: bytes) -> Conversion:
        document = read(data)
        assert isinstance(document, Document)
        profile = replace(self.options.profile, given_name=NAMES[0], family_name=NAMES[1])
        return convert(Source(document=document), self._target, replace(self.options, profile=profile))


class _Back:
    """The credentials made of a class of badges, made badges again: the original does not travel along."""

    def __init__(self, core: _Core) -> None:
        self._options = replace(core.options, recipient=("email", EMAIL))
        self._moulds = BackMoulds(self._options, lambda options, _: options)
        self._credentials = [core.made() for _ in range(_LEARNERS)]
        self._turns = {"ours": 0, "floor": 0}
        self._own = replace(OWN, recipient=("email", EMAIL))
        for data in self._credentials:
            badge = self._moulds.opened(data)
            assert badge is not None
            badge, made = self._moulds.quoted(badge, self._own)
            if made is None:
                document = read(data)
                assert isinstance(document, Document)
                self._moulds.learn(badge, convert(Source(document=document), Format.OB2, self._options))

    def next(self, whose: str = "floor") -> bytes:
        """Return the next learner's credential; each side has its own turn."""
        self._turns[whose] = (self._turns[whose] + 1) % _LEARNERS
        return self._credentials[self._turns[whose]]

    def made(self) -> bytes:
        """Convert the next learner's credential; the badge stands as it does within a text of JSON."""
        badge = self._moulds.opened(self.next("ours"))
        assert badge is not None
        _, made = self._moulds.quoted(badge, self._own)
        assert made is not None
        assert made.like.report.mapped
        return made.text


def _learner(number: int) -> bytes:
    tree: dict[str, Any] = badges.expanded()
    own, _ = exports.assertion(number)
    for name in ("id", "image", "recipient", "issuedOn"):
        tree[name] = own[name]
    return json.dumps(tree, separators=(",", ":")).encode()


def _canonical(document: bytes) -> bytes:
    return etree.tostring(etree.fromstring(document), method="c14n")


def _title(document: bytes) -> str:
    return str(orjson.loads(document)["displayParameter"]["title"]["en"])
