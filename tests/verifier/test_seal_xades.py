"""XAdES seals of our own making: what holds, what is broken, and by what name."""

from __future__ import annotations

import base64
import io
import re
import time

import pytest
import signxml
import xmlsec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from samples.seals import CREDENTIAL, MORE, SHA256, certificate, inclusive, seal_xml

from converter.strict import parse_xml
from schemas.errors import Malformed
from schemas.evidence import SealExamination
from verifier.sealing import examine_xades
from verifier.sealing.transforms import DS, EXCLUSIVE, INCLUSIVE, INCLUSIVE_11

SIGNATURE = f"{{{DS}}}Signature"
SEALED = seal_xml()


def replaced(old: bytes, new: bytes, raw: bytes = SEALED) -> bytes:
    """Change one place, which must be there."""
    assert raw.count(old) >= 1
    return raw.replace(old, new, 1)


def codes(examined: SealExamination) -> list[str]:
    return [code for code, _ in examined.faults]


def canonical_without_seal(raw: bytes) -> bytes:
    """Say what the seal covers, by another road: text surgery on the canonical form of the whole document."""
    sink = io.BytesIO()
    etree.ElementTree(etree.fromstring(raw)).write_c14n(sink, exclusive=True, with_comments=False)
    return re.sub(rb"<ds:Signature .*</ds:Signature>", b"", sink.getvalue(), flags=re.DOTALL)


def xmlsec_holds(raw: bytes) -> bool:
    """Ask the XML Security Library, an implementation that shares no code with ours."""
    root = etree.fromstring(raw)
    signature = next(root.iter(SIGNATURE))
    context = xmlsec.SignatureContext()
    der = base64.b64decode(next(signature.iter(f"{{{DS}}}X509Certificate")).text)
    context.key = xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer)
    for element in signature.iter("{http://uri.etsi.org/01903/v1.3.2#}SignedProperties"):
        context.register_id(element, "Id")
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


@pytest.mark.parametrize("transform", ["filter2", "xpath", "enveloped"])
def test_every_allowed_transform_holds_and_xmlsec_agrees(transform: str) -> None:
    raw = seal_xml(transform=transform)
    examined = examine_xades(raw)
    assert examined.intact is True
    assert examined.faults == ()
    assert xmlsec_holds(raw)
    assert examined.signed == canonical_without_seal(raw)


@pytest.mark.parametrize("canonical", [INCLUSIVE, INCLUSIVE_11])
@pytest.mark.parametrize("transform", ["filter2", "enveloped"])
def test_inclusive_canonicalization_holds_and_xmlsec_agrees(canonical: str, transform: str) -> None:
    raw = seal_xml(inclusive(), canonical=canonical, transform=transform)
    assert examine_xades(raw).intact is True
    assert xmlsec_holds(raw)


def test_inherited_xml_attributes_under_inclusive_canonicalization_stay_undecided() -> None:
    raw = seal_xml(inclusive(), canonical=INCLUSIVE)
    examined = examine_xades(replaced(b" cred:id=", b' xml:lang="nl" cred:id=', raw))
    assert examined.intact is None
    assert codes(examined) == ["structure"]


def test_signxml_agrees_where_it_knows_the_transform() -> None:
    document = inclusive().replace(b"<?pi kept?>\n", b"")  # signxml looks at the root only
    raw = seal_xml(document, transform="enveloped", canonical=INCLUSIVE)
    pem = certificate().public_bytes(Encoding.PEM).decode()
    config = signxml.SignatureConfiguration(expect_references=2)
    results = signxml.XMLVerifier().verify(
        raw, x509_cert=pem, expect_config=config, validate_schema=False, id_attribute="Id"
    )
    signed = etree.tostring(results[0].signed_xml, method="c14n")
    assert etree.tostring(etree.fromstring(examine_xades(raw).signed or b""), method="c14n") == signed


