"""`badgepass keys`: keys of a tenant's systems are made, listed, and ended."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from api.cli.sealers import sealers as sealers_of
from api.cli.terminal import print_lines
from api.gateway.asking import not_understood
from api.storage import Store
from api.storage.credentials import OPERATOR
from api.storage.keys import ApiKey, end_key, key_called, keys_of, make_key, new_key_id
from api.tenants import Scope
from verifier.fetch import OfflineFetcher


def run(asked: Namespace) -> int:
    """Do one of the tasks."""
    tasks: dict[str, Callable[[Namespace, Store], int]] = {
        "new": _new,
        "list": _list,
        "rotate": _rotate,
        "end": _end,
    }
    sealers = sealers_of(asked, OfflineFetcher())
    if "tenant" in asked:
        sealers.tenants.of(asked.tenant, "--tenant")
    return tasks[asked.task](asked, sealers.store)


def _new(asked: Namespace, store: Store) -> int:
    now = _now()
    until = now + timedelta(days=asked.days) if asked.days else None
    key = ApiKey(
        id=new_key_id(),
        tenant=asked.tenant,
        name=asked.name,
        scopes=frozenset(map(Scope, asked.scope)),
        made=now,
        until=until,
    )
    _told(make_key(store, key, actor=OPERATOR))
    return 0


def _list(asked: Namespace, store: Store) -> int:
    for key in keys_of(store, asked.tenant):
        until = f"until {key.until:%Y-%m-%dT%H:%M:%SZ}" if key.until else "without an end"
        print_lines(f"{key.id}  {key.name}  {' '.join(sorted(key.scopes))}  {until}")
    return 0


def _rotate(asked: Namespace, store: Store) -> int:
    """Make a successor, and let the old key end a little later."""
    old, now = _known(asked, store), _now()
    new = ApiKey(id=new_key_id(), tenant=old.tenant, name=old.name, scopes=old.scopes, made=now)
    whole = make_key(store, new, actor=OPERATOR)
    end_key(store, old.id, until=now + timedelta(hours=asked.overlap), now=now, actor=OPERATOR)
    _told(whole)
    return 0


def _end(asked: Namespace, store: Store) -> int:
    now = _now()
    end_key(store, _known(asked, store).id, until=now, now=now, actor=OPERATOR)
    return 0


def _known(asked: Namespace, store: Store) -> ApiKey:
    found = key_called(store, asked.key)
    if found is None:
        raise not_understood("request.key", "There is no key of that id.", asked.key)
    return found


def _told(whole: str) -> None:
    print_lines(whole)
    print("badgepass: this key is shown this once; its digest alone is kept.", file=sys.stderr)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
