"""Qualified for seals, by our own lists: every rule of TS 119 615 §4.4 and §4.5 that seals need."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from cryptography import x509
from samples import trusted_lists as made
from samples.list_certificates import at, authority, digest, issued, statements
from samples.trusted_lists import (
    Period,
    Service,
    additional,
    criteria,
    lotl,
    national,
    notice,
    policies,
    qualified,
)

from schemas.seal_trust import QualificationAnswer
from schemas.trusted_list import ListArchive
from verifier.trust.lists import Brought, snapshot_of
from verifier.trust.qualification import qualified_for_seal, qualified_timestamp

CA = made.zegel_ca()
NOW = at(2026, 3)
SEALS = additional("ForeSeals")


def archive(*lists: bytes, **changes: Any) -> ListArchive:
    """Put lists of the Netherlands into an archive, one snapshot each, every list really authenticated."""
    shots: ListArchive = ListArchive()
    for number, data in enumerate(lists):
        brought = Brought(lotl=lotl(sequence=100 + number, **changes), lists={"NL": data})
        shot = snapshot_of(brought, known=[notice()], archive=shots)
        assert not shot.faults, shot.faults
        shots = ListArchive(snapshots=(*shots.snapshots, shot))
    return shots


def asked(
    *periods: Period,
    said: bytes | None = None,
    moment: datetime = NOW,
    since: datetime = at(2024, 3),  # noqa: B008 - a constant
    services: tuple[Service, ...] = (),
) -> QualificationAnswer:
    """Ask about a certificate of the sample authority; its service was this, the current period first."""
    lists = archive(national(*(services or (Service((CA,), periods or (Period(),)),))))
    certificate = issued(said=said, since=since)
    return qualified_for_seal(certificate, issued_at=since, moment=moment, archive=lists)


def with_qualifiers(*names: str, **how: Any) -> Period:
    return Period(extensions=SEALS + qualified(*names, **how))


# --- Table 2 of the standard ------------------------------------------------------------------------

TYPES = ("", "1", "2", "3", "12", "13", "23", "123")
COLUMNS: dict[tuple[str, ...], tuple[str, str]] = {
    # what the list says: answers for certificates with QcCompliance, and without, in the order of TYPES
    (): ("N N Q N I N I I", "N N N N N N N N"),
    ("NotQualified",): ("N N N N N N N N", "N N N N N N N N"),
    ("QCStatement",): ("N N Q N I N I I", "I N Q N I N I I"),
    ("QCForESeal",): ("Q Q Q Q Q Q Q Q", "N N N N N N N N"),
    ("QCStatement", "QCForESeal"): ("Q Q Q Q Q Q Q Q", "Q Q Q Q Q Q Q Q"),
}
NAMES = {"1": "eSignature", "2": "eSeal", "3": "WSA"}
MEANS = {"Q": True, "N": False, "I": None}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda names: "+".join(names) or "nothing")
def test_every_cell_of_the_standard_s_table_for_seals(column: tuple[str, ...]) -> None:
    lists = archive(national(Service((CA,), (with_qualifiers(*column) if column else Period(),))))
    for compliance, row in zip((True, False), COLUMNS[column], strict=True):
        for types, expected in zip(TYPES, row.split(), strict=True):
            said = statements(compliance=compliance, kinds=[NAMES[one] for one in types])
            answer = qualified_for_seal(issued(said=said), issued_at=at(2024, 3), moment=NOW, archive=lists)
            assert answer.qualified is MEANS[expected], (compliance, types, answer.sentence)
            assert answer.sentence.endswith(".")


@pytest.mark.parametrize("names", [("QCForESig",), ("QCForWSA",), ("NotQualified", "QCStatement")])
def test_a_list_that_contradicts_itself_leaves_it_undecided(names: tuple[str, ...]) -> None:
    answer = asked(with_qualifiers(*names))
    assert answer.qualified is None
    assert "contradicts" in answer.sentence


def test_that_it_is_for_a_legal_person_is_no_hint_against_a_seal() -> None:
    answer = asked(with_qualifiers("QCForLegalPerson", "QCForESeal", "QCStatement", "QCWithQSCD"))
    assert (answer.qualified, answer.kind, answer.device) == (True, "eSeal", True)
    assert (answer.territory, answer.service) == ("NL", "Voorbeeld Zegels BV: Zegel CA")
    assert len(answer.list_sha256) == 64


def test_a_certificate_for_a_legal_person_is_for_no_signature() -> None:
    """The service is for both; the qualifier leaves seals alone, and the seal stays qualified."""
    both = additional("ForeSeals", "ForeSignatures") + qualified("QCForLegalPerson")
    assert asked(Period(extensions=both)).qualified is True


def test_a_certificate_for_signatures_is_not_taken_for_a_seal() -> None:
    both = Period(extensions=additional("ForeSeals", "ForeSignatures"))
    answer = asked(both, said=statements(kinds=["eSignature"]))
    assert (answer.qualified, answer.kind) == (False, "eSignature")
    assert "for electronic signatures" in answer.sentence
    untyped = asked(both, said=statements(kinds=[]))
    assert (untyped.qualified, untyped.kind) == (False, "eSignature"), (
        "before there were types it meant signatures"
    )


def test_several_types_are_settled_by_the_list_alone() -> None:
    said = statements(kinds=["eSignature", "eSeal"])
    both = additional("ForeSeals", "ForeSignatures")
    assert asked(Period(extensions=both), said=said).qualified is None
    settled = asked(Period(extensions=both + qualified("QCForESeal")), said=said)
    assert (settled.qualified, settled.kind) == (True, "eSeal")
    assert asked(said=statements(kinds=["eSeal", "unknown"])).qualified is None


def test_a_service_that_is_not_for_seals_qualifies_none() -> None:
    answer = asked(Period(extensions=additional("ForeSignatures")))
    assert answer.qualified is False


def test_a_certificate_under_the_law_of_another_country_is_not_qualified() -> None:
    assert asked(said=statements(law=True)).qualified is False


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="none"),
        pytest.param(statements(kinds=[], compliance=False), id="empty"),
    ],
)
def test_a_certificate_that_says_nothing_is_not_qualified(said: bytes) -> None:
    assert asked(said=said).qualified is False


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(statements()[:-1], id="cut short"),
        pytest.param(statements() + b"\0", id="something after it"),
        pytest.param(b"\x30\x80" + statements()[2:] + b"\0\0", id="indefinite length"),
        pytest.param(b"\x30\x81" + statements()[1:], id="length longer than needed"),
        pytest.param(b"\x30\x14" + statements(kinds=[])[2:] * 2, id="a statement twice"),
        pytest.param(b"\x04\x00", id="another type"),
    ],
)
def test_statements_that_are_not_as_the_standard_has_them_decide_nothing(said: bytes) -> None:
    answer = asked(said=said)
    assert answer.qualified is None
    assert "cannot be read" in answer.sentence


# --- the device (Table 7) ---------------------------------------------------------------------------

DEVICES: dict[tuple[str, ...], tuple[bool | None, bool | None]] = {
    # what the list says: answers for a certificate that names a device, and for one that does not
    (): (True, False),
    ("QCWithQSCD",): (True, True),
    ("QCQSCDManagedOnBehalf",): (True, True),
    ("QCWithQSCD", "QCQSCDManagedOnBehalf"): (True, True),
    ("QCNoQSCD",): (False, False),
    ("QCQSCDStatusAsInCert",): (True, False),
    ("QCWithQSCD", "QCNoQSCD"): (None, None),
    ("QCQSCDManagedOnBehalf", "QCNoQSCD"): (None, None),
    ("QCQSCDStatusAsInCert", "QCWithQSCD"): (None, None),
    ("QCQSCDStatusAsInCert", "QCNoQSCD"): (None, None),
    ("QCWithSSCD",): (None, None),
    ("QCNoSSCD",): (None, None),
    ("QCWithSSCD", "QCWithQSCD"): (True, True),
    ("SomethingNew",): (None, None),
}


@pytest.mark.parametrize("names", DEVICES, ids=lambda names: "+".join(names) or "nothing")
def test_where_the_key_lies(names: tuple[str, ...]) -> None:
    period = with_qualifiers(*names) if names else Period()
    for device, expected in zip((True, False), DEVICES[names], strict=True):
        answer = asked(period, said=statements(device=device))
        assert (answer.qualified, answer.device) == (True, expected)
        assert ("device" in answer.sentence) is True


def test_a_new_qualifier_that_may_be_passed_by_is() -> None:
    assert asked(with_qualifiers("SomethingNew", critical=False)).device is False


# --- which certificates a list means ----------------------------------------------------------------

SIGN = '<q:KeyUsage><q:KeyUsageBit name="digitalSignature">true</q:KeyUsageBit></q:KeyUsage>'
AGREE = '<q:KeyUsage><q:KeyUsageBit name="keyAgreement">true</q:KeyUsageBit></q:KeyUsage>'
NO_AGREE = '<q:KeyUsage><q:KeyUsageBit name="keyAgreement">false</q:KeyUsageBit></q:KeyUsage>'
NEW = '<v:Size xmlns:v="urn:example:new">2048</v:Size>'
MINE, OTHER = policies("1.2.3.4"), policies("9.9.9")


def others(inner: str) -> str:
    return f"<q:otherCriteriaList>{inner}</q:otherCriteriaList>"


def attribute(oid: str) -> str:
    inner = f"<e:AttributeOID><x:Identifier>{oid}</x:Identifier></e:AttributeOID>"
    return others(f"<e:CertSubjectDNAttribute>{inner}</e:CertSubjectDNAttribute>")


def purpose(oid: str) -> str:
    inner = f"<e:KeyPurposeId><x:Identifier>{oid}</x:Identifier></e:KeyPurposeId>"
    return others(f"<e:ExtendedKeyUsage>{inner}</e:ExtendedKeyUsage>")


FITS: dict[str, tuple[str, bool | None]] = {
    "its policy": (criteria(MINE), True),
    "its policy as a URN": (criteria(policies("urn:oid:1.2.3.4")), True),
    "another policy": (criteria(OTHER), False),
    "both policies at once": (criteria(policies("1.2.3.4", "9.9.9")), False),
    "one of two": (criteria(OTHER, MINE), True),
    "all of two": (criteria(OTHER, MINE, assertion="all"), False),
    "none of two": (criteria(OTHER, MINE, assertion="none"), False),
    "none of another": (criteria(OTHER, assertion="none"), True),
    "a usage it has": (criteria(SIGN, MINE, assertion="all"), True),
    "a usage it has not": (criteria(AGREE), False),
    "a usage it must not have": (criteria(NO_AGREE), True),
    "nested": (criteria(SIGN, criteria(OTHER, MINE), assertion="all"), True),
    "nested none": (criteria(SIGN, criteria(MINE, assertion="none"), assertion="all"), False),
    "an attribute of its subject": (criteria(attribute("2.5.4.10")), True),
    "an attribute it has not": (criteria(attribute("2.5.4.5")), False),
    "a purpose it has not": (criteria(purpose("1.3.6.1.5.5.7.3.8")), False),
    "something new": (criteria(NEW), None),
    "something new beside what fits": (criteria(NEW, MINE), True),
    "something new beside what does not": (criteria(NEW, OTHER, assertion="all"), False),
    "something new among others": (criteria(others(NEW)), None),
    "an unknown assertion": (criteria(MINE, assertion="some"), None),
    "nothing": ('<q:CriteriaList assert="all"/>', None),
    "no list at all": ("<!-- -->", None),
    "a policy set of nothing": (criteria(policies()), None),
    "too deep": ('<q:CriteriaList assert="all">' * 40 + MINE + "</q:CriteriaList>" * 40, None),
}


@pytest.mark.parametrize("case", FITS)
def test_a_qualifier_is_about_the_certificates_that_fit(case: str) -> None:
    """`NotQualified` shows it: whom it is about is not qualified, and where that is not known nothing is."""
    fit, expected = FITS[case]
    answer = asked(with_qualifiers("NotQualified", fit=fit))
    assert answer.qualified is {True: False, False: True, None: None}[expected], answer.sentence


# --- time -------------------------------------------------------------------------------------------


def test_it_must_be_qualified_when_issued_and_at_the_moment() -> None:
    periods = (Period("withdrawn", at(2025)), Period("granted", at(2020)))
    assert asked(*periods, moment=at(2024, 6)).qualified is True
    later = asked(*periods, moment=NOW)
    assert later.qualified is False
    assert "withdrawn" in later.sentence
    assert "moment that counts" in later.sentence
    early = asked(Period("granted", at(2025)), moment=NOW)
    assert early.qualified is False
    assert "when it was issued" in early.sentence


def test_the_qualifiers_of_the_time_count() -> None:
    periods = (Period(since=at(2025)), Period(since=at(2020), extensions=SEALS + qualified("NotQualified")))
    assert asked(*periods, since=at(2024, 3)).qualified is False
    assert asked(*periods, since=at(2025, 3)).qualified is True


def test_the_boundary_of_a_period_belongs_to_the_new_one() -> None:
    periods = (Period("withdrawn", at(2025)), Period("granted", at(2020)))
    assert asked(*periods, moment=at(2025)).qualified is False


def test_before_the_regulation_no_certificate_was_qualified_for_seals() -> None:
    periods = (Period(since=at(2016, 7)), Period("undersupervision", at(2015), ""))
    answer = asked(*periods, since=at(2016, 3))
    assert answer.qualified is False
    assert "2016" in answer.sentence


def test_a_history_out_of_order_proves_nothing() -> None:
    periods = (Period("granted", at(2020)), Period("granted", at(2022)))
    assert asked(*periods).qualified is None
    twice = (Period("granted", at(2020)), Period("withdrawn", at(2020)))
    assert asked(*twice).qualified is None


def test_an_unknown_critical_extension_decides_nothing_and_a_plain_one_is_passed_by() -> None:
    assert asked(Period(extensions=SEALS + made.UNKNOWN_CRITICAL)).qualified is None
    assert asked(Period(extensions=SEALS + made.UNKNOWN_PLAIN)).qualified is True


def test_a_status_that_no_list_should_use_decides_nothing() -> None:
    assert asked(Period("accredited")).qualified is None


def test_a_list_that_is_overdue_does_not_reach() -> None:
    answer = asked(moment=at(2026, 8))
    assert answer.qualified is None
    assert "2026-01-01" in answer.sentence
    assert "2026-07-01" in answer.sentence
    assert asked(moment=at(2026, 7)).qualified is True, "the day it is due it still counts"


def test_a_closed_list_reaches_for_ever() -> None:
    lists = archive(national(Service((CA,)), next_update=None))
    certificate = issued()
    answer = qualified_for_seal(certificate, issued_at=at(2024, 3), moment=at(2040), archive=lists)
    assert answer.qualified is True


def test_the_list_in_force_at_the_moment_counts() -> None:
    """The newer list took the service out of its list altogether; a seal from before keeps its word."""
    first = national(Service((CA,)), sequence=10, issued=at(2025), next_update=at(2025, 7))
    second = national(sequence=11, issued=at(2025, 6), next_update=at(2025, 12))
    lists = archive(first, second)
    certificate = issued()

    def answer(moment: datetime) -> bool | None:
        ask = {"issued_at": at(2024, 3), "moment": moment, "archive": lists}
        return qualified_for_seal(certificate, (CA,), **ask).qualified

    assert answer(at(2025, 2)) is True
    assert answer(at(2025, 8)) is False
    assert answer(at(2026, 2)) is None
    assert answer(at(2024, 6)) is True, "before the first list its history speaks"


def test_a_later_list_tells_of_a_service_that_the_one_in_force_had_not() -> None:
    first = national(sequence=10, issued=at(2025), next_update=at(2025, 7))
    second = national(Service((CA,), (Period(since=at(2025, 3)),)), sequence=11, issued=at(2025, 6))
    certificate = issued(since=at(2025, 4))
    lists = archive(first, second)
    ask = {"issued_at": at(2025, 4), "archive": lists}
    assert qualified_for_seal(certificate, moment=at(2025, 5), **ask).qualified is True


def test_a_later_list_tells_of_the_time_that_the_one_before_did_not_reach() -> None:
    first = national(Service((CA,)), sequence=10, issued=at(2025), next_update=at(2025, 3))
    periods = (Period("withdrawn", at(2025, 5)), Period())
    second = national(Service((CA,), periods), sequence=11, issued=at(2025, 6))
    ask = {"issued_at": at(2024, 3), "archive": archive(first, second)}
    assert qualified_for_seal(issued(), moment=at(2025, 4), **ask).qualified is True
    assert qualified_for_seal(issued(), moment=at(2025, 5), **ask).qualified is False


# --- which service ----------------------------------------------------------------------------------


def test_a_service_taken_over_counts_by_the_entry_of_whom_took_it() -> None:
    old = Service(
        (CA,), (Period("withdrawn", at(2025), SEALS + made.taken_over("New BV")), Period()), "Old BV"
    )
    new = Service((CA,), (Period("granted", at(2025)),), "New BV")
    certificate = issued(since=at(2025, 3))
    ask = {"issued_at": at(2025, 3), "moment": NOW, "archive": archive(national(old, new))}
    answer = qualified_for_seal(certificate, **ask)
    assert (answer.qualified, answer.service) == (True, "New BV: Zegel CA")
    alone = archive(national(old))
    assert (
        qualified_for_seal(certificate, issued_at=at(2025, 3), moment=NOW, archive=alone).qualified is False
    )
    third = Service((CA,), (Period("granted", at(2025)),), "Third BV")
    contested = archive(national(old, third))
    assert (
        qualified_for_seal(certificate, issued_at=at(2025, 3), moment=NOW, archive=contested).qualified
        is None
    )


def test_a_service_listed_twice_with_two_statuses_decides_nothing() -> None:
    twice = (Service((CA,)), Service((CA,), (Period("withdrawn", at(2025)), Period())))
    assert asked(services=twice).qualified is None


def test_a_service_for_seals_and_one_for_signatures_are_looked_at_apart() -> None:
    signatures = (Period("withdrawn", at(2025), additional("ForeSignatures")),)
    assert asked(services=(Service((CA,)), Service((CA,), signatures))).qualified is True


def test_a_service_named_by_name_and_key_alone_is_found_by_the_key() -> None:
    bare = archive(national(Service((CA,), with_certificate=False)))
    ask = {"issued_at": at(2024, 3), "moment": NOW, "archive": bare}
    assert qualified_for_seal(issued(), (CA,), **ask).qualified is True
    impostor = authority("Zegel CA", keyed="impostor")
    forged = issued_under(impostor, "impostor")
    assert qualified_for_seal(forged, (impostor,), **ask).qualified is False


def issued_under(certificate: x509.Certificate, key_name: str) -> x509.Certificate:
    """Make a certificate that names the sample authority as its issuer, signed with another's key."""
    from samples.list_certificates import _builder, _name, key  # noqa: PLC0415 - only here

    assert certificate.subject == CA.subject
    builder = _builder(_name("Hogeschool Voorbeeld"), key("holder"), "Zegel CA", "NL", at(2024, 3))
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), statements())
    return builder.add_extension(extension, critical=False).sign(key(key_name), made.hashes.SHA256())


