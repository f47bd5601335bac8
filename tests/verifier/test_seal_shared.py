"""Other people's seals: what holds must hold, what is broken must not, and xmlsec has the same opinion."""

from __future__ import annotations

import base64
import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xmlsec
from lxml import etree
from shared_files import SHARED, shared_cases

from converter.read import read
from converter.strict import load_json
from schemas.document import Document
from schemas.errors import DocumentError, Malformed
from schemas.evidence import Evidence, SealExamination
from verifier import verify
from verifier.bundle import BundleFetcher
from verifier.checks.issuer import ISSUER_CHECKS
from verifier.finding import Outcome, Verdict
from verifier.sealing import examine, examine_jades, examine_xades
from verifier.sealing.transforms import DS

pytestmark = pytest.mark.shared


def rows(path: str) -> list[dict[str, str]]:
    if SHARED is None:
        return []
    with (SHARED / path).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def entries(path: str) -> Any:
    return json.loads((SHARED / path).read_text("utf-8")) if SHARED else []


def examined(path: Path) -> SealExamination | None:
    """Examine a file by its form; None where it is refused as malformed."""
    examine = examine_xades if path.suffix == ".xml" else examine_jades
    try:
        return examine(path.read_bytes())
    except Malformed:
        return None


SEALED_XML = [row for row in rows("samples/edci-xml/INDEX.csv") if row["sigvalue_ok"]]
SEALED_JSON = [path for path in shared_cases("samples/elm-v3/*") if b'"signatures"' in path.read_bytes()]


@pytest.mark.parametrize("row", SEALED_XML, ids=lambda row: row["file"])
def test_every_sealed_edci_sample_is_told_by_its_place(shared: Path, row: dict[str, str]) -> None:
    result = examined(shared / "samples/edci-xml" / row["file"])
    assert result is not None
    holds = {
        "digest": row["content_ref_ok"] == "True",
        "properties": row["signedprops_ref_ok"] == "True",
        "value": row["sigvalue_ok"] == "True",
    }
    assert result.intact is all(holds.values())
    assert {code for code, _ in result.faults} == {code for code, ok in holds.items() if not ok}
    assert result.signer is not None
    assert result.claimed_time is not None
    assert result.claimed_time.isoformat()[:19] in row["signing_time"]
    assert not result.weak


def test_some_samples_hold_and_some_do_not() -> None:
    verdicts = Counter(
        all(row[name] == "True" for name in ("sigvalue_ok", "content_ref_ok", "signedprops_ref_ok"))
        for row in SEALED_XML
    )
    assert min(verdicts[True], verdicts[False]) >= 5


@pytest.mark.parametrize("row", SEALED_XML, ids=lambda row: row["file"])
def test_xmlsec_agrees_on_the_whole_seal(shared: Path, row: dict[str, str]) -> None:
    path = shared / "samples/edci-xml" / row["file"]
    result = examined(path)
    assert result is not None
    signature = next(etree.parse(path).getroot().iter(f"{{{DS}}}Signature"))
    context = xmlsec.SignatureContext()
    der = base64.b64decode(next(signature.iter(f"{{{DS}}}X509Certificate")).text)
    context.key = xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer)
    context.register_id(next(signature.iter("{*}SignedProperties")), "Id")
    if result.intact:
        context.verify(signature)
    else:
        with pytest.raises(xmlsec.Error):
            context.verify(signature)


@pytest.mark.parametrize("path", SEALED_JSON, ids=lambda path: path.name)
def test_every_sealed_json_sample_is_intact(path: Path) -> None:
    result = examined(path)
    assert result is not None
    assert result.intact is True
    assert result.signed == json.loads(path.read_bytes())["payload"].encode()
    assert result.profile >= {"sigT", "x5t#S256", "x5c"}


@pytest.mark.parametrize("path", SEALED_JSON, ids=lambda path: path.name)
def test_one_changed_letter_of_a_sealed_json_sample_is_told(path: Path) -> None:
    members = json.loads(path.read_bytes())
    members["payload"] = members["payload"].replace("e", "E", 1)
    result = examine_jades(json.dumps(members).encode())
    assert (result.intact, [code for code, _ in result.faults]) == (False, ["value"])


