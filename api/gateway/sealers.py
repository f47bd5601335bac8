"""Tenants made ready to seal: their keys opened once, and kept."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from api.gateway.asking import not_understood
from api.status.publishing import Lists, Signing
from api.storage import Store
from api.tenants import Tenant, Tenants, seal_key, stamper, wallet_key
from api.wallet import WalletAccess
from schemas.evidence import Fetcher, Trust
from schemas.exchange import Exchange
from schemas.institution import InstitutionProfile
from schemas.key import Key
from schemas.stamper import Level, Stamper
from verifier.sealing.making import Means


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """A tenant that can seal now.

    Attributes:
        fetcher: asks whether certificates were revoked.
        trust: for the verdict on sources, and for choosing what a seal embeds.
        store: where records are kept.
        lists: where its status lists are made.
    """

    tenant: Tenant
    key: Key
    stamper: Stamper | None
    fetcher: Fetcher
    trust: Trust
    store: Store
    lists: Lists

    @property
    def level(self) -> Level:
        """The level of its seals."""
        return self.tenant.level

    @property
    def profile(self) -> InstitutionProfile:
        """What it says about itself."""
        return self.tenant.profile

    def means(self, now: datetime) -> Means:
        """Return what sealing takes."""
        return Means(key=self.key, now=now, stamper=self.stamper, fetcher=self.fetcher, trust=self.trust)

    def signing(self) -> Signing:
        """Return with what its status lists are signed."""
        return Signing(key=self.key, base=self.tenant.base_url)


class Sealers:
    """Every tenant of a gateway; a key is opened when it is needed first."""

    def __init__(
        self,
        tenants: Tenants,
        store: Store,
        *,
        environment: Mapping[str, str],
        exchange: Exchange,
        fetcher: Fetcher,
        trust: Trust,
    ) -> None:
        """Take what they share.

        Args:
            tenants: as configured.
            store: where records are kept.
            environment: holds the secrets that the configuration names.
            exchange: asks the services that the operator named.
            fetcher: asks everybody else.
            trust: what the operator trusts; a tenant may have its own.
        """
        self.tenants = tenants
        self.store = store
        self.lists = Lists(store)
        self._environment = environment
        self.exchange = exchange
        self._fetcher = fetcher
        self._trust = trust
        self._ready: dict[str, Sealer] = {}
        self._lock = threading.Lock()

    def of(self, name: str, where: str = "") -> Sealer:
        """Return a tenant made ready.

        Raises:
            NotUnderstood: there is none by that name, or its key cannot be used.
            Unavailable: its token or signing service does not answer.
        """
        tenant = self.tenants.of(name, where)
        with self._lock:
            ready = self._ready.get(name)
            if ready is None:
                ready = self._ready[name] = self._made(tenant)
        return ready

    def wallet_of(self, tenant: Tenant) -> WalletAccess:
        """Return how a tenant's wallet service is spoken to.

        Raises:
            NotUnderstood: it has none, or the environment does not hold its key.
        """
        if tenant.wallet is None:
            raise not_understood("tenant.wallet", "The tenant has no wallet to deliver to.", tenant.name)
        key = wallet_key(tenant, self._environment)
        return WalletAccess(url=tenant.wallet.url, key=key, notify=tenant.wallet.notification)

    def _made(self, tenant: Tenant) -> Sealer:
        trust = self._trust
        if tenant.trust is not None:
            trust = replace(tenant.trust, lists=self._trust.lists, accreditations=self._trust.accreditations)
        return Sealer(
            tenant=tenant,
            key=seal_key(tenant, self._environment, self.exchange),
            stamper=stamper(tenant, self._environment, self.exchange),
            fetcher=self._fetcher,
            trust=trust,
            store=self.store,
            lists=self.lists,
        )
