"""From what a tenant's configuration says to what seals: its key, and its time-stamping authority."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography import x509

from api.gateway.asking import not_understood
from api.keys import open_key
from api.tenants.tenant import Tenant
from api.tsa import Authority
from schemas.exchange import Exchange
from schemas.key import Key


def seal_key(tenant: Tenant, environment: Mapping[str, str], exchange: Exchange | None = None) -> Key:
    """Open a tenant's key, which signs once to show that it fits its certificate.

    Raises:
        NotUnderstood: it cannot be used as it is named (`tenant.key`), or its certificate is one that the
            tenant calls a former one.
        Unavailable: the token or the signing service does not answer.
    """
    key = open_key(tenant.key, environment, exchange, where=f"{tenant.where}/key")
    if key.certificates[0] in tenant.former:
        message = "The key's certificate is among the former ones, which seal no more."
        raise not_understood("tenant.key", message, f"{tenant.where}/former_certificates")
    return key


def stamper(tenant: Tenant, environment: Mapping[str, str], exchange: Exchange) -> Authority | None:
    """Return the tenant's time-stamping authority; None where it has none.

    Raises:
        NotUnderstood: the environment does not hold what the authority knows the tenant by.
    """
    if tenant.tsa is None:
        return None
    named = tenant.tsa.authorization
    told = _secret(named, environment, f"{tenant.where}/tsa/authorization") if named else ""
    return Authority(tenant.tsa.url, exchange, authorization=told)


def wallet_key(tenant: Tenant, environment: Mapping[str, str]) -> str:
    """Return the API key of the tenant's wallet; empty where it wants none.

    Raises:
        NotUnderstood: the environment does not hold it.
    """
    if tenant.wallet is None or not tenant.wallet.key:
        return ""
    return _secret(tenant.wallet.key, environment, f"{tenant.where}/wallet/key")


def own_certificates(tenant: Tenant, key: Key) -> tuple[x509.Certificate, ...]:
    """List the certificates that seals of this tenant were and are made with, the present one first."""
    return (key.certificates[0], *tenant.former)


def _secret(name: str, environment: Mapping[str, str], where: str) -> str:
    value = environment.get(name, "")
    if not value:
        message = f"The environment variable {name} is not set or empty."
        raise not_understood("tenant.secret", message, where)
    return value
