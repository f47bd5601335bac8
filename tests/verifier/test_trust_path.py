"""Certificate paths: from a certificate to whom is trusted, through whatever lies in the pool."""

from __future__ import annotations

import ipaddress
import random
import time
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import authorities as ca
from samples.authorities import DAY, NOW, Holder, authority, holder, middle, named, root, seal, usage
from samples.timestamps import der, oid

from schemas.seal_trust import PathAnswer
from verifier.trust.carried import Revocations
from verifier.trust.certificate_facts import facts_of
from verifier.trust.path import validate_path

NOTHING = Revocations()


@cache
def all_good() -> Revocations:
    """Say that nothing of the usual authorities is revoked."""
    return Revocations(crls=(ca.crl(root()), ca.crl(middle())))


def path(
    one: Holder,
    *,
    anchors: Sequence[Holder],
    pool: Sequence[Holder | x509.Certificate] = (),
    crls: Sequence[Holder] = (),
    revocations: Revocations | None = None,
    moment: datetime = NOW,
    now: datetime = NOW,
    **more: Any,
) -> PathAnswer:
    """Ask; `crls` are authorities that publish an empty list."""
    known = revocations or all_good()
    lists = (*known.crls, *(ca.crl(each) for each in crls))
    return validate_path(
        one.certificate,
        purpose=more.pop("purpose", "seal"),
        moment=moment,
        now=now,
        pool=[each.certificate if isinstance(each, Holder) else each for each in pool],
        anchors=[each.certificate for each in anchors],
        revocations=Revocations(crls=lists, ocsps=known.ocsps),
        **more,
    )


def found(answer: PathAnswer) -> tuple[bool | None, str]:
    assert answer.sentence.endswith(".")
    return answer.holds, answer.indication


GOOD = (True, "")
NO_CHAIN = (None, "NO_CERTIFICATE_CHAIN_FOUND")
UNMET = (None, "CHAIN_CONSTRAINTS_FAILURE")
OUT_OF_BOUNDS = (None, "OUT_OF_BOUNDS_NO_POE")


def test_a_root_an_authority_below_it_and_the_certificate_itself_may_each_be_the_anchor() -> None:
    assert found(answer := path(seal(), anchors=[root()], pool=[middle()])) == GOOD
    assert answer.chain == (seal().certificate, middle().certificate, root().certificate)
    assert found(answer := path(seal(), anchors=[middle()])) == GOOD
    assert answer.chain == (seal().certificate, middle().certificate)
    assert found(answer := path(seal(), anchors=[seal()], revocations=NOTHING)) == GOOD
    assert answer.chain == (seal().certificate,)


def test_whom_it_leads_to_is_told_by_name() -> None:
    assert "Voorbeeld Wortel CA" in path(seal(), anchors=[root()], pool=[middle()]).sentence


def test_without_the_link_without_an_anchor_and_with_a_stranger_there_is_no_chain() -> None:
    stranger = authority("Vreemde CA")
    for anchors, pool in (([root()], []), ([], [middle(), root()]), ([stranger], [middle(), root()])):
        answer = path(seal(), anchors=anchors, pool=pool)
        assert found(answer) == NO_CHAIN
        assert answer.chain == (seal().certificate,)


def test_an_anchor_in_the_pool_is_not_an_anchor() -> None:
    assert found(path(seal(), anchors=[], pool=[middle(), root(), seal()])) == NO_CHAIN


def test_an_authority_of_the_same_name_with_another_key_is_another() -> None:
    impostor = authority("Voorbeeld Zegel CA", key_name="a stranger's")
    assert found(path(seal(), anchors=[impostor])) == NO_CHAIN
    assert found(path(seal(), anchors=[impostor, middle()])) == GOOD
    assert found(path(seal(), anchors=[middle()], pool=[impostor] * 3)) == GOOD


def test_names_are_the_same_in_another_spelling() -> None:
    kinds = x509.Name(
        [
            x509.NameAttribute(part.oid, part.value.upper().replace(" ", "  ")) if place else part
            for place, part in enumerate(middle().certificate.subject)
        ]
    )
    spelled = holder("Hogeschool Anders", middle(), issuer_name=kinds)
    assert spelled.certificate.issuer != middle().certificate.subject
    assert found(path(spelled, anchors=[middle()])) == GOOD
    impostor = holder("Nagemaakt", subject=kinds, basic=(True, None), uses=ca.AUTHORITY_USAGE)
    assert found(path(spelled, anchors=[middle()], pool=[impostor])) == GOOD


