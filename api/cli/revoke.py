"""`badgepass revoke`: what was sealed is taken back, suspended or reinstated."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from api.cli.sealers import sealers as sealers_of
from api.cli.terminal import plain, print_lines
from api.gateway.asking import not_understood
from api.storage.credentials import find, reinstate, revoke, revoke_all, suspend
from verifier.fetch import OfflineFetcher


def run(asked: Namespace) -> int:
    """Change the status of one credential, or revoke everything that one certificate sealed."""
    sealers = sealers_of(asked, OfflineFetcher())
    tenant, store, now = sealers.tenants.of(asked.tenant, "--tenant"), sealers.store, datetime.now(UTC)
    if asked.all_of is not None:
        if asked.suspend or asked.reinstate:
            message = "Everything of one certificate can only be revoked."
            raise not_understood("request.options", message, "--all-of")
        names = revoke_all(store, tenant.name, asked.all_of.lower(), asked.reason, now=now)
        print_lines(*(f"revoked  {name}" for name in names))
        return 0
    found = find(store, asked.id)
    if found is None or found.tenant != tenant.name:
        raise not_understood("credential.unknown", "The tenant sealed nothing of this id.", "ID")
    act = suspend if asked.suspend else reinstate if asked.reinstate else revoke
    done = act(store, asked.id, asked.reason, now=now)
    print_lines(f"{done.state}  {done.id}  {plain(done.reason)}")
    return 0
