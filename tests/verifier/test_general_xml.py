"""Any signed XML: what each signature covers, and that the XML Security Library has the same opinion."""

from __future__ import annotations

import hashlib
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from samples import signatures
from samples.seals import MORE, certificate, seal_xml
from samples.signatures import DS, EXCLUSIVE, INCLUSIVE, INCLUSIVE_11, ORDER, PSS, XPATH, peer_holds

from schemas.document import Seal, SealKind
from schemas.errors import Malformed
from schemas.evidence import Reach, SealExamination
from verifier.sealing.general import examine_general
from verifier.sealing.general_xml import examine_signatures

CUT = sorted(signatures.LEAVE_OUT)


def only(raw: bytes, at_hand: dict[str, bytes] | None = None) -> SealExamination:
    (signature,) = examine_signatures(raw, at_hand)
    return signature.examination


def content(examined: SealExamination) -> list[tuple[Reach, str, bool | None]]:
    return [(one.reach, one.name, one.holds) for one in examined.scopes if one.reach is not Reach.OWN]


def replaced(raw: bytes, old: bytes, new: bytes) -> bytes:
    assert raw.count(old) == 1
    return raw.replace(old, new)


@pytest.mark.parametrize("canonical", [EXCLUSIVE, INCLUSIVE, INCLUSIVE_11])
@pytest.mark.parametrize("how", CUT)
def test_an_enveloped_signature_covers_the_whole(how: str, canonical: str) -> None:
    raw = signatures.enveloped(how=how, canonical=canonical)
    examined = only(raw)
    assert (examined.intact, examined.faults, examined.gaps) == (True, (), ())
    assert content(examined) == [(Reach.DOCUMENT, "", True)]
    assert examined.signer == certificate("rsa")
    assert peer_holds(raw)
    changed = replaced(raw, b"two ", b"ten ")
    assert only(changed).intact is False
    assert not peer_holds(changed)


@pytest.mark.parametrize("as_text", [False, True])
def test_an_enveloping_signature_covers_what_it_encloses(as_text: bool) -> None:  # noqa: FBT001
    raw = signatures.enveloping(as_text=as_text)
    examined = only(raw)
    assert (examined.intact, examined.gaps) == (True, ())
    assert content(examined) == [(Reach.OBJECT, "object-1", True)]
    assert peer_holds(raw)
    if as_text:
        assert examined.signed == signatures.NOTE.encode()


def test_a_part_is_told_as_a_part() -> None:
    raw = signatures.beside("l1", "l2")
    examined = only(raw)
    assert examined.intact is True
    assert content(examined) == [(Reach.ELEMENT, "l1", True), (Reach.ELEMENT, "l2", True)]
    assert examined.gaps == (
        "The signature covers only what has the Id 'l1', 'l2', and not what stands around that.",
    )
    assert peer_holds(raw)
    unsigned = replaced(raw, b'n="1"', b'n="9"')
    assert only(unsigned).intact is True  # which is why the gap must be told
    assert only(unsigned).gaps


@pytest.mark.parametrize(
    "extra", [b"<ds:Object>hidden</ds:Object>", b'<ds:Object Id="o"><credential/></ds:Object>']
)
@pytest.mark.parametrize("how", CUT)
def test_an_object_that_is_not_covered_is_a_gap(how: str, extra: bytes) -> None:
    raw = replaced(signatures.enveloped(how=how), b"</ds:Signature>", extra + b"</ds:Signature>")
    examined = only(raw)
    assert examined.intact is True
    assert examined.gaps == ("The signature encloses an object that it does not cover.",)


def test_markup_around_signed_text_is_a_gap() -> None:
    raw = signatures.enveloping(as_text=True)
    raw = replaced(raw, b'<ds:Object Id="object-1">', b'<ds:Object Id="object-1"><evil/>')
    assert only(raw).intact is True
    assert only(raw).gaps


def test_an_id_that_stands_twice_is_refused() -> None:
    raw = replaced(signatures.beside("l1"), b'Id="l2"', b'Id="l1"')
    examined = only(raw)
    assert examined.intact is False
    assert examined.faults[0] == (
        "structure",
        "An Id that the signature refers to stands in the file twice.",
    )