# Dates


EXPIRED = {"start": NOW - 400 * DAY, "end": NOW - 30 * DAY}


def test_expired_is_undecided_unless_it_is_proven_to_have_been_used_before() -> None:
    expired = holder("Verlopen", middle(), **EXPIRED)  # type: ignore[arg-type]
    assert found(path(expired, anchors=[middle()])) == OUT_OF_BOUNDS
    before = {
        "moment": NOW - 40 * DAY,
        "revocations": Revocations(crls=(ca.crl(middle(), issued=NOW - 39 * DAY),)),
    }
    assert found(path(expired, anchors=[middle()], proven=True, **before)) == GOOD
    assert found(path(expired, anchors=[middle()], proven=False, **before)) == OUT_OF_BOUNDS


def test_expired_is_told_whatever_is_known_of_its_revocation() -> None:
    expired = holder("Verlopen", middle(), **EXPIRED)  # type: ignore[arg-type]
    answer = path(expired, anchors=[middle()], revocations=NOTHING)
    assert found(answer) == OUT_OF_BOUNDS
    assert "nothing trusted proves" in answer.sentence


def test_used_provably_after_it_expired_is_a_failure() -> None:
    expired = holder("Verlopen", middle(), **EXPIRED)  # type: ignore[arg-type]
    moments = {"moment": NOW - DAY, "proven": True}
    assert found(path(expired, anchors=[middle()], **moments)) == OUT_OF_BOUNDS
    assert found(path(expired, anchors=[middle()], made_after=NOW - 2 * DAY, **moments)) == (False, "EXPIRED")


def test_used_provably_before_it_began_is_a_failure() -> None:
    early = holder("Te vroeg", middle(), start=NOW - 10 * DAY)
    assert found(path(early, anchors=[middle()], moment=NOW - 11 * DAY, proven=True)) == (
        False,
        "NOT_YET_VALID",
    )


def test_not_yet_in_force_now_is_undecided() -> None:
    early = holder("Te vroeg", middle(), start=NOW + DAY)
    assert found(path(early, anchors=[middle()])) == OUT_OF_BOUNDS


def test_an_expired_authority_in_between_leaves_it_undecided_and_an_expired_anchor_counts() -> None:
    old = authority("Oude CA", root(), **EXPIRED)  # type: ignore[arg-type]
    below = holder("Onder oud", old)
    assert found(path(below, anchors=[root()], pool=[old], crls=[old])) == OUT_OF_BOUNDS
    assert found(path(below, anchors=[old], crls=[old])) == GOOD


def test_the_dates_of_a_certificate_count_though_it_is_the_anchor() -> None:
    expired = holder("Verlopen", middle(), **EXPIRED)  # type: ignore[arg-type]
    assert found(path(expired, anchors=[expired])) == OUT_OF_BOUNDS


def test_an_authority_whose_certificate_was_renewed_is_found_in_force() -> None:
    old = authority("Vernieuwde CA", root(), end=NOW - DAY)
    new = authority("Vernieuwde CA", root(), start=NOW - 2 * DAY)
    below = holder("Onder vernieuwd", old)
    for pool in ([old, new], [new, old]):
        answer = path(below, anchors=[root()], pool=pool, crls=[old])
        assert found(answer) == GOOD
        assert new.certificate in answer.chain


# Constraints


def below_with(**form: Any) -> PathAnswer:
    """Ask about a seal below an authority that is not as it should be, itself below the root."""
    odd = holder("Vreemde tussenpersoon", root(), **form)
    return path(holder("Onder vreemd", odd), anchors=[root()], pool=[odd], crls=[odd])


@pytest.mark.parametrize(
    "form",
    [
        {"basic": (False, None), "uses": ca.AUTHORITY_USAGE},
        {"basic": None, "uses": ca.AUTHORITY_USAGE},
        {"basic": (True, None), "uses": usage("crl_sign")},
        {"basic": (True, None), "uses": ca.AUTHORITY_USAGE, "extensions": ((ca.unknown(), True),)},
        {
            "basic": (True, None),
            "uses": ca.AUTHORITY_USAGE,
            "extensions": ((ca.unknown("2.5.29.30", b"\x30\x03\x02"), True),),
        },
    ],
    ids=["no authority", "says nothing", "may not issue", "critical unknown", "constraints unreadable"],
)
def test_who_is_no_authority_vouches_for_nobody(form: dict[str, Any]) -> None:
    assert found(below_with(**form)) == UNMET