def test_a_name_without_the_key_is_nobody_s() -> None:
    impostor = authority("Zegel CA", keyed="impostor")
    forged = issued_under(impostor, "impostor")
    ask = {"issued_at": at(2024, 3), "moment": NOW, "archive": archive(national(Service((CA,))))}
    assert qualified_for_seal(forged, (impostor,), **ask).qualified is False
    assert qualified_for_seal(forged, **ask).qualified is None, "who issued it is not there to be seen"


def test_an_authority_between_is_passed_through_if_it_is_one() -> None:
    root = authority("Root CA")
    between = authority("Zegel CA", under="Root CA", keyed="Zegel CA")
    lists = archive(national(Service((root,))))
    ask = {"issued_at": at(2024, 3), "moment": NOW, "archive": lists}
    assert qualified_for_seal(issued(), (between,), **ask).qualified is True
    missing = qualified_for_seal(issued(), (), **ask)
    assert missing.qualified is None
    assert "not whole" in missing.sentence
    assert qualified_for_seal(issued(by="holder"), (issued(by="Root CA"),), **ask).qualified is not True


def test_the_deny_list_wins_and_is_told() -> None:
    lists = archive(national(Service((CA,))))
    certificate = issued()
    ask = {"issued_at": at(2024, 3), "moment": NOW, "archive": lists}
    for one in (certificate, CA):
        answer = qualified_for_seal(certificate, denied={digest(one)}, **ask)
        assert (answer.qualified, answer.denied) == (False, True)
        assert "deny-list" in answer.sentence
    assert qualified_for_seal(certificate, denied={"0" * 64}, **ask).denied is False