def test_what_says_it_is_an_object_must_be_one_of_the_signature() -> None:
    raw = signatures.enveloping()
    wrapped = raw.replace(b'<ds:Object Id="object-1">', b'<ds:Object><x><ds:Object Id="object-1">')
    wrapped = wrapped.replace(b"</note></ds:Object>", b"</note></ds:Object></x></ds:Object>")
    assert peer_holds(wrapped)  # the mathematics is untouched
    assert only(wrapped).intact is False
    assert [code for code, _ in only(wrapped).faults] == ["structure"]


def test_a_reference_that_leaves_out_what_it_points_at_is_refused() -> None:
    raw = signatures.enveloping().replace(
        f'<ds:Transform Algorithm="{EXCLUSIVE}"/>'.encode(),
        f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'.encode(),
        1,
    )
    assert only(raw).faults[0] == (
        "structure",
        "A reference of the signature leaves out what it points at.",
    )


def digest_of(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@pytest.mark.parametrize(
    ("at_hand", "intact", "holds"),
    [(None, True, None), ({"a.png": b"picture"}, True, True), ({"a.png": b"other"}, False, False)],
)
def test_a_manifest_vouches_for_nothing_that_was_not_digested(
    at_hand: dict[str, bytes] | None,
    intact: bool,  # noqa: FBT001
    holds: bool | None,  # noqa: FBT001
) -> None:
    examined = only(signatures.with_manifest("a.png", digest_of(b"picture")), at_hand)
    assert examined.intact is intact
    assert [(one.name, one.holds, one.listed) for one in examined.scopes if one.listed] == [
        ("a.png", holds, True)
    ]
    assert any("not at hand" in gap for gap in examined.gaps) is (holds is None)


def test_content_beside_the_file_is_never_fetched_and_undecided() -> None:
    raw = signatures.enveloping().replace(b'URI="#object-1"', b'URI="http://127.0.0.1/secret"')
    examined = only(raw)
    assert examined.intact is False  # the reference is under the signature value
    assert ("outside", "What was signed is not in the file, and not at hand.") in examined.faults
    assert content(examined) == [(Reach.OUTSIDE, "http://127.0.0.1/secret", None)]


def test_a_plain_signature_binds_no_certificate_and_says_so() -> None:
    examined = only(signatures.enveloped(xades=False))
    assert (examined.intact, examined.bound) == (True, False)
    assert examined.signer == certificate("rsa")


def test_a_covered_key_info_binds() -> None:
    inside = signatures.template(
        signatures.reference("", signatures.LEAVE_OUT["xpath"]),
        signatures.reference("#key-id-1", signatures.transform(EXCLUSIVE)),
        xades=False,
    )
    head, end, tail = ORDER.rpartition(b"</")
    examined = only(signatures.signed(head + inside.encode() + end + tail))
    assert (examined.intact, examined.bound) == (True, True)


@pytest.mark.parametrize("key_info", ["", "<ds:KeyName>anyone</ds:KeyName>"])
def test_without_a_certificate_nobody_is_bound(key_info: str) -> None:
    raw = signatures.enveloped(xades=False, key_info=key_info)
    examined = only(raw)
    assert peer_holds(raw)
    assert (examined.intact, [code for code, _ in examined.faults]) == (None, ["certificate"])


def test_another_certificate_than_the_one_named_is_refused() -> None:
    raw = signatures.enveloped(
        key_info="<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>"
    )
    assert only(raw).intact is False


def test_several_signatures_are_each_judged() -> None:
    first = signatures.enveloped(how="xpath")
    inside = signatures.template(
        signatures.reference("", signatures.LEAVE_OUT["filter2"], signatures.transform(EXCLUSIVE)),
        kind="p256",
        method=f'<ds:SignatureMethod Algorithm="{MORE}ecdsa-sha256"/>',
        name="id-2",
    )
    head, end, tail = first.rpartition(b"</")
    both = signatures.signed(head + inside.encode() + end + tail, "p256")
    found = examine_signatures(both)
    assert [(one.name, one.examination.intact, one.seal.place) for one in found] == [
        ("id-1", True, 0),
        ("id-2", True, 1),
    ]
    assert peer_holds(both)
    assert peer_holds(both, "p256", 1)
    spoilt = examine_signatures(both.replace(b"2026-03-02", b"2025-03-02", 1))
    assert [one.examination.intact for one in spoilt] == [False, True]


def test_an_enveloped_signature_covers_another_signature_that_was_there() -> None:
    first = signatures.enveloped(how="xpath")
    inside = signatures.template(
        signatures.reference("", signatures.LEAVE_OUT["enveloped"], signatures.transform(EXCLUSIVE)),
        name="id-2",
    )
    head, end, tail = first.rpartition(b"</")
    both = signatures.signed(head + inside.encode() + end + tail)
    assert [one.examination.intact for one in examine_signatures(both)] == [True, True]
    spoilt = both.replace(b"2026-03-02", b"2025-03-02", 1)
    assert [one.examination.intact for one in examine_signatures(spoilt)] == [False, False]


@pytest.mark.parametrize(("over", "intact"), [("value-id-1", True), ("l1", False), ("id-2", False)])
def test_a_countersignature_is_listed_apart(over: str, intact: bool) -> None:  # noqa: FBT001
    if over == "id-2":
        raw = signatures.countersigned().replace(b'"#value-id-1"', b'"#l1"')
    else:
        raw = signatures.countersigned(over)
    main, counter = examine_signatures(raw)
    assert (main.counters, counter.counters) == ("", "id-1")
    assert main.examination.intact is True
    assert counter.examination.intact is intact


SHA512 = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/>'
MGF1 = "http://www.w3.org/2007/05/xmldsig-more#MGF1"
PARAMETERS = (
    f'<p:RSAPSSParams xmlns:p="{PSS.partition("#")[0]}#">{SHA512}'
    f'<p:MaskGenerationFunction Algorithm="{MGF1}">{SHA512}</p:MaskGenerationFunction>'
    "<p:SaltLength>20</p:SaltLength><p:TrailerField>1</p:TrailerField></p:RSAPSSParams>"
)


@pytest.mark.parametrize(
    ("parameters", "mask", "salt", "hashed", "intact"),
    [
        ("", hashes.SHA256(), 32, hashes.SHA256(), True),
        (PARAMETERS, hashes.SHA512(), 20, hashes.SHA512(), True),
        (PARAMETERS, hashes.SHA512(), 64, hashes.SHA512(), False),
        (PARAMETERS, hashes.SHA256(), 20, hashes.SHA512(), False),
        (PARAMETERS.replace(">1<", ">2<"), hashes.SHA512(), 20, hashes.SHA512(), None),
        (PARAMETERS.replace("MGF1", "MGF2"), hashes.SHA512(), 20, hashes.SHA512(), None),
        ("<ds:HMACOutputLength/>", hashes.SHA256(), 32, hashes.SHA256(), None),
    ],
)
def test_rsa_pss_with_parameters(
    parameters: str,
    mask: hashes.HashAlgorithm,
    salt: int,
    hashed: hashes.HashAlgorithm,
    intact: bool | None,  # noqa: FBT001
) -> None:
    raw = signatures.pss(parameters, padding.PSS(padding.MGF1(mask), salt), hashed)
    assert only(raw).intact is intact


REFUSED = {
    "XSLT": ("http://www.w3.org/TR/1999/REC-xslt-19991116", "<x/>"),
    "XPath": (XPATH, "<ds:XPath>true()</ds:XPath>"),
    "here": (
        XPATH,
        "<ds:XPath>count(ancestor-or-self::ds:Signature|here()/ancestor::ds:Signature[1])</ds:XPath>",
    ),
    "decryption": ("http://www.w3.org/2002/07/decrypt#XML", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_transform_off_the_list_is_never_evaluated(name: str) -> None:
    algorithm, inside = REFUSED[name]
    step = f'<ds:Transform Algorithm="{algorithm}">{inside}</ds:Transform>'
    one = signatures.reference("", step, digest="AAAA")
    head, end, tail = ORDER.rpartition(b"</")
    raw = head + signatures.template(one, xades=False).encode() + end + tail
    assert (
        "structure",
        "The signature takes its content through a transform that is not evaluated here.",
    ) in only(raw).faults


def test_sha1_is_weak_and_not_broken() -> None:
    method = f'<ds:SignatureMethod Algorithm="{DS}rsa-sha1"/>'
    examined = only(signatures.enveloped(method=method))
    assert (examined.intact, examined.weak) == (True, (f"{DS}rsa-sha1",))


def test_hmac_is_refused() -> None:
    raw = signatures.enveloped().replace(f"{MORE}rsa-sha256".encode(), f"{DS}hmac-sha1".encode())
    assert (only(raw).intact, only(raw).faults[-1][0]) == (False, "algorithm")


def test_the_seal_of_a_credential_is_judged_too() -> None:
    examined = only(seal_xml())
    assert (examined.intact, examined.gaps, examined.bound) == (True, (), True)
    assert content(examined) == [(Reach.DOCUMENT, "", True)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<ds:SignedInfo>", b"<ds:SignedInfo><!-- -->"),
        (b"</ds:SignatureValue>", b"<!-- --></ds:SignatureValue>"),
        (b"<xades:SigningTime>", b"<?x?><xades:SigningTime>"),
    ],
)
def test_a_comment_in_the_signature_is_undecided(old: bytes, new: bytes) -> None:
    assert only(replaced(signatures.enveloped(), old, new)).intact is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'Target="#id-1"', b'Target="#id-9"'),
        (b"<xades:SignedProperties ", b"<xades:SignedProperties/><xades:SignedProperties "),
        (b"</ds:KeyInfo>", b"</ds:KeyInfo><ds:KeyInfo/>"),
        (b"<ds:SignatureValue ", b"<x/><ds:SignatureValue "),
        (b"<ds:DigestMethod", b"<x/><ds:DigestMethod"),
    ],
)
def test_a_signature_that_is_not_built_as_one_is_refused(old: bytes, new: bytes) -> None:
    raw = signatures.enveloped()
    assert raw.count(old) >= 1
    assert only(raw.replace(old, new, 1)).intact is False


