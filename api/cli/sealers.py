"""The tenants and records that the options name; apart, for the database takes time to load."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from api.cli.world import trust
from api.exchange import OperatorExchange
from api.folders import database_url
from api.gateway.asking import not_understood
from api.gateway.sealers import Sealers
from api.storage import Store
from api.tenants import read_tenants, tenants_of
from schemas.evidence import Fetcher, Trust


def sealers(asked: Namespace, asking: Fetcher) -> Sealers:
    """Open the tenants and the records that the options or the environment name.

    Raises:
        NotUnderstood: there are no tenants, or one of them is not usable as it is named.
        Unavailable: the database does not answer.
    """
    named: str | None = asked.tenants
    known = read_tenants(Path(named)) if named is not None else tenants_of(os.environ)
    if not len(known):
        message = "There are no tenants: name their file with --tenants or BADGEPASS_TENANTS."
        raise not_understood("tenant.unknown", message, "--tenants")
    return Sealers(
        known,
        Store.open(asked.database or database_url(os.environ)),
        environment=os.environ,
        exchange=OperatorExchange(known.services),
        fetcher=asking,
        trust=trust(asked) if "trust" in asked else Trust(),
    )
