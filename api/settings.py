"""What whoever runs the service may set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from fastapi import Request

from api.access_tokens import AccessTokens
from api.doctor.conditions import Source
from api.folders import database_url
from api.gateway.accrediting import read_accreditations
from api.gateway.asking import not_understood
from api.gateway.receipts import read_key
from api.gateway.sealers import Sealers
from api.gateway.trusting import read_trust
from api.identity.attempts import Attempts
from api.identity.sessions import MINUTES, MOST_MINUTES, Sessions
from api.identity.source import SignIn
from api.identity.sources.configuration import registers_of, sign_ins_of
from api.identity.sources.register import Register
from api.jobs.bounds import Bounds, bounds_of
from api.jobs.service import Jobs
from api.official.cache import Cache
from api.storage import Store
from api.tenants import Tenants, tenants_of
from api.trust.store import ListStore
from converter.strict import MAX_BYTES
from schemas.accreditation import Accreditations
from schemas.evidence import Fetcher, Trust
from schemas.key import Key
from schemas.official import Official, pins
from verifier.fetch import HttpFetcher, OfflineFetcher

_FORM_ROOM = 1024 * 1024  # a profile, some fields and the boundaries between them


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The service's settings.

    Attributes:
        max_body: bytes of a request; more is refused before any of it is read as a document.
        trust: what the operator trusts, for every verification.
        origins: web origins whose pages may call the API; none by default.
        offline: ask no web address at all.
        official: the official schema files, whose word is told beside ours; none unless the operator says.
        trust_lists: where trusted lists are kept; none unless the operator says.
        aging: further things whose age readiness tells, such as a snapshot of trusted lists.
        receipt_key: what signs receipts; none are given without.
        tenants: institutions that seal through this gateway.
        database: URL of where records are kept; opened only where somebody seals.
        secrets: the environment, for the secrets that tenants name by variable.
        jobs: where whole exports are worked on; none are taken without.
        trust_folder: where `trust` was read from, for the workers of jobs.
        sign_ins: where holders can sign in, so that who they are goes into a conversion.
        registers: that institutions may have asked who a learner is.
        identity_minutes: so long an identity is held in memory at most.
        base_url: this service's own address as a browser sees it; empty takes the one it was called by.
    """

    max_body: int = MAX_BYTES + _FORM_ROOM
    trust: Trust = field(default_factory=Trust)
    origins: tuple[str, ...] = ()
    offline: bool = False
    official: Official | None = None
    trust_lists: ListStore | None = None
    aging: tuple[Source, ...] = ()
    receipt_key: Key | None = None
    tenants: Tenants = field(default_factory=Tenants)
    database: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    jobs: Bounds | None = None
    trust_folder: str = ""
    sign_ins: tuple[SignIn, ...] = ()
    registers: tuple[Register, ...] = ()
    identity_minutes: int = MINUTES
    base_url: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings out of `BADGEPASS_…`.

        They are `MAX_BODY`, `TRUST` and `TRUST_LISTS` (folders), `ACCREDITATIONS` (files or addresses, each
        with its `@DAY`), `ORIGINS`, `OFFLINE`, `OFFICIAL` (a cache of schemas), `RECEIPT_KEY` (a PEM file),
        `IDENTITY` (a file), `IDENTITY_MINUTES`, `BASE_URL`, and `JOBS` with what begins so (see `bounds_of`).

        Raises:
            NotUnderstood: one of them cannot be used; it is named.
        """
        limit = environment.get("BADGEPASS_MAX_BODY", "")
        if limit and not (limit.isascii() and limit.isdigit() and int(limit) > 0):
            message = "The size limit is not a number of bytes."
            raise not_understood("request.setting", message, "BADGEPASS_MAX_BODY")
        origins = tuple(environment.get("BADGEPASS_ORIGINS", "").split())
        if "*" in origins:
            message = "Origins are listed one by one; there is no open door."
            raise not_understood("request.setting", message, "BADGEPASS_ORIGINS")
        folder, cache = environment.get("BADGEPASS_TRUST", ""), environment.get("BADGEPASS_OFFICIAL", "")
        lists = environment.get("BADGEPASS_TRUST_LISTS", "")
        key = environment.get("BADGEPASS_RECEIPT_KEY", "")
        offline = environment.get("BADGEPASS_OFFLINE", "") not in ("", "0")
        trust = read_trust(Path(folder)) if folder else Trust()
        return cls(
            max_body=int(limit) if limit else MAX_BYTES + _FORM_ROOM,
            trust=replace(trust, accreditations=_accreditations(environment, offline=offline)),
            origins=origins,
            offline=offline,
            official=Cache(Path(cache), pins()).at_hand() if cache else None,
            trust_lists=ListStore(Path(lists)) if lists else None,
            receipt_key=read_key(key, "BADGEPASS_RECEIPT_KEY") if key else None,
            tenants=tenants_of(environment),
            database=database_url(environment),
            secrets=environment,
            jobs=bounds_of(environment),
            trust_folder=str(Path(folder).resolve()) if folder else "",
            sign_ins=sign_ins_of(environment, OfflineFetcher() if offline else HttpFetcher()),
            registers=registers_of(environment),
            identity_minutes=_minutes(environment.get("BADGEPASS_IDENTITY_MINUTES", "")),
            base_url=_address(environment.get("BADGEPASS_BASE_URL", "")),
        )


def _minutes(said: str) -> int:
    if not said:
        return MINUTES
    if not (said.isascii() and said.isdigit() and 0 < int(said) <= MOST_MINUTES):
        message = f"An identity is held for 1 to {MOST_MINUTES} minutes."
        raise not_understood("request.setting", message, "BADGEPASS_IDENTITY_MINUTES")
    return int(said)


def _address(said: str) -> str:
    if said and (not said.startswith(("http://", "https://")) or any(sign.isspace() for sign in said)):
        message = "The service's own address starts with https:// and holds no white space."
        raise not_understood("request.setting", message, "BADGEPASS_BASE_URL")
    return said.rstrip("/")


def _accreditations(environment: Mapping[str, str], *, offline: bool) -> Accreditations | None:
    """Ask the registers once, when the service starts; one that does not answer then is an error."""
    names = environment.get("BADGEPASS_ACCREDITATIONS", "").split()
    if not names:
        return None
    fetcher = OfflineFetcher() if offline else HttpFetcher()
    known = read_accreditations(names, fetcher, "BADGEPASS_ACCREDITATIONS")
    if known.unanswered:
        message = "A register of accreditations does not answer."
        raise not_understood("request.accreditations", message, known.unanswered[0])
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What every route needs of the running service.

    Attributes:
        sealing: tenants made ready; None where nobody seals here.
        attempts: at guessing whom a credential names, counted in memory.
        identities: on their way into a credential, in memory.
        records: the log; None where nobody seals, signs in or hands in jobs here.
        access_tokens: of the issuers that tenants named.
        jobs: what takes whole exports; None where none are taken.
    """

    settings: Settings
    fetcher: Fetcher
    clock: Callable[[], datetime]
    sealing: Sealers | None = None
    attempts: Attempts = field(default_factory=Attempts)
    identities: Sessions = field(default_factory=Sessions)
    records: Store | None = None
    access_tokens: AccessTokens | None = None
    jobs: Jobs | None = None

    @property
    def trust(self) -> Trust:
        """What the operator trusts, with the trusted lists as they are at hand now."""
        store = self.settings.trust_lists
        archive = store.archive() if store is not None else None
        return (
            replace(self.settings.trust, lists=archive)
            if archive and archive.snapshots
            else self.settings.trust
        )

    @property
    def sealers(self) -> Sealers:
        """Tenants made ready to seal.

        Raises:
            NotUnderstood: nobody seals through this gateway.
        """
        if self.sealing is None:
            raise not_understood("tenant.unknown", "No tenant seals through this gateway.", "seal")
        return self.sealing


def service(request: Request) -> Service:
    """Give a route the running service."""
    running = request.app.state.service
    assert isinstance(running, Service)  # noqa: S101 - create_app put it there
    return running
