"""Whom a PID's issuer leads to, and whether the PID still counts: what is not known is not believed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from cryptography import x509

from api.identity.sources.signed_token import fail, read_token
from schemas.errors import Unavailable
from schemas.evidence import Fetcher, Missing, SealExamination, Trust
from verifier.asked import OK, Asked
from verifier.gather_seal import followed
from verifier.sealing.fault import Refusal
from verifier.sealing.jws import decode_base64url
from verifier.trust.assess import Hand
from verifier.trust.carried import Revocations

LIST_TYPE = "application/statuslist+jwt"
_CITE = "Token Status List §8.3"
_MAX_LIST = 16 * 1024 * 1024
_WIDTHS = (1, 2, 4, 8)
_LEEWAY = timedelta(seconds=60)
_EVERY = 8


@dataclass(frozen=True, slots=True)
class Issuers:
    """The issuers of PIDs that an operator believes, and the only way to ask about them.

    Attributes:
        trust: anchors of PID providers, and revocation data beside them; not those of seals.
        fetcher: for revocation data and status lists.
    """

    trust: Trust
    fetcher: Fetcher

    def check_chain(self, chain: tuple[x509.Certificate, ...], *, now: datetime) -> None:
        """See that a certificate leads to an anchor, and was not revoked.

        Raises:
            Refused: `identity.pid-issuer`: it does not, or it is not known.
        """
        hand = Hand(trust=self.trust, carried=Revocations(certificates=chain), fetched=Revocations(), now=now)
        seal = SealExamination(intact=True, signer=chain[0], certificates=chain)
        answer = followed(seal, (), hand, Asked(self.fetcher))[0]
        if answer is None or answer.path.holds is not True:
            why = f" {answer.path.sentence}" if answer is not None else ""
            fail("pid-issuer", f"The PID's issuer is not trusted here.{why}", "HAIP 1.0 §6.1.1")

    def check_status(self, status: object, *, now: datetime) -> None:
        """See in the list that a PID names that it was not revoked or suspended.

        Raises:
            Refused: `identity.pid-revoked`, or `.pid-status`: the list cannot be believed.
            Unavailable: the list does not answer.
        """
        if status is None:
            return
        named = status.get("status_list") if isinstance(status, dict) else None
        place, address = (named.get("idx"), named.get("uri")) if isinstance(named, dict) else (None, None)
        if not isinstance(place, int) or isinstance(place, bool) or place < 0 or not isinstance(address, str):
            _unknown("The PID names its status in a way that is not known here.")
        value = _value(self._list(address, now), place)
        if value:
            fail("pid-revoked", "The PID was revoked or is suspended.", _CITE)

    def _list(self, address: str, now: datetime) -> Mapping[str, Any]:
        answer = self.fetcher.fetch(address, accept=LIST_TYPE)
        if isinstance(answer, Missing) or answer.status != OK:
            raise Unavailable("", "The list that says whether the PID still counts does not answer.")
        try:
            text = answer.body.decode("ascii").strip()
        except UnicodeDecodeError:
            _unknown("The status list of the PID cannot be read.")
        token = read_token(text, _CITE)
        said, chain = token.payload, token.chain()
        if token.header.get("typ") != "statuslist+jwt" or said.get("sub") != address:
            _unknown("What the PID names as its status list is another thing.")
        if not chain or not token.by(chain[0].public_key()):
            _unknown("The status list of the PID is not signed by the key of its certificate.")
        self.check_chain(chain, now=now)
        _check_times(said, now)
        return said


def _unknown(message: str) -> NoReturn:
    fail("pid-status", message, _CITE)


def _check_times(said: Mapping[str, Any], now: datetime) -> None:
    made, ends, lasts = said.get("iat"), said.get("exp"), said.get("ttl")
    at, leeway = now.timestamp(), _LEEWAY.total_seconds()
    for one in (made, *(other for other in (ends, lasts) if other is not None)):
        if not isinstance(one, int | float) or isinstance(one, bool):
            _unknown("The status list of the PID does not say when it counts.")
    if made is None or made > at + leeway or (ends is not None and at >= ends + leeway):
        _unknown("The status list of the PID has expired, or does not count yet.")


def _value(said: Mapping[str, Any], place: int) -> int:
    """Return the status at a place: in each byte the least significant bits come first (§4.1)."""
    listed = said.get("status_list")
    width, packed = (listed.get("bits"), listed.get("lst")) if isinstance(listed, dict) else (None, None)
    if width not in _WIDTHS or isinstance(width, bool) or not isinstance(packed, str):
        _unknown("The status list of the PID cannot be read.")
    inflate = zlib.decompressobj()
    try:
        raw = inflate.decompress(decode_base64url(packed, "The list"), _MAX_LIST + 1)
    except (Refusal, zlib.error):
        _unknown("The status list of the PID is damaged.")
    if len(raw) > _MAX_LIST or not inflate.eof or inflate.unused_data:
        _unknown("The status list of the PID is damaged, or too large.")
    byte, shift = divmod(place * width, _EVERY)
    if byte >= len(raw):
        _unknown("The status list of the PID has no such place.")
    return int(raw[byte] >> shift & ((1 << width) - 1))