def test_an_authority_without_key_usage_and_with_unknown_uncritical_extensions_is_one() -> None:
    assert found(below_with(basic=(True, None), uses=None, extensions=((ca.unknown(), False),))) == GOOD


def test_an_end_certificate_as_anchor_vouches_for_itself_alone() -> None:
    below = holder("Onder een zegel", seal())
    assert found(path(below, anchors=[seal()], crls=[seal()])) == UNMET


def test_a_critical_extension_that_nobody_knows_is_told() -> None:
    odd = holder("Vreemd", middle(), extensions=((ca.unknown(), True),))
    answer = path(odd, anchors=[middle()])
    assert found(answer) == UNMET
    assert "critical" in answer.sentence


@pytest.mark.parametrize(("limit", "expected"), [(0, UNMET), (1, GOOD), (None, GOOD)])
def test_a_path_is_no_longer_than_an_authority_allows(
    limit: int | None, expected: tuple[bool | None, str]
) -> None:
    top = authority("Beperkte wortel", path_length=limit)
    between = authority("Beperkt tussen", top)
    below = holder("Onder beperkt", between)
    assert found(path(below, anchors=[top], pool=[between], crls=[top, between])) == expected
    above = authority("Boven beperkt")
    limited = authority("Beperkte wortel", above, path_length=limit)
    everyone = [above, limited, between]
    assert found(path(below, anchors=[above], pool=[limited, between], crls=everyone)) == expected


def test_a_self_issued_authority_does_not_count_for_the_length() -> None:
    top = authority("Wortel met twee sleutels", path_length=1)
    rolled = authority("Wortel met twee sleutels", top, key_name="its next key", path_length=0)
    between = authority("Onder de volgende sleutel", rolled)
    below = holder("Helemaal onder", between)
    # rolled is self-issued and not counted by top; but between is counted by rolled
    assert found(path(below, anchors=[top], pool=[rolled, between], crls=[top, rolled, between])) == UNMET
    direct = holder("Direct onder", rolled)
    assert found(path(direct, anchors=[top], pool=[rolled], crls=[top, rolled])) == GOOD


def permitted(*names: x509.GeneralName) -> x509.NameConstraints:
    return x509.NameConstraints(permitted_subtrees=names, excluded_subtrees=None)


def excluded(*names: x509.GeneralName) -> x509.NameConstraints:
    return x509.NameConstraints(permitted_subtrees=None, excluded_subtrees=names)


def country(code: str) -> x509.DirectoryName:
    return x509.DirectoryName(x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, code)]))


def alternative(*names: x509.GeneralName) -> tuple[x509.ExtensionType, bool]:
    return x509.SubjectAlternativeName(names), False


MAIL, HOST = x509.RFC822Name, x509.DNSName
PLACE, NETWORK = x509.UniformResourceIdentifier, x509.IPAddress


@pytest.mark.parametrize(
    ("constraints", "extensions", "expected"),
    [
        (permitted(country("NL")), (), GOOD),
        (permitted(country("nl"), country("BE")), (), GOOD),
        (permitted(country("BE")), (), UNMET),
        (excluded(country("NL")), (), UNMET),
        (excluded(country("BE")), (), GOOD),
        (permitted(HOST("hogeschool.example")), (), GOOD),
        (permitted(HOST("hogeschool.example")), (alternative(HOST("zegel.Hogeschool.example")),), GOOD),
        (permitted(HOST("hogeschool.example")), (alternative(HOST("nothogeschool.example")),), UNMET),
        (excluded(HOST("hogeschool.example")), (alternative(HOST("a.b.hogeschool.example")),), UNMET),
        (permitted(MAIL("hogeschool.example")), (alternative(MAIL("zegel@hogeschool.example")),), GOOD),
        (permitted(MAIL("hogeschool.example")), (alternative(MAIL("zegel@a.hogeschool.example")),), UNMET),
        (permitted(MAIL(".hogeschool.example")), (alternative(MAIL("zegel@a.hogeschool.example")),), GOOD),
        (excluded(MAIL("zegel@hogeschool.example")), (alternative(MAIL("zegel@hogeschool.example")),), UNMET),
        (
            permitted(PLACE(".hogeschool.example")),
            (alternative(PLACE("https://a.hogeschool.example/b")),),
            GOOD,
        ),
        (permitted(PLACE("hogeschool.example")), (alternative(PLACE("https://elders.example/")),), UNMET),
        (permitted(PLACE("hogeschool.example")), (alternative(PLACE("urn:no:host")),), UNMET),
        (excluded(PLACE("hogeschool.example")), (alternative(PLACE("urn:no:host")),), UNMET),
    ],
)
def test_names_lie_where_an_authority_may_give_them(
    constraints: x509.NameConstraints,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...],
    expected: tuple[bool | None, str],
) -> None:
    limited = authority("Beperkt in namen", root(), extensions=((constraints, True),))
    below = holder("Onder beperkt in namen", limited, extensions=extensions)
    assert found(path(below, anchors=[root()], pool=[limited], crls=[limited])) == expected


