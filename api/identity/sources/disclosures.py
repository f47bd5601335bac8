"""What a wallet disclosed of a token whose claims are digests (SD-JWT, RFC 9901 §7.1); pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from api.identity.sources.signed_token import fail
from converter.strict import load_json
from schemas.errors import Malformed
from verifier.sealing.fault import Refusal
from verifier.sealing.jws import decode_base64url

CITE = "RFC 9901 §7.1"
_MOST, _DEEPEST = 200, 12
_HASHES = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
_CLAIM, _ELEMENT = 3, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """The claims, each where its digest stands.

    Attributes:
        claims: all of them, the digests taken away.
        chosen: top-level claims that the wallet chose to disclose, wholly or in part.
    """

    claims: Mapping[str, Any] = field(repr=False)
    chosen: frozenset[str]


def digest_of(text: str, payload: Mapping[str, Any]) -> str:
    """Hash a text the way a token names (§4.1.1 `_sd_alg`), base64url.

    Raises:
        Refused: `identity.pid-read`: the way is not known here.
    """
    name = payload.get("_sd_alg", "sha-256")
    if not isinstance(name, str) or name not in _HASHES:
        fail("pid-read", "The disclosures are made in a way that is not known here.", CITE)
    hashed = hashlib.new(_HASHES[name], text.encode("ascii")).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def disclosed(payload: Mapping[str, Any], disclosures: Sequence[str]) -> Disclosed:
    """Put each disclosure where its digest stands, once, and see that all of them have a place.

    Raises:
        Refused: `identity.pid-read`, or `.pid-forged` where a disclosure is none of this token.
    """
    if len(disclosures) > _MOST:
        fail("pid-read", "There are more disclosures than a PID has claims.", CITE)
    known: dict[str, list[Any]] = {}
    for one in disclosures:
        digest = digest_of(one, payload)
        if digest in known:
            fail("pid-read", "A disclosure stands there twice.", CITE)
        known[digest] = _read(one)
    walk = _Walk(known)
    claims: dict[str, Any] = {}
    chosen: set[str] = set()
    hidden = walk.hidden(payload)
    for name, value in [*((name, one) for name, one in payload.items() if name != "_sd"), *hidden]:
        if name in claims:
            _misplaced()
        before = len(walk.used)
        claims[name] = walk.value(value, 1)
        if len(walk.used) > before:
            chosen.add(name)
    chosen.update(name for name, _ in hidden)
    if walk.used != known.keys():
        fail("pid-forged", "A disclosure is none of this PID.", CITE)
    return Disclosed(claims=claims, chosen=frozenset(chosen))


def _read(text: str) -> list[Any]:
    try:
        said = load_json(decode_base64url(text, "A disclosure"))
    except (Refusal, Malformed):
        said = None
    if not isinstance(said, list) or len(said) not in (_CLAIM, _ELEMENT):
        fail("pid-read", "A disclosure cannot be read.", CITE)
    return said


def _misplaced() -> NoReturn:
    fail("pid-read", "A disclosure names a claim that may not be disclosed so.", CITE)


@dataclass(slots=True)
class _Walk:
    known: Mapping[str, list[Any]]
    used: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)

    def value(self, node: Any, depth: int) -> Any:  # noqa: ANN401 - any JSON
        if depth > _DEEPEST:
            fail("pid-read", "The PID is nested too deeply.", CITE)
        if isinstance(node, list):
            return [one for element in node for one in self._element(element, depth)]
        if not isinstance(node, dict):
            return node
        made: dict[str, Any] = {}
        for name, one in [*((name, one) for name, one in node.items() if name != "_sd"), *self.hidden(node)]:
            if name in made:
                _misplaced()
            made[name] = self.value(one, depth + 1)
        return made

    def hidden(self, node: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Return the disclosed claims of an object."""
        digests = node.get("_sd", [])
        if not isinstance(digests, list):
            fail("pid-read", "The digests of the PID are no list.", CITE)
        found = []
        for digest in digests:
            said = self._taken(digest, _CLAIM)
            if said is None:
                continue
            if not isinstance(said[1], str) or said[1] in ("_sd", "..."):
                _misplaced()
            found.append((said[1], said[2]))
        return found

    def _element(self, element: Any, depth: int) -> list[Any]:  # noqa: ANN401 - any JSON
        if not (isinstance(element, dict) and element.keys() == {"..."}):
            return [self.value(element, depth + 1)]
        said = self._taken(element["..."], _ELEMENT)
        return [] if said is None else [self.value(said[1], depth + 1)]

    def _taken(self, digest: object, length: int) -> list[Any] | None:
        """Return the disclosure of a digest; None for a decoy or what was kept back."""
        if not isinstance(digest, str) or digest in self.seen:
            fail("pid-read", "A digest stands in the PID twice, or is none.", CITE)
        self.seen.add(digest)
        said = self.known.get(digest)
        if said is None:
            return None
        if len(said) != length:
            _misplaced()
        self.used.add(digest)
        return said
