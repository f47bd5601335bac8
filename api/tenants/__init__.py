"""Tenants: institutions that seal through one gateway, each with its own key, data, policy and callers."""

from __future__ import annotations

from api.tenants.opening import own_certificates, seal_key, stamper, wallet_key
from api.tenants.reading import read_tenants, tenants_of
from api.tenants.tenant import (
    Mandate,
    Scope,
    SourceRevoked,
    Tenant,
    Tenants,
    TimeAuthority,
    Token,
    Wallet,
)

__all__ = [
    "Mandate",
    "Scope",
    "SourceRevoked",
    "Tenant",
    "Tenants",
    "TimeAuthority",
    "Token",
    "Wallet",
    "own_certificates",
    "read_tenants",
    "seal_key",
    "stamper",
    "tenants_of",
    "wallet_key",
]
