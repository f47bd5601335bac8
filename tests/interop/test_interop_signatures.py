"""Other people's signed files before the XML Security Library and jwcrypto: what we call intact, they do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS, InvalidJWSObject, InvalidJWSSignature, JWSEHeaderParameter
from lxml import etree
from shared_files import shared_cases

from schemas.document import Seal, SealKind
from schemas.errors import DocumentError
from schemas.evidence import Reach, Signature
from verifier.sealing.general import examine_general
from verifier.sealing.transforms import DS

pytestmark = [pytest.mark.slow, pytest.mark.shared]

XML = [*shared_cases("corpus/dss/xades/*.xml"), *shared_cases("corpus/seal-attacks/x*.xml")]
JSON = [
    *shared_cases("corpus/dss/jades/j*.json"),
    *shared_cases("corpus/dss/jades/s*.json"),
    *shared_cases("corpus/seal-attacks/j*.json"),
    *(path for path in shared_cases("samples/elm-v3/*") if b'"signatures"' in path.read_bytes()),
]
CURVES_UNKNOWN_THERE = {"xades-ecc-brainpool.xml"}
NAMES = ("sigT", "adoTst", "sigPId", "srCms", "srAts", "sigPl", "x5t#o", "sigX5ts")


def intact(path: Path, kind: SealKind) -> list[Signature]:
    """Give the signatures of a file that we call intact and that are over content in it."""
    try:
        found = examine_general(Seal(kind=kind, raw=path.read_bytes()))
    except DocumentError:
        return []
    return [
        one
        for one in found
        if one.examination.intact
        and not one.counters
        and all(scope.reach is not Reach.OUTSIDE for scope in one.examination.scopes)
    ]


@pytest.mark.parametrize("path", XML, ids=lambda path: path.name)
def test_the_xml_security_library_agrees(path: Path) -> None:
    signatures = intact(path, SealKind.XADES)
    if path.name in CURVES_UNKNOWN_THERE:
        pytest.skip("the library does not read keys on this curve")
    for one in signatures:
        tree = etree.parse(path, etree.XMLParser(huge_tree=True, resolve_entities=False))
        signature = list(tree.getroot().iter(f"{{{DS}}}Signature"))[one.seal.place or 0]
        context = xmlsec.SignatureContext()
        assert one.examination.signer is not None
        der = one.examination.signer.public_bytes(Encoding.DER)
        context.key = xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer)
        for element in tree.getroot().iter("*"):
            if element.get("Id"):
                context.register_id(element, "Id")
            elif element.get("id") in {scope.name for scope in one.examination.scopes} - {""}:
                context.register_id(element, "id")
        context.verify(signature)


@pytest.mark.parametrize("path", JSON, ids=lambda path: path.name)
def test_jwcrypto_agrees(path: Path) -> None:
    known = {name: JWSEHeaderParameter(name, False, True, None) for name in NAMES}  # noqa: FBT003
    for one in intact(path, SealKind.JADES):
        signer = one.examination.signer
        assert signer is not None
        pem = signer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        peer = JWS(header_registry=known)
        peer.allowed_algs = ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA"]
        text = path.read_bytes().decode()
        peer.deserialize(_alone(text, one.seal.place or 0) if text.lstrip()[:1] == "{" else text.strip())
        try:
            peer.verify(JWK.from_pem(pem))
        except (InvalidJWSSignature, InvalidJWSObject) as error:
            pytest.fail(f"{path.name}: {error}")


def _alone(text: str, place: int) -> str:
    """Write one signature with the payload, flattened: the peer asks that all hold, under one key."""
    members: dict[str, Any] = json.loads(text)
    signature = members.get("signatures", [members])[place]
    return json.dumps(
        {
            "payload": members["payload"],
            "protected": signature["protected"],
            "signature": signature["signature"],
        }
    )


def test_there_is_something_to_agree_on() -> None:
    assert sum(bool(intact(path, SealKind.XADES)) for path in XML) >= 10
    assert sum(bool(intact(path, SealKind.JADES)) for path in JSON) >= 15
