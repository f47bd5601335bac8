"""The world as the options describe it: clock, web, trust, recipients."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from api.gateway.accrediting import read_accreditations
from api.gateway.asking import asked_moment, asked_recipients, not_understood
from api.gateway.trusting import read_trust
from api.official.cache import Cache, default_folder, known_pins
from schemas.errors import DocumentError, Unavailable
from schemas.evidence import Fetcher, Recipient, Trust
from verifier.bundle import BundleFetcher
from verifier.fetch import HttpFetcher, OfflineFetcher


def moment(asked: Namespace) -> datetime:
    """Return the moment the question is about.

    Raises:
        NotUnderstood: `--at` is no time.
    """
    return (
        asked_moment(asked.at, "--at") if asked.at is not None else datetime.now(UTC).replace(microsecond=0)
    )


def fetcher(asked: Namespace) -> Fetcher:
    """Return what answers web addresses: a bundle if there is one, nothing when offline, else the web.

    Raises:
        NotUnderstood: the evidence cannot be read.
    """
    if asked.evidence is None:
        return OfflineFetcher() if asked.offline else HttpFetcher()
    try:
        return BundleFetcher.from_file(Path(asked.evidence))
    except Unavailable as error:
        raise not_understood("request.evidence", error.why, "--evidence") from None
    except DocumentError as error:
        message = f"The evidence bundle is not understood: {error}"
        raise not_understood("request.evidence", message, "--evidence") from None


def recipients(asked: Namespace) -> tuple[Recipient, ...]:
    """Return whom the document should be about.

    Raises:
        NotUnderstood: a `--recipient` is no kind=value.
    """
    return asked_recipients(asked.recipient, "--recipient")


def trust(asked: Namespace) -> Trust | None:
    """Return what the asker trusts, if the option is there.

    Raises:
        NotUnderstood: the folder is not usable.
    """
    return read_trust(Path(asked.trust)) if asked.trust is not None else None


def accredited(trust: Trust | None, asked: Namespace, fetcher: Fetcher) -> Trust | None:
    """Add what registers say of accreditations to what the asker trusts, where the option names any.

    Raises:
        NotUnderstood: a file cannot be read, or what a register says is nothing known.
    """
    if not asked.accreditations:
        return trust
    known = read_accreditations(asked.accreditations, fetcher, "--accreditations")
    return replace(trust or Trust(), accreditations=known)


def official_cache(asked: Namespace) -> Cache:
    """Return the cache of official schemas the options name, else this user's own.

    Raises:
        NotUnderstood: the pins cannot be used.
    """
    folder = Path(asked.cache) if asked.cache is not None else default_folder(os.environ)
    return Cache(folder, known_pins(asked.pins))
