"""A node known by its own metadata: what is taken from it, and what is refused."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from saml_gateway import BACK, NOW, gateway, signed_in
from saml_node import DS, GATEWAY, ISSUER, NODE, OTHER, SamlNode, moment
from samples.authorities import Holder

from api.gateway.asking import NotUnderstood
from api.identity.sources.configuration import sign_ins_of
from api.identity.sources.saml import SamlSignIn
from api.identity.sources.saml_described import described
from schemas.errors import Refused, Unavailable
from verifier.fetch import OfflineFetcher

METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
UNTIL = moment(NOW + timedelta(days=7))
SAML = """
[[identity.saml]]
name = "node"
issuer = "https://node.example/metadata"
entity = "https://gateway.example/metadata"
metadata = "node.xml"
key = "own.pem"
"""


def key_of(one: Holder, use: str = ' use="signing"') -> str:
    der = base64.b64encode(one.der).decode()
    shown = f"<ds:X509Data><ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data>"
    return f'<md:KeyDescriptor{use}><ds:KeyInfo xmlns:ds="{DS}">{shown}</ds:KeyInfo></md:KeyDescriptor>'


def said(*keys: str, issuer: str = ISSUER, services: str = "", more: str = "", until: str = UNTIL) -> bytes:
    there = services or (
        f'<md:SingleSignOnService Binding="{POST}" Location="https://node.example/post"/>'
        f'<md:SingleSignOnService Binding="{REDIRECT}" Location="https://node.example/redirect"/>'
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="{METADATA}" entityID="{issuer}" validUntil="{until}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" {more}>
{"".join(keys or (key_of(NODE),))}{there}
</md:IDPSSODescriptor></md:EntityDescriptor>""".encode()


def test_keys_address_and_end_are_taken() -> None:
    found = described(said(key_of(NODE), key_of(OTHER, "")), ISSUER)
    assert found.certificates == (NODE.certificate, OTHER.certificate)
    assert found.address == "https://node.example/redirect"
    assert found.until == datetime.fromisoformat(UNTIL)


def test_the_earlier_end_counts() -> None:
    sooner = moment(NOW + timedelta(hours=1))
    assert described(said(more=f'validUntil="{sooner}"'), ISSUER).until == datetime.fromisoformat(sooner)
    assert described(said().replace(f'validUntil="{UNTIL}"'.encode(), b""), ISSUER).until is None


def test_keys_that_encrypt_sign_nothing() -> None:
    found = described(said(key_of(NODE), key_of(OTHER, ' use="encryption"')), ISSUER)
    assert found.certificates == (NODE.certificate,)


def test_several_addresses_are_none() -> None:
    two = f'<md:SingleSignOnService Binding="{REDIRECT}" Location="https://node.example/{{}}"/>'
    assert described(said(services=two.format("a") + two.format("b")), ISSUER).address == ""


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (said(issuer="https://other.example"), "identity.saml-metadata"),
        (said().replace(b"md:EntityDescriptor", b"md:EntitiesDescriptor"), "identity.saml-metadata"),
        (said().replace(b"SAML:2.0:protocol", b"SAML:1.1:protocol"), "identity.saml-metadata"),
        (said(key_of(NODE, ' use="encryption"')), "identity.saml-metadata"),
        (said("<md:KeyDescriptor/>"), "identity.saml-metadata"),
        (
            said(key_of(NODE).replace("<ds:X509Certificate>", "<ds:X509Certificate>AAAA")),
            "identity.saml-metadata",
        ),
        (said(until="some day"), "identity.saml-metadata"),
        (said(until="2099-01-01T00:00:00"), "identity.saml-metadata"),
        (said().replace(b"md:IDPSSODescriptor", b"md:SPSSODescriptor"), "identity.saml-read"),
        (said().replace(b"?>\n", b"?><!DOCTYPE x>\n"), "identity.saml-read"),
        (b"", "identity.saml-read"),
    ],
)
def test_metadata_of_another_kind_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Refused) as error:
        described(raw, ISSUER)
    assert error.value.problems[0].code == code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key = GATEWAY.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "own.pem").write_bytes(key + GATEWAY.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "node.pem").write_bytes(NODE.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "node.xml").write_bytes(said())
    return tmp_path


