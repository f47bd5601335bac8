"""A PID as a wallet presents it: SD-JWT VC with key binding; pure (RFC 9901 §7.3; HAIP 1.0 §5.3, §6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509

from api.identity.sources.disclosures import digest_of, disclosed
from api.identity.sources.signed_token import SignedText, fail, key_of, read_token

VCT = "urn:eudi:pid:1"
LONGEST = 256 * 1024
_LEEWAY, _OLDEST = timedelta(seconds=60), timedelta(minutes=10)
_NEVER_HIDDEN = ("iss", "nbf", "exp", "cnf", "vct", "status")
_ISSUER_TYPES = ("dc+sd-jwt", "vc+sd-jwt")
_METADATA = frozenset({"iss", "iat", "nbf", "exp", "cnf", "vct", "status", "sub"})
_CITE = "RFC 9901 §7.3"


@dataclass(frozen=True, slots=True, kw_only=True)
class PidAsked:
    """What the wallet was asked.

    Attributes:
        nonce: of this presentation; whoever calls sees that it is used once.
        audience: how the wallet knows us, e.g. `x509_hash:…`.
        claims: top-level claims that were asked for; no others may come.
        types: of PID that count.
    """

    nonce: str = field(repr=False)
    audience: str
    claims: frozenset[str]
    types: frozenset[str] = frozenset({VCT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pid:
    """A PID whose signature, binding and times hold; whom its issuer leads to is not known yet.

    Attributes:
        claims: those that were asked for.
        chain: the issuer's certificate first.
        status: what the PID says of its status list; None where it says nothing.
    """

    claims: Mapping[str, Any] = field(repr=False)
    chain: tuple[x509.Certificate, ...]
    status: object = field(default=None, repr=False)


def presented(text: str, asked: PidAsked, *, now: datetime) -> Pid:
    """Check a presentation.

    Args:
        text: in the compact form: token, disclosures, key binding, with tildes between.
        asked: what it must answer.
        now: timezone-aware.

    Raises:
        Refused: `identity.pid-read`, `.pid-type`, `.pid-unsigned`, `.pid-forged`, `.pid-issuer`,
            `.pid-expired`, `.pid-binding`, `.pid-replayed`, `.pid-audience`, `.pid-disclosed`.
    """
    if len(text) > LONGEST or not text.isascii():
        fail("pid-read", "The presentation is too large, or is none.", _CITE)
    first, _, rest = text.partition("~")
    *disclosures, binding = rest.split("~")
    if not binding:
        fail("pid-binding", "The presentation is not bound to the wallet's key.", _CITE)
    token = read_token(first, _CITE)
    if token.header.get("typ") not in _ISSUER_TYPES or token.payload.get("vct") not in asked.types:
        fail("pid-type", "This is no PID of the European identity wallet.", _CITE)
    chain = token.chain()
    if not chain:
        fail("pid-issuer", "The PID does not carry its issuer's certificate.", "HAIP 1.0 §6.1.1")
    if not token.by(chain[0].public_key()):
        fail("pid-forged", "The PID is not signed by the key of its issuer's certificate.", _CITE)
    told = disclosed(token.payload, disclosures)
    if any(told.claims.get(name) != token.payload.get(name) for name in _NEVER_HIDDEN):
        fail("pid-read", "The presentation hides what may not be hidden.", "SD-JWT VC §2.2.2.2")
    _check_times(told.claims, now)
    _check_binding(read_token(binding, _CITE), token, asked, text[: len(text) - len(binding)], now)
    if told.chosen - _METADATA - asked.claims:
        fail("pid-disclosed", "The wallet disclosed more than was asked; nothing of it is read.", _CITE)
    claims = {name: value for name, value in told.claims.items() if name in asked.claims}
    return Pid(claims=claims, chain=chain, status=token.payload.get("status"))


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    at, leeway = now.timestamp(), _LEEWAY.total_seconds()
    ends, starts = claims.get("exp"), [claims.get("nbf", 0), claims.get("iat", 0)]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (ends, *starts)):
        fail("pid-expired", "The PID does not say from when until when it counts.", _CITE)
    if at >= float(ends or 0) + leeway or any(float(one or 0) > at + leeway for one in starts):
        fail("pid-expired", "The PID has expired, or does not count yet.", _CITE)


def _check_binding(
    binding: SignedText, token: SignedText, asked: PidAsked, before: str, now: datetime
) -> None:
    """Hold the key binding against the PID's own key and against what was asked (RFC 9901 §4.3, §7.3)."""
    said, cnf = binding.payload, token.payload.get("cnf")
    key = key_of(cnf.get("jwk")) if isinstance(cnf, dict) else None
    if binding.header.get("typ") != "kb+jwt" or key is None or not binding.by(key):
        fail("pid-binding", "The presentation is not signed by the key that the PID belongs to.", _CITE)
    if said.get("sd_hash") != digest_of(before, token.payload):
        fail("pid-binding", "The presentation was changed after the wallet signed it.", _CITE)
    if said.get("aud") != asked.audience:
        fail("pid-audience", "The presentation was made for another service.", _CITE)
    if said.get("nonce") != asked.nonce:
        fail("pid-replayed", "The presentation was not made for this request.", _CITE)
    made = said.get("iat")
    if not isinstance(made, int | float) or isinstance(made, bool):
        fail("pid-replayed", "The presentation does not say when it was made.", _CITE)
    if not -_LEEWAY.total_seconds() <= now.timestamp() - made <= _OLDEST.total_seconds():
        fail("pid-replayed", "The presentation was not made just now.", _CITE)