def test_what_no_list_has_is_unknown_unless_the_list_that_would_is_at_hand() -> None:
    lists = archive(national(Service((CA,))))
    ask = {"issued_at": at(2024, 3), "moment": NOW}

    def answer(country: str, lists: ListArchive | None) -> QualificationAnswer:
        above = (authority("Elders CA", country=country),)
        return qualified_for_seal(issued(by="Elders CA", country=country), above, archive=lists, **ask)

    assert answer("NL", lists).qualified is False
    assert answer("US", lists).qualified is False, "every list that the list of lists points at is at hand"
    more = (("NL", "https://nl.example/tl.xml", ("nl-1",)), ("EL", "https://el.example/tl.xml", ("el-1",)))
    partly = archive(national(Service((CA,))), nationals=more)
    assert answer("US", partly).qualified is None
    greek = answer("GR", partly)
    assert greek.qualified is None
    assert "EL" in greek.sentence
    assert answer("NL", None).qualified is None
    assert answer("NL", ListArchive()).qualified is None


# --- timestamps -------------------------------------------------------------------------------------


def stamped(*periods: Period, identity: x509.Certificate, moment: datetime = NOW) -> QualificationAnswer:
    lists = archive(national(Service((identity,), periods)))
    return qualified_timestamp(issued(said=b""), (CA,), moment=moment, archive=lists)


def test_a_time_stamping_authority_is_found_by_its_own_certificate_or_its_issuer_s() -> None:
    token_signer = issued(said=b"")
    granted = Period(type="TSA/QTST", extensions="")
    for identity in (token_signer, CA):
        answer = stamped(granted, identity=identity)
        assert (answer.qualified, answer.kind, answer.territory) == (True, "timestamp", "NL")
    assert stamped(Period("withdrawn", type="TSA/QTST"), identity=CA).qualified is False
    assert stamped(Period(type="TSA"), identity=CA).qualified is False
    assert stamped(Period(), identity=CA).qualified is False, "an authority for certificates is none for time"
    assert stamped(granted, identity=CA, moment=at(2016, 3)).qualified is False
    assert stamped(granted, identity=CA, moment=at(2027)).qualified is None