def opened(folder: Path, text: str = SAML) -> SamlSignIn:
    (folder / "identity.toml").write_text(text, "utf-8")
    (one,) = sign_ins_of({"BADGEPASS_IDENTITY": str(folder / "identity.toml")}, OfflineFetcher())
    assert isinstance(one, SamlSignIn)
    return one


def test_a_node_is_known_by_its_metadata(folder: Path) -> None:
    one = opened(folder)
    begun = one.begin(BACK, now=NOW)
    assert begun.address.startswith("https://node.example/redirect?")
    assert signed_in(SamlNode(now=NOW), one).given_name == "Noor"
    named = opened(folder, SAML + 'address = "https://node.example/other"\n')
    assert named.node.address == "https://node.example/other"


def test_a_key_signs_as_nodes_want_it_or_as_a_broker_does(folder: Path) -> None:
    def checked(one: SamlSignIn, how: padding.AsymmetricPadding) -> str:
        query = one.begin(BACK, now=NOW).address.partition("?")[2]
        message, _, _ = query.partition("&Signature=")
        parts = dict(parse_qsl(query))
        public = GATEWAY.key.public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        public.verify(base64.b64decode(parts["Signature"]), message.encode(), how, hashes.SHA256())
        return parts["SigAlg"]

    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    assert checked(opened(folder), pss) == "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
    old = opened(folder, SAML + 'algorithm = "RS256"\n')
    assert checked(old, padding.PKCS1v15()) == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


def test_without_a_key_nothing_is_signed_or_opened(folder: Path) -> None:
    one = opened(folder, SAML.replace('key = "own.pem"', "encrypted = false"))
    assert "Signature=" not in one.begin(BACK, now=NOW).address
    assert signed_in(SamlNode(now=NOW, encrypting=None), one).given_name == "Noor"


def test_metadata_that_has_expired_vouches_for_nothing() -> None:
    one = gateway(until=NOW + timedelta(minutes=1))
    begun = one.begin(BACK, now=NOW)
    form = SamlNode(now=NOW).answer(begun.address)
    later = NOW + timedelta(minutes=1)
    with pytest.raises(Unavailable):
        one.begin(BACK, now=later)
    with pytest.raises(Unavailable):
        one.finish(begun, BACK, form, now=later)
    assert one.finish(begun, BACK, form, now=NOW.astimezone(UTC)).given_name == "Noor"


def write(name: str, raw: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(raw)


@pytest.mark.parametrize(
    ("text", "bend", "place"),
    [
        (SAML + 'certificates = ["node.pem"]\n', None, "identity/saml/0"),
        (SAML.replace('metadata = "node.xml"', ""), None, "identity/saml/0"),
        (SAML.replace('metadata = "node.xml"', 'certificates = ["node.pem"]'), None, "identity/saml/0"),
        (SAML + 'address = "node.example"\n', None, "identity/saml/0"),
        (SAML + 'algorithm = "ES256"\n', None, "identity/saml/0/algorithm"),
        (SAML + 'levels = { "http://eidas.europa.eu/LoA/low" = "high" }\n', None, "identity/saml/0"),
        (SAML, lambda folder: (folder / "node.xml").unlink(), "node"),
        (SAML, write("node.xml", b"<x/>"), "node"),
        (SAML, write("node.xml", said(issuer="https://other.example")), "node"),
        (SAML, write("node.xml", said(services="<x/>")), "node"),
        (
            SAML,
            write("node.xml", said().replace(b"https://node.example/redirect", b"http://node.example")),
            "node",
        ),
    ],
)
def test_each_fault_is_told_by_its_place(
    folder: Path, text: str, bend: Callable[[Path], object] | None, place: str
) -> None:
    if bend is not None:
        bend(folder)
    with pytest.raises(NotUnderstood) as error:
        opened(folder, text)
    (problem,) = error.value.problems
    assert problem.code == "request.setting"
    assert problem.where.removeprefix("BADGEPASS_IDENTITY: ") == place