ISSUERS = {
    "edci-xml/17_generic_1.1_sewing_course_signed_LT.xml": "registration.",
    "edci-xml/26_generic_1.0_Ildiko_signed_LT.xml": "registration.",
    "edci-xml/27_generic_1.0_basic_signed_LT.xml": "registration.",
    "elm-v3/ec2025_MC_signed.jsonld": "eIDASIdentifier.",
    "elm-v3/edci_credential_signed_2022.jsonld": "registration.",
    "elm-v3/velocert2026_dc_signed.jsonld": "eIDASIdentifier, which leaves the prefix NTREE- out.",
}


@pytest.mark.parametrize("name", ISSUERS)
def test_the_samples_were_sealed_by_the_issuer_they_name(shared: Path, name: str) -> None:
    document = read((shared / "samples" / name).read_bytes())
    assert isinstance(document, Document)
    result = examine(document)
    assert result is not None
    signed = read(result.signed or b"")
    assert isinstance(signed, Document)
    of = Evidence(
        document=document, now=datetime(2026, 4, 1, tzinfo=UTC), seal=result, signed_document=signed
    )
    (finding,) = (one for check in ISSUER_CHECKS for one in check(of) if one.check == "issuer.match")
    assert finding.outcome is Outcome.PASSED
    assert finding.message.endswith(f"the issuer's {ISSUERS[name]}")


ATTACKS = [*entries("corpus/seal-attacks/index_xml.json"), *entries("corpus/seal-attacks/index_json.json")]

WHERE_TOLD = {
    "x01": "digest",
    "x02": "properties",
    "x05-": "digest",
    "x25": "algorithm",
    "x28": "certificate",
    "x29": "certificate",
    "j01": "value",
    "j02": "algorithm",
    "j03": "algorithm",
    "j13": "certificate",
    "j14": "certificate",
    "j15": "certificate",
    "j18": "value",
    "j20": "value",
}
"""The attacks on one part of the seal; every other one that is refused is refused for its structure."""
DOCUMENT_REFUSED = ("x03", "x04", "j11")
"""Not even taken apart: a DOCTYPE, a member named twice."""
CONTENT_REFUSED = ("j10", "j22", "j23", "j24")
"""The mathematics is right; what was sealed is not strict JSON, and whoever reads `signed` says so."""


@pytest.mark.parametrize("entry", ATTACKS, ids=lambda entry: entry["file"])
def test_every_attack_has_its_outcome(shared: Path, entry: dict[str, str]) -> None:
    name, expected = entry["file"], entry["expected"]
    result = examined(shared / "corpus/seal-attacks" / name)
    if name.startswith(DOCUMENT_REFUSED):
        assert expected == "FAILED"
        assert result is None
        return
    assert result is not None
    if name.startswith(CONTENT_REFUSED):
        assert expected == "FAILED"
        assert result.signed is not None
        with pytest.raises(Malformed):
            load_json(result.signed)
    elif expected in {"OK", "CRYPTO_OK"}:  # an expired or revoked certificate is a matter of the path
        assert result.intact is True
        assert result.faults == ()
        assert result.weak == ()
    elif expected == "INDETERMINATE":
        assert result.intact is True
        assert result.weak
    else:
        code = next((code for start, code in WHERE_TOLD.items() if name.startswith(start)), "structure")
        assert result.intact is False
        assert [fault for fault, _ in result.faults] == [code]
        assert result.signed is None


def test_a_comment_cannot_cut_a_name_short(shared: Path) -> None:
    path = shared / "corpus/seal-attacks/x05b-comment-truncation.xml"
    result = examined(path)
    assert result is not None
    assert b"<!--" in path.read_bytes()
    assert b"<fullName>Jane Doe</fullName>" in (result.signed or b"")


GENERAL_HOLDS = ("x24",)
"""A RetrievalMethod is never followed, and the certificate lies beside it: nothing else is wrong with it."""


