"""Sealed credentials inside another document: each by itself, and what that means for what holds them."""

from __future__ import annotations

import io
import json
import time
from datetime import UTC, datetime

import pytest
from lxml import etree
from samples.seals import (
    CREDENTIAL,
    MORE,
    TRANSFORMS,
    bare,
    holding,
    inclusive,
    presenting,
    protected,
    seal_json,
    seal_xml,
)

from converter.read import read
from schemas.document import Document
from schemas.errors import Malformed
from schemas.evidence import Evidence
from verifier import Report, verify
from verifier.bundle import BundleFetcher
from verifier.finding import Outcome, Verdict
from verifier.gather import gather
from verifier.policy import GENERAL
from verifier.sealing import examine_xades, inner_documents
from verifier.sealing.transforms import INCLUSIVE
from verifier.trust.times import seal_times

NOW = datetime(2026, 11, 25, tzinfo=UTC)
CHILD = CREDENTIAL.replace(b"<?pi kept?>\n", b"").replace(b"urn:credential:1", b"urn:credential:2")
"""A processing instruction before the root is under its seal, and lost where it is put inside another."""
OTHER = CHILD.replace(b"urn:credential:2", b"urn:credential:3")


def sealed_child(document: bytes = CHILD, *, transform: str = "filter2") -> bytes:
    """Seal a document with another key than that of what will hold it."""
    method = f"{MORE}ecdsa-sha256"
    identifier = document[document.index(b"urn:credential:") :][15:16].decode()
    return seal_xml(document, kind="p256", method=method, transform=transform, identifier=f"id-{identifier}")


def evidence(raw: bytes) -> Evidence:
    document = read(raw)
    assert isinstance(document, Document)
    return gather(document, fetcher=BundleFetcher({}), now=NOW)


def report(raw: bytes, policy: str = "auto") -> Report:
    return verify(raw, fetcher=BundleFetcher({}), now=NOW, policy=policy)


def outcomes(of: Report, code: str) -> list[Outcome]:
    return [one.outcome for one in of.findings if one.check == code]


PARENT = seal_xml(holding(sealed_child()))


@pytest.mark.parametrize("inner", [one for one in TRANSFORMS if one != "enveloped"])
@pytest.mark.parametrize("outer", [one for one in TRANSFORMS if one != "enveloped"])
def test_a_seal_around_and_the_seal_inside_each_hold(outer: str, inner: str) -> None:
    gathered = evidence(seal_xml(holding(sealed_child(transform=inner)), transform=outer))
    assert gathered.seal is not None
    assert gathered.seal.intact is True
    assert b"Signature" not in (gathered.seal.signed or b"")
    (child,) = gathered.children
    assert child.seal is not None
    assert child.seal.intact is True
    assert child.document.tree["@id" if "@id" in child.document.tree else "id"] == "urn:credential:2"


def test_a_child_is_the_document_that_was_sealed() -> None:
    (taken,) = inner_documents(PARENT)
    signed = []
    for raw in (sealed_child(), taken):
        examined = examine_xades(raw)
        assert examined.intact is True
        signed.append(examined.signed)
    assert signed[0] == signed[1]


def test_what_the_outer_seal_covers_is_the_whole_without_any_seal() -> None:
    tree = etree.ElementTree(etree.fromstring(PARENT))
    for signature in list(tree.getroot().iter("{http://www.w3.org/2000/09/xmldsig#}Signature")):
        parent = signature.getparent()
        assert parent is not None
        parent.remove(signature)
    sink = io.BytesIO()
    tree.write_c14n(sink, exclusive=True, with_comments=False)
    assert examine_xades(PARENT).signed == sink.getvalue()


def test_each_child_has_a_report_of_its_own() -> None:
    told = report(seal_xml(holding(sealed_child(), CHILD, sealed_child(OTHER))))
    assert [child.subject["id"] for child in told.children] == ["urn:credential:2", "urn:credential:3"]
    assert all(outcomes(child, "seal.signature") == [Outcome.PASSED] for child in told.children)
    assert outcomes(told, "seal.signature") == [Outcome.PASSED]
    assert [len(one["findings"]) > 5 for one in told.to_dict()["children"]] == [True, True]