@pytest.mark.parametrize(("network", "expected"), [("192.0.2.0/24", GOOD), ("198.51.100.0/24", UNMET)])
def test_addresses_lie_in_the_networks_an_authority_may_give(
    network: str, expected: tuple[bool | None, str]
) -> None:
    limit = permitted(NETWORK(ipaddress.ip_network(network)))
    limited = authority("Beperkt in adressen", root(), extensions=((limit, True),))
    names = alternative(NETWORK(ipaddress.ip_address("192.0.2.7")))
    below = holder("Onder beperkt in adressen", limited, extensions=(names,))
    assert found(path(below, anchors=[root()], pool=[limited], crls=[limited])) == expected


def test_an_address_in_the_subject_is_constrained_too() -> None:
    limit = excluded(MAIL("hogeschool.example"))
    limited = authority("Beperkt in post", root(), extensions=((limit, True),))
    subject = named("Onder beperkt in post", mail="zegel@hogeschool.example")
    below = holder("Onder beperkt in post", limited, subject=subject)
    assert found(path(below, anchors=[root()], pool=[limited], crls=[limited])) == UNMET


def test_the_constraints_of_every_authority_count_and_the_anchors_too() -> None:
    top = authority("Alleen Belgisch", extensions=((permitted(country("BE")), True),))
    assert found(path(holder("Nederlands", top), anchors=[top], crls=[top])) == UNMET


POLICY, OTHER = "1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.2"
ANY = "2.5.29.32.0"


def policies(*dotted: str) -> tuple[x509.ExtensionType, bool]:
    return x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier(one), None) for one in dotted]
    ), False


def mapped(above: str, below: str) -> tuple[x509.ExtensionType, bool]:
    pair = der(0x30, oid(above), oid(below))
    return ca.unknown("2.5.29.33", der(0x30, pair)), True


def required(after: int) -> tuple[x509.ExtensionType, bool]:
    return x509.PolicyConstraints(require_explicit_policy=after, inhibit_policy_mapping=None), True


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        ((required(0), policies(POLICY)), (policies(POLICY),), GOOD),
        ((required(0), policies(POLICY)), (policies(OTHER),), UNMET),
        ((required(0), policies(POLICY)), (), UNMET),
        ((required(0), policies(ANY)), (policies(OTHER),), GOOD),
        ((required(0), policies(POLICY)), (policies(ANY),), GOOD),
        ((required(5), policies(POLICY)), (policies(OTHER),), GOOD),
        ((policies(POLICY),), (policies(OTHER),), GOOD),
        ((required(0), policies(ANY), (x509.InhibitAnyPolicy(0), True)), (policies(ANY),), UNMET),
        ((required(0), policies(POLICY), mapped(POLICY, OTHER)), (policies(OTHER),), GOOD),
        ((required(0), policies(POLICY), mapped(POLICY, OTHER)), (policies(POLICY),), UNMET),
        ((required(0), policies(POLICY), mapped(POLICY, ANY)), (policies(POLICY),), UNMET),
    ],
)
def test_where_a_policy_is_required_there_must_be_one(
    upper: tuple[tuple[x509.ExtensionType, bool], ...],
    lower: tuple[tuple[x509.ExtensionType, bool], ...],
    expected: tuple[bool | None, str],
) -> None:
    between = authority("Met beleid", root(), extensions=upper)
    below = holder("Onder beleid", between, extensions=lower)
    assert found(path(below, anchors=[root()], pool=[between], crls=[between])) == expected


# Use


