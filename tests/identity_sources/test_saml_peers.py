"""Answers that other people's libraries signed and encrypted: by what counts, and by what does not."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from saml_gateway import KEYS, NOW, gateway, refused, signed_in
from saml_node import GATEWAY, NODE, OTHER, PERSON, XENC, XENC11
from saml_peers import SealedAsTold, SignxmlNode, XmlsecSealed
from samples.authorities import holder
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLVerifier

from api.identity.sources.saml_names import parsed
from api.identity.sources.saml_response import SamlKeys
from api.identity.sources.saml_signature import signed_octets

CURVED = holder("Curved Node")
CURVED_384 = holder("Curved Node", key_name="p384")


def signing(**changes: Any) -> SignxmlNode:
    return SignxmlNode(**{"now": NOW, "encrypting": None, **changes})


@pytest.mark.parametrize(
    ("signs", "digests", "signer"),
    [
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256, NODE),
        (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512, NODE),
        (SignatureMethod.SHA256_RSA_MGF1, DigestAlgorithm.SHA256, NODE),
        (SignatureMethod.SHA384_RSA_MGF1, DigestAlgorithm.SHA384, NODE),
        (SignatureMethod.SHA512_RSA_MGF1, DigestAlgorithm.SHA512, NODE),
        (SignatureMethod.ECDSA_SHA256, DigestAlgorithm.SHA256, CURVED),
        (SignatureMethod.ECDSA_SHA384, DigestAlgorithm.SHA384, CURVED_384),
    ],
)
@pytest.mark.parametrize("whole", [("assertion",), ("response",), ("assertion", "response")])
def test_signatures_of_signxml_are_read(
    signs: Any, digests: Any, signer: Any, whole: tuple[str, ...]
) -> None:
    how = {"signs": signs, "digests": digests, "signer": signer, "signing": whole}
    keys = SamlKeys(node=(OTHER.certificate, signer.certificate), encrypted=False)
    assert signed_in(signing(**how), gateway(keys=keys)).given_name == "Noor"
    others = SamlKeys(node=(OTHER.certificate,), encrypted=False)
    assert refused(signing(**how), gateway(keys=others)) == "identity.saml-forged"


@pytest.mark.parametrize(
    ("signs", "digests", "signer"),
    [
        (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA256, NODE),
        (SignatureMethod.SHA1_RSA_MGF1, DigestAlgorithm.SHA256, NODE),
        (SignatureMethod.RSA_SHA224, DigestAlgorithm.SHA256, NODE),
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA1, NODE),
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA224, NODE),
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA3_256, NODE),
        (SignatureMethod.SHA3_256_RSA_MGF1, DigestAlgorithm.SHA256, NODE),
        (SignatureMethod.ECDSA_SHA1, DigestAlgorithm.SHA256, CURVED),
        (SignatureMethod.ECDSA_SHA3_256, DigestAlgorithm.SHA256, CURVED),
    ],
)
def test_true_signatures_by_algorithms_that_do_not_count_are_refused(
    signs: Any, digests: Any, signer: Any
) -> None:
    keys = SamlKeys(node=(signer.certificate,), encrypted=False)
    node = signing(signs=signs, digests=digests, signer=signer)
    assert refused(node, gateway(keys=keys)) == "identity.saml-forged"


@pytest.mark.parametrize(
    "canonical",
    [CanonicalizationMethod.CANONICAL_XML_1_0, CanonicalizationMethod.CANONICAL_XML_1_1],
)
def test_content_in_inclusive_form_is_refused(canonical: Any) -> None:
    """What it covers depends on where the assertion stands; SAML core §5.4.4 wants the other."""
    assert refused(signing(canonical=canonical)) == "identity.saml-read"


def test_a_short_key_is_none() -> None:
    short = holder("Short Node", key_name="rsa-1024")
    keys = SamlKeys(node=(short.certificate,), encrypted=False)
    assert refused(signing(signer=short), gateway(keys=keys)) == "identity.saml-forged"


def test_signxml_reads_what_we_read() -> None:
    """Both give the same octets back as signed."""
    raw = signing(said={"in_response_to": "_1", "recipient": "https://gateway.example"}).made()
    pem = NODE.certificate.public_bytes(Encoding.PEM).decode()
    signed = XMLVerifier().verify(raw, x509_cert=pem, id_attribute="ID")
    (ours,) = parsed(raw, "").findall("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    theirs = signed[0] if isinstance(signed, list) else signed
    assert theirs.signed_data == signed_octets(ours, (NODE.certificate,))
    assert PERSON.encode() in theirs.signed_data


@pytest.mark.parametrize(
    "changes",
    [
        {"wrapping": (f"{XENC}rsa-oaep-mgf1p", f"{XENC11}aes256-gcm")},
        {"wrapping": (f"{XENC}rsa-oaep-mgf1p", f"{XENC11}aes128-gcm"), "oaep_digest": ""},
        {"wrapping": (f"{XENC11}rsa-oaep", f"{XENC11}aes256-gcm")},
        {"wrapping": (f"{XENC11}rsa-oaep", f"{XENC11}aes256-gcm"), "mask": f"{XENC11}mgf1sha1"},
        {"wrapping": (f"{XENC11}rsa-oaep", f"{XENC11}aes128-gcm"), "peer": True},
    ],
    ids=[
        "oaep",
        "oaep, no digest named",
        "oaep 1.1",
        "oaep 1.1 as OpenSAML has it",
        "key beside the content",
    ],
)
@pytest.mark.parametrize("whole", [("assertion",), ("response",), ("assertion", "response")])
def test_what_the_xml_security_library_encrypts_is_opened(
    changes: dict[str, Any], whole: tuple[str, ...]
) -> None:
    assert signed_in(XmlsecSealed(now=NOW, signing=whole, **changes)).given_name == "Noor"


def test_what_is_encrypted_to_another_key_is_not_opened() -> None:
    assert refused(XmlsecSealed(now=NOW, encrypting=OTHER)) == "identity.saml-encryption"
    own = SamlKeys(node=KEYS.node, own=None)
    assert refused(XmlsecSealed(now=NOW, encrypting=GATEWAY), gateway(keys=own)) == "identity.saml-encryption"


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"Noor",
        b"<x/>",
        b"%s%s",
        b"Noor%s",
        b"%sNoor",
        b"<!DOCTYPE x>%s",
        b"</place><place>%s",
        b"%s</place><place>",
        b"<?x y?>%s",
        b"%s\0",
        b"<x>%s</x>",
    ],
)
@pytest.mark.parametrize("whole", [("assertion",), ("response",)])
def test_what_was_encrypted_is_one_assertion_and_nothing_beside(plain: bytes, whole: tuple[str, ...]) -> None:
    node = SealedAsTold(now=NOW, signing=whole, plain=plain)
    assert refused(node) == "identity.saml-read"
    assert signed_in(SealedAsTold(now=NOW, signing=whole, plain=b"\n%s ")).given_name == "Noor"
