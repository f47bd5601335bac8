"""An eIDAS node answers: the good way passes, and every way to cheat has its own refusal."""

from __future__ import annotations

import base64
import copy
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_samples import BSN
from lxml import etree
from saml_gateway import BACK, KEYS, NOW, PLAIN, code_of, gateway, plainly, refused, signed_in
from saml_node import (
    ASSERTION,
    DS,
    ENTITY,
    GATEWAY,
    HOLDER,
    ISSUER,
    NODE,
    OTHER,
    PERSON,
    PROTOCOL,
    XENC,
    XENC11,
    SamlNode,
    moment,
)
from samples.authorities import holder

from api.identity.sources.saml_assertion import SamlAsked
from api.identity.sources.saml_names import LEVELS
from api.identity.sources.saml_response import SamlKeys, answered
from schemas.errors import Malformed, Refused
from schemas.identity import Assurance, PersonIdentifier, PlaceOfBirth

SIGNATURE = f"{{{DS}}}Signature"


@pytest.mark.parametrize("signing", [("assertion",), ("response",), ("assertion", "response")])
@pytest.mark.parametrize("encrypting", [GATEWAY, None], ids=["encrypted", "plain"])
def test_a_good_answer_yields_an_identity(signing: tuple[str, ...], encrypting: Any) -> None:
    made = signed_in(SamlNode(now=NOW, signing=signing, encrypting=encrypting))
    assert (made.given_name, made.family_name, made.birthdate) == ("Noor", "de Wit", date(1999, 2, 3))
    assert made.place_of_birth == PlaceOfBirth(locality="Zierikzee")
    assert made.identifier == PersonIdentifier(value="AT/NL/e3b0c442", country="AT")
    origin = made.origin("birthdate")
    assert (origin.source, origin.assurance, origin.ground) == ("eidas", Assurance.SUBSTANTIAL, "consent")
    assert made.recipient is None


def test_the_request_says_what_is_asked_and_is_signed() -> None:
    begun = gateway().begin(BACK, now=NOW)
    address, _, query = begun.address.partition("?")
    said = dict(parse_qsl(query))
    assert address == "https://node.example/sso"
    request = etree.fromstring(zlib.decompress(base64.b64decode(said["SAMLRequest"]), -15))
    assert request.get("ID") == begun.kept["number"]
    assert request.get("AssertionConsumerServiceURL") == f"{BACK}/answer"
    assert request.get("ForceAuthn") == "true"
    assert request.findtext(f"{{{ASSERTION}}}Issuer") == ENTITY
    contexts = request.findall(f".//{{{ASSERTION}}}AuthnContextClassRef")
    assert [one.text for one in contexts] == ["http://eidas.europa.eu/LoA/substantial"]
    wanted = request.findall(".//{http://eidas.europa.eu/saml-extensions}RequestedAttribute")
    required = {one.get("Name").removeprefix(PERSON) for one in wanted if one.get("isRequired") == "true"}
    assert required == {"PersonIdentifier", "CurrentFamilyName", "CurrentGivenName", "DateOfBirth"}
    assert said["RelayState"] == begun.letter == begun.kept["state"]
    assert len(said["RelayState"]) <= 80
    message, _, _ = query.partition("&Signature=")
    public = GATEWAY.key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(base64.b64decode(said["Signature"]), message.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert said["SigAlg"] == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    unsigned = gateway(key=None).begin(BACK, now=NOW).address
    assert "Signature" not in unsigned


def ago(**how: float) -> str:
    return moment(NOW - timedelta(**how))


def ahead(**how: float) -> str:
    return moment(NOW + timedelta(**how))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"issuer": "https://other.example"}, "identity.saml-issuer"),
        ({"answered_by": "https://other.example"}, "identity.saml-issuer"),
        ({"audience": "https://other.example"}, "identity.saml-audience"),
        ({"audience": None}, "identity.saml-audience"),
        ({"recipient": "https://other.example"}, "identity.saml-request"),
        ({"recipient": None}, "identity.saml-request"),
        ({"destination": "https://other.example"}, "identity.saml-request"),
        ({"destination": None}, "identity.saml-request"),
        ({"answered_by": None}, "identity.saml-issuer"),
        ({"in_response_to": "_another"}, "identity.saml-request"),
        ({"in_response_to": None}, "identity.saml-request"),
        ({"answers": "_another"}, "identity.saml-request"),
        ({"answers": None}, "identity.saml-request"),
        ({"start": ahead(minutes=2)}, "identity.saml-expired"),
        ({"end": ago(minutes=2)}, "identity.saml-expired"),
        ({"start": None}, "identity.saml-expired"),
        ({"end": None}, "identity.saml-expired"),
        ({"end": "2099-01-01T00:00:00"}, "identity.saml-expired"),
        ({"end": "tomorrow"}, "identity.saml-expired"),
        ({"end": "2099-02-30T00:00:00Z"}, "identity.saml-expired"),
        ({"until": ago(minutes=2)}, "identity.saml-expired"),
        ({"until": None}, "identity.saml-expired"),
        ({"signed_in": ago(minutes=61)}, "identity.saml-expired"),
        ({"signed_in": ahead(minutes=2)}, "identity.saml-expired"),
        ({"signed_in": ""}, "identity.saml-expired"),
        ({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, "identity.provider"),
        ({"status": ""}, "identity.provider"),
        (
            {
                "status": "urn:oasis:names:tc:SAML:2.0:status:Responder",
                "second": "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed",
            },
            "identity.cancelled",
        ),
    ],
)
@pytest.mark.parametrize("signing", ["assertion", "response"])
def test_an_answer_to_somebody_else_or_not_for_now_is_refused(
    said: dict[str, str | None], code: str, signing: str
) -> None:
    assert refused(SamlNode(now=NOW, said=dict(said), signing=(signing,))) == code


