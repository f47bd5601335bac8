"""Other people's timestamps: every sample and corpus file that carries one, told by what its notes say."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest
from shared_files import SHARED, shared_cases

from schemas.document import Document, Format, Seal, SealKind
from verifier.trust.times import SealTime, embedded, seal_times

pytestmark = pytest.mark.shared


def document(path: Path) -> Document:
    raw = path.read_bytes()
    xml = path.suffix == ".xml"
    seal = Seal(kind=SealKind.XADES if xml else SealKind.JADES, raw=raw)
    format_ = Format.EDCI if xml else Format.ELM
    return Document(format=format_, version="", raw=raw, original=raw, media_type="", tree={}, seal=seal)


def rows() -> list[dict[str, str]]:
    if SHARED is None:
        return []
    with (SHARED / "samples/edci-xml/INDEX.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["sigvalue_ok"]]


def told(time: SealTime) -> tuple[str, bool | None, bool | None]:
    return time.kind, time.imprint_holds, time.intact


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_a_timestamp_of_an_edci_sample_holds_where_what_it_is_about_does(
    shared: Path, row: dict[str, str]
) -> None:
    """The samples that do not hold were laid out anew after sealing, their signature value with them."""
    about = {"content": row["content_ref_ok"] == "True", "signature": row["sigvalue_ok"] == "True"}
    times = seal_times(document(shared / "samples/edci-xml" / row["file"]))
    for time in times:
        assert told(time) == (time.kind, about[time.kind], True)
        assert time.moment is not None
        # the content is stamped some seconds before the time that is then signed, the value some after
        assert abs(time.moment.timestamp() - signed_at(row)) < 120
    assert ("signature" in {time.kind for time in times}) == (row["level"] == "LT")


def signed_at(row: dict[str, str]) -> float:
    return datetime.fromisoformat(row["signing_time"].strip("[]'")).timestamp()


STAMPED = {
    "ec2023_certofpart_signed.jsonld": "content signature archive",
    "ec2023_mc_annex1_signed.jsonld": "content signature archive",
    "ec2025_MC_signed.jsonld": "content signature",
    "ec2025_certofpart_signed.jsonld": "content signature archive",
    "edci_credential_signed_2022.jsonld": "content signature archive",
    "edci_vp_sealed_adotst.json": "content signature archive",
    "edci_vp_sealed_x5c3.json": "signature archive",
    "velocert2026_cas_signed.jsonld": "signature archive",
    "velocert2026_cps_signed.jsonld": "signature archive",
    "velocert2026_dc_signed.jsonld": "signature archive",
    "velocert2026_matriculation_signed.jsonld": "signature archive",
}


def test_every_sealed_elm_sample_is_listed_here() -> None:
    sealed = {path.name for path in shared_cases("samples/elm-v3/*") if b'"signatures"' in path.read_bytes()}
    assert sealed == set(STAMPED)


@pytest.mark.parametrize("name", STAMPED)
def test_every_timestamp_of_an_elm_sample_holds(shared: Path, name: str) -> None:
    times = seal_times(document(shared / "samples/elm-v3" / name))
    assert [told(time) for time in times] == [(kind, True, True) for kind in STAMPED[name].split()]
    moments = [time.moment for time in times]
    assert all(moments)
    assert moments == sorted(moment for moment in moments if moment)
    assert all(time.faults == () for time in times)


@pytest.mark.parametrize("name", STAMPED)
def test_one_changed_letter_of_the_content_is_noticed_by_content_and_archive_timestamps(
    shared: Path, name: str
) -> None:
    original = document(shared / "samples/elm-v3" / name)
    members = json.loads(original.raw)
    members["payload"] = members["payload"].replace("e", "E", 1)
    raw = json.dumps(members).encode()
    changed = Document(
        format=Format.ELM,
        version="",
        raw=raw,
        original=raw,
        media_type="",
        tree={},
        seal=Seal(kind=SealKind.JADES, raw=raw),
    )
    expected = [(kind, kind == "signature", True) for kind in STAMPED[name].split()]
    assert [told(time) for time in seal_times(changed)] == expected


SIGNATURE, ARCHIVE = ("signature", True, True), ("archive", True, True)
CORPUS: dict[str, list[tuple[str, bool | None, bool | None]]] = {
    # valid, by the corpus' own index
    "xades/xades-lta-valid.xml": [SIGNATURE, ARCHIVE],
    "jades/jades-lta.json": [SIGNATURE, ARCHIVE],
    "jades/jades-lta-with-etsiU-whitespaces.json": [SIGNATURE, ARCHIVE],
    "jades/jades-triple-LTA.json": [SIGNATURE, ARCHIVE, ARCHIVE, ARCHIVE],
    "jades/jades-t-duplicated-sigtst.json": [SIGNATURE, SIGNATURE],
    "xades/xades-500-references.xml": [SIGNATURE],
    # TS 101 903 v1.3.2, with an Include that says what is meant anyway, and the older archive property
    "xades/dss874__sellosFNMT-XAdES_A.xml": [SIGNATURE, ARCHIVE],
    # rests on SHA-1 throughout
    "xades/dss1788__dss1788-noCertProvided.xml": [("signature", True, None)],
    # copied from another seal, or broken
    "xades/xades-lta-copied-atst.xml": [SIGNATURE, ("archive", False, True)],
    "jades/jades-flattened-BpT-broken-sigTst.json": [("signature", False, True)],
    # the content is decoded base64, octets, which its maker canonicalized before stamping all the same
    "xades/xsw__XSW-enveloping-fake-object.xml": [("content", False, True)],
    # about a picture beside the document, which is never fetched
    "xades/xades-detached-with-object-type-ref.xml": [
        ("content", None, True),
        ("content", None, True),
        SIGNATURE,
        ("archive", None, True),
    ],
}


@pytest.mark.parametrize("path", shared_cases("corpus/dss/?ades/*"), ids=lambda path: path.name)
def test_the_timestamps_of_the_corpus_are_told_apart(path: Path) -> None:
    if path.suffix not in {".xml", ".json"} or "detached__" in path.name:
        pytest.skip("content of another file")
    expected = CORPUS.get(f"{path.parent.name}/{path.name}", [])
    assert [told(time) for time in seal_times(document(path))] == expected


EMBEDDED = {
    # lists of revoked certificates, OCSP answers
    "elm-v3/ec2023_certofpart_signed.jsonld": (1, 1),
    "elm-v3/velocert2026_dc_signed.jsonld": (1, 0),
    "elm-v3/ec2025_certofpart_signed.jsonld": (0, 1),
    "elm-v3/ec2025_MC_signed.jsonld": (0, 0),
    "edci-xml/26_generic_1.0_Ildiko_signed_LT.xml": (2, 0),
    "edci-xml/17_generic_1.1_sewing_course_signed_LT.xml": (1, 2),
    "edci-xml/40_VP_mandated_1.0_digest_mismatch.xml": (0, 0),
}


@pytest.mark.parametrize("name", EMBEDDED)
def test_revocation_data_is_found_where_it_was_counted(shared: Path, name: str) -> None:
    of = document(shared / "samples" / name)
    found = embedded(of)
    assert (len(found.crls), len(found.ocsps)) == EMBEDDED[name]
    assert all(one.startswith(b"\x30") for one in (*found.crls, *found.ocsps))
    for time in seal_times(of):
        assert set(time.certificates) <= set(found.certificates)
