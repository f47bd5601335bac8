"""Trusted lists are believed for their signature alone: whose it is, and what it covers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from samples import trusted_lists as made
from samples.trusted_lists import Service, Sheet, at, lotl, national, notice, operator, signed, written
from signxml import SignatureMethod, XMLVerifier
from signxml.verifier import SignatureConfiguration

from schemas.trusted_list import ListArchive, TrustedList
from verifier.trust.lists import Brought, ListRefusal, snapshot_of
from verifier.trust.lists.lotl import authenticated_lotl
from verifier.trust.lists.read import read_list
from verifier.trust.lists.signature import MAX_BYTES, signed_octets

NL = frozenset({made.digest(operator("nl-1"))})
GOOD = national(Service((made.zegel_ca(),)))
TAMPERED = {
    "a status": (b"Svcstatus/granted", b"Svcstatus/withdrawn", "signature"),
    "a date": (
        b"2020-01-01T00:00:00Z</StatusStartingTime>",
        b"2019-01-01T00:00:00Z</StatusStartingTime>",
        "signature",
    ),
    "the signing time": (b"SigningTime>2026", b"SigningTime>2025", "signature"),
    "the reference": (b'URI=""', b'URI="#props"', "signature"),
    "an address": (b'URI=""', b'URI="https://x.example/list.xml"', "signature"),
    "a transform": (b"xmldsig#enveloped-signature", b"xmldsig#base64", "signature"),
    "the certificate's digest": (
        b"CertDigest><ds:DigestMethod",
        b"CertDigest><ds:DigestMethod x=''",
        "signature",
    ),
    "the algorithm": (b"ecdsa-sha256", b"ecdsa-sha1", "weak"),
    "a digest's algorithm": (
        b'xmlenc#sha256"/><ds:DigestValue>',
        b'xmlenc#md5"/><ds:DigestValue>',
        "signature weak",
    ),
    "hmac": (b"xmldsig-more#ecdsa-sha256", b"xmldsig-more#hmac-sha256", "weak"),
    "the certificate": (b"<ds:X509Certificate>", b"<ds:X509Certificate>AAAA", "signer"),
    "no key": (b"ds:KeyInfo", b"ds:KeyNone", "signature"),
    "a doctype": (b"<TrustServiceStatusList", b"<!DOCTYPE a><TrustServiceStatusList", "unreadable"),
    "another document": (b"TrustServiceStatusList", b"TrustServiceSomething", "unreadable"),
    "not well-formed": (b"</SchemeInformation>", b"", "unreadable"),
}


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(ListRefusal) as caught:
        call()
    assert caught.value.sentence.endswith(".")
    return caught.value.code


def test_a_list_signed_by_a_named_certificate_is_read() -> None:
    found = read_list(signed_octets(GOOD, NL))
    assert (found.territory, found.sequence, found.version) == ("NL", 10, 6)
    assert (found.issued, found.next_update) == (at(2026), at(2026, 7))
    assert found.signer == made.digest(operator("nl-1"))
    assert [one.name for one in found.services] == ["Zegel CA"]
    assert found.services[0].certificates == (made.der(made.zegel_ca()),)


def test_a_reference_by_the_id_of_the_root_is_the_same() -> None:
    by_id = signed(written(Sheet()), uri="#LIST")
    assert read_list(signed_octets(by_id, NL)).sequence == 10


@pytest.mark.parametrize("case", TAMPERED)
def test_a_list_that_was_changed_is_refused(case: str) -> None:
    before, after, codes = TAMPERED[case]
    assert before in GOOD
    assert refused(lambda: signed_octets(GOOD.replace(before, after), NL)) in codes.split()


def test_the_certificate_in_the_list_alone_makes_nobody_trust_it() -> None:
    assert refused(lambda: signed_octets(GOOD, frozenset())) == "signer"
    assert refused(lambda: signed_octets(signed(written(Sheet()), "somebody"), NL)) == "signer"


def test_a_signature_by_another_key_than_the_certificate_s_is_refused() -> None:
    other = signed(written(Sheet()), "somebody")
    wrong = other.replace(
        made.b64(made.der(operator("somebody"))).encode(), made.b64(made.der(operator("nl-1"))).encode()
    )
    assert refused(lambda: signed_octets(wrong, NL)) == "signature"


def test_no_second_signature_and_none_elsewhere() -> None:
    assert refused(lambda: signed_octets(written(Sheet()), NL)) == "signature"
    assert refused(lambda: signed_octets(signed(GOOD, "nl-1"), NL)) == "signature"
    root = etree.fromstring(GOOD)
    root[0].append(root[-1])
    assert refused(lambda: signed_octets(etree.tostring(root), NL)) == "signature"


def test_a_list_wrapped_into_another_is_refused() -> None:
    """The signed list moved to where nobody reads, another one put in its place (XSW)."""
    root = etree.fromstring(GOOD)
    signature = root[-1]
    fake = etree.fromstring(written(Sheet(sequence=999, identifier="FAKE")))
    fake.append(signature)
    holder = etree.SubElement(signature, f"{{{made.DS}}}Object")
    root.set("Id", "LIST")
    holder.append(root)
    by_id = etree.tostring(fake).replace(b'URI=""', b'URI="#LIST"')
    assert refused(lambda: signed_octets(by_id, NL)) == "signature"
    assert refused(lambda: signed_octets(etree.tostring(fake), NL)) == "signature"


def test_what_stands_in_the_signature_or_in_a_comment_is_not_read() -> None:
    """A comment is not covered by the signature: no text may be cut short by one."""
    commented = GOOD.replace(b"<SchemeTerritory>NL", b"<SchemeTerritory>N<!-- -->L")
    assert read_list(signed_octets(commented, NL)).territory == "NL"
    hidden = GOOD.replace(b"<ds:KeyInfo>", b"<ds:KeyInfo><ds:KeyName>x</ds:KeyName>")
    assert b"KeyName" not in signed_octets(hidden, NL).octets


def test_a_list_beyond_the_bound_is_refused_before_it_is_parsed() -> None:
    assert refused(lambda: signed_octets(b" " * (MAX_BYTES + 1), NL)) == "unreadable"


def test_another_verifier_agrees_on_lists_of_our_own_making() -> None:
    config = SignatureConfiguration(
        expect_references=True, signature_methods=frozenset({SignatureMethod.ECDSA_SHA256})
    )
    certificate = operator("nl-1").public_bytes(Encoding.PEM).decode()
    found = XMLVerifier().verify(GOOD, x509_cert=certificate, expect_config=config)
    whole = found[0] if isinstance(found, list) else found
    assert whole.signed_data == signed_octets(GOOD, NL).octets


# --- the list of lists ------------------------------------------------------------------------------


def believed(
    data: bytes, *, pivots: dict[str, bytes] | None = None, signers: tuple[str, ...] = ("eu-1",)
) -> TrustedList:
    return authenticated_lotl(data, known=[notice(*signers)], pivots=pivots or {})


def test_the_list_of_lists_rests_on_the_notice_it_names() -> None:
    assert believed(lotl()).sequence == 100
    assert refused(lambda: believed(lotl("eu-2"))) == "signer"
    assert refused(lambda: believed(lotl(notice_url="https://journal.example/other"))) == "pivot"


def test_a_notice_holds_for_lists_of_its_time_alone() -> None:
    """A certificate announced long ago cannot sign a list of lists of today."""
    old = notice(until=at(2026))
    with pytest.raises(ListRefusal) as caught:
        authenticated_lotl(lotl(), known=[old], pivots={})
    assert caught.value.code == "signer"
    assert authenticated_lotl(lotl(issued_at=at(2025)), known=[old], pivots={}).sequence == 100


PIVOTS = ("https://eu.example/eu-lotl-pivot-90.xml", "https://eu.example/eu-lotl-pivot-80.xml")
P80 = lotl("eu-1", sequence=80, signers=("eu-2",), pivots=PIVOTS[1:])
P90 = lotl("eu-2", sequence=90, signers=("eu-3",), pivots=PIVOTS)
BOTH = {"eu-lotl-pivot-80.xml": P80, "eu-lotl-pivot-90.xml": P90}


def test_a_newer_certificate_is_believed_over_the_pivots_alone() -> None:
    newer = lotl("eu-3", pivots=PIVOTS)
    assert believed(newer, pivots=BOTH).sequence == 100
    assert refused(lambda: believed(newer)) == "pivot"
    for name in BOTH:
        fewer = {one: data for one, data in BOTH.items() if one != name}
        assert refused(lambda fewer=fewer: believed(newer, pivots=fewer)) == "pivot"


def test_a_certificate_that_a_pivot_took_out_counts_no_more() -> None:
    assert refused(lambda: believed(lotl("eu-1", pivots=PIVOTS), pivots=BOTH)) == "signer"
    assert refused(lambda: believed(lotl("eu-2", pivots=PIVOTS), pivots=BOTH)) == "signer"


def test_a_pivot_that_nobody_vouches_for_leads_nowhere() -> None:
    forged = {**BOTH, "eu-lotl-pivot-80.xml": lotl("eu-9", sequence=80, signers=("eu-2",), pivots=PIVOTS[1:])}
    assert refused(lambda: believed(lotl("eu-3", pivots=PIVOTS), pivots=forged)) == "signer"
    swapped = {"eu-lotl-pivot-80.xml": P80, "eu-lotl-pivot-90.xml": P80}
    assert refused(lambda: believed(lotl("eu-3", pivots=PIVOTS), pivots=swapped)) == "signer"


def test_the_newest_pivot_may_be_brought_as_the_list_of_lists_itself() -> None:
    itself = lotl("eu-2", sequence=90, signers=("eu-2", "eu-3"), pivots=PIVOTS)
    assert believed(itself, pivots={"eu-lotl-pivot-80.xml": P80}).sequence == 90
    later = lotl("eu-2", sequence=91, signers=("eu-2",), pivots=PIVOTS)
    assert refused(lambda: believed(later, pivots={"eu-lotl-pivot-80.xml": P80})) == "pivot"


def test_a_list_of_lists_may_not_forget_a_pivot() -> None:
    """Else a certificate that was taken out would count again."""
    first = snapshot_of(
        Brought(
            lotl=lotl("eu-2", sequence=90, pivots=PIVOTS[1:]), lists={}, pivots={"eu-lotl-pivot-80.xml": P80}
        ),
        known=[notice()],
        archive=ListArchive(),
    )
    forgetful = Brought(lotl=lotl("eu-1", sequence=101), lists={})
    archive = ListArchive(snapshots=(first,))
    assert refused(lambda: snapshot_of(forgetful, known=[notice()], archive=archive)) == "pivot"


def test_another_list_of_the_same_signers_is_not_the_list_of_lists() -> None:
    other = Sheet(territory="EU", type="http://example.org/another", information=[made.NOTICE])
    assert refused(lambda: believed(signed(written(other), "eu-1"))) == "territory"
    assert refused(lambda: believed(signed(written(Sheet(information=[made.NOTICE])), "eu-1"))) == "territory"