@pytest.mark.parametrize(
    ("level", "least", "good"),
    [
        ("http://eidas.europa.eu/LoA/high", Assurance.SUBSTANTIAL, True),
        ("http://eidas.europa.eu/LoA/substantial", Assurance.SUBSTANTIAL, True),
        ("http://eidas.europa.eu/LoA/low", Assurance.SUBSTANTIAL, False),
        ("http://eidas.europa.eu/LoA/low", Assurance.LOW, True),
        ("http://eidas.europa.eu/LoA/test", Assurance.LOW, False),
        ("urn:oasis:names:tc:SAML:2.0:ac:classes:Password", Assurance.LOW, False),
        ("", Assurance.LOW, False),
    ],
)
def test_the_level_must_be_known_and_will_do(level: str, least: Assurance, good: bool) -> None:  # noqa: FBT001
    node, one = SamlNode(now=NOW, level=level), gateway(least=least)
    if good:
        assert str(signed_in(node, one).origin("birthdate").assurance) == level.rpartition("/")[2]
    else:
        assert refused(node, one) == "identity.acr"


def test_an_answer_is_used_once() -> None:
    one = gateway()
    begun = one.begin(BACK, now=NOW)
    form = SamlNode(now=NOW).answer(begun.address)
    one.finish(begun, BACK, form, now=NOW)
    with pytest.raises(Refused) as error:
        one.finish(begun, BACK, form, now=NOW)
    assert code_of(error) == "identity.saml-replayed"
    other = one.begin(BACK, now=NOW)
    with pytest.raises(Refused) as error:
        one.finish(other, BACK, form, now=NOW)
    assert code_of(error) == "identity.state"
    with pytest.raises(Refused) as error:
        one.finish(other, BACK, {**form, "RelayState": other.kept["state"]}, now=NOW)
    assert code_of(error) == "identity.saml-request"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signing": ()}, "identity.saml-unsigned"),
        ({"signer": OTHER}, "identity.saml-forged"),
        ({"signer": OTHER, "key_info": OTHER}, "identity.saml-forged"),
        ({"method": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"}, "identity.saml-forged"),
        ({"method": "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"}, "identity.saml-forged"),
        ({"digest": "http://www.w3.org/2000/09/xmldsig#sha1"}, "identity.saml-forged"),
        ({"transforms": ("exclusive",)}, "identity.saml-read"),
        ({"transforms": ("http://www.w3.org/2000/09/xmldsig#enveloped-signature",)}, "identity.saml-read"),
    ],
)
@pytest.mark.parametrize("signing", ["assertion", "response"])
def test_a_signature_that_proves_nothing_is_refused(changes: dict[str, Any], code: str, signing: str) -> None:
    assert refused(plainly(**{"signing": (signing,), **changes})) == code


