"""The client of the Europass wallet's REST interface: one credential into one wallet.

`POST /v1/wallets/{userId}/credentials`, or `/v1/wallets/email/{address}/credentials`, with the credential in
the multipart part `_credential`; 409 says that the wallet has it already, which is as good.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, urlencode

from api.wallet.files import import_name, sealed_credential
from schemas.errors import Problem, Refused
from schemas.evidence import Missing, Resource
from schemas.exchange import Exchange, Outgoing

State = Literal["delivered", "already there", "failed"]
WAITS = (1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts; after the last the wallet counts as unreachable."""
_DONE = frozenset({200, 201, 202, 204})
_THERE = 409
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_SAID = {
    400: "The wallet does not take the credential: it is not sealed well enough, or faulty.",
    401: "The wallet does not know the key.",
    403: "The key may not deposit there.",
    404: "There is no such wallet.",
    413: "The credential is too large for the wallet.",
}
_TYPES = {".xml": "application/xml", ".jsonld": "application/json"}
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletAccess:
    """A wallet service and how it is spoken to.

    Attributes:
        url: before `/v1/wallets`.
        key: the bearer token; empty where none is wanted.
        notify: the wallet writes to the learner.
    """

    url: str
    key: str = field(default="", repr=False)
    notify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """Whose wallet; exactly one of both. Never logged, and kept no longer than the sending takes."""

    user: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    locale: str = ""

    def path(self) -> str:
        """Return the path below the wallet's address.

        Raises:
            Refused: neither is named, or both are.
        """
        if bool(self.user) == bool(self.email):
            message = "Name either the wallet's user or an e-mail address."
            raise Refused(Problem(code="deliver.recipient", message=message))
        if self.email:
            return f"/v1/wallets/email/{quote(self.email, safe='')}/credentials"
        return f"/v1/wallets/{quote(self.user, safe='')}/credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of it.

    Attributes:
        answer: one sentence; names nobody.
        attempts: how often it was tried.
        status: of the last answer; 0 where there was none.
        viewer: where the wallet shows it, if it says so.
    """

    state: State
    answer: str
    attempts: int
    status: int = 0
    viewer: str = ""


def deposit(
    data: bytes,
    to: Deposit,
    wallet: WalletAccess,
    exchange: Exchange,
    *,
    wait: Callable[[float], None],
) -> Delivered:
    """Put a sealed credential into a wallet; what may pass is tried again, later each time.

    Args:
        data: the sealed credential, JAdES or XAdES.
        to: whose wallet.
        wallet: which service.
        exchange: asks it.
        wait: for so many seconds.

    Raises:
        Refused: no wallet would take this credential, or nobody is named.
        Malformed, NotRecognised: it cannot be taken apart.
    """
    request = _request(data, import_name(sealed_credential(data)), to, wallet)
    answer: Resource | Missing = exchange.send(request)
    attempts = 1
    for seconds in WAITS:
        if isinstance(answer, Resource) and answer.status not in _AGAIN:
            break
        wait(seconds)
        answer = exchange.send(request)
        attempts += 1
    return _delivered(answer, attempts)


def _request(data: bytes, name: str, to: Deposit, wallet: WalletAccess) -> Outgoing:
    asked = {"sendEmail": str(wallet.notify).lower(), **({"locale": to.locale} if to.locale else {})}
    boundary = f"badgepass-{secrets.token_hex(16)}"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="_credential"; filename="{name}"\r\n'
        f"Content-Type: {_TYPES[name[name.rindex('.') :]]}\r\n\r\n"
    )
    body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={boundary}", "accept": "application/json"}
    if wallet.key:
        headers["authorization"] = f"Bearer {wallet.key}"
    url = f"{wallet.url.rstrip('/')}{to.path()}?{urlencode(asked)}"
    return Outgoing(method="POST", url=url, headers=headers, body=body)


def _delivered(answer: Resource | Missing, attempts: int) -> Delivered:
    if isinstance(answer, Missing):
        return Delivered(state="failed", answer="The wallet did not answer.", attempts=attempts)
    status = answer.status
    if status in _DONE:
        viewer = _viewer(answer.body)
        told = "The credential is in the wallet."
        return Delivered(state="delivered", answer=told, attempts=attempts, status=status, viewer=viewer)
    if status == _THERE:
        told = "The wallet has this credential already."
        return Delivered(state="already there", answer=told, attempts=attempts, status=status)
    told = _SAID.get(status, f"The wallet answered with status {status}.")
    return Delivered(state="failed", answer=told, attempts=attempts, status=status)


def _viewer(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    viewer = found.get("viewerURL") if isinstance(found, dict) else None
    good = isinstance(viewer, str) and viewer.startswith("https://")
    return viewer[:_MOST_SHOWN] if good and isinstance(viewer, str) else ""