@pytest.mark.parametrize(
    ("kind", "method", "hashed"),
    [
        ("rsa", "rsa-sha512", hashes.SHA512()),
        ("p256", "ecdsa-sha256", hashes.SHA256()),
        ("p384", "ecdsa-sha384", hashes.SHA384()),
        ("p521", "ecdsa-sha512", hashes.SHA512()),
    ],
)
def test_algorithms_bound_to_their_keys(kind: str, method: str, hashed: hashes.HashAlgorithm) -> None:
    raw = seal_xml(kind=kind, method=f"{MORE}{method}", hashed=hashed)
    examined = examine_xades(raw)
    assert examined.intact is True
    assert examined.weak == ()
    assert examined.algorithms == (
        "http://www.w3.org/2001/04/xmlenc#sha512",
        SHA256,
        f"{MORE}{method}",
    )
    assert xmlsec_holds(raw)


def test_an_ed25519_seal_holds() -> None:
    raw = seal_xml(kind="ed25519", method="http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519")
    assert examine_xades(raw).intact is True


def test_the_examination_tells_signer_time_and_profile() -> None:
    examined = examine_xades(SEALED)
    assert examined.signer == certificate()
    assert examined.certificates == (certificate(),)
    assert examined.claimed_time is not None
    assert examined.claimed_time.isoformat() == "2026-03-02T10:00:00+00:00"
    assert examined.profile == {"SigningTime", "SigningCertificateV2", "DataObjectFormat"}


def test_weak_algorithms_and_keys_are_weak_and_not_broken() -> None:
    sha1 = examine_xades(seal_xml(method=f"{DS}rsa-sha1", hashed=hashes.SHA1()))  # noqa: S303 - the point
    assert sha1.intact is True
    assert sha1.weak == (f"{DS}rsa-sha1",)
    short = examine_xades(seal_xml(kind="rsa-1024"))
    assert short.intact is True
    assert short.weak == ("RSA-1024",)


def test_an_algorithm_of_another_key_type_is_broken() -> None:
    examined = examine_xades(seal_xml(kind="p256"))
    assert examined.intact is False
    assert codes(examined) == ["algorithm"]


def test_an_unknown_algorithm_is_undecided() -> None:
    examined = examine_xades(seal_xml(method="urn:example:new"))
    assert examined.intact is None
    assert codes(examined) == ["algorithm"]
    assert examined.signed is None


def test_another_certificate_of_the_same_key_is_told() -> None:
    twin = certificate(organisation="Universiteit Elders")
    assert twin.public_key() == certificate().public_key()
    examined = examine_xades(seal_xml(carried=twin, named=certificate()))
    assert examined.intact is False
    assert codes(examined) == ["certificate"]


