"""The world as the options describe it: clock, web, trust, recipients."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from api.gateway.accrediting import read_accreditations
from api.gateway.asking import asked_moment, asked_recipients, not_understood
from api.gateway.trusting import read_trust
from api.official.cache import Cache, default_folder, known_pins
from api.trust.store import ListStore
from api.trust.store import default_folder as default_list_folder
from schemas.errors import DocumentError, Unavailable
from schemas.evidence import Fetcher, Recipient, Trust
from verifier.address import loopback
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


def trust(asked: Namespace) -> Trust:
    """Return what the asker trusts: the folder of the option, and the trusted lists at hand.

    Raises:
        NotUnderstood: the folder is not usable, or one of lists that was named holds none.
    """
    own = read_trust(Path(asked.trust)) if asked.trust is not None else Trust()
    archive = list_store(asked).archive()
    if asked.trust_lists is not None and not archive.snapshots:
        message = "The folder holds no trusted lists; `badgepass trust refresh` or `import` puts them there."
        raise not_understood("request.trust-lists", message, asked.trust_lists)
    return replace(own, lists=archive) if archive.snapshots else own


def list_store(asked: Namespace) -> ListStore:
    """Return the store of trusted lists the options name, else this user's own."""
    named: str | None = asked.trust_lists
    return ListStore(Path(named) if named is not None else default_list_folder(os.environ))


def own_machine(address: str, where: str) -> bool:
    """Tell whether the asker named this machine itself; a redirect cannot lead there then.

    Raises:
        NotUnderstood: no web address.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        raise not_understood(f"request.{where.strip('-')}", "This is not a web address.", where)
    return loopback(host)


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


def published_files(asked: Namespace) -> tuple[str, Fetcher]:
    """Return the folder to ask for official files, empty for their own addresses, and what asks.

    This machine is asked only where the asker named it as the mirror; a redirect cannot lead there then.

    Raises:
        NotUnderstood: `--mirror` is no web address.
    """
    mirror = asked.mirror or ""
    if not mirror:
        return "", HttpFetcher(secured=True)
    return mirror, HttpFetcher(secured=True, allow_loopback=own_machine(mirror, "--mirror"))
