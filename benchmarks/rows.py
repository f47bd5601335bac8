"""The rows of the table: for each kind of work ours, the floor, and what both must agree on."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from bundles import LEARNER, badge_web
from samples import badges
from shared_files import SHARED

from benchmarks import documents, facts, floor_checks, floors
from converter.codecs import Context
from converter.convert import lift
from converter.display import DisplayPage, render_page
from converter.read import read
from converter.tables import mapping
from schemas.document import Format
from verifier import verify
from verifier.bundle import BundleFetcher
from verifier.sealing import examine_jades, examine_xades

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    Attributes:
        work: what is done, and to how many bytes.
        ours: the work as the gateway does it.
        floor: the unavoidable part of it, or another's work where the note says so.
        said: what ours made, as facts; `floor_said` likewise. They must be equal.
        note: the ratio that was seen where the reference was taken, or what the floor leaves out.
    """

    work: str
    ours: Callable[[], Any]
    floor: Callable[[], Any]
    said: Callable[[Any], Any]
    floor_said: Callable[[Any], Any]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A row whose files, or whose peer, are not there."""

    work: str
    why: str = "shared files absent"


def rows() -> Iterator[Row | Absent]:
    """Make every row, in the order of the table."""
    from benchmarks.core_rows import core_rows  # noqa: PLC0415 - the same
    from benchmarks.schema_rows import schema_rows  # noqa: PLC0415 - it needs what this module defines
    from benchmarks.sealing_rows import sealing_rows  # noqa: PLC0415 - the same
    from benchmarks.trust_rows import trust_rows  # noqa: PLC0415 - the same

    yield from _reading()
    yield from schema_rows()
    yield from core_rows()
    yield from _converting()
    yield from _verifying()
    yield from trust_rows()
    yield from sealing_rows()
    yield from _starting()
    yield from _shared()


def _reading() -> Iterator[Row]:
    for name, data, floor in (
        ("badge, JSON", documents.BADGE, floors.json_badge),
        ("badge, JWS", documents.TOKEN, floors.jws_badge),
        ("badge, PNG", documents.BAKED, floors.png_badge),
    ):
        yield Row(
            work=f"read {name}, {_size(data)}",
            **_on(data, read, floor),
            said=_badge_name,
            floor_said=lambda tree: (tree["id"], tree["badge"]["name"]),
        )
    for size in (57_000, 150_000):
        data = documents.edci(size)
        yield Row(
            work=f"read EDCI XML, {_size(data)}",
            **_on(data, read, floors.edci_parsed),
            said=lambda found: len(found.tree["credentialSubject"]["achievements"]),
            floor_said=lambda found: len(found[0].findall(f".//{{{floors.SNB}}}achievements/*")),
            note="ours checks the model and resolves the graph",
        )
    data = documents.elm(130_000)
    yield Row(
        work=f"read ELM JSON-LD, {_size(data)}",
        **_on(data, read, floors.elm_parsed),
        said=lambda found: len(found.tree["credentialSubject"]["hasClaim"]),
        floor_said=lambda tree: len(tree["credentialSubject"]["hasClaim"]),
        note="ours checks profile and duplicates",
    )


def _on(data: bytes, ours: Callable[[bytes], Any], floor: Callable[[bytes], Any]) -> dict[str, Any]:
    return {"ours": lambda: ours(data), "floor": lambda: floor(data)}


def _converting() -> Iterator[Row]:
    badge = documents.BADGE
    yield Row(
        work="badge → ELM, tables alone",
        ours=lambda: _tables(badge),
        floor=lambda: floors.badge_as_elm(badge),
        said=facts.of_elm,
        floor_said=facts.of_elm,
        note="ours keeps a trace; 2.8 with a trace in the reference",
    )
    yield _badge_to(Format.ELM, facts.of_elm, "page and carrier", "floor draws a page of one line")
    yield _badge_to(Format.EDCI, facts.of_edci, "", "floor is one string; lxml took 8 times that")
    for fmt, floor in ((Format.EDCI, floors.edci_as_badge), (Format.ELM, floors.elm_as_badge)):
        data = documents.badge_as(fmt)
        yield Row(
            work=f"{_name(fmt)} → badge, image drawn, {_size(data)}",
            ours=partial(_document, data, Format.OB2),
            floor=partial(_with_page, floor, data),
            said=facts.of_badge,
            floor_said=facts.of_badge,
            note="floor draws a page of one line",
        )
    data = documents.badge_as(Format.ELM)
    yield Row(
        work=f"ELM → EDCI XML, {_size(data)}",
        ours=lambda: documents.made(data, Format.EDCI).document,
        floor=lambda: floors.elm_as_edci(data),
        said=facts.of_edci,
        floor_said=facts.of_edci,
        note="floor is one string",
    )
    display = DisplayPage(title="Dike Inspection", issuer="Polder University", learner="Noor de Wit")
    yield Row(
        work="display page, PNG",
        ours=lambda: render_page(display),
        floor=lambda: floors.page("Dike Inspection"),
        said=lambda png: png[:24],
        floor_said=lambda png: png[:24],
        note="one line on the floor; one full page took 4 ms in the reference",
    )


def _document(data: bytes, fmt: Format) -> bytes:
    return documents.made(data, fmt).document


def _with_page(floor: Callable[..., bytes], data: bytes) -> bytes:
    return floor(data, image=floors.page("Dike Inspection"))


def _tables(data: bytes) -> bytes:
    """From bytes to bytes with nothing but the two tables between."""
    lifted = lift(documents.source(data), documents.profile())
    context = Context(language=lifted.language)
    return orjson.dumps(mapping(Format.ELM).lower(lifted.moved.tree, context).tree)


def _badge_to(fmt: Format, said: Callable[[bytes], Any], extras: str, note: str) -> Row:
    enclose = "document" if extras else "nothing"

    def floor() -> bytes:
        if fmt is Format.EDCI:
            return floors.badge_as_edci(documents.BADGE)
        return floors.badge_as_elm(documents.BADGE, image=floors.page("Dike Inspection"), carry=True)

    return Row(
        work=f"badge → {_name(fmt)}, whole{f', {extras}' if extras else ''}",
        ours=lambda: documents.made(documents.BADGE, fmt, enclose=enclose).document,
        floor=floor,
        said=said,
        floor_said=said,
        note=note,
    )


def _verifying() -> Iterator[Row]:
    web = badge_web()
    at_hand = {url: base64.b64decode(answer["body_base64"]) for url, answer in web.items()}
    fetcher = BundleFetcher(web)
    signed = badges.signed(badges.signed_assertion())
    for name, data, floor in (
        ("hosted", badges.dumped(badges.assertion()), floor_checks.hosted_badge),
        ("signed", signed, floor_checks.signed_badge),
    ):
        yield Row(
            work=f"verify {name} badge, web at hand",
            ours=partial(verify, data, fetcher=fetcher, now=documents.NOW, recipients=LEARNER),
            floor=partial(floor, data, at_hand, badges.LEARNER, documents.NOW),
            said=lambda report: str(report.verdict) == "TOTAL-PASSED",
            floor_said=lambda passed: passed,
            note="the reference validator took 500 to 2,000 floors",
        )
    yield _seal("XAdES", documents.sealed_xml(), examine_xades, floor_checks.xades, "xmlsec took 2.3 floors")
    yield _seal(
        "JAdES", documents.sealed_json(), examine_jades, floor_checks.jades, "jwcrypto took 1.1 floors"
    )


def _seal(
    kind: str,
    data: bytes,
    ours: Callable[[bytes], Any],
    floor: Callable[[bytes], str],
    note: str,
    source: str = "",
) -> Row:
    return Row(
        work=f"examine {kind}{source}, {_size(data)}",
        **_on(data, ours, floor),
        said=_signer,
        floor_said=lambda digest: (True, digest),
        note=note,
    )


def _signer(seal: Any) -> tuple[bool | None, str]:  # noqa: ANN401 - a SealExamination
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - beside its one use

    return seal.intact, seal.signer.fingerprint(hashes.SHA256()).hex() if seal.signer else ""


def _starting() -> Iterator[Row]:
    def run(code: str) -> int:
        return subprocess.run([sys.executable, "-c", code], cwd=_ROOT, check=False).returncode  # noqa: S603

    yield Row(
        work="start of the command",
        ours=lambda: run("import api.cli.main"),
        floor=lambda: run("pass"),
        said=lambda code: code,
        floor_said=lambda code: code,
        note="floor is an empty Python",
    )


def _shared() -> Iterator[Row | Absent]:
    """Rows on other people's documents, read in place."""
    wanted = ("real EDCI XML", "real XAdES", "real JAdES", "ELM profile")
    if SHARED is None:
        yield from (Absent(work=work) for work in wanted)
        return
    data = (SHARED / "samples/edci-xml/15_generic_1.1_master.xml").read_bytes()
    yield Row(
        work=f"read EDCI XML, real, {_size(data)}",
        **_on(data, read, floors.edci_parsed),
        said=lambda found: found.tree["@id"],
        floor_said=lambda found: found[0].get(f"{{{floors.CRED}}}id"),
    )
    for kind, path, ours, floor in (
        (
            "XAdES",
            "edci-xml/17_generic_1.1_sewing_course_signed_LT.xml",
            examine_xades,
            floor_checks.xades,
        ),
        ("JAdES", "elm-v3/ec2023_mc_annex1_signed.jsonld", examine_jades, floor_checks.jades),
    ):
        data = (SHARED / "samples" / path).read_bytes()
        yield _seal(kind, data, ours, floor, "with a timestamp, which nobody here opens", ", real")
    from benchmarks.profile_rows import profile_rows  # noqa: PLC0415 - rdflib takes a second

    yield from profile_rows()


def _badge_name(found: Any) -> tuple[str, str]:  # noqa: ANN401 - a Document
    return found.tree["id"], found.tree["badge"]["name"]


def _name(fmt: Format) -> str:
    return {Format.EDCI: "EDCI XML", Format.ELM: "ELM", Format.OB2: "badge"}[fmt]


def _size(data: bytes) -> str:
    return f"{len(data) / 1000:.0f} kB"