@pytest.mark.parametrize("encrypting", [GATEWAY, None], ids=["encrypted", "plain"])
def test_an_assertion_that_another_signed_does_not_count_in_a_good_response(encrypting: Any) -> None:
    def signed_by_another(assertion: Any) -> Any:
        SamlNode(signer=OTHER).sign(assertion)
        return assertion

    node = SamlNode(now=NOW, signing=("response",), assertion=signed_by_another, encrypting=encrypting)
    assert refused(node) == "identity.saml-forged"


def test_a_key_that_changes_is_known_beforehand() -> None:
    keys = SamlKeys(node=(NODE.certificate, OTHER.certificate), own=KEYS.own)
    assert signed_in(SamlNode(now=NOW, signer=OTHER, key_info=None), gateway(keys=keys)).given_name == "Noor"


def test_elliptic_curves_will_do() -> None:
    curve = holder("Curved Node")
    keys = SamlKeys(node=(curve.certificate,), own=KEYS.own)
    method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    node = SamlNode(now=NOW, signer=curve, key_info=None, method=method)
    assert signed_in(node, gateway(keys=keys)).given_name == "Noor"
    assert refused(SamlNode(now=NOW), gateway(keys=keys)) == "identity.saml-forged"


def evil(assertion: Any) -> Any:
    """Copy an assertion and make it another person's."""
    made = copy.deepcopy(assertion)
    for value in made.iter(f"{{{ASSERTION}}}AttributeValue"):
        if value.text == "Noor":
            value.text = "Mallory"
    return made


def without_signature(element: Any) -> Any:
    for one in element.findall(SIGNATURE):
        element.remove(one)
    return element


def found(response: Any) -> Any:
    (one,) = response.findall(f"{{{ASSERTION}}}Assertion")
    return one


def wrapped_beside(response: Any) -> None:
    """Put an evil assertion before the good one."""
    good = found(response)
    bad = without_signature(evil(good))
    bad.set("ID", "_evil")
    response.insert(2, bad)


def wrapped_around(response: Any) -> None:
    """Put the good assertion into an evil one."""
    good = found(response)
    bad = without_signature(evil(good))
    bad.set("ID", "_evil")
    response.replace(good, bad)
    bad.append(good)


def wrapped_in_signature(response: Any) -> None:
    """Have an evil assertion carry the good one's signature, and in it the good one."""
    good = found(response)
    bad = evil(good)
    bad.set("ID", "_evil")
    response.replace(good, bad)
    place = etree.SubElement(bad.find(SIGNATURE), f"{{{DS}}}Object")
    place.append(without_signature(good))


def wrapped_same_name(response: Any) -> None:
    """Have both bear one ID."""
    good = found(response)
    bad = evil(good)
    response.replace(good, bad)
    extensions = etree.Element(f"{{{PROTOCOL}}}Extensions")
    response.insert(1, extensions)
    extensions.append(without_signature(good))


def wrapped_in_extensions(response: Any) -> None:
    """Hide the good one, signature and all, in the extensions."""
    good = found(response)
    bad = evil(good)
    bad.set("ID", "_evil")
    response.replace(good, bad)
    extensions = etree.Element(f"{{{PROTOCOL}}}Extensions")
    response.insert(1, extensions)
    extensions.append(good)