@pytest.mark.parametrize("policy", ["auto", "general"])
@pytest.mark.parametrize("entry", ATTACKS, ids=lambda entry: entry["file"])
def test_every_attack_from_bytes_to_verdict(shared: Path, entry: dict[str, str], policy: str) -> None:
    raw = (shared / "corpus/seal-attacks" / entry["file"]).read_bytes()
    expected = entry["expected"]
    try:
        report = verify(raw, fetcher=BundleFetcher({}), now=datetime(2026, 11, 25, tzinfo=UTC), policy=policy)
    except DocumentError:
        assert expected == "FAILED"
        return
    told = {(finding.check, finding.outcome) for finding in report.findings}
    assert "internal.error" not in {check for check, _ in told}
    assert report.verdict is not Verdict.TOTAL_PASSED
    if expected in {"OK", "CRYPTO_OK"} or (entry["file"].startswith(GENERAL_HOLDS) and policy == "general"):
        assert told >= {("seal.signature", Outcome.PASSED), ("seal.algorithm", Outcome.PASSED)}
    elif expected == "INDETERMINATE":
        assert told >= {("seal.signature", Outcome.PASSED), ("seal.algorithm", Outcome.UNDECIDED)}
    else:
        open_ = {check for check, outcome in told if outcome in {Outcome.FAILED, Outcome.UNDECIDED}}
        refusing = {"seal.present", "seal.signature", "seal.scope", "format.read"}
        assert any(check in refusing or check.startswith("seal.signature.") for check in open_)
        assert policy == "general" or report.verdict is Verdict.TOTAL_FAILED


DSS = entries("corpus/dss/index.json")["items"] if SHARED else []

DSS_INTACT = {
    "xades/xades-ecc-brainpool.xml",
    "jades/jades-lta.json",
    "jades/serialization-extra-element.json",
    "jades/jades-level-b-full-type.json",
    "jades/jades-with-line-break.json",
    "jades/jades-level-b-sig-policy-invalid-digest-algo.json",
    "jades/jades-flattened-BpT-broken-sigTst.json",
    "jades/jades-t-duplicated-sigtst.json",
    "jades/jades-triple-LTA.json",
    "jades/jades-lta-with-etsiU-whitespaces.json",
    "jades/jades-with-broken-attached-counter-signature.json",
    "jades/jades-with-broken-detached-counter-signature.json",
}
"""General-purpose signatures whose main signature is of the shape our formats have, and holds."""
DSS_REFUSED = {
    "xades/xsw__XSW-enveloped-fake-content.xml": "covers a part of the document only",
    "xades/dss874__sellosFNMT-XAdES_A.xml": "covers a part of the document only",
    "xades/dss1788__dss1788-noCertProvided.xml": "a bare key, which anyone may write there",
    "xades/xades-500-references.xml": "covers only what stands outside the document",
    "jades/dss2620__jades-with-crit-with-duplicated-header.json": "RFC 7515 §4.1.11: a name twice",
    "jades/dss2620__jades-with-extra-crit-entry.json": "RFC 7515 §4.1.11: a name that is absent",
    "jades/dss2620__jades-with-critical-headers-in-crit.json": "RFC 7515 §4.1.11: registered names",
}
"""Valid to a validator for every shape, broken as the seal of a credential."""


@pytest.mark.parametrize("item", DSS, ids=lambda item: item["file"])
def test_what_other_validators_call_invalid_is_never_intact(shared: Path, item: dict[str, Any]) -> None:
    result = examined(shared / "corpus/dss" / item["file"])
    crypto, intact = item["expected"]["crypto"], result.intact if result else False
    if crypto in {"invalid", "reject"}:
        assert intact is not True
        return
    assert crypto.startswith("valid")
    assert (intact is True) == (item["file"] in DSS_INTACT)
    assert (intact is False) == (item["file"] in DSS_REFUSED)


def test_how_many_of_the_others_are_decided(shared: Path) -> None:
    decided = Counter(
        (item["expected"]["crypto"].split("-")[0], result.intact if result else "malformed")
        for item in DSS
        for result in [examined(shared / "corpus/dss" / item["file"])]
    )
    assert decided == {
        ("valid", True): 12,
        ("valid", None): 9,
        ("valid", False): 7,
        ("invalid", False): 6,
        ("invalid", None): 7,
        ("reject", False): 2,
        ("reject", "malformed"): 2,
    }