def test_a_broken_child_is_told_of_the_child_and_undecided_of_its_holder() -> None:
    broken = PARENT.replace(b"<fullName>Noor", b"<fullName>Nora", 2)
    tree = etree.fromstring(PARENT)
    inner = next(tree.iter("{*}childCredential"))
    next(inner.iter("{*}fullName")).text = "Nora"
    outer_too = report(etree.tostring(tree.getroottree()))
    assert outcomes(outer_too, "seal.signature") == [
        Outcome.FAILED
    ]  # the outer seal covers that text as well
    assert broken != PARENT
    spoilt = sealed_child().replace(b"Noor", b"Nora")
    told = report(seal_xml(holding(spoilt)))
    assert outcomes(told, "seal.signature") == [Outcome.PASSED]
    assert outcomes(told, "seal.children") == [Outcome.UNDECIDED]
    (child,) = told.children
    assert child.verdict is Verdict.TOTAL_FAILED
    assert outcomes(child, "seal.signature") == [Outcome.FAILED]


def test_under_the_general_policy_a_broken_child_keeps_its_holder_down() -> None:
    spoilt = sealed_child().replace(b"Noor", b"Nora")
    told = report(seal_xml(holding(spoilt)), GENERAL)
    assert told.verdict is Verdict.INDETERMINATE
    assert told.children[0].verdict is Verdict.TOTAL_FAILED
    assert "seal.children" in told.required


def test_a_child_never_raises_its_holder() -> None:
    told = report(PARENT.replace(b"<title>", b"<title><!-- --><x/>", 1))
    assert outcomes(told, "seal.signature") == [Outcome.FAILED]
    assert told.verdict is Verdict.TOTAL_FAILED
    assert outcomes(told.children[0], "seal.signature") == [Outcome.PASSED]


def test_the_changed_seal_of_a_child_is_no_fault_of_the_seal_around_it() -> None:
    tree = etree.fromstring(PARENT)
    inner = next(tree.iter("{*}childCredential"))
    next(inner.iter("{http://www.w3.org/2000/09/xmldsig#}SignatureValue")).text = "AAAA"
    told = report(etree.tostring(tree.getroottree()))
    assert outcomes(told, "seal.signature") == [Outcome.PASSED]
    assert outcomes(told.children[0], "seal.signature") == [Outcome.FAILED]
    assert outcomes(told, "seal.children") == [Outcome.UNDECIDED]


def test_under_inclusive_canonicalization_a_child_is_undecided() -> None:
    plain = inclusive(CHILD)
    sealed = seal_xml(plain, canonical=INCLUSIVE, transform="xpath")
    around = inclusive().replace(b"<europassCredential ", b'<europassCredential xmlns:more="urn:more" ')
    gathered = evidence(seal_xml(holding(sealed, document=around)))
    (child,) = gathered.children
    assert child.seal is not None
    assert child.seal.intact is None
    assert child.signed_document is None


def test_a_child_in_a_child_is_listed_with_the_child() -> None:
    inner = sealed_child(holding(sealed_child(OTHER), document=CHILD))
    told = report(seal_xml(holding(inner)))
    (child,) = told.children
    (grandchild,) = child.children
    assert grandchild.subject["id"] == "urn:credential:3"
    assert outcomes(grandchild, "seal.signature") == [Outcome.PASSED]


def test_a_sealed_grandchild_of_an_unsealed_child_is_found() -> None:
    told = report(seal_xml(holding(holding(sealed_child(OTHER), document=CHILD))))
    assert [child.subject["id"] for child in told.children] == ["urn:credential:3"]


def test_too_many_and_too_deep_are_told() -> None:
    told = report(seal_xml(holding(*[sealed_child()] * 17)))
    assert len(told.children) == 16
    assert Outcome.UNDECIDED in outcomes(told, "seal.children")
    deep = sealed_child()
    for _ in range(5):
        deep = sealed_child(holding(deep, document=CHILD))
    lowest = report(deep)
    while lowest.children:
        lowest = lowest.children[0]
    assert outcomes(lowest, "seal.children") == [Outcome.UNDECIDED]


@pytest.mark.parametrize(
    "place",
    [
        b"<extension>%s</extension>",
        b"<childCredential>%s</childCredential>",
        b'<x:childCredentials xmlns:x="urn:x"><x:childCredential>%s</x:childCredential></x:childCredentials>',
        b"<childCredentials><x><childCredential>%s</childCredential></x></childCredentials>",
    ],
)
def test_a_seal_in_any_other_place_is_refused(place: bytes) -> None:
    held = sealed_child()[sealed_child().index(b"<europassCredential") :]
    sealed = seal_xml(CREDENTIAL.replace(b"<proof/>", place % held.strip() + b"<proof/>"))
    examined = examine_xades(sealed)
    assert (examined.intact, examined.faults[0][0]) == (False, "structure")


