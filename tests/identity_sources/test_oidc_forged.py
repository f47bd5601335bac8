"""A provider of our own misbehaves: every way has its own refusal, and the good way passes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from oidc_provider import ACR, CLIENT, SECRET, SUBJECT, Claims, OwnProvider, own_provider, parts

from api.exchange import OperatorExchange
from api.identity.sources.oidc import Client, OidcSignIn
from schemas.errors import DocumentError, Malformed, Refused, Unavailable
from schemas.evidence import Recipient
from schemas.identity import Assurance, Identity

BACK = "https://gateway.example/identity/back/eduid"


@pytest.fixture
def provider() -> Iterator[OwnProvider]:
    with own_provider(OwnProvider()) as running:
        yield running


def at(provider: OwnProvider, **changes: Any) -> OidcSignIn:
    client = Client(
        name="eduid",
        kind="eduid",
        issuer=provider.base,
        client=CLIENT,
        secret=SECRET,
        acr={ACR: Assurance.SUBSTANTIAL},
        recipient="eduid",
    )
    return OidcSignIn(dataclasses.replace(client, **changes), OperatorExchange([provider.base]))


def now() -> datetime:
    return datetime.now(UTC)


def signed_in(provider: OwnProvider, one: OidcSignIn | None = None) -> Identity:
    one = one or at(provider)
    begun = one.begin(BACK, now=now())
    return one.finish(begun, BACK, provider.signed_in(begun.address), now=now())


def code_of(error: pytest.ExceptionInfo[DocumentError]) -> str:
    for problem in error.value.problems:
        for value in ("Noor", "de Wit", "1999-02-03", SUBJECT):
            assert value not in problem.message + problem.where
    return error.value.problems[0].code


def test_a_good_sign_in_yields_an_identity_with_its_origins(provider: OwnProvider) -> None:
    provider.claims["eduid"] = "aa11-bb22"
    before = now()
    made = signed_in(provider)
    assert (made.given_name, made.family_name, made.birthdate) == ("Noor", "de Wit", date(1999, 2, 3))
    assert made.recipient == Recipient(kind="id", value="aa11-bb22")
    origin = made.origin("given_name")
    assert (origin.source, origin.assurance, origin.ground) == ("eduid", Assurance.SUBSTANTIAL, "consent")
    assert before <= origin.at <= now()


def test_the_asking_names_what_is_asked_and_no_secret(provider: OwnProvider) -> None:
    begun = at(provider).begin(BACK, now=now())
    assert SECRET not in begun.address
    assert begun.kept["verifier"] not in begun.address
    asked = provider.signed_in(begun.address)
    (known,) = provider.codes.values()
    assert known["redirect_uri"] == BACK
    assert known["acr_values"] == ACR
    assert known["nonce"] == begun.kept["nonce"]
    assert asked["state"] == begun.kept["state"]
    assert begun.kept["verifier"] not in repr(begun)


def _unsigned(_: OwnProvider, claims: Claims) -> str:
    return f"{parts({'alg': 'none'}, claims)}."


def _stripped(provider: OwnProvider, claims: Claims) -> str:
    return f"{provider.rs256(claims).rpartition('.')[0]}."


def _by_another(provider: OwnProvider, claims: Claims) -> str:
    return provider.rs256(claims, key=rsa.generate_private_key(65537, 2048))


def _changed_after(provider: OwnProvider, claims: Claims) -> str:
    head, _, seal = provider.rs256(claims).split(".")
    return f"{head}.{parts({}, {**claims, 'given_name': 'Eva'}).split('.')[1]}.{seal}"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (_unsigned, "identity.token-unsigned"),
        (_stripped, "identity.token-unsigned"),
        (OwnProvider.hs256_with_the_public_key, "identity.token-algorithm"),
        (_by_another, "identity.token-forged"),
        (_changed_after, "identity.token-forged"),
        (lambda *_: "no.token", "identity.token-read"),
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    provider: OwnProvider, token: Callable[[OwnProvider, Claims], str], code: str
) -> None:
    provider.token = token
    with pytest.raises(Refused) as error:
        signed_in(provider)
    assert code_of(error) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://other.example"}, "identity.token-issuer"),
        ({"aud": "another-client"}, "identity.token-audience"),
        ({"aud": [CLIENT, "another-client"]}, "identity.token-audience"),
        ({"azp": "another-client"}, "identity.token-audience"),
        ({"exp": 1_000_000}, "identity.token-expired"),
        ({"exp": None}, "identity.token-expired"),
        ({"iat": 1_000_000}, "identity.token-expired"),
        ({"iat": 9_999_999_999}, "identity.token-early"),
        ({"nbf": 9_999_999_999}, "identity.token-early"),
        ({"nonce": "of-another-sign-in"}, "identity.token-replayed"),
        ({"nonce": None}, "identity.token-replayed"),
        ({"acr": "https://eduid.nl/trust/linked-institution"}, "identity.acr"),
        ({"acr": None}, "identity.acr"),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "identity.token-binding"),
        ({"sub": ""}, "identity.token-subject"),
    ],
)
def test_a_token_for_another_time_place_or_person_is_refused(
    provider: OwnProvider, changes: Claims, code: str
) -> None:
    provider.bent = lambda claims: {
        name: value for name, value in {**claims, **changes}.items() if value is not None
    }
    with pytest.raises(Refused) as error:
        signed_in(provider)
    assert code_of(error) == code


def test_what_came_back_is_used_once(provider: OwnProvider) -> None:
    one = at(provider)
    begun = one.begin(BACK, now=now())
    said = provider.signed_in(begun.address)
    one.finish(begun, BACK, said, now=now())
    with pytest.raises(Refused) as error:
        one.finish(begun, BACK, said, now=now())
    assert code_of(error) == "identity.token-replayed"


def test_a_token_of_an_earlier_sign_in_is_refused(provider: OwnProvider) -> None:
    kept: list[str] = []

    def first_again(running: OwnProvider, claims: Claims) -> str:
        kept.append(running.rs256(claims))
        return kept[0]

    provider.token = first_again
    signed_in(provider)
    with pytest.raises(Refused) as error:
        signed_in(provider)
    assert code_of(error) == "identity.token-replayed"


@pytest.mark.parametrize(
    ("came", "code"),
    [
        ({"state": "another"}, "identity.state"),
        ({"state": ""}, "identity.state"),
        ({"iss": "https://other.example"}, "identity.issuer"),
        ({"error": "access_denied"}, "identity.cancelled"),
        ({"error": "unmet_authentication_requirements"}, "identity.acr"),
        ({"error": "server_error"}, "identity.provider"),
        ({"code": ""}, "identity.provider"),
        ({"code": "made-up"}, "identity.code"),
    ],
)
def test_a_browser_that_comes_back_with_something_else_is_refused(
    provider: OwnProvider, came: dict[str, str], code: str
) -> None:
    one = at(provider)
    begun = one.begin(BACK, now=now())
    with pytest.raises(Refused) as error:
        one.finish(begun, BACK, {**provider.signed_in(begun.address), **came}, now=now())
    assert code_of(error) == code


def test_a_provider_that_always_names_itself_must_do_so(provider: OwnProvider) -> None:
    provider.discovery = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(Refused) as error:
        signed_in(provider)
    assert code_of(error) == "identity.issuer"


def test_a_code_of_another_browser_is_of_no_use(provider: OwnProvider) -> None:
    one = at(provider)
    mine, other = one.begin(BACK, now=now()), one.begin(BACK, now=now())
    stolen = {**provider.signed_in(other.address), "state": mine.kept["state"]}
    with pytest.raises(Refused) as error:
        one.finish(mine, BACK, stolen, now=now())
    assert code_of(error) == "identity.code"  # the provider, by the code challenge


def test_userinfo_of_another_is_refused(provider: OwnProvider) -> None:
    provider.userinfo = {"sub": "another", "given_name": "Eva"}
    with pytest.raises(Refused) as error:
        signed_in(provider)
    assert code_of(error) == "identity.userinfo"


def test_what_is_signed_counts_before_what_is_told(provider: OwnProvider) -> None:
    provider.userinfo = {"sub": SUBJECT, "given_name": "Eva", "gender": "female"}
    made = signed_in(provider)
    assert made.given_name == "Noor"
    assert made.gender == "female"


def test_a_new_key_is_fetched_when_a_token_names_it(provider: OwnProvider) -> None:
    one = at(provider)
    signed_in(provider, one)
    provider.rolled()
    late = now() + timedelta(seconds=45)
    begun = one.begin(BACK, now=late)
    assert one.finish(begun, BACK, provider.signed_in(begun.address), now=late).given_name == "Noor"


def test_forged_tokens_do_not_make_us_ask_for_keys_without_end(provider: OwnProvider) -> None:
    one = at(provider)
    provider.token = _by_another
    for _ in range(5):
        with pytest.raises(Refused):
            signed_in(provider, one)
    assert sum(asked.path == "/jwks" for asked in provider.asked) == 1


def test_a_provider_that_says_it_is_another_is_not_asked_further(provider: OwnProvider) -> None:
    provider.discovery = {"issuer": "https://other.example"}
    with pytest.raises(Unavailable):
        at(provider).begin(BACK, now=now())


def test_an_endpoint_that_the_operator_did_not_name_is_not_asked(provider: OwnProvider) -> None:
    with own_provider(OwnProvider()) as elsewhere:
        provider.discovery = {"token_endpoint": f"{elsewhere.base}/token"}
        with pytest.raises(Unavailable):
            signed_in(provider)
        assert elsewhere.asked == []


@pytest.mark.parametrize("claim", ["bsn", "urn:nl:bvn:bankid:1.0:bsn", "nl_burgerservicenummer"])
def test_a_claim_with_a_bsn_is_not_read(provider: OwnProvider, claim: str) -> None:
    provider.claims[claim] = "123456782"
    made = signed_in(provider)
    assert not any("123456782" in text for _, text in made.texts())


def test_a_bsn_in_a_name_refuses_the_whole(provider: OwnProvider) -> None:
    provider.claims["family_name"] = "de Wit 123456782"
    with pytest.raises(Malformed) as error:
        signed_in(provider)
    assert code_of(error) == "identity.bsn"


def test_an_e_mail_address_counts_only_when_verified(provider: OwnProvider) -> None:
    provider.claims["email"] = "noor@learners.example"
    one = at(provider, recipient="email")
    assert signed_in(provider, one).recipient is None
    provider.claims["email_verified"] = True
    assert signed_in(provider, one).recipient == Recipient(kind="email", value="noor@learners.example")


def test_a_broker_tells_by_attribute_names_of_eidas(provider: OwnProvider) -> None:
    natural = "http://eidas.europa.eu/attributes/naturalperson/"
    provider.claims = {
        "acr": "http://eidas.europa.eu/LoA/high",
        f"{natural}CurrentGivenName": "Noor",
        "FamilyName": "de Wit",
        "birthdate": "1999-02-03",
        f"{natural}PersonIdentifier": "BE/NL/abc-17",
    }
    acr = {"http://eidas.europa.eu/LoA/high": Assurance.HIGH}
    made = signed_in(provider, at(provider, kind="broker", acr=acr, recipient=""))
    assert (made.given_name, made.family_name, made.birthdate) == ("Noor", "de Wit", date(1999, 2, 3))
    assert made.identifier is not None
    assert (made.identifier.value, made.identifier.country) == ("BE/NL/abc-17", "BE")
    assert (made.origin("birthdate").source, made.origin("birthdate").assurance) == ("eidas", "high")


def test_a_dutch_number_of_a_broker_is_left_behind(provider: OwnProvider) -> None:
    provider.claims["PersonIdentifier"] = "NL/NL/123456782"
    made = signed_in(provider, at(provider, kind="broker"))
    assert made.identifier is None
    assert made.given_name == "Noor"


VERIFIED = {
    "verification": {
        "trust_framework": "eidas",
        "assurance_level": "high",
        "time": "2026-01-02T03:04:05Z",
    },
    "claims": {
        "given_name": "Noor",
        "family_name": "de Wit",
        "place_of_birth": {"country": "NL", "locality": "Zierikzee"},
        "nationalities": ["NL", "BE"],
    },
}


def _ida(provider: OwnProvider, **changes: Any) -> OidcSignIn:
    frameworks: dict[str, dict[str, Assurance]] = {"eidas": {}, "nl_bank": {"2": Assurance.SUBSTANTIAL}}
    return at(provider, kind="ida", acr={}, recipient="", frameworks=frameworks, **changes)


def test_verified_claims_tell_when_and_how_sure(provider: OwnProvider) -> None:
    other = {"verification": {"trust_framework": "de_aml"}, "claims": {"given_name": "Eva"}}
    provider.claims = {"given_name": "Eva", "verified_claims": [other, VERIFIED]}
    made = signed_in(provider, _ida(provider))
    assert (made.given_name, made.nationalities) == ("Noor", ("NL", "BE"))
    assert made.place_of_birth is not None
    assert made.place_of_birth.locality == "Zierikzee"
    origin = made.origin("given_name")
    assert (origin.source, origin.assurance) == ("ida", Assurance.HIGH)
    assert origin.at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_framework_has_levels_of_its_own(provider: OwnProvider) -> None:
    how = {"trust_framework": "nl_bank", "assurance_level": "2"}
    provider.claims = {"verified_claims": {**VERIFIED, "verification": how}}
    assert signed_in(provider, _ida(provider)).origin("given_name").assurance is Assurance.SUBSTANTIAL


@pytest.mark.parametrize(
    "how",
    [
        {"trust_framework": "de_aml", "assurance_level": "high"},
        {"trust_framework": "eidas"},
        {"trust_framework": "eidas", "assurance_level": "sky-high"},
        {"trust_framework": "eidas", "assurance_level": "high", "time": "2099-01-01T00:00:00Z"},
        {"trust_framework": "eidas", "assurance_level": "high", "time": "yesterday"},
    ],
)
def test_claims_that_were_not_verified_so_do_not_count(provider: OwnProvider, how: Claims) -> None:
    provider.claims = {**provider.claims, "verified_claims": {**VERIFIED, "verification": how}}
    with pytest.raises(Refused) as error:
        signed_in(provider, _ida(provider))
    assert code_of(error) == "identity.verified-claims"
