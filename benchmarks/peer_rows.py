"""Verdicts beside those of peers, each warm and on the same files: the reference badge validator and EU DSS.

A peer runs in a process of its own and tells how long it took itself; ours is timed before and after it, in
this process, on the processor's clock. Rows say why where a peer is not to be had.
"""

from __future__ import annotations

import base64
import json
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from badges_made import MAIL, PLACES, RECIPIENT, SALT, assertion, signed, web
from bundles import answer
from cryptography.hazmat.primitives.serialization import Encoding
from interop.cases import Case
from interop.dss_opinion import dss_opinions, why_not
from interop.test_interop_badges import CONTEXT, EXTENSION, HERE, KEPT, SCHEMA
from samples import authorities, sealing, timestamps
from samples.sealed_conversions import sealing as facts_of
from samples.sealing import NOW, means, organisation_key

from benchmarks import documents
from benchmarks.rows import Absent
from converter.convert import convert
from converter.hosting import host
from schemas.document import Format
from schemas.evidence import Recipient, Trust
from schemas.stamper import Level
from verifier import verify
from verifier.bundle import BundleFetcher
from verifier.fetch import OfflineFetcher
from verifier.sealing.making import seal_edci, seal_elm

_TIMES = 40
_SCRIPT = HERE / "reference_validator.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One line of the table whose other side is timed elsewhere.

    Attributes:
        ours: the work as the gateway does it; True where the verdict is good.
        theirs: does the same there, and returns the median of its microseconds; an error where it disagrees.
    """

    work: str
    ours: Callable[[], bool]
    theirs: Callable[[], float]
    note: str


def peer_rows() -> Iterator[Peer | Absent]:
    """Make the rows."""
    yield from _validator_rows()
    yield from _dss_rows()


def _validator_rows() -> Iterator[Peer | Absent]:
    python = KEPT / "openbadges" / "bin" / "python"
    made = host(assertion(), PLACES, RECIPIENT, SALT)
    for kind, (data, on) in {"hosted": (made.assertion, web(made)), "signed": signed("RS256")}.items():
        work = f"verify {kind} badge, against the reference validator"
        if not (KEPT / "openbadges" / "whole").exists():
            yield Absent(work=work, why="`make interop` installs it")
            continue
        known: dict[str, Any] = {
            **on,
            f"{EXTENSION}/context.json": answer(CONTEXT),
            f"{EXTENSION}/schema.json": answer(SCHEMA),
        }
        yield Peer(
            work=work,
            ours=partial(_good_badge, data, known),
            theirs=partial(_validator, python, data, known),
            note="to reach: 0.1; everything at hand on both sides",
        )


def _good_badge(data: bytes, known: dict[str, Any]) -> bool:
    about = (Recipient(kind="email", value=MAIL),)
    report = verify(data, fetcher=BundleFetcher(known), now=NOW, recipients=about)
    return str(report.verdict) == "TOTAL-PASSED"


def _validator(python: Path, data: bytes, known: dict[str, Any]) -> float:
    asked = {
        "badge_base64": base64.b64encode(data).decode(),
        "web": known,
        "image": "",
        "email": MAIL,
        "times": _TIMES,
    }
    done = subprocess.run(  # noqa: S603 - our own script
        [str(python), str(_SCRIPT)], input=json.dumps(asked), check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if not told["valid"]:
        raise RuntimeError("The reference validator does not accept the badge.")
    return float(told["micros"])


def _dss_rows() -> Iterator[Peer | Absent]:
    for name, suffix, target, seal in (
        ("EDCI XML", "xml", Format.EDCI, seal_edci),
        ("ELM", "json", Format.ELM, seal_elm),
    ):
        sealer = replace(means(), key=organisation_key())
        options = replace(
            documents.options(enclose="nothing"), sealing=facts_of(sealer.key.certificates[0], at=NOW)
        )
        made = convert(documents.source(documents.BADGE), target, options)
        data = seal(made.document, sealer, Level.LTA)
        work = f"verify sealed {name} LTA, {len(data) / 1000:.0f} kB, against EU DSS"
        if reason := why_not():
            yield Absent(work=work, why=reason)
            continue
        yield Peer(
            work=work,
            ours=partial(_good_seal, data, sealing.trust()),
            theirs=partial(_dss, suffix, data),
            note="to reach: 0.2; the whole verdict, schema and all, on our side",
        )


def _at() -> datetime:
    return NOW + timedelta(hours=1)


def _good_seal(data: bytes, trust: Trust) -> bool:
    report = verify(data, fetcher=OfflineFetcher(), now=_at(), trust=trust)
    return str(report.verdict) == "TOTAL-PASSED"


def _dss(suffix: str, data: bytes) -> float:
    """Ask about one file many times in one run; Java is warm in the second half of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / f"sealed.{suffix}"
        path.write_bytes(data)
        anchors = []
        for kind, certificate in (("seals", authorities.root().certificate), ("times", timestamps.root())):
            anchors.append(folder / f"{kind}.pem")
            anchors[-1].write_bytes(certificate.public_bytes(Encoding.PEM))
        news = []
        for number, word in enumerate(sealing.words(at=_at())):
            news.append(folder / f"{number}.crl")
            news[-1].write_bytes(word)
        at = f"{_at():%Y-%m-%dT%H:%M:%SZ}"
        cases = [
            Case(name=f"{number:04d}", path=path, anchors=tuple(anchors), crls=tuple(news), at=at)
            for number in range(_TIMES * 4)
        ]
        told = dss_opinions(cases)
    if {str(one.indication) for one in told.values()} != {"TOTAL-PASSED"}:
        raise RuntimeError("EU DSS does not pass the file.")
    late = [told[case.name].micros for case in cases[_TIMES * 2 :]]
    return statistics.median(late)
