"""A wallet presents a PID: the good way passes, and every way to cheat has its own refusal."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from pid_wallet import DIGITAL, LIST, PERSON, State, Wallet, b64, unb64, x5c
from samples.authorities import AUTHORITY_USAGE, Entry, crl, holder
from sd_jwt.common import SDObj

from api.identity.source import Begun
from api.identity.sources.pid import VCT
from api.identity.sources.pid_issuer import LIST_TYPE, Issuers
from api.identity.sources.wallet import CLAIMS, Relying, WalletSignIn
from api.keys.files import HeldKey
from schemas.errors import DocumentError, Malformed, Refused, Unavailable
from schemas.evidence import Trust
from schemas.identity import Assurance, Identity, PlaceOfBirth
from verifier.bundle import BundleFetcher

BACK = "https://gateway.example/identity/back/wallet"
NOW = datetime.now(UTC)
STATE = State(now=NOW)
OTHER = holder("Another Issuer", uses=DIGITAL)
GATEWAY = holder("Gateway", uses=DIGITAL)
KEY = HeldKey(algorithm="ES256", certificates=(GATEWAY.certificate,), private=GATEWAY.key)


def gateway(trust: Trust | None = None, listed: str | None = None, **changes: Any) -> WalletSignIn:
    web: dict[str, Any] = {}
    if listed is not None:
        body = base64.b64encode(listed.encode()).decode()
        web[LIST] = {"status": 200, "content_type": LIST_TYPE, "body_base64": body}
    issuers = Issuers(trust or STATE.trust, BundleFetcher(web))
    return WalletSignIn(Relying(**{"name": "wallet", "key": KEY, **changes}), issuers)


def answered(
    wallet: Wallet, one: WalletSignIn, begun: Begun | None = None, *, now: datetime = NOW
) -> Identity:
    begun = begun or one.begin(BACK, now=now)
    where, form = wallet.answer(begun.address, begun.request)
    assert where == f"{BACK}/answer/{begun.letter}"
    return one.finish(begun, BACK, form, now=now)


def refused(wallet: Wallet, one: WalletSignIn | None = None, **more: Any) -> str:
    with pytest.raises(Refused) as error:
        answered(wallet, one or gateway(), **more)
    return code_of(error)


def code_of(error: pytest.ExceptionInfo[DocumentError]) -> str:
    for problem in error.value.problems:
        for value in ("Noor", "de Wit", "1999-02-03", "Zierikzee", "123456782"):
            assert value not in problem.message + problem.where
    return error.value.problems[0].code


def test_a_pid_yields_an_identity_with_its_origins() -> None:
    made = answered(Wallet(STATE), gateway())
    assert (made.given_name, made.family_name, made.birthdate) == ("Noor", "de Wit", date(1999, 2, 3))
    assert made.birth_name == "Bakker"
    assert made.place_of_birth == PlaceOfBirth(country="NL", locality="Zierikzee")
    assert made.nationalities == ("NL", "BE")
    assert made.gender is None
    assert made.identifier is None
    origin = made.origin("birthdate")
    assert (origin.source, origin.assurance, origin.ground) == ("pid", Assurance.HIGH, "consent")


def test_digests_of_nothing_do_no_harm() -> None:
    assert answered(Wallet(STATE, decoys=True), gateway()).nationalities == ("NL", "BE")


def test_a_wallet_without_the_rest_gives_the_least() -> None:
    person = {name: PERSON[name] for name in ("given_name", "family_name", "birthdate")}
    assert answered(Wallet(STATE, person=person), gateway()).said() == (
        "family_name",
        "given_name",
        "birthdate",
    )


def test_the_request_tells_no_secret_and_names_what_is_asked() -> None:
    begun = gateway().begin(BACK, now=NOW)
    assert begun.address.startswith("openid4vp://?")
    asked = json.loads(unb64(begun.request.split(".")[1]))
    (query,) = asked["dcql_query"]["credentials"]
    assert [one["path"] for one in query["claims"]] == [[one] for one in CLAIMS]
    assert json.loads(begun.kept["key"])["d"] not in begun.request
    assert begun.kept["nonce"] not in begun.address
    assert begun.kept["nonce"] not in repr(begun)
    assert begun.kept["key"] not in repr(begun)
    assert len({gateway().begin(BACK, now=NOW).kept["nonce"] for _ in range(5)}) == 5


def test_a_gateway_that_is_known_by_its_name() -> None:
    named = holder(
        "Named",
        uses=DIGITAL,
        extensions=[(x509.SubjectAlternativeName([x509.DNSName("gateway.example")]), False)],
    )
    key = HeldKey(algorithm="ES256", certificates=(named.certificate,), private=named.key)
    one = gateway(key=key, known_by="x509_san_dns")
    assert one.relying.client == "x509_san_dns:gateway.example"
    assert answered(Wallet(STATE), one).given_name == "Noor"
    with pytest.raises(ValueError, match="no DNS name"):
        assert gateway(known_by="x509_san_dns").relying.client


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        ({"aud": "x509_hash:of-another"}, "identity.pid-audience"),
        ({"aud": None}, "identity.pid-audience"),
        ({"nonce": "of-another"}, "identity.pid-replayed"),
        ({"nonce": None}, "identity.pid-replayed"),
        ({"iat": int((NOW - timedelta(minutes=11)).timestamp())}, "identity.pid-replayed"),
        ({"iat": int((NOW + timedelta(minutes=2)).timestamp())}, "identity.pid-replayed"),
        ({"iat": "now"}, "identity.pid-replayed"),
        ({"iat": True}, "identity.pid-replayed"),
        ({"sd_hash": b64(b"0" * 32)}, "identity.pid-binding"),
        ({"sd_hash": None}, "identity.pid-binding"),
    ],
)
def test_a_binding_to_another_request_is_refused(bend: dict[str, Any], code: str) -> None:
    assert refused(Wallet(STATE, binding=lambda said: {**said, **bend})) == code


def test_a_binding_by_another_key_is_refused() -> None:
    assert refused(Wallet(STATE, binder=JWK.generate(kty="EC", crv="P-256"))) == "identity.pid-binding"
    wrong = Wallet(STATE, binding_header=lambda said: {**said, "typ": "JWT"})
    assert refused(wrong) == "identity.pid-binding"


def without_binding(text: str) -> str:
    return text[: text.rindex("~") + 1]


def without_a_disclosure(text: str) -> str:
    first, *disclosures, binding = text.split("~")
    kept = [one for one in disclosures if b'"given_name"' not in unb64(one)]
    assert len(kept) == len(disclosures) - 1
    return "~".join((first, *kept, binding))


def with_a_disclosure_twice(text: str) -> str:
    first, second, *rest = text.split("~")
    return "~".join((first, second, second, *rest))


def with_a_stranger(text: str) -> str:
    first, *rest = text.split("~")
    made = b64(json.dumps(["salt", "family_name", "Anders"]).encode())
    return "~".join((first, made, *rest))


def stripped(text: str) -> str:
    token, rest = text.split("~", 1)
    return f"{token.rpartition('.')[0]}.~{rest}"


def unsigned(text: str) -> str:
    token, rest = text.split("~", 1)
    _, payload, _ = token.split(".")
    header = b64(json.dumps({"alg": "none", "typ": "dc+sd-jwt", "x5c": x5c(STATE.issuer)}).encode())
    return f"{header}.{payload}.~{rest}"


def as_json(text: str) -> str:
    token, rest = text.split("~", 1)
    protected, payload, value = token.split(".")
    return json.dumps({"protected": protected, "payload": payload, "signature": value}) + "~" + rest


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (without_binding, "identity.pid-binding"),
        (without_a_disclosure, "identity.pid-binding"),
        (with_a_disclosure_twice, "identity.pid-read"),
        (with_a_stranger, "identity.pid-forged"),
        (stripped, "identity.pid-unsigned"),
        (unsigned, "identity.pid-unsigned"),
        (as_json, "identity.pid-read"),
        (lambda text: text.split("~")[0], "identity.pid-binding"),
        (lambda _: "", "identity.pid-binding"),
        (lambda _: "~~~", "identity.pid-binding"),
        (lambda text: text + "é", "identity.pid-read"),
        (lambda text: text + "~" * 300_000 + "x", "identity.pid-read"),
    ],
)
def test_a_presentation_that_was_bent_is_refused(bend: Callable[[str], str], code: str) -> None:
    assert refused(Wallet(STATE, bent=bend)) == code


def test_a_pid_of_nobody_known_is_refused() -> None:
    assert refused(Wallet(STATE, signer=OTHER)) == "identity.pid-issuer"
    foreign = Wallet(STATE, signer=OTHER, header=lambda said: {**said, "x5c": x5c(STATE.issuer)})
    assert refused(foreign) == "identity.pid-forged"
    bare = Wallet(STATE, header=lambda said: {"typ": said["typ"]})
    assert refused(bare) == "identity.pid-issuer"
    with_key = Wallet(STATE, signer=OTHER, header=lambda said: {"typ": said["typ"], "jwk": {"kty": "EC"}})
    assert refused(with_key) == "identity.pid-issuer"


def test_an_issuer_of_whom_nothing_is_known_or_who_was_revoked_is_refused() -> None:
    unknown = Trust(anchors=STATE.trust.anchors)
    assert refused(Wallet(STATE), gateway(unknown)) == "identity.pid-issuer"
    entry = Entry(serial=STATE.issuer.serial, moment=NOW - timedelta(hours=1))
    issued, until = NOW - timedelta(minutes=30), NOW + timedelta(days=1)
    revoked = Trust(anchors=STATE.trust.anchors, crls=(crl(STATE.anchor, entry, issued=issued, until=until),))
    assert refused(Wallet(STATE), gateway(revoked)) == "identity.pid-issuer"


def test_an_issuer_that_is_an_anchor_itself_will_do() -> None:
    trust = Trust(anchors=(STATE.issuer.certificate,))
    assert answered(Wallet(STATE), gateway(trust)).given_name == "Noor"


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        ({"vct": "urn:eu.europa.ec.eudi:learning:credential:1"}, "identity.pid-type"),
        ({"vct": None}, "identity.pid-type"),
        ({"exp": int((NOW - timedelta(minutes=2)).timestamp())}, "identity.pid-expired"),
        ({"exp": None}, "identity.pid-expired"),
        ({"exp": "tomorrow"}, "identity.pid-expired"),
        ({"nbf": int((NOW + timedelta(minutes=2)).timestamp())}, "identity.pid-expired"),
        ({"iat": int((NOW + timedelta(minutes=2)).timestamp())}, "identity.pid-expired"),
    ],
)
def test_a_pid_that_does_not_count_is_refused(bend: dict[str, Any], code: str) -> None:
    assert refused(Wallet(STATE, metadata=lambda said: {**said, **bend})) == code


def test_what_may_not_be_hidden_is_not_believed() -> None:
    def hidden(said: dict[Any, Any]) -> dict[Any, Any]:
        ends = said.pop("exp")
        return {**said, SDObj("exp"): ends}

    assert refused(Wallet(STATE, metadata=hidden, disclosing=("exp",))) == "identity.pid-read"
    assert refused(Wallet(STATE, metadata=hidden)) == "identity.pid-expired"


def test_a_wallet_that_discloses_more_is_not_read() -> None:
    assert refused(Wallet(STATE, disclosing=("sex",))) == "identity.pid-disclosed"
    assert refused(Wallet(STATE, disclosing=("personal_administrative_number",))) == "identity.pid-disclosed"


def test_a_dutch_citizen_number_is_never_taken_over() -> None:
    asked = ("given_name", "family_name", "birthdate", "personal_administrative_number", "issuing_country")
    assert answered(Wallet(STATE), gateway(claims=asked)).identifier is None
    sneaky = {**PERSON, "birth_family_name": "123456782"}
    with pytest.raises(Malformed) as error:
        answered(Wallet(STATE, person=sneaky), gateway())
    assert code_of(error) == "identity.bsn"


def test_the_identifier_of_another_country_is_read_where_it_is_asked_for() -> None:
    asked = ("given_name", "family_name", "birthdate", "personal_administrative_number", "issuing_country")
    person = {**PERSON, "personal_administrative_number": "AT-7791", "issuing_country": "AT"}
    made = answered(Wallet(STATE, person=person), gateway(claims=asked))
    assert made.identifier is not None
    assert (made.identifier.value, made.identifier.country) == ("AT-7791", "AT")


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (lambda said: {**said, "state": "another"}, "identity.state"),
        (lambda said: {"vp_token": list(said["vp_token"].values())}, "identity.pid-read"),
        (lambda said: {"vp_token": {"pid": said["vp_token"]["pid"] * 2}}, "identity.pid-read"),
        (lambda said: {"vp_token": {**said["vp_token"], "more": ["x"]}}, "identity.pid-read"),
        (lambda _: {"vp_token": {"pid": [{}]}}, "identity.pid-read"),
        (lambda _: {}, "identity.pid-read"),
        (lambda _: [], "identity.state"),
    ],
)
def test_an_answer_of_another_form_is_refused(bend: Callable[[Any], Any], code: str) -> None:
    assert refused(Wallet(STATE, answering=bend)) == code


def test_an_answer_to_another_request_cannot_be_opened() -> None:
    one, wallet = gateway(), Wallet(STATE)
    first, second = one.begin(BACK, now=NOW), one.begin(BACK, now=NOW)
    _, form = wallet.answer(first.address, first.request)
    with pytest.raises(Refused) as error:
        one.finish(second, BACK, form, now=NOW)
    assert code_of(error) == "identity.pid-read"


def test_an_answer_that_is_packed_or_plain_is_not_opened() -> None:
    packed = Wallet(STATE, encryption={"alg": "ECDH-ES", "enc": "A256GCM", "zip": "DEF"})
    assert refused(packed) == "identity.pid-read"
    weak = Wallet(STATE, encryption={"alg": "ECDH-ES", "enc": "A128CBC-HS256"})
    assert refused(weak) == "identity.pid-read"
    one = gateway()
    begun = one.begin(BACK, now=NOW)
    for said, code in (
        ({"error": "access_denied"}, "identity.cancelled"),
        ({"error": "invalid_request"}, "identity.provider"),
        ({"vp_token": "x"}, "identity.provider"),
        ({"response": "x" * 500_000}, "identity.pid-read"),
        ({"response": "a.b.c.d.e"}, "identity.pid-read"),
    ):
        with pytest.raises(Refused) as error:
            one.finish(begun, BACK, said, now=NOW)
        assert code_of(error) == code


def listed(index: int = 9, **more: Any) -> Wallet:
    named = {"status_list": {"idx": index, "uri": LIST, **more}}
    return Wallet(STATE, metadata=lambda said: {**said, "status": named})


def test_a_pid_that_its_list_does_not_revoke_is_believed() -> None:
    assert answered(listed(), gateway(listed=STATE.status_list(b"\xff\xfd\xff"))).given_name == "Noor"
    two = gateway(listed=STATE.status_list(b"\xff\xff\xf3\xff", bits=2))
    assert answered(listed(), two).given_name == "Noor"


def test_a_pid_that_its_list_revokes_or_suspends_is_refused() -> None:
    assert refused(listed(), gateway(listed=STATE.status_list(b"\x00\x02\x00"))) == "identity.pid-revoked"
    suspended = gateway(listed=STATE.status_list(b"\x00\x00\x08\x00", bits=2))
    assert refused(listed(), suspended) == "identity.pid-revoked"


def test_a_list_that_does_not_answer_is_no_yes() -> None:
    with pytest.raises(Unavailable):
        answered(listed(), gateway())


@pytest.mark.parametrize(
    "told",
    [
        STATE.status_list(b"\x00", sub="https://pid.example/status/8"),
        STATE.status_list(b"\x00"),
        STATE.status_list(b"\x00" * 9, exp=int(NOW.timestamp()) - 100),
        STATE.status_list(b"\x00" * 9, iat=int(NOW.timestamp()) + 900),
        STATE.status_list(b"\x00" * 9, iat=None),
        STATE.status_list(b"\x00" * 9, bits=3),
        STATE.status_list(b"\x00" * 9, status_list={"bits": 1, "lst": "AAAA"}),
        STATE.status_list(b"\x00" * 9, status_list=[]),
        STATE.status_list(b"\x00" * (17 * 1024 * 1024)),
    ],
    ids=["other", "short", "old", "future", "timeless", "width", "damaged", "none", "bomb"],
)
def test_a_list_that_cannot_be_believed_is_no_yes(told: str) -> None:
    assert refused(listed(), gateway(listed=told)) == "identity.pid-status"


def test_a_list_of_somebody_else_is_no_yes() -> None:
    told = STATE.status_list(b"\x00" * 9, signer=OTHER)
    assert refused(listed(), gateway(listed=told)) == "identity.pid-issuer"
    assert refused(listed(), gateway(listed="nothing")) == "identity.pid-read"


@pytest.mark.parametrize(
    "status", [{}, "x", {"status_list": {"idx": -1, "uri": LIST}}, {"other": {"idx": 1}}]
)
def test_a_status_of_an_unknown_kind_is_no_yes(status: object) -> None:
    wallet = Wallet(STATE, metadata=lambda said: {**said, "status": status})
    assert refused(wallet) == "identity.pid-status"


def test_a_second_authority_may_be_believed_too() -> None:
    anchor = holder("Second Authority", basic=(True, None), uses=AUTHORITY_USAGE)
    issuer = holder("Second Issuer", anchor, uses=DIGITAL)
    lists = tuple(
        crl(one, issued=NOW - timedelta(days=1), until=NOW + timedelta(days=1))
        for one in (STATE.anchor, anchor)
    )
    trust = Trust(anchors=(STATE.anchor.certificate, anchor.certificate), crls=lists)
    assert answered(Wallet(STATE, signer=issuer), gateway(trust)).given_name == "Noor"
    assert answered(Wallet(STATE), gateway(trust)).given_name == "Noor"


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(place=st.integers(0, 10_000), by=st.integers(1, 127))
def test_no_character_of_a_presentation_can_be_changed(place: int, by: int) -> None:
    def bent(text: str) -> str:
        at = place % len(text)
        return f"{text[:at]}{chr((ord(text[at]) + by) % 128)}{text[at + 1 :]}"

    with pytest.raises((Refused, Malformed)):
        answered(Wallet(STATE, bent=bent), gateway())


def test_types_beyond_the_base_one_are_believed_only_where_they_are_named() -> None:
    national = Wallet(STATE, metadata=lambda said: {**said, "vct": "urn:eudi:pid:nl:1"})
    assert refused(national) == "identity.pid-type"
    one = gateway(types=(VCT, "urn:eudi:pid:nl:1"))
    assert answered(national, one).given_name == "Noor"
