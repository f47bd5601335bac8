"""Timestamps on seals of our own making: about this seal and no other, in XAdES and in JAdES."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from samples import seals, timestamps
from samples.timestamps import EXCLUSIVE, MOMENT, XADES, XADES_141, Authority, stamp

from schemas.document import Document, Format, Seal, SealKind
from verifier.trust.carried import MOST_STAMPS
from verifier.trust.times import SealTime, embedded, seal_times

INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"


def document(raw: bytes, kind: SealKind | None = None) -> Document:
    kind = kind or (SealKind.XADES if raw.lstrip().startswith(b"<") else SealKind.JADES)
    format_ = Format.EDCI if kind is SealKind.XADES else Format.ELM
    seal = Seal(kind=kind, raw=raw)
    return Document(format=format_, version="", raw=raw, original=raw, media_type="", tree={}, seal=seal)


def told(raw: bytes) -> list[tuple[str, bool | None, bool | None]]:
    return [(time.kind, time.imprint_holds, time.intact) for time in seal_times(document(raw))]


XML = seals.seal_xml()
JSON = seals.seal_json()
HOLDS = (True, True)


def xml_t(sealed: bytes = XML) -> bytes:
    return timestamps.add_to_xml(sealed, "SignatureTimeStamp", stamp(timestamps.over_value(sealed)))


def xml_lta(sealed: bytes) -> bytes:
    token = stamp(timestamps.over_everything(sealed))
    return timestamps.add_to_xml(sealed, "ArchiveTimeStamp", token, XADES_141)


def json_t(sealed: bytes = JSON) -> bytes:
    token = stamp(timestamps.over_json_value(sealed))
    return timestamps.add_to_json(sealed, {"sigTst": timestamps.token_member(token)})


def json_lta(sealed: bytes) -> bytes:
    token = stamp(timestamps.over_json_everything(sealed))
    return timestamps.add_to_json(sealed, {"arcTst": timestamps.token_member(token)})


def with_content_stamp(octets: bytes | None = None) -> bytes:
    """Seal a document with an AllDataObjectsTimeStamp among its signed properties."""
    tree = etree.fromstring(XML)
    token = stamp(timestamps.whole(tree) if octets is None else octets)
    properties = next(tree.iter(f"{{{XADES}}}SignedDataObjectProperties"))
    container = etree.SubElement(properties, f"{{{XADES}}}AllDataObjectsTimeStamp")
    etree.SubElement(container, f"{{{XADES}}}EncapsulatedTimeStamp").text = base64.b64encode(token).decode()
    return etree.tostring(tree)


def json_with_content_stamp(payload: bytes, octets: bytes, **changes: Any) -> bytes:
    member = timestamps.token_member(stamp(octets))
    critical = ["b64", "sigT", "adoTst"] if changes.get("b64", False) is False else ["sigT", "adoTst"]
    header = seals.protected(adoTst=member, crit=critical, **changes)
    return seals.seal_json(payload, header=header)


def test_a_seal_without_timestamps_has_no_times() -> None:
    assert told(XML) == []
    assert told(JSON) == []


@pytest.mark.parametrize("sealed", [xml_t(), json_t()], ids=["xades", "jades"])
def test_a_signature_timestamp_says_when_and_by_whom(sealed: bytes) -> None:
    (time,) = seal_times(document(sealed))
    certificate = Authority().certificate
    assert time == SealTime(
        kind="signature",
        moment=MOMENT,
        imprint_holds=True,
        intact=True,
        authority=certificate,
        certificates=(certificate,),
    )


def test_each_archive_timestamp_is_about_all_that_stood_before() -> None:
    for renewed, make in ((xml_t(), xml_lta), (json_t(), json_lta)):
        twice = make(make(renewed))
        assert told(twice) == [("signature", *HOLDS), ("archive", *HOLDS), ("archive", *HOLDS)]


def test_an_archive_timestamp_needs_no_other_before_it() -> None:
    assert told(xml_lta(XML)) == [("archive", *HOLDS)]
    assert told(json_lta(JSON)) == [("archive", *HOLDS)]


def test_a_content_timestamp_is_about_the_document() -> None:
    assert told(with_content_stamp()) == [("content", *HOLDS)]
    assert told(with_content_stamp(b"another document")) == [("content", False, True)]


def test_the_content_timestamp_of_an_unencoded_payload_is_about_its_text() -> None:
    payload = seals.PAYLOAD
    assert told(json_with_content_stamp(payload, payload)) == [("content", *HOLDS)]
    assert told(json_with_content_stamp(payload, payload + b" ")) == [("content", False, True)]


def test_the_content_timestamp_of_an_encoded_payload_is_about_its_encoding() -> None:
    payload = seals.PAYLOAD
    encoded = seals.b64url(payload).encode()
    assert told(json_with_content_stamp(payload, encoded, b64=None)) == [("content", *HOLDS)]
    assert told(json_with_content_stamp(payload, payload, b64=None)) == [("content", False, True)]


def test_a_timestamp_of_another_seal_is_about_something_else() -> None:
    other_xml = seals.seal_xml(seals.CREDENTIAL.replace(b"Noor", b"Bram"))
    token = stamp(timestamps.over_value(other_xml))
    (time,) = seal_times(document(timestamps.add_to_xml(XML, "SignatureTimeStamp", token)))
    assert (time.imprint_holds, time.intact, time.moment) == (False, True, MOMENT)
    assert [code for code, _ in time.faults] == ["imprint"]
    other_json = seals.seal_json(seals.PAYLOAD.replace(b"8", b"9"))
    token = stamp(timestamps.over_json_value(other_json))
    copied = timestamps.add_to_json(JSON, {"sigTst": timestamps.token_member(token)})
    assert told(copied) == [("signature", False, True)]


XML_CHANGES: dict[str, tuple[str, bool]] = {
    "the content": ("{http://data.europa.eu/snb}fullName", True),
    "the signature value": ("{http://www.w3.org/2000/09/xmldsig#}SignatureValue", True),
    "the key": ("{http://www.w3.org/2000/09/xmldsig#}X509Certificate", True),
    "the signed properties": (f"{{{XADES}}}SigningTime", True),
    "a property before it": (f"{{{XADES}}}EncapsulatedTimeStamp", True),
    "its own identifier": (f"{{{XADES_141}}}ArchiveTimeStamp", False),
}


@pytest.mark.parametrize("name", XML_CHANGES)
def test_an_xml_archive_timestamp_notices(name: str) -> None:
    tag, noticed = XML_CHANGES[name]
    tree = etree.fromstring(xml_lta(xml_t()))
    next(tree.iter(tag)).set("changed", "1")
    assert told(etree.tostring(tree))[-1] == ("archive", not noticed, True)


def test_an_xml_archive_timestamp_notices_a_property_put_before_it_and_not_one_after() -> None:
    for place, holds in ((0, False), (2, True)):
        tree = etree.fromstring(xml_lta(xml_t()))
        unsigned = next(tree.iter(f"{{{XADES}}}UnsignedSignatureProperties"))
        unsigned.insert(place, etree.Element(f"{{{XADES}}}CertificateValues"))
        assert ("archive", holds, True) in told(etree.tostring(tree))


def test_a_json_archive_timestamp_notices_a_component_put_before_it_and_not_one_after() -> None:
    component = seals.b64url(b'{"xVals": []}')
    for place, holds in ((0, False), (1, False), (2, True)):
        members = json.loads(json_lta(json_t()))
        members["signatures"][0]["header"]["etsiU"].insert(place, component)
        assert ("archive", holds, True) in told(json.dumps(members).encode())


def test_a_json_archive_timestamp_notices_another_way_of_writing_the_same() -> None:
    members = json.loads(json_lta(json_t()))
    entries = members["signatures"][0]["header"]["etsiU"]
    entries[0] = seals.b64url(base64.urlsafe_b64decode(entries[0] + "==").replace(b": ", b":"))
    assert told(json.dumps(members).encode()) == [("signature", *HOLDS), ("archive", False, True)]


def test_a_timestamp_is_canonicalized_as_it_says() -> None:
    sealed = seals.seal_xml(seals.inclusive())  # below xml:lang no inclusive form is computed
    value = next(etree.fromstring(sealed).iter("{*}SignatureValue"))
    token = stamp(etree.tostring(value, method="c14n", exclusive=False, with_comments=False))
    for method, holds in ((INCLUSIVE, True), ("", True), (EXCLUSIVE, False)):
        stamped = timestamps.add_to_xml(sealed, "SignatureTimeStamp", token, method=method)
        assert told(stamped) == [("signature", holds, True)]


def with_include(raw: bytes, name: str, uri: str) -> bytes:
    tree = etree.fromstring(raw)
    next(tree.iter(f"{{*}}{name}")).insert(0, etree.Element(f"{{{XADES}}}Include", URI=uri))
    return etree.tostring(tree)


def test_an_include_that_says_what_is_meant_anyway_changes_nothing() -> None:
    assert told(with_include(xml_t(), "SignatureTimeStamp", "#value-id-1")) == [("signature", *HOLDS)]
    assert told(with_include(xml_t(), "SignatureTimeStamp", "#xades-id-1")) == [("signature", None, True)]


def test_a_timestamp_where_its_kind_may_not_stand_is_none() -> None:
    token = stamp(timestamps.whole(etree.fromstring(XML)))
    assert told(timestamps.add_to_xml(XML, "AllDataObjectsTimeStamp", token)) == []
    members = json.loads(timestamps.add_to_json(JSON, {"adoTst": timestamps.token_member(token)}))
    assert told(json.dumps(members).encode()) == []


def test_a_timestamp_of_the_credential_inside_is_not_one_of_the_outer_seal() -> None:
    inner = etree.fromstring(xml_t())
    outer = etree.fromstring(xml_t(XML))
    children = etree.SubElement(outer, "{http://data.europa.eu/snb}childCredentials")
    child = etree.SubElement(children, "{http://data.europa.eu/snb}childCredential")
    child.append(inner)
    assert told(etree.tostring(outer)) == [("signature", *HOLDS)]


UNKNOWN: dict[str, Callable[[], bytes]] = {
    "a canonicalization that is not known": lambda: timestamps.add_to_xml(
        XML, "SignatureTimeStamp", stamp(timestamps.over_value(XML)), method="urn:unknown"
    ),
    "content chosen by the timestamp": lambda: with_content_stamp().replace(
        b"AllDataObjectsTimeStamp", b"IndividualDataObjectsTimeStamp"
    ),
    "parts elsewhere": lambda: with_include(xml_lta(XML), "ArchiveTimeStamp", "#a"),
    "components in the clear": lambda: timestamps.add_to_json(
        JSON, {"arcTst": timestamps.token_member(stamp(timestamps.over_json_everything(JSON)))}, encoded=False
    ),
    "a part of the archive": lambda: timestamps.add_to_json(
        JSON,
        {
            "arcTst": timestamps.token_member(stamp(timestamps.over_json_everything(JSON)))
            | {"timeStamped": "previousArcTst"}
        },
    ),
    "content outside": lambda: seals.seal_json(
        header=seals.protected(adoTst=timestamps.token_member(stamp(seals.PAYLOAD)), sigD={"mId": "urn:x"})
    ),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_a_timestamp_is_about_may_stay_undecided(name: str) -> None:
    times = seal_times(document(UNKNOWN[name]()))
    assert times
    for time in times:
        assert (time.imprint_holds, time.intact) == (None, True)
        assert [code for code, _ in time.faults] == ["imprint"]


def test_a_token_that_cannot_be_read_is_told_and_has_no_moment() -> None:
    for raw in (
        timestamps.add_to_xml(XML, "SignatureTimeStamp", b"nothing"),
        timestamps.add_to_json(JSON, {"sigTst": timestamps.token_member(b"nothing")}),
    ):
        (time,) = seal_times(document(raw))
        assert (time.moment, time.imprint_holds, time.intact) == (None, None, False)
    for raw in (
        xml_t().replace(b"EncapsulatedTimeStamp", b"XMLTimeStamp"),
        timestamps.add_to_json(JSON, {"sigTst": {"tstTokens": [{"val": 1}]}}),
        timestamps.add_to_json(JSON, {"sigTst": {"tstTokens": [{"val": "", "encoding": "urn:x"}]}}),
    ):
        (time,) = seal_times(document(raw))
        assert (time.moment, time.imprint_holds, time.intact) == (None, None, None)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<a/>",
        b"<!DOCTYPE a><a/>",
        XML.replace(
            b"<proof>", b"<proof>" + b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'
        ),
        b"{}",
        b"{",
        b'{"payload": "", "signatures": []}',
        b'{"payload": "", "protected": "e30", "signature": "", "header": {"etsiU": 1}}',
        b'{"payload": "", "protected": "e30", "signature": "", "header": {"etsiU": ["e30", 1, {}, "!"]}}',
        b'{"payload": "", "protected": "e30", "signature": "", "header": {"etsiU": [{"sigTst": 1}]}}',
    ],
)
def test_what_cannot_be_taken_apart_has_no_times(raw: bytes) -> None:
    for kind in SealKind:
        assert seal_times(document(raw, kind)) == ()
        assert embedded(document(raw, kind)).crls == ()


def test_a_signed_badge_and_an_unsealed_document_have_no_times() -> None:
    assert seal_times(document(json_t(), SealKind.JWS)) == ()
    plain = Document(format=Format.EDCI, version="", raw=XML, original=XML, media_type="", tree={}, seal=None)
    assert seal_times(plain) == ()


def test_no_more_timestamps_are_looked_at_than_a_seal_can_need() -> None:
    sealed, token = XML, stamp(timestamps.over_value(XML))
    for _ in range(MOST_STAMPS + 3):
        sealed = timestamps.add_to_xml(sealed, "SignatureTimeStamp", token)
    assert len(told(sealed)) == MOST_STAMPS


def test_what_a_seal_carries_along_is_collected() -> None:
    root, own = timestamps.root(), seals.certificate()
    der = root.public_bytes(Encoding.DER)
    text = base64.b64encode(der).decode()
    value, crl, ocsp = {"val": text}, b"a list", b"an answer"
    wrapped = [{"val": base64.b64encode(one).decode()} for one in (crl, ocsp)]
    sealed = json_t()
    for component in (
        {"xVals": [{"x509Cert": value}, {"otherCert": 1}, 1]},
        {"rVals": {"crlVals": [wrapped[0], {}, 1]}},
        {"tstVD": {"xVals": [{"x509Cert": value}], "rVals": {"ocspVals": [wrapped[1]]}}},
    ):
        sealed = timestamps.add_to_json(sealed, component)
    found = embedded(document(sealed))
    assert (found.crls, found.ocsps) == ((crl,), (ocsp,))
    assert found.certificates == (own, root, Authority().certificate)


def test_what_an_xml_seal_carries_along_is_collected_wherever_it_stands() -> None:
    text = base64.b64encode(timestamps.root().public_bytes(Encoding.DER)).decode()
    tree = etree.fromstring(xml_t())
    unsigned = next(tree.iter(f"{{{XADES}}}UnsignedSignatureProperties"))
    holder = etree.SubElement(unsigned, f"{{{XADES_141}}}TimeStampValidationData")
    for name, content in (
        ("EncapsulatedX509Certificate", text),
        ("EncapsulatedCRLValue", "YQ=="),
        (
            "EncapsulatedCRLValue",
            base64.b64encode(b"-----BEGIN X509 CRL-----\nYw==\n-----END X509 CRL-----\n").decode(),
        ),
        ("EncapsulatedOCSPValue", "Yg=="),
        ("EncapsulatedOCSPValue", "Yg=="),
        ("EncapsulatedOCSPValue", "?"),
    ):
        etree.SubElement(holder, f"{{{XADES}}}{name}").text = content
    found = embedded(document(etree.tostring(tree)))
    assert (found.crls, found.ocsps) == ((b"a", b"c"), (b"b",))
    assert found.certificates == (seals.certificate(), timestamps.root(), Authority().certificate)


@settings(deadline=None, max_examples=200)
@given(data=st.data(), of=st.sampled_from([xml_lta(xml_t()), json_lta(json_t())]))
def test_no_change_makes_the_examination_raise_or_a_time_earlier(data: st.DataObject, of: bytes) -> None:
    """Whatever is cut or written over: a time that still counts is the one the authority gave."""
    start = data.draw(st.integers(0, len(of)))
    changed = of[:start] + data.draw(st.binary(max_size=20)) + of[start + data.draw(st.integers(0, 20)) :]
    kind = SealKind.XADES if of.startswith(b"<") else SealKind.JADES
    for time in seal_times(document(changed, kind)):
        if time.imprint_holds and time.intact:
            assert time.moment == MOMENT
    embedded(document(changed, kind))
