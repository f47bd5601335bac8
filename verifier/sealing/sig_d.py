"""Content that a JWS signs and that stands outside it: `sigD` (ETSI TS 119 182-1 §5.2.8)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from schemas.evidence import Reach, Scope
from verifier.sealing import algorithms
from verifier.sealing.algorithms import JOSE_DIGESTS
from verifier.sealing.fault import broken, unsupported
from verifier.sealing.jws import decode_base64url
from verifier.sealing.tally import Tally

_BY_HASH = "http://uri.etsi.org/19182/ObjectIdByURIHash"
_BY_ADDRESS = "http://uri.etsi.org/19182/ObjectIdByURI"
_MOST = 1024
_ABSENT = "What was signed is not in the file, and not at hand."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What `sigD` comes to.

    Attributes:
        scopes: each thing it names.
        message: what takes the payload's place in the signature; None where it cannot be put together.
    """

    scopes: tuple[Scope, ...]
    message: bytes | None


def outside(said: Any, *, encoded: bool, at_hand: Mapping[str, bytes], tally: Tally) -> Outside:  # noqa: ANN401
    """Look at what `sigD` names, as far as it is at hand; nothing is fetched.

    By hash each content is digested, as base64url where the payload would be so encoded, and the payload is
    empty (§5.2.8.3.3). By address the contents so encoded, one after the other, are the payload (§5.2.8.3.2).

    Raises:
        Refusal: it is not built as it must be, or is of a kind that is not supported.
    """
    names = said.get("pars") if isinstance(said, dict) else None
    if not isinstance(names, list) or not names or not all(isinstance(one, str) for one in names):
        raise broken("structure", "The list of content outside the file is not one.")
    if len(names) > _MOST:
        raise unsupported("structure", f"The signature names more than {_MOST} things outside the file.")
    found = [at_hand.get(name, at_hand.get(unquote(name))) for name in names]
    if None in found:
        tally.note(unsupported("outside", _ABSENT))
    match said.get("mId"):
        case kind if kind == _BY_HASH:
            return Outside(scopes=_hashed(said, names, found, tally, encoded=encoded), message=b"")
        case kind if kind == _BY_ADDRESS:
            parts = [_as_signed(one, encoded=encoded) for one in found if one is not None]
            whole = None if None in found else b"".join(parts)
            scopes = tuple(
                Scope(reach=Reach.OUTSIDE, name=name, holds=None if whole is None else True) for name in names
            )
            return Outside(scopes=scopes, message=whole)
        case _:
            raise unsupported("structure", "The signature names content outside in a way that is not known.")


def _hashed(
    said: dict[str, Any],
    names: list[str],
    found: list[bytes | None],
    tally: Tally,
    *,
    encoded: bool,
) -> tuple[Scope, ...]:
    values, method = said.get("hashV"), said.get("hashM")
    if not isinstance(values, list) or len(values) != len(names) or not isinstance(method, str):
        raise broken("structure", "The digests of content outside the file are not one for each.")
    hash_name = JOSE_DIGESTS.get(method)
    tally.use(method, weak=False)
    if hash_name is None:
        raise unsupported("algorithm", "A digest algorithm of the signature is not supported.")
    scopes = []
    for name, content, value in zip(names, found, values, strict=True):
        if not isinstance(value, str):
            raise broken("structure", "The digests of content outside the file are not one for each.")
        expected = decode_base64url(value, "A digest of content outside the file")
        holds = None if content is None else _same(hash_name, _as_signed(content, encoded=encoded), expected)
        if holds is False:
            tally.note(broken("digest", "The content beside the file was changed after signing."))
        scopes.append(Scope(reach=Reach.OUTSIDE, name=name, holds=holds))
    return tuple(scopes)


def _same(hash_name: str, data: bytes, expected: bytes) -> bool:
    return hmac.compare_digest(algorithms.digest(hash_name, data), expected)


def _as_signed(data: bytes, *, encoded: bool) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=") if encoded else data