@pytest.mark.parametrize("held", [b"<order><line/></order>", b"<order>%s</order>"])
def test_a_child_that_is_no_credential_is_a_signed_file(held: bytes) -> None:
    signature = sealed_child()
    start, stop = signature.index(b"<ds:Signature "), signature.index(b"</ds:Signature>")
    inside = held % signature[start : stop + 15] if b"%s" in held else held
    parent = CREDENTIAL.replace(
        b"<proof/>",
        b"<proof/><childCredentials><childCredential>" + inside + b"</childCredential></childCredentials>",
    )
    told = report(seal_xml(parent))
    assert outcomes(told, "seal.signature") == [Outcome.PASSED]
    assert [(child.format, child.policy, child.verdict) for child in told.children] == (
        [("signed", "general/signed", Verdict.TOTAL_FAILED)] if b"%s" in held else []
    )


def test_a_presentation_and_its_sealed_credential_are_each_judged() -> None:
    told = report(seal_xml(presenting(sealed_child())))
    assert outcomes(told, "seal.signature") == [Outcome.PASSED]
    (child,) = told.children
    assert outcomes(child, "seal.signature") == [Outcome.PASSED]
    assert child.subject["id"] == "urn:credential:2"


def test_a_presentation_without_a_seal_lists_the_credential_that_has_one() -> None:
    told = report(presenting(sealed_child()))
    assert outcomes(told, "seal.present") == [Outcome.UNDECIDED]
    assert told.verdict is not Verdict.TOTAL_PASSED
    (child,) = told.children
    assert outcomes(child, "seal.signature") == [Outcome.PASSED]


def test_timestamps_are_those_of_the_document_itself() -> None:
    document = read(PARENT)
    assert isinstance(document, Document)
    assert seal_times(document) == ()


ELM = {
    "@context": ["https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap"],
    "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
    "id": "urn:credential:9",
    "credentialSubject": {"type": "Person", "id": "urn:person:9"},
}


@pytest.mark.parametrize("form", ["general", "flattened", "compact"])
def test_a_jws_in_a_json_presentation_is_a_child(form: str) -> None:
    payload = json.dumps(ELM).encode()
    sealed = seal_json(payload, header=protected(b64=None, crit=["sigT"]), form=form)
    inner = sealed.decode() if form == "compact" else json.loads(sealed)
    presentation = {
        "@context": ELM["@context"],
        "type": ["VerifiablePresentation", "EuropeanDigitalPresentation"],
        "verifiableCredential": [inner],
    }
    told = report(json.dumps(presentation).encode())
    (child,) = told.children
    assert outcomes(child, "seal.signature") == [Outcome.PASSED]
    assert child.subject["id"] == "urn:credential:9"
    assert told.verdict is not Verdict.TOTAL_PASSED


def test_a_document_without_any_says_so() -> None:
    assert outcomes(report(seal_xml()), "seal.children") == [Outcome.NOT_APPLICABLE]


def in_utf_7(tree: etree._ElementTree) -> bytes:
    """Write ASCII as it is but for one letter of a name, which UTF-7 lets anybody write in other bytes."""
    text = etree.tostring(tree.getroot(), encoding="unicode").replace("+", "+-")
    text = "".join(sign if sign.isascii() else sign.encode("utf-7").decode() for sign in text)
    return b"<?xml version='1.0' encoding='utf-7'?>" + text.replace("childC", "+AGM-hildC").encode()


@pytest.mark.parametrize("encoding", ["UTF-16", "utf-8", "ISO-8859-1", "utf-7"])
def test_a_child_is_found_in_any_encoding(encoding: str) -> None:
    tree = etree.fromstring(seal_xml(holding(sealed_child(), document=CHILD))).getroottree()
    raw = in_utf_7(tree) if encoding == "utf-7" else etree.tostring(tree, encoding=encoding)
    try:
        examined = examine_xades(raw)
    except Malformed:
        pytest.skip("this build does not read the encoding")
    assert examined.intact is True
    assert len(inner_documents(raw)) == 1
    assert inner_documents(seal_xml()) == ()


def test_a_crowd_of_seals_inside_is_told_and_quick() -> None:
    signature = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'
    deep = bare(CHILD)
    for _ in range(60):
        held = b"<childCredentials><childCredential>" + deep + b"</childCredential></childCredentials>"
        deep = b'<europassCredential xmlns="http://data.europa.eu/snb">' + held + b"</europassCredential>"
    crowd = presenting(deep.replace(b"<proof/>", b"<proof>" + signature * 20_000 + b"</proof>"))
    started = time.process_time()
    told = report(crowd)
    assert time.process_time() - started < 5
    assert outcomes(told, "seal.children") == [Outcome.UNDECIDED]
    assert told.children == ()
