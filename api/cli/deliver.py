"""`badgepass deliver europass`: a sealed credential into a Europass wallet, or the issuer's upload form."""

from __future__ import annotations

import sys
import time
from argparse import Namespace

from api.cli.files import file_bytes, write_out
from api.cli.sealers import sealers
from api.gateway.asking import not_understood
from api.wallet import Deposit, deposit, upload_form
from verifier.fetch import OfflineFetcher

_FAILED = 1


def run(asked: Namespace) -> int:
    """Deliver, or write the form; 0 when the wallet has it."""
    data = file_bytes(asked.source, "request.source")
    if asked.upload_form is not None:
        made = upload_form(data, [one for one in (asked.email, asked.user) if one])
        write_out(asked.upload_form, made)
        return 0
    if asked.tenant is None:
        raise not_understood("request.options", "Name whose wallet service is asked.", "--tenant")
    ready = sealers(asked, OfflineFetcher())
    tenant = ready.tenants.of(asked.tenant, "--tenant")
    wallet = ready.wallet_of(tenant)
    to = Deposit(user=asked.user or "", email=asked.email or "", locale=asked.locale)
    done = deposit(data, to, wallet, ready.exchange, wait=time.sleep)
    print(f"badgepass: {done.state}: {done.answer}", file=sys.stderr)
    return _FAILED if done.state == "failed" else 0
