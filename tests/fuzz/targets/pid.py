"""A wallet's presentation: whatever is done to one, it discloses nothing that its issuer did not write.

An input is a presentation; or the parts of one behind a zero byte, with zero bytes between: the payload
of the token and each disclosure, as JSON.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from functools import cache

from fuzz_targets import first, kept, repeatable
from pid_wallet import State, Wallet, b64, unb64

from api.identity.sources.disclosures import Disclosed, disclosed
from api.identity.sources.pid import Pid, PidAsked, presented
from api.identity.sources.wallet import CLAIMS
from converter.strict import load_json
from schemas.errors import DocumentError

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WORDS = (
    b"~",
    b'"_sd"',
    b'{"...":',
    b'"_sd_alg":"sha-512"',
    b'"cnf"',
    b'"exp"',
    b'"status"',
    b"\0",
    b"[",
    b"]",
)
LONGEST = 12_000
ASKED = PidAsked(nonce="of-this-request", audience="x509_hash:of-this-gateway", claims=frozenset(CLAIMS))


def seeds() -> tuple[bytes, ...]:
    return first("pid", _made)


def _made() -> tuple[bytes, ...]:
    state = State(now=NOW)
    wallets = (Wallet(state), Wallet(state, decoys=True), Wallet(state, disclosing=("sex",)))
    texts = [one.presentation(list(CLAIMS), ASKED.nonce, ASKED.audience) for one in wallets]
    parts = []
    for text in texts[:2]:
        token, *disclosures, _ = text.split("~")
        parts.append(b"\0".join((b"", unb64(token.split(".")[1]), *map(unb64, disclosures))))
    return (*(text.encode() for text in texts), *parts)


def run(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        if data.startswith(b"\0"):
            repeatable(data, _disclosed)
        else:
            found = repeatable(data, _presented)
            assert _told(found) in _known(), "a PID says what its issuer did not write"


def _presented(data: bytes) -> Pid:
    return presented(data.decode("utf-8", "replace"), ASKED, now=NOW)


def _disclosed(data: bytes) -> Disclosed:
    _, payload, *disclosures = data.split(b"\0")
    said = load_json(payload)
    found = disclosed(said if isinstance(said, dict) else {}, [b64(one) for one in disclosures])
    assert "_sd" not in found.claims
    return found


def _told(found: Pid) -> str:
    return json.dumps(dict(found.claims), sort_keys=True)


@cache
def _known() -> frozenset[str]:
    told = set()
    for data in (*seeds(), *kept("pid").values()):
        if not data.startswith(b"\0"):
            with contextlib.suppress(DocumentError):
                told.add(_told(_presented(data)))
    return frozenset(told)