def changed(response: Any) -> None:
    for value in response.iter(f"{{{ASSERTION}}}AttributeValue"):
        if value.text == "Noor":
            value.text = "Mallory"


def second_signature(response: Any) -> None:
    good = found(response)
    good.insert(1, copy.deepcopy(good.find(SIGNATURE)))


def commented(response: Any) -> None:
    """Cut a value in two by a comment, which canonical form leaves out."""
    for value in response.iter(f"{{{ASSERTION}}}AttributeValue"):
        if value.text == "Noor":
            value.text = "No"
            value.append(etree.Comment("x"))
            value[0].tail = "or"


@pytest.mark.parametrize(
    ("bend", "codes"),
    [
        (wrapped_beside, {"identity.saml-read"}),
        (wrapped_around, {"identity.saml-unsigned"}),
        (wrapped_in_signature, {"identity.saml-read", "identity.saml-forged"}),
        (wrapped_same_name, {"identity.saml-forged"}),
        (wrapped_in_extensions, {"identity.saml-forged"}),
        (changed, {"identity.saml-forged"}),
        (second_signature, {"identity.saml-read"}),
    ],
)
def test_wrapping_an_assertion_changes_nothing(bend: Callable[[Any], None], codes: set[str]) -> None:
    def bent(raw: bytes) -> bytes:
        response = etree.fromstring(raw)
        bend(response)
        return etree.tostring(response)

    assert refused(plainly(bent=bent)) in codes
    # Within a signed response every change is one.
    assert refused(plainly(bent=bent, signing=("assertion", "response"))) == "identity.saml-forged"


def test_wrapping_a_response_changes_nothing() -> None:
    def around(raw: bytes) -> bytes:
        good = etree.fromstring(raw)
        bad = without_signature(copy.deepcopy(good))
        changed(bad)
        bad.set("ID", "_evil")
        signature = copy.deepcopy(good.find(SIGNATURE))
        bad.insert(1, signature)
        extensions = etree.SubElement(bad, f"{{{PROTOCOL}}}Extensions")
        extensions.append(good)
        return etree.tostring(bad)

    assert refused(plainly(bent=around, signing=("response",))) == "identity.saml-forged"

    def renamed(raw: bytes) -> bytes:
        good = etree.fromstring(raw)
        bad = copy.deepcopy(good)
        changed(bad)
        place = etree.SubElement(bad, f"{{{PROTOCOL}}}Extensions")
        place.append(without_signature(good))
        return etree.tostring(bad)

    assert refused(plainly(bent=renamed, signing=("response",))) == "identity.saml-forged"


def test_a_comment_cuts_no_value_in_two() -> None:
    def bent(raw: bytes) -> bytes:
        response = etree.fromstring(raw)
        commented(response)
        return etree.tostring(response)

    assert signed_in(plainly(bent=bent)).given_name == "Noor"


@pytest.mark.parametrize(
    "bent",
    [
        lambda raw: b'<!DOCTYPE x [<!ENTITY e "Noor">]>' + raw,
        lambda raw: raw[:-5],
        lambda _: b"",
        lambda _: b"<x/>",
        lambda raw: raw.replace(b'Version="2.0"', b'Version="1.1"', 1),
        lambda raw: raw.replace(b"samlp:Response", b"samlp:LogoutResponse"),
    ],
)
def test_what_is_no_response_is_refused(bent: Callable[[bytes], bytes]) -> None:
    assert refused(SamlNode(now=NOW, bent=bent)) == "identity.saml-read"


def test_what_is_no_answer_is_refused() -> None:
    one = gateway()
    begun = one.begin(BACK, now=NOW)
    for response in ("", "§", "A" * 600_000):
        with pytest.raises(Refused) as error:
            one.finish(begun, BACK, {"RelayState": begun.letter, "SAMLResponse": response}, now=NOW)
        assert code_of(error) == "identity.saml-read"


