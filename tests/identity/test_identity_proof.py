"""An identity enters only where it is proven to be the learner's, and is refused with no value quoted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from bundles import badge_web
from conversions import document, options
from gateway_web import PROFILE, web_of_badges
from hypothesis import given
from hypothesis import strategies as st
from identity_samples import NOW, handed
from samples import badges

from api.gateway.conversion import Order, converted, examine
from converter.convert import Source, convert
from converter.identity_reading import identity_of
from converter.profile import read_profile
from schemas.document import Format
from schemas.errors import DocumentError, Refused
from schemas.evidence import Recipient
from schemas.identity import Proven
from verifier.bundle import BundleFetcher

ID = {"id": badges.LEARNER}


def prove(badge: dict[str, Any] | bytes, web: dict[str, Any] | None = None, **said: Any) -> Proven:
    data = badge if isinstance(badge, bytes) else badges.dumped(badge)
    order = Order(target=Format.ELM, identity=identity_of(handed(**said), now=NOW))
    found = examine(data, order, fetcher=BundleFetcher(badge_web() if web is None else web), now=NOW)
    assert found.identity is not None
    return found.identity


def refused(badge: dict[str, Any] | bytes, web: dict[str, Any] | None = None, **said: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        prove(badge, web, **said)
    told = caught.value.problems
    assert {one.code for one in told} == {"identity.mismatch"}
    for value in ("Noor", "Wit", "1999", "Zierikzee", badges.LEARNER, "example"):
        assert not [one for one in told if value in one.message]
    return [one.where for one in told]


def of(kind: str, value: str, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    badge = badges.assertion(recipient={**badges.recipient(value, kind), **changes})
    return badge, badge_web(assertion=badge)


RECIPIENTS = [
    ("id", badges.LEARNER, badges.LEARNER.upper()),
    ("email", "noor@learners.example", "Noor@Learners.example"),
    ("url", "https://noor.example/me", "https://noor.example/me"),
    ("telephone", "+31201234567", "+31 20 123 45 67"),
]


@pytest.mark.parametrize(("kind", "value", "said"), RECIPIENTS)
def test_a_recipient_is_hashed_with_the_badge_s_salt_and_compared(kind: str, value: str, said: str) -> None:
    badge, web = of(kind, value)
    proof = prove(badge, web, recipient={kind: said})
    assert proof.how[0].endswith("that came with the identity is the document's recipient.")
    assert proof.identity.said() == (
        "family_name",
        "given_name",
        "birthdate",
        "place_of_birth",
        "nationalities",
    )
    assert refused(badge, web, recipient={kind: f"{said}1"}) == ["/recipient"]


def test_a_recipient_in_plain_words_is_compared_too() -> None:
    badge, web = of(
        "email", "noor@learners.example", hashed=False, identity="noor@learners.example", salt=None
    )
    assert prove(badge, web, recipient={"email": "NOOR@learners.example"}).how
    assert refused(badge, web, recipient={"email": "saar@learners.example"}) == ["/recipient"]


def test_a_value_of_another_kind_proves_nothing() -> None:
    assert refused(badges.assertion(), recipient={"url": badges.LEARNER}) == ["/recipient"]


def test_a_copy_with_a_recipient_of_one_s_own_proves_nothing() -> None:
    forged = badges.assertion(recipient=badges.recipient("saar@learners.example", "email"))
    assert refused(forged, recipient={"email": "saar@learners.example"}) == ["/recipient"]
    assert refused(forged, recipient=ID) == ["/recipient"]


def test_a_badge_without_a_recipient_cannot_be_compared() -> None:
    badge = badges.assertion(recipient={})
    assert refused(badge, badge_web(assertion=badge), recipient=ID) == ["/recipient"]


@pytest.mark.parametrize("source", ["institution", "register"])
def test_an_institution_may_vouch_and_that_is_told(source: str) -> None:
    (how,) = prove(badges.assertion(), source=source, vouched=True).how
    assert how.startswith(f"The {source} vouches that this is the person the document is about;")
    assert how.endswith("no recipient value was compared.")
    assert prove(badges.assertion(), source=source).how == (how,)


def test_vouching_does_not_help_a_wrong_recipient() -> None:
    assert refused(badges.assertion(), recipient={"id": "other"}, vouched=True) == ["/recipient"]


def test_another_display_name_is_told_where_the_hash_matched() -> None:
    shown = badges.expanded()
    web = web_of_badges()
    assert len(prove(shown, web, recipient=ID).how) == 1
    close = prove(shown, web, recipient=ID, given_name="N.").how
    assert close[1] == "The name the document shows is close to the identity's, and not the same."
    other = prove(shown, web, recipient=ID, given_name="Saar", family_name="Bakker").how
    assert other[1] == "The name the document shows is another than the identity's."


def test_another_display_name_refuses_where_only_somebody_vouched() -> None:
    assert refused(badges.expanded(), web_of_badges(), given_name="Saar", family_name="Bakker") == [""]
    assert (
        prove(badges.expanded(), web_of_badges(), given_name="N.").how[1].startswith("The name the document")
    )


def supply(web: dict[str, Any], **said: Any) -> Proven:
    """The holder signed in somewhere, and typed the value that edubadges shows."""
    raw = handed(source="eidas", recipient={"email": "noor@elsewhere.example"}, **said)
    mine = identity_of(raw, now=NOW)
    order = Order(
        target=Format.ELM, identity=replace(mine, supplied=Recipient(kind="id", value=badges.LEARNER))
    )
    data = badges.dumped(badges.assertion())
    found = examine(data, order, fetcher=BundleFetcher(web), now=NOW).identity
    assert found is not None
    return found


def test_a_value_the_holder_supplied_counts_with_the_name_the_host_shows() -> None:
    (how,) = supply(web_of_badges()).how
    assert how.startswith("The identifier that the holder supplied is the document's recipient, and the name")
    for web, name in ((badge_web(), "Noor"), (web_of_badges(), "Saar"), (web_of_badges(), "N.")):
        with pytest.raises(Refused) as caught:
            supply(web, given_name=name)
        assert caught.value.problems[0].code == "identity.mismatch"
        assert "nothing binds it" in caught.value.problems[0].message


def test_a_name_written_into_a_copy_binds_nothing() -> None:
    copy = badges.expanded()
    copy["badge"]["user"] = "Saar Bakker"
    mine = identity_of(
        handed(source="eidas", recipient={"email": "s@e.example"}, given_name="Saar", family_name="Bakker"),
        now=NOW,
    )
    order = Order(
        target=Format.ELM, identity=replace(mine, supplied=Recipient(kind="id", value=badges.LEARNER))
    )
    with pytest.raises(Refused):
        examine(badges.dumped(copy), order, fetcher=BundleFetcher(web_of_badges()), now=NOW)


def test_what_the_holder_did_not_agree_to_is_left_out() -> None:
    mine = identity_of(handed(recipient=ID, purpose="diploma-supplement"), now=NOW)
    order = Order(
        target=Format.ELM, identity=replace(mine, agreed=frozenset({"given_name", "nationalities"}))
    )
    found = examine(badges.dumped(badges.assertion()), order, fetcher=BundleFetcher(badge_web()), now=NOW)
    assert found.identity is not None
    assert found.identity.identity.said() == ("given_name",)
    reasons = dict(found.identity.left_out)
    assert reasons["birthdate"] == "The holder did not agree to it."
    assert reasons["nationalities"] == "The purpose diploma-supplement does not need it."


def test_a_purpose_leaves_out_and_says_so() -> None:
    proof = prove(badges.assertion(), recipient=ID, purpose="micro-credential")
    assert proof.identity.said() == ("family_name", "given_name")
    assert dict(proof.left_out) == dict.fromkeys(
        ("birthdate", "place_of_birth", "nationalities"), "The purpose micro-credential does not need it."
    )
    supplement = prove(badges.assertion(), recipient=ID, purpose="diploma-supplement")
    assert supplement.identity.said() == ("family_name", "given_name", "birthdate")
    assert not prove(badges.assertion(), recipient=ID, purpose="eidas-matching").left_out


def credential(**subject: Any) -> bytes:
    """A Europass credential about a named person, made of a badge whose recipient it keeps as a hash."""
    plain = badges.dumped(badges.expanded())
    made = convert(Source(document=document(plain)), Format.ELM, options(enclose="nothing"))
    tree = json.loads(made.document)
    person = tree["credentialSubject"]
    person.pop("fullName", None)
    person |= {name: value for name, value in subject.items() if value is not None}
    for name in [name for name, value in subject.items() if value is None]:
        person.pop(name, None)
    return json.dumps(tree).encode()


NAMED = {"givenName": {"en": "Noor"}, "familyName": {"en": "de Wit"}}
BORN = {"dateOfBirth": "1999-02-03T00:00:00Z"}
UNKNOWN = {"identifier": None}
WALLET = {"source": "pid", "recipient": {"email": "noor@learners.example"}}
"""A person whom the credential knows by name alone."""


def test_a_europass_credential_names_its_learner() -> None:
    proof = prove(credential(**NAMED, **BORN, **UNKNOWN), {}, **WALLET)
    assert proof.how == ("Name and date of birth are those of the person the document names.",)


def test_a_name_alone_proves_nobody() -> None:
    assert refused(credential(**NAMED, **UNKNOWN), {}, **WALLET) == ["/recipient"]
    assert prove(credential(**NAMED, **UNKNOWN), {}).how[0].startswith("The institution vouches")


def test_a_close_name_is_not_the_name() -> None:
    near = {"givenName": {"en": "N."}, "familyName": {"en": "de Wit"}}
    assert refused(credential(**near, **BORN, **UNKNOWN), {}, **WALLET) == ["/recipient"]


def test_another_date_of_birth_refuses_whatever_else_matches() -> None:
    other = {"dateOfBirth": "1999-02-04T00:00:00Z"}
    assert refused(credential(**NAMED, **other), {}, recipient=ID) == ["/birthdate"]
    assert refused(credential(**NAMED, **other, **UNKNOWN), {}) == ["/birthdate"]


def test_another_person_is_refused() -> None:
    saar = {"givenName": {"en": "Saar"}, "familyName": {"en": "Bakker"}}
    assert refused(credential(**saar, **BORN, **UNKNOWN), {}, **WALLET) == [""]
    assert refused(credential(**saar, **UNKNOWN), {}) == [""]


def test_a_converted_credential_is_still_known_by_its_badge_s_recipient() -> None:
    assert prove(credential(**NAMED), {}, recipient=ID).how[0].endswith("is the document's recipient.")
    assert refused(credential(**NAMED, **BORN), {}, recipient={"id": "other"}) == ["/recipient"]


def test_a_profile_of_another_learner_is_refused() -> None:
    web = BundleFetcher(web_of_badges())
    profile = read_profile(PROFILE)
    said = identity_of(handed(recipient=ID, given_name="Saar"), now=NOW)
    order = Order(target=Format.ELM, profile=profile, identity=said)
    with pytest.raises(Refused) as caught:
        converted([badges.dumped(badges.assertion())], order, fetcher=web, now=NOW)
    assert [(one.code, one.where) for one in caught.value.problems] == [("identity.mismatch", "/given_name")]


@given(st.sampled_from(["id", "email", "url", "telephone"]), st.text(min_size=1, max_size=30))
def test_no_other_value_is_ever_the_recipient(kind: str, value: str) -> None:
    if value.strip().lower() == badges.LEARNER:
        return
    try:
        prove(badges.assertion(), recipient={kind: value})
    except DocumentError as fault:
        codes = {one.code for one in fault.problems}
        assert codes <= {"identity.mismatch", "identity.recipient", "identity.bsn"}
    else:
        pytest.fail("a value that is not the recipient's was taken for it")
