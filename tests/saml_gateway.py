"""The gateway as it stands before the node of `saml_node`, and what comes of an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from saml_node import ENTITY, GATEWAY, HOLDER, ISSUER, NODE, SamlNode

from api.identity.source import Begun
from api.identity.sources.saml import Node, SamlSignIn
from api.identity.sources.saml_response import SamlKeys
from api.keys.files import HeldKey
from schemas.errors import DocumentError, Refused
from schemas.identity import Identity

BACK = "https://gateway.example/identity/back/node"
NOW = datetime.now(UTC).replace(microsecond=0)
assert isinstance(GATEWAY.key, rsa.RSAPrivateKey)
KEY = HeldKey(algorithm="RS256", certificates=(GATEWAY.certificate,), private=GATEWAY.key)
KEYS = SamlKeys(node=(NODE.certificate,), own=GATEWAY.key)
PLAIN = SamlKeys(node=(NODE.certificate,), encrypted=False)


def gateway(**changes: Any) -> SamlSignIn:
    known = {"name": "node", "issuer": ISSUER, "entity": ENTITY, "address": "https://node.example/sso"}
    return SamlSignIn(Node(**{**known, "keys": KEYS, "key": KEY, **changes}))


def plainly(**changes: Any) -> SamlNode:
    """Make a node that does not encrypt, for what is easier seen so."""
    return SamlNode(now=NOW, **{"encrypting": None, **changes})


def signed_in(node: SamlNode, one: SamlSignIn | None = None, begun: Begun | None = None) -> Identity:
    one = one or gateway(keys=KEYS if node.encrypting is not None else PLAIN)
    begun = begun or one.begin(BACK, now=NOW)
    return one.finish(begun, BACK, node.answer(begun.address), now=NOW)


def refused(node: SamlNode, one: SamlSignIn | None = None, begun: Begun | None = None) -> str:
    with pytest.raises(Refused) as error:
        signed_in(node, one, begun)
    return code_of(error)


def code_of(error: pytest.ExceptionInfo[DocumentError]) -> str:
    for problem in error.value.problems:
        for value in (*HOLDER.values(), "Mallory"):
            assert value not in problem.message + problem.where
    return error.value.problems[0].code