@pytest.mark.parametrize(
    "wrapping",
    [
        (f"{XENC11}rsa-oaep", f"{XENC11}aes128-gcm"),
        (f"{XENC}rsa-oaep-mgf1p", f"{XENC11}aes256-gcm"),
    ],
)
def test_these_ways_to_encrypt_are_opened(wrapping: tuple[str, str]) -> None:
    assert signed_in(SamlNode(now=NOW, wrapping=wrapping)).given_name == "Noor"


def garbled(raw: bytes) -> bytes:
    response = etree.fromstring(raw)
    (data,) = response.iter(f"{{{XENC}}}EncryptedData")
    value = data.find(f"{{{XENC}}}CipherData/{{{XENC}}}CipherValue")
    sealed = bytearray(base64.b64decode(value.text))
    sealed[len(sealed) // 2] ^= 1
    value.text = base64.b64encode(bytes(sealed)).decode()
    return etree.tostring(response)


def within(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    """Change the wrapped key of an answer."""

    def bent(raw: bytes) -> bytes:
        response = etree.fromstring(raw)
        (key,) = response.iter(f"{{{XENC}}}EncryptedKey")
        change(key)
        return etree.tostring(response)

    return bent


def labelled(key: Any) -> None:
    etree.SubElement(key.find(f"{{{XENC}}}EncryptionMethod"), f"{{{XENC}}}OAEPparams").text = "AAAA"


def masked_otherwise(key: Any) -> None:
    key.find(f".//{{{XENC11}}}MGF").set("Algorithm", "urn:of:nobody")


def digested_otherwise(key: Any) -> None:
    key.find(f".//{{{DS}}}DigestMethod").set("Algorithm", "http://www.w3.org/2001/04/xmlenc#ripemd160")


def no_base64(key: Any) -> None:
    key.find(f".//{{{XENC}}}CipherValue").text = "§"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (labelled, "identity.saml-encryption"),
        (masked_otherwise, "identity.saml-encryption"),
        (digested_otherwise, "identity.saml-encryption"),
        (no_base64, "identity.saml-encryption"),
        (lambda key: key.addnext(copy.deepcopy(key)), "identity.saml-read"),
        (lambda key: key.getparent().remove(key), "identity.saml-read"),
        (lambda key: key.remove(key[-1]), "identity.saml-read"),
    ],
)
def test_a_key_that_is_wrapped_otherwise_is_not_unwrapped(change: Callable[[Any], object], code: str) -> None:
    assert refused(SamlNode(now=NOW, bent=within(change))) == code


def test_what_is_encrypted_of_a_signed_answer_cannot_be_exchanged() -> None:
    """Anybody can encrypt to the gateway; behind a node's signature nobody else can."""
    evils = SamlNode(now=NOW, signing=(), person={**HOLDER, "CurrentGivenName": "Mallory"})

    def exchanged(raw: bytes) -> bytes:
        response, other = etree.fromstring(raw), etree.fromstring(evils.made())
        response.replace(response[-1], other[-1])
        return etree.tostring(response)

    for signing, code in (
        (("response",), "identity.saml-forged"),
        (("assertion", "response"), "identity.saml-forged"),
        (("assertion",), "identity.saml-unsigned"),
    ):
        assert refused(SamlNode(now=NOW, signing=signing, bent=exchanged)) == code


@pytest.mark.parametrize(
    "changes",
    [
        {"wrapping": (f"{XENC11}rsa-oaep", f"{XENC}aes256-cbc")},
        {"wrapping": (f"{XENC}rsa-1_5", f"{XENC11}aes256-gcm")},
        {"encrypting": OTHER},
        {"bent": garbled},
    ],
    ids=["cbc", "rsa-1_5", "other", "garbled"],
)
def test_these_are_not_opened(changes: dict[str, Any]) -> None:
    assert refused(SamlNode(now=NOW, **changes)) == "identity.saml-encryption"


