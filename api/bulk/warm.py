"""What a worker keeps from batch to batch: made once, handed in, and never a global."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson
from zstandard import ZstdCompressor

from api.bulk.learners import fitted
from api.bulk.outputs import compressor
from api.bulk.people import KnownPeople
from api.bulk.rows import Order, target_of
from api.exchange import OperatorExchange
from api.folders import database_url
from api.gateway.trusting import read_trust
from api.tenants import read_tenants, tenants_of
from api.trust.store import ListStore
from converter.carrier import Blank, blank_carrier
from converter.class_carrier import ClassCarrier
from converter.conversion import Options
from converter.display import DisplayPage, fewer_colours, render_page
from converter.mould import Moulds
from converter.mould_back import BackMoulds
from converter.report import MappingReport
from schemas.document import Format
from schemas.evidence import Fetcher, Missing, Resource, Trust
from schemas.official import Official
from verifier.address import without_fragment
from verifier.bundle import BundleFetcher
from verifier.fetch import JSON, HttpFetcher, OfflineFetcher

if TYPE_CHECKING:
    from api.bulk.verdicts import Verdicts
    from api.gateway.sealers import Sealer

_ANSWERS = 4096
_ANSWER_BYTES = 64 * 1024 * 1024
_PAGES = 128
_COLOURS, _COLOURS_OF_IMAGES = 32, 256
"""A page of a class is drawn once and stands in thousands of documents: what it weighs counts."""
_REPORTS = 1024
_Four = tuple[int, int, int, int]


class KeptAnswers:
    """Asks another fetcher, and keeps what answered: a class and an issuer are asked once for many rows."""

    def __init__(self, inner: Fetcher) -> None:
        """Take the fetcher that does the asking."""
        self._inner = inner
        self._kept: OrderedDict[tuple[str, str], Resource] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self.at_hand = bool(getattr(inner, "at_hand", False))

    def fetch(self, url: str, *, accept: str = JSON) -> Resource | Missing:
        """Return what was answered before, or ask; what was not answered is asked anew by the next row."""
        key = (without_fragment(url), accept)
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
        answer = self._inner.fetch(url, accept=accept)
        if isinstance(answer, Resource):
            with self._lock:
                if key not in self._kept:
                    self._kept[key] = answer
                    self._size += len(answer.body)
                while len(self._kept) > _ANSWERS or self._size > _ANSWER_BYTES:
                    _, gone = self._kept.popitem(last=False)
                    self._size -= len(gone.body)
        return answer


def drawn(page: DisplayPage) -> bytes:
    """Draw a page of few colours."""
    return fewer_colours(render_page(page), _COLOURS if page.image is None else _COLOURS_OF_IMAGES)


@dataclass(slots=True, kw_only=True)
class Warm:
    """The state of a worker.

    Attributes:
        asks: whether anything answers web addresses.
        pages, blanks: draw pages and set those of classes; each is kept by what it shows.
        moulds: of badge classes met before; none where somebody is asked about each row and none is sealed.
        back: the same of Europass credentials that badges are made of.
        digests: of the four lists that many rows share.
        verdicts: of badge classes met before, where rows are sealed.
        sealer: the tenant that seals every row; None where none is sealed.
        official: the official schema files, where a sample is held against them.
        answered: digests of what answered for many rows.
        told: the four lists met since the last batch was written, by digest.
        packer: compresses documents.
    """

    fetcher: Fetcher
    asks: bool
    trust: Trust
    people: KnownPeople | None = None
    pages: Callable[[DisplayPage], bytes] = field(default_factory=lambda: lru_cache(maxsize=_PAGES)(drawn))
    blanks: Callable[[Blank], ClassCarrier] = field(
        default_factory=lambda: lru_cache(maxsize=_PAGES)(blank_carrier)
    )
    moulds: Moulds | None = None
    back: BackMoulds | None = None
    digests: dict[int, tuple[MappingReport, str, dict[str, Any], _Four]] = field(default_factory=dict)
    answered: dict[int, tuple[Resource, str]] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    verdicts: Verdicts | None = None
    official: Official | None = None
    sealer: Sealer | None = None
    packer: ZstdCompressor = field(default_factory=compressor)

    @classmethod
    def of(cls, order: Order) -> Warm:
        """Make ready what an order needs.

        Raises:
            NotUnderstood: a folder of trust cannot be used.
            Unavailable, Malformed: the evidence cannot be read.
        """
        trust = read_trust(Path(order.trust)) if order.trust else Trust()
        if order.trust_lists:
            archive = ListStore(Path(order.trust_lists)).archive()
            trust = replace(trust, lists=archive) if archive.snapshots else trust
        inner: Fetcher = OfflineFetcher() if order.offline else HttpFetcher()
        if order.evidence:
            inner = BundleFetcher.from_file(Path(order.evidence))
        warm = cls(
            fetcher=KeptAnswers(inner),
            asks=bool(order.evidence) or not order.offline,
            trust=trust,
            people=KnownPeople(Path(order.people)) if order.people else None,
        )
        if order.sampled:
            from api.bulk.sampling import official_of  # noqa: PLC0415 - few ask for it

            warm.official = official_of(order)
        if order.seal:
            warm.sealer = _sealer(order, warm.fetcher, trust)
            if order.target is not None:
                from api.bulk.casting import sealed_by  # noqa: PLC0415 - the database takes time to load

                warm.moulds = Moulds(order.target, warm.options(order), sealed_by(warm.sealer))
                warm.verdicts = _verdicts(order, warm.moulds, warm.sealer)
        elif not warm.asks and order.target is Format.OB2:
            warm.back = BackMoulds(warm.options(order), fitted)
        elif not warm.asks and order.target is not None:
            warm.moulds = Moulds(order.target, warm.options(order), fitted)
        return warm

    def options(self, order: Order) -> Options:
        """Say how every row is converted; the names of its learner and its recipient are its own."""
        return Options(
            now=order.now,
            profile=order.profile,
            strict=order.strict,
            enclose=order.enclose,
            draw=self.pages,
            blank=self.blanks,
            class_pages=not order.individual,
        )

    def listed(self, report: MappingReport) -> tuple[str, _Four]:
        """Return the digest of four lists and how long they are, and remember to tell them."""
        known = self.digests.get(id(report))
        if known is None or known[0] is not report:
            told = report.to_dict()
            digest = hashlib.sha256(orjson.dumps(told)).hexdigest()[:16]
            lists = (report.mapped, report.approximated, report.left_out, report.added)
            mapped, approximated, left_out, added = map(len, lists)
            known = report, digest, told, (mapped, approximated, left_out, added)
            if len(self.digests) >= _REPORTS:
                self.digests.clear()
            self.digests[id(report)] = known
        _, digest, told, lengths = known
        self.told[digest] = told
        return digest, lengths

    def taken(self) -> dict[str, dict[str, Any]]:
        """Return the four lists met since this was last asked."""
        told, self.told = self.told, {}
        return told


def _verdicts(order: Order, moulds: Moulds, sealer: Sealer) -> Verdicts:
    from api.bulk.verdicts import Verdicts  # noqa: PLC0415 - likewise
    from api.gateway.conversion import Order as Conversions  # noqa: PLC0415 - likewise
    from api.gateway.seal_orders import SealOrder  # noqa: PLC0415 - likewise

    seal = SealOrder(sealer=sealer, override=order.override)
    asking = Conversions(target=target_of(order), trust=sealer.trust, seal=seal)
    return Verdicts(moulds=moulds, asking=asking)


def _sealer(order: Order, fetcher: Fetcher, trust: Trust) -> Sealer:
    """Open the tenant that seals: in each worker, for a key is no thing to hand over."""
    from api.gateway.sealers import Sealers  # noqa: PLC0415 - the database takes time to load
    from api.storage import Store  # noqa: PLC0415 - likewise

    tenants = read_tenants(Path(order.tenants)) if order.tenants else tenants_of(os.environ)
    sealers = Sealers(
        tenants,
        Store.open(order.database or database_url(os.environ)),
        environment=os.environ,
        exchange=OperatorExchange(tenants.services),
        fetcher=fetcher,
        trust=trust,
    )
    return sealers.of(order.seal, "seal")


def spare_cores() -> int:
    """Return how many workers this machine has room for."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