START, END = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="id-1">', b"</ds:Signature>"
OBJECT = b"</ds:Object>"
KEY_INFO = b"</ds:X509Data></ds:KeyInfo>"
MUTATIONS = {
    "content": (replaced(b"Noor", b"Nora"), False, ["digest"]),
    "attribute": (replaced(b"urn:credential:1", b"urn:credential:2"), False, ["digest"]),
    "processing instruction": (replaced(b"<?pi kept?>", b"<?pi lost?>"), False, ["digest"]),
    "namespace": (
        replaced(b'xmlns="http://data.europa.eu/snb"', b'xmlns="http://data.europa.eu/snc"'),
        False,
        ["digest"],
    ),
    "signing time": (replaced(b"2026-03-02T10", b"2025-03-02T10"), False, ["properties"]),
    "comment in content": (replaced(b"Noor V", b"Noor<!-- --> V"), True, []),
    "another comment": (replaced(b"<!-- a remark -->", b""), True, []),
    "layout of SignatureValue": (replaced(b"</ds:SignatureValue>", b"\n</ds:SignatureValue>"), True, []),
    "layout of SignedInfo": (replaced(b"<ds:SignedInfo>", b"<ds:SignedInfo>\n"), False, ["value"]),
    "comment in the seal": (replaced(b"<ds:SignedInfo>", b"<ds:SignedInfo><!-- -->"), None, ["structure"]),
    "not base64": (replaced(b"</ds:SignatureValue>", b"!</ds:SignatureValue>"), False, ["value"]),
    "second object": (replaced(OBJECT, OBJECT + b"<ds:Object>hidden</ds:Object>"), False, ["structure"]),
    "in the object": (replaced(OBJECT, b"<hidden/></ds:Object>"), False, ["structure"]),
    "key value": (replaced(KEY_INFO, b"</ds:X509Data><ds:KeyValue/></ds:KeyInfo>"), False, ["structure"]),
    "second seal": (replaced(b"<title>", b"<title>" + START + END), False, ["structure"]),
    "seal in a seal": (replaced(OBJECT, b"<x>" + START + END + b"</x>" + OBJECT), False, ["structure"]),
    "duplicate Id": (replaced(b"<fullName>", b'<fullName Id="xades-id-1">'), False, ["structure"]),
    "duplicate xml:id": (replaced(b"<fullName>", b'<fullName xml:id="id-1">'), False, ["structure"]),
    "external reference": (replaced(b'URI=""', b'URI="file:///etc/hostname"'), False, ["structure"]),
    "no reference to the document": (replaced(b'URI=""', b'URI="#urn"'), False, ["structure"]),
    "type of the properties": (replaced(b"#SignedProperties", b"#Else"), False, ["structure"]),
    "filter": (replaced(b'"subtract"', b'"intersect"'), False, ["structure"]),
    "filter expression": (
        replaced(b"/descendant::ds:Signature", b"/descendant::node()"),
        False,
        ["structure"],
    ),
    "prefix of the expression": (
        replaced(b"/descendant::ds:Signature", b"/descendant::xsi:Signature"),
        False,
        ["structure"],
    ),
    "XSLT": (
        replaced(EXCLUSIVE.encode() + b'"/></ds:Transforms>', b'urn:xslt"/></ds:Transforms>'),
        False,
        ["structure"],
    ),
    "HMAC": (replaced(b"rsa-sha256", b"hmac-sha256"), False, ["algorithm"]),
    "unknown digest": (replaced(b"xmlenc#sha256", b"xmlenc#sha999"), False, ["algorithm", "value"]),
    "target": (replaced(b'Target="#id-1"', b'Target="#id-2"'), False, ["structure"]),
    "no signing certificate": (
        re.sub(rb"<xades:SigningCertificateV2>.*?</xades:SigningCertificateV2>", b"", SEALED),
        False,
        ["certificate", "properties"],
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_changed_seal_is_told_by_its_place(name: str) -> None:
    raw, intact, faults = MUTATIONS[name]
    examined = examine_xades(raw)
    assert (examined.intact, codes(examined)) == (intact, faults)
    assert (examined.signed is not None) == (intact is True)


@pytest.mark.parametrize(
    ("place", "intact"),
    [
        (b"<childCredentials><childCredential>%s</childCredential></childCredentials>", False),
        (b"<xades:CounterSignature xmlns:xades='urn:x'>%s</xades:CounterSignature>", None),
        (b"<extension>%s</extension>", False),
    ],
)
def test_a_second_seal_elsewhere_never_passes(place: bytes, intact: bool | None) -> None:  # noqa: FBT001
    raw = replaced(b"<proof>", place % (START + END) + b"<proof>")
    assert examine_xades(raw).intact is intact


def test_a_wrapped_document_is_refused() -> None:
    inner = SEALED.partition(b"?>")[2].partition(b"?>")[2]
    wrapped = (
        b'<europassCredential xmlns="http://data.europa.eu/snb"><x>' + inner + b"</x></europassCredential>"
    )
    examined = examine_xades(wrapped)
    assert examined.intact is False
    assert codes(examined) == ["structure"]


def test_a_seal_of_the_credential_inside_a_presentation_is_undecided() -> None:
    inner = SEALED.partition(b"?>")[2].partition(b"?>")[2]
    raw = b'<vp:verifiablePresentation xmlns:vp="http://data.europa.eu/snb/vp">' + inner
    assert examine_xades(raw + b"</vp:verifiablePresentation>").intact is None


def test_the_signed_bytes_hold_no_comment_and_the_whole_text() -> None:
    examined = examine_xades(MUTATIONS["comment in content"][0])
    assert examined.signed is not None
    assert b"<fullName>Noor Visser</fullName>" in examined.signed
    assert b"Signature" not in examined.signed
    assert parse_xml(examined.signed).getroot().tag == "{http://data.europa.eu/snb}europassCredential"


def test_no_seal_at_all_is_undecided() -> None:
    assert examine_xades(CREDENTIAL).intact is None


def test_a_relative_namespace_has_no_canonical_form() -> None:
    examined = examine_xades(replaced(b'xmlns="http://data.europa.eu/snb"', b'xmlns="data/snb"'))
    assert (examined.intact, codes(examined)) == (False, ["structure"])


MANY = 20_000
CROWDS = {
    "attributes": replaced(b"<title>", b"<title" + b"".join(b' a%d=""' % i for i in range(MANY)) + b">"),
    "namespaces": replaced(
        b' xmlns="', b"".join(b' xmlns:n%d="urn:n"' % i for i in range(MANY)) + b' xmlns="'
    ),
    "prefixes": replaced(
        EXCLUSIVE.encode() + b'"/><ds:SignatureMethod',
        EXCLUSIVE.encode()
        + b'"><InclusiveNamespaces xmlns="'
        + EXCLUSIVE.encode()
        + b'" PrefixList="'
        + b"a " * MANY
        + b'"/></ds:CanonicalizationMethod><ds:SignatureMethod',
    ),
    "seals": replaced(b"<title>", b"<x>" * 200 + (START + END) * MANY + b"</x>" * 200 + b"<title>"),
    "elements in the seal": replaced(OBJECT, b'<x Id="a"/>' * MANY + OBJECT),
    "references": replaced(b"</ds:SignedInfo>", b'<ds:Reference URI=""/>' * MANY + b"</ds:SignedInfo>"),
    "inclusive namespaces": replaced(
        b' xmlns="',
        b"".join(b' xmlns:n%d="urn:n"' % i for i in range(MANY)) + b' xmlns="',
        seal_xml(inclusive(), canonical=INCLUSIVE),
    ),
}


@pytest.mark.parametrize("name", CROWDS)
def test_a_crowd_of_anything_is_refused_quickly(name: str) -> None:
    started = time.process_time()
    examined = examine_xades(CROWDS[name])
    assert time.process_time() - started < 1
    assert examined.intact is not True


def test_a_doctype_is_refused_before_anything_else() -> None:
    with pytest.raises(Malformed):
        examine_xades(b"<!DOCTYPE a>" + SEALED.partition(b"?>")[2])


INFO = slice(SEALED.index(b"<ds:SignedInfo>"), SEALED.index(b"</ds:SignedInfo>"))
CONTENT = slice(0, SEALED.index(b"<ds:Signature "))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    part=st.sampled_from([INFO, CONTENT]),
    at=st.floats(min_value=0, max_value=1, exclude_max=True),
    byte=st.integers(0, 255),
)
@example(part=CONTENT, at=0.5, byte=0x20)
def test_one_changed_byte_never_stays_intact_unless_it_says_the_same(
    part: slice, at: float, byte: int
) -> None:
    place = part.start + int(at * (part.stop - part.start))
    changed = SEALED[:place] + bytes([byte]) + SEALED[place + 1 :]
    try:
        examined = examine_xades(changed)
    except Malformed:
        return
    if examined.intact is not False:
        assert examined.intact is None or canonical_without_seal(changed) == canonical_without_seal(SEALED)
    if examined.intact:
        assert examined.signed == canonical_without_seal(SEALED)
        assert xmlsec_holds(changed)


@settings(max_examples=150, deadline=None)
@given(cut=st.data())
def test_nothing_cut_out_or_doubled_crashes_or_passes_unseen(cut: st.DataObject) -> None:
    start = cut.draw(st.integers(0, len(SEALED) - 1))
    stop = cut.draw(st.integers(start, min(len(SEALED), start + 400)))
    times = cut.draw(st.sampled_from([0, 2]))
    changed = SEALED[:start] + SEALED[start:stop] * times + SEALED[stop:]
    try:
        examined = examine_xades(changed)
    except Malformed:
        return
    if examined.intact:
        assert examined.signed == canonical_without_seal(SEALED)
