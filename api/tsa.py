"""A time-stamping authority over HTTP: asked for a token, and held to what it was asked (RFC 3161)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, NoReturn

from asn1crypto import algos, cms, core, tsp

from api.exchange import TIMESTAMP_QUERY
from schemas.errors import Unavailable
from schemas.evidence import Missing
from schemas.exchange import Exchange, Outgoing
from verifier.trust.token_signer import tame
from verifier.trust.tokens import MAX_BYTES, read_token

_REPLY = "application/timestamp-reply"
_OK = 200
_GRANTED = frozenset({"granted", "granted_with_mods"})
_HASH = "sha256"
_NONCE_BITS = 64


class Authority:
    """Stamps through an authority that the operator named; satisfies `schemas.stamper.Stamper`.

    What comes back is checked as a requester must (RFC 3161 §2.2, last paragraphs): granted, over this very
    digest, with this very nonce, intact, with the certificate that signed it. Whether that certificate is one
    to trust is judged by the verifier, like any other's.
    """

    def __init__(self, url: str, exchange: Exchange, *, authorization: str = "") -> None:
        """Take the address that requests are posted to.

        Args:
            url: of the authority.
            exchange: the client that asks it.
            authorization: value of the header of that name, where the authority knows its customers by it.
        """
        self._url = url
        self._exchange = exchange
        self._authorization = {"authorization": authorization} if authorization else {}

    def __repr__(self) -> str:
        return "Authority()"

    def stamp(self, data: bytes) -> bytes:
        """Return the token over the SHA-256 of the data, DER, as the authority gave it.

        Raises:
            Unavailable: the authority did not answer, refused, or answered with something else.
        """
        imprint, nonce = hashlib.sha256(data).digest(), secrets.randbits(_NONCE_BITS)
        request = Outgoing(
            method="POST",
            url=self._url,
            headers={"content-type": TIMESTAMP_QUERY, "accept": _REPLY, **self._authorization},
            body=query(imprint, nonce),
        )
        answer = self._exchange.send(request)
        if isinstance(answer, Missing):
            self._unavailable(answer.why)
        if answer.status != _OK:
            self._unavailable(f"The time-stamping authority answers with HTTP status {answer.status}.")
        if answer.content_type.partition(";")[0].strip().lower() != _REPLY:
            self._unavailable("The time-stamping authority answers with something other than a timestamp.")
        return self._taken(answer.body, imprint, nonce)

    def _taken(self, body: bytes, imprint: bytes, nonce: int) -> bytes:
        try:
            said_nonce, token = _opened(body)
        except _NoToken as refused:
            self._unavailable(str(refused))
        except Exception:  # noqa: BLE001 - DER from the web, read lazily: whatever the reader says, it is none
            self._unavailable("The time-stamping authority's answer cannot be read.")
        found = read_token(token)
        if (found.hash_name, found.imprint) != (_HASH, imprint):
            self._unavailable("The time-stamping authority stamped something else.")
        if said_nonce != nonce:
            self._unavailable("The time-stamping authority's answer belongs to another request.")
        if found.authority is None or found.authority not in found.certificates:
            self._unavailable("The timestamp does not carry the certificate that signed it.")
        if not found.intact:
            self._unavailable("The timestamp's own signature does not hold, or no longer counts.")
        return token

    def _unavailable(self, why: str) -> NoReturn:
        raise Unavailable(self._url, why) from None


class _Reply(core.Sequence):  # type: ignore[misc]
    """TimeStampResp by RFC 3161 §2.4.2: the library's own takes none without a token."""

    _fields = [  # noqa: RUF012 - the library asks for it so
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class _NoToken(Exception):  # noqa: N818 - reads as a sentence
    """The answer holds no token; the message says why."""


def query(imprint: bytes, nonce: int) -> bytes:
    """Write a TimeStampReq over a SHA-256 digest, DER: with a nonce, and asking for the certificate."""
    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": _HASH}),
                "hashed_message": imprint,
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    written: bytes = request.dump()
    return written


def _opened(body: bytes) -> tuple[int | None, bytes]:
    """Take the nonce and the token out of a TimeStampResp."""
    if len(body) > MAX_BYTES:
        raise _NoToken("The time-stamping authority's answer is larger than any that is looked at.")
    reply: Any = _Reply.load(tame(body), strict=True)
    if reply["status"]["status"].native not in _GRANTED:
        raise _NoToken("The time-stamping authority refused to stamp.")
    token: bytes = reply["time_stamp_token"].dump()
    info = reply["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    nonce: int | None = info["nonce"].native
    return nonce, token