def test_a_plain_assertion_is_refused_where_an_encrypted_one_is_demanded() -> None:
    assert refused(SamlNode(now=NOW, encrypting=None), gateway()) == "identity.saml-encryption"
    assert refused(SamlNode(now=NOW), gateway(keys=PLAIN)) == "identity.saml-encryption"
    nobody = SamlNode(now=NOW, signing=())
    assert refused(nobody) == "identity.saml-unsigned"


def attribute(name: str, *values: str) -> str:
    inner = "".join(
        one if one.startswith("<") else f"<saml:AttributeValue>{one}</saml:AttributeValue>" for one in values
    )
    return (
        f'<saml:Attribute Name="{PERSON}{name}" '
        f'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">{inner}</saml:Attribute>'
    )


def greek(value: str) -> str:
    return (
        '<saml:AttributeValue xmlns:n="http://eidas.europa.eu/attributes/naturalperson" '
        f'n:LatinScript="false">{value}</saml:AttributeValue>'
    )


def person_without(*names: str) -> dict[str, str]:
    return {name: value for name, value in HOLDER.items() if name not in names}


def test_a_name_in_two_scripts_is_read_in_latin_letters() -> None:
    both = attribute("CurrentFamilyName", greek("Ντε Βιτ"), "de Wit")
    node = SamlNode(now=NOW, person=person_without("CurrentFamilyName"), attributes=both)
    assert signed_in(node).family_name == "de Wit"
    alone = attribute("CurrentFamilyName", greek("Ντε Βιτ"))
    node = SamlNode(now=NOW, person=person_without("CurrentFamilyName"), attributes=alone)
    assert signed_in(node).family_name == "Ντε Βιτ"


@pytest.mark.parametrize(
    "attributes",
    [
        attribute("CurrentGivenName", "Mallory"),
        attribute("BirthName", "Bakker", "Mallory"),
        attribute("BirthName", "<saml:AttributeValue><b>Bakker</b></saml:AttributeValue>"),
        "".join(attribute(f"More{one}", "x") for one in range(61)),
    ],
    ids=["twice", "two values", "markup", "many"],
)
def test_an_attribute_that_is_ambiguous_is_refused(attributes: str) -> None:
    assert refused(SamlNode(now=NOW, attributes=attributes)) == "identity.saml-read"


def test_an_attribute_of_another_format_is_another_attribute() -> None:
    basic = attribute("BirthName", "Mallory").replace("attrname-format:uri", "attrname-format:basic")
    assert signed_in(SamlNode(now=NOW, attributes=basic)).birth_name is None
    assert signed_in(SamlNode(now=NOW, attributes=attribute("BirthName", "Bakker"))).birth_name == "Bakker"


def test_attributes_of_others_are_not_read() -> None:
    legal = attribute("LegalName", "X").replace("naturalperson", "legalperson")
    assert signed_in(SamlNode(now=NOW, attributes=legal)).given_name == "Noor"


@pytest.mark.parametrize("kind", ["naturalperson", "legalperson"])
def test_who_acts_for_somebody_else_is_not_taken_for_them(kind: str) -> None:
    acting = attribute("representative/Name", "Mallory").replace("naturalperson", kind)
    assert refused(SamlNode(now=NOW, attributes=acting)) == "identity.saml-representative"


def test_a_country_is_known_by_the_name_it_has_among_nodes() -> None:
    greek = {**HOLDER, "PersonIdentifier": "EL/NL/e3b0c442"}
    assert signed_in(SamlNode(now=NOW, person=greek)).identifier == PersonIdentifier(
        value="EL/NL/e3b0c442", country="GR"
    )