MANY = 20_000
CROWDS = {
    "signatures": ORDER.replace(
        b"</order>", f'<ds:Signature xmlns:ds="{DS}"/>'.encode() * MANY + b"</order>"
    ),
    "references": signatures.enveloped().replace(
        b"</ds:SignedInfo>", signatures.reference("").encode() * MANY + b"</ds:SignedInfo>"
    ),
    "outside": signatures.enveloped().replace(
        b"</ds:SignedInfo>", signatures.reference("a").encode() * MANY + b"</ds:SignedInfo>"
    ),
    "transforms": signatures.enveloped(how="enveloped").replace(
        b"<ds:Transforms>", b"<ds:Transforms>" + signatures.LEAVE_OUT["enveloped"].encode() * MANY, 1
    ),
    "attributes": signatures.enveloped().replace(
        b"<line ", b"<line " + b" ".join(b'a%d=""' % i for i in range(MANY)) + b" ", 1
    ),
    "certificates": signatures.enveloped().replace(
        b"<ds:X509Data>", b"<ds:X509Data>" + b"<ds:X509Certificate>AAAA</ds:X509Certificate>" * MANY
    ),
}


@pytest.mark.parametrize("name", CROWDS)
def test_a_crowd_of_anything_is_refused_quickly(name: str) -> None:
    started = time.process_time()
    found = examine_general(Seal(kind=SealKind.XADES, raw=CROWDS[name]))
    assert time.process_time() - started < 3
    assert all(one.examination.intact is not True for one in found)


def test_a_doctype_is_refused_before_anything_else() -> None:
    with pytest.raises(Malformed):
        examine_signatures(b"<!DOCTYPE order>" + signatures.enveloped())


def test_what_hides_beside_the_key_is_a_gap_and_in_the_value_is_refused() -> None:
    raw = signatures.enveloped()
    beside = replaced(raw, b"</ds:KeyInfo>", b"<credential>Mallory</credential></ds:KeyInfo>")
    assert only(beside).intact is True
    assert len(only(beside).gaps) == 1
    within = replaced(raw, b"</ds:SignatureValue>", b"<credential/></ds:SignatureValue>")
    assert only(within).intact is False