def test_a_certificate_is_used_for_what_it_is_for() -> None:
    stamping = (ca.purposes(ExtendedKeyUsageOID.TIME_STAMPING), True)
    unit = holder("Tijd", middle(), uses=usage("digital_signature"), extensions=(stamping,))
    answers = ca.responder(middle())
    every = {"seal": seal(), "timestamp": unit, "ocsp": answers}
    for purpose in every:
        for kind, one in every.items():
            expected = GOOD if kind == purpose else UNMET
            assert found(path(one, anchors=[middle()], purpose=purpose)) == expected, (kind, purpose)


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        (usage("content_commitment"), GOOD),
        (usage("digital_signature"), GOOD),
        (None, GOOD),
        (usage("key_encipherment"), UNMET),
        (ca.AUTHORITY_USAGE, UNMET),
    ],
)
def test_a_seal_is_made_with_a_key_for_signing(
    uses: x509.KeyUsage | None, expected: tuple[bool | None, str]
) -> None:
    assert found(path(holder("Gebruik", middle(), uses=uses), anchors=[middle()])) == expected


# Weak


def test_a_chain_that_rests_on_a_weak_hash_or_a_short_key_proves_nothing() -> None:
    old = holder("Oud", middle(), hashed=ca.WEAK)
    answer = path(old, anchors=[middle()])
    assert found(answer) == (None, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE")
    assert "SHA-224" in answer.sentence
    short = authority("Kort", key_name="rsa-1024")
    assert found(path(holder("Onder kort", short), anchors=[short], crls=[short])) == (
        None,
        "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    )


def test_the_signature_on_an_anchor_is_not_looked_at() -> None:
    old = holder("Oude wortel", basic=(True, None), uses=ca.AUTHORITY_USAGE, hashed=ca.WEAK)
    assert found(path(holder("Onder oude wortel", old), anchors=[old], crls=[old])) == GOOD


@pytest.mark.parametrize("kind", ["rsa-2048", "p384", "p521", "brainpool", "ed25519"])
def test_every_usual_key_is_computed_with(kind: str) -> None:
    above = authority(f"Met sleutel {kind}", key_name=kind)
    assert found(path(holder("Onder een sleutel", above), anchors=[above], crls=[above])) == GOOD
    other = authority(f"Met sleutel {kind}")
    assert found(path(holder("Onder een sleutel", above), anchors=[other], crls=[other])) == NO_CHAIN


@pytest.mark.parametrize(("salt", "expected"), [(32, GOOD), (20, NO_CHAIN)])
def test_pss_is_computed_with_where_salt_and_mask_go_with_the_hash(
    salt: int, expected: tuple[bool | None, str]
) -> None:
    above = authority("Met zout", key_name="rsa-2048")
    below = holder("Onder zout", above, salted=salt)
    assert found(path(below, anchors=[above], crls=[above])) == expected


# Crossings, loops and crowds


def test_two_authorities_that_vouch_for_each_other_lead_nowhere_and_end() -> None:
    one, other = authority("Wederzijds een"), authority("Wederzijds ander")
    crossed = [authority("Wederzijds een", other), authority("Wederzijds ander", one), one, other]
    assert found(path(holder("Onder wederzijds", one), anchors=[root()], pool=crossed)) == NO_CHAIN


def test_a_cross_certificate_leads_to_the_anchor_of_the_other_side() -> None:
    new = authority("Nieuwe wortel")
    crossed = authority("Nieuwe wortel", root())
    below = holder("Onder nieuw", new)
    answer = path(below, anchors=[root()], pool=[new, crossed], crls=[new])
    assert found(answer) == GOOD
    assert answer.chain == (below.certificate, crossed.certificate, root().certificate)


def test_where_one_way_is_barred_the_other_is_taken() -> None:
    barred = authority("Twee wegen", root(), extensions=((permitted(country("BE")), True),))
    free = authority("Twee wegen", middle())
    below = holder("Onder twee wegen", free)
    answer = path(below, anchors=[root()], pool=[barred, middle(), free], crls=[free])
    assert found(answer) == GOOD
    assert free.certificate in answer.chain


@cache
def mesh() -> tuple[Holder, ...]:
    """Make eight authorities each of whom vouches for all others."""
    heads = [authority(f"Kluwen {number}") for number in range(8)]
    return tuple(
        authority(f"Kluwen {number}", other)
        for number in range(8)
        for place, other in enumerate(heads)
        if place != number
    )


def test_a_mesh_of_authorities_ends_with_and_without_an_anchor() -> None:
    below = holder("In het kluwen", authority("Kluwen 0"))
    start = time.process_time()
    assert found(path(below, anchors=[root()], pool=mesh())) == NO_CHAIN
    lists = [authority(f"Kluwen {number}") for number in range(8)]
    assert found(path(below, anchors=[authority("Kluwen 5")], pool=mesh(), crls=lists)) == GOOD
    assert time.process_time() - start < 5


def test_a_chain_that_is_longer_than_any_ends() -> None:
    last = root()
    pool = []
    for number in range(20):
        last = authority(f"Trede {number}", last)
        pool.append(last)
    assert found(path(holder("Onderaan", last), anchors=[root()], pool=pool)) == NO_CHAIN


@cache
def crowd() -> tuple[x509.Certificate, ...]:
    """Make ten thousand certificates, half of them called as the issuing authority is."""
    titles = ("Voorbeeld Zegel CA", "Iemand anders")
    templates = [authority(title, key_name=f"crowd {title}").der for title in titles]
    serials = [facts_of(x509.load_der_x509_certificate(one)).serial for one in templates]  # type: ignore[union-attr]
    rng = random.Random(5)  # noqa: S311 - numbers for the crowd
    made = []
    for number in range(10_000):
        template, serial = templates[number % 2], serials[number % 2]
        size = (serial.bit_length() + 8) // 8
        fresh = rng.getrandbits(size * 8 - 9).to_bytes(size)
        fresh = serial.to_bytes(size)[:2] + fresh[2:]  # a first zero stands only before a high bit
        made.append(x509.load_der_x509_certificate(template.replace(serial.to_bytes(size), fresh)))
    return tuple(made)


def test_a_crowd_of_ten_thousand_changes_nothing_and_takes_bounded_time() -> None:
    pool = (*crowd(), middle().certificate)
    start = time.process_time()
    assert found(path(seal(), anchors=[root()], pool=pool)) == GOOD
    assert time.process_time() - start < 10


JUNK = st.sampled_from(range(12))


@cache
def junk(number: int) -> Holder:
    """Make something that has no business in the pool, but looks as if."""
    kinds = (
        lambda: authority("Voorbeeld Zegel CA", key_name="junk 0"),
        lambda: authority("Voorbeeld Wortel CA", key_name="junk 1"),
        lambda: authority("Voorbeeld Zegel CA", authority("Elders")),
        lambda: holder("Voorbeeld Zegel CA", root(), key_name="junk 3"),
        lambda: authority("Voorbeeld Wortel CA", authority("Voorbeeld Zegel CA", key_name="junk 0")),
        lambda: holder("Hogeschool Voorbeeld", middle()),
        lambda: authority("Elders"),
        lambda: holder("Iets", authority("Elders")),
        lambda: authority("Voorbeeld Zegel CA", root(), end=NOW - DAY),
        lambda: authority("Voorbeeld Zegel CA", root(), extensions=((permitted(country("BE")), True),)),
        lambda: authority("Voorbeeld Zegel CA", root(), path_length=0, extensions=((ca.unknown(), True),)),
        seal,
    )
    return kinds[number]()


@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(JUNK, max_size=12, unique=True), place=st.integers(0, 12), revoked=st.booleans())
def test_junk_in_the_pool_never_changes_an_answer(
    numbers: list[int],
    place: int,
    revoked: bool,  # noqa: FBT001 - drawn
) -> None:
    pool: list[Holder] = [junk(number) for number in numbers]
    pool.insert(place, middle())
    entries = [ca.Entry(serial=seal().serial)] * revoked
    lists = Revocations(crls=(ca.crl(root()), ca.crl(middle(), *entries)))
    alone = path(seal(), anchors=[root()], pool=[middle()], revocations=lists, made_after=NOW)
    among = path(seal(), anchors=[root()], pool=pool, revocations=lists, made_after=NOW)
    assert found(alone) == ((False, "REVOKED") if revoked else GOOD)
    assert found(among) == found(alone)


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 2000), value=st.integers(0, 255), which=st.integers(0, 1))
def test_a_changed_certificate_neither_holds_nor_breaks_anything(place: int, value: int, which: int) -> None:
    bytes_of = [seal().der, middle().der][which]
    changed = bytearray(bytes_of)
    changed[place % len(changed)] = value
    try:
        mutant = x509.load_der_x509_certificate(bytes(changed))
        mutant.public_key()
    except Exception:  # noqa: BLE001 - not a certificate any more
        return
    one, pool = (mutant, [middle().certificate]) if which == 0 else (seal().certificate, [mutant])
    answer = validate_path(
        one,
        purpose="seal",
        moment=NOW,
        now=NOW,
        pool=pool,
        anchors=[root().certificate],
        revocations=all_good(),
    )
    assert answer.holds is not True or bytes(changed) == bytes_of