@pytest.mark.parametrize(
    "said",
    [
        {"start": "0001-01-01T00:00:00Z"},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"end": "9999-12-31T23:59:59Z"},
        {"end": "9999-12-31T23:59:59-14:00"},
        {"until": "9999-12-31T23:59:59-14:00"},
    ],
)
def test_the_ends_of_time_are_times(said: dict[str, str | None]) -> None:
    assert signed_in(SamlNode(now=NOW, said=said)).given_name == "Noor"


def test_an_assertion_that_counts_for_long_is_remembered_for_as_long_as_it_could_be_used() -> None:
    said: dict[str, str | None] = {"end": "9999-12-31T23:59:59Z", "in_response_to": "_1", "recipient": BACK}
    raw = SamlNode(now=NOW, said=said).made()
    asked = SamlAsked(
        request="_1", recipient=BACK, entity=ENTITY, issuer=ISSUER, levels=LEVELS, least=Assurance.LOW
    )
    until = answered(raw, asked, KEYS, now=NOW).until
    assert timedelta(hours=1) < until - NOW < timedelta(hours=2)
    with pytest.raises(Refused) as error:
        answered(raw, asked, KEYS, now=until)
    assert code_of(error) == "identity.saml-expired"


def test_a_citizen_number_is_never_taken_over() -> None:
    dutch = {**HOLDER, "PersonIdentifier": f"NL/NL/{BSN}"}
    assert signed_in(SamlNode(now=NOW, person=dutch)).identifier is None
    with pytest.raises(Malformed) as error:
        signed_in(SamlNode(now=NOW, person={**HOLDER, "PlaceOfBirth": BSN}))
    assert error.value.problems[0].code == "identity.bsn"
    assert BSN not in error.value.problems[0].message


def extra_condition(assertion: Any) -> Any:
    (one,) = assertion.iter(f"{{{ASSERTION}}}Conditions")
    etree.SubElement(one, f"{{{ASSERTION}}}Condition")
    return assertion


def second_statement(assertion: Any) -> Any:
    (one,) = assertion.iter(f"{{{ASSERTION}}}AttributeStatement")
    assertion.append(copy.deepcopy(one))
    return assertion


def holder_of_key(assertion: Any) -> Any:
    (one,) = assertion.iter(f"{{{ASSERTION}}}SubjectConfirmation")
    one.set("Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")
    return assertion


def confirmed(name: str, value: str | None) -> Callable[[Any], Any]:
    """Say otherwise how the assertion may be brought; the response around it says the right thing."""

    def bend(assertion: Any) -> Any:
        (one,) = assertion.iter(f"{{{ASSERTION}}}SubjectConfirmationData")
        if value is None:
            del one.attrib[name]
        else:
            one.set(name, value)
        return assertion

    return bend


def without(name: str) -> Callable[[Any], Any]:
    """Leave a part of the assertion out."""

    def bend(assertion: Any) -> Any:
        (one,) = assertion.iter(f"{{{ASSERTION}}}{name}")
        one.getparent().remove(one)
        return assertion

    return bend


def of_an_older_version(assertion: Any) -> Any:
    assertion.set("Version", "1.1")
    return assertion


def crowded(assertion: Any) -> Any:
    """Have more attributes than can be put in order in a reasonable time."""
    for number in range(257):
        assertion.set(f"a{number}", "")
    return assertion


def ended_session(assertion: Any) -> Any:
    (one,) = assertion.iter(f"{{{ASSERTION}}}AuthnStatement")
    one.set("SessionNotOnOrAfter", ago(minutes=1))
    return assertion


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (extra_condition, "identity.saml-read"),
        (second_statement, "identity.saml-read"),
        (holder_of_key, "identity.saml-read"),
        (confirmed("Recipient", "https://other.example"), "identity.saml-request"),
        (confirmed("Recipient", None), "identity.saml-request"),
        (confirmed("InResponseTo", "_another"), "identity.saml-request"),
        (confirmed("InResponseTo", None), "identity.saml-request"),
        (confirmed("NotBefore", ago(minutes=1)), "identity.saml-read"),
        (without("Issuer"), "identity.saml-read"),
        (without("Subject"), "identity.saml-read"),
        (without("SubjectConfirmation"), "identity.saml-read"),
        (without("SubjectConfirmationData"), "identity.saml-read"),
        (without("Conditions"), "identity.saml-read"),
        (without("AudienceRestriction"), "identity.saml-audience"),
        (without("Audience"), "identity.saml-audience"),
        (without("AuthnStatement"), "identity.saml-read"),
        (without("AuthnContext"), "identity.saml-read"),
        (without("AuthnContextClassRef"), "identity.saml-read"),
        (without("AttributeStatement"), "identity.saml-read"),
        (of_an_older_version, "identity.saml-read"),
        (ended_session, "identity.saml-expired"),
    ],
)
@pytest.mark.parametrize("signing", ["assertion", "response"])
def test_an_assertion_of_another_form_is_refused(bend: Callable[[Any], Any], code: str, signing: str) -> None:
    assert refused(SamlNode(now=NOW, assertion=bend, signing=(signing,))) == code


def test_what_takes_too_long_to_bring_into_canonical_form_is_refused() -> None:
    assert refused(SamlNode(now=NOW, assertion=crowded)) == "identity.saml-read"


def second_audience(assertion: Any) -> Any:
    """Restrict it a second time, to somebody else: both have to be met (SAML core §2.5.1.4)."""
    (one,) = assertion.iter(f"{{{ASSERTION}}}AudienceRestriction")
    other = copy.deepcopy(one)
    other[0].text = "https://other.example"
    one.addnext(other)
    return assertion


def one_of_two_audiences(assertion: Any) -> Any:
    (one,) = assertion.iter(f"{{{ASSERTION}}}Audience")
    other = copy.deepcopy(one)
    other.text = "https://other.example"
    one.addprevious(other)
    return assertion


def test_every_restriction_is_met_by_one_of_its_audiences() -> None:
    assert refused(SamlNode(now=NOW, assertion=second_audience)) == "identity.saml-audience"
    assert signed_in(SamlNode(now=NOW, assertion=one_of_two_audiences)).given_name == "Noor"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("start", ahead(seconds=60), ahead(seconds=61)),
        ("end", ago(seconds=59), ago(seconds=60)),
        ("until", ago(seconds=59), ago(seconds=60)),
        ("signed_in", ahead(seconds=60), ahead(seconds=61)),
        ("signed_in", ago(seconds=3600), ago(seconds=3601)),
    ],
    ids=["start", "end", "until", "signed in ahead", "signed in ago"],  # the same in every process
)
def test_clocks_may_differ_by_a_minute(name: str, good: str, bad: str) -> None:
    assert signed_in(SamlNode(now=NOW, said={name: good})).given_name == "Noor"
    assert refused(SamlNode(now=NOW, said={name: bad})) == "identity.saml-expired"


def two_assertions(response: Any) -> Any:
    response.append(copy.deepcopy(response[-1]))
    return response


def test_two_assertions_are_one_too_many() -> None:
    assert refused(SamlNode(now=NOW, response=two_assertions)) == "identity.saml-read"


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(place=st.integers(0, 100_000), by=st.integers(1, 255), data=st.data())
def test_no_byte_of_a_signed_answer_can_be_changed_to_another_effect(
    place: int, by: int, data: st.DataObject
) -> None:
    """What is changed is refused, or was not covered and says the same."""
    signing = data.draw(st.sampled_from([("assertion",), ("response",)]))

    def bent(raw: bytes) -> bytes:
        at = place % len(raw)
        return raw[:at] + bytes([(raw[at] + by) % 256]) + raw[at + 1 :]

    try:
        made = signed_in(plainly(signing=signing, bent=bent))
    except (Refused, Malformed):
        return
    assert (made.given_name, made.family_name) == ("Noor", "de Wit")
    assert str(made.birthdate) == "1999-02-03"
    assert made.origin("birthdate").assurance is Assurance.SUBSTANTIAL
