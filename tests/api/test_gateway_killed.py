"""A whole running gateway is killed amid sealing and revoking: what it told its callers stays true."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from samples import badges
from samples.authority_web import AuthorityWeb, authority_web
from serving import BASE, TOKEN, configured, serving

from api.storage import Store
from api.storage.audit import chain_fault
from api.storage.credentials import listed
from api.storage.records import CredentialRecord, State
from converter.formats.jades import split_jades
from verifier.status.bitstring import expanded, status_at

ROOT = Path(__file__).resolve().parents[2]
CALLERS = {"authorization": f"Bearer {TOKEN}", "accept": "application/json"}
BADGE = badges.dumped(badges.expanded())
ROUNDS = 2


@dataclass
class Told:
    """What a gateway answered, as its callers keep it."""

    given: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def authorities() -> Iterator[AuthorityWeb]:
    with authority_web() as web:
        yield web


def _seal(client: httpx.Client) -> tuple[str, bytes]:
    order = {"to": "elm-json", "seal": "polder", "override": "indeterminate"}
    answer = client.post("/v1/convert", params=order, content=BADGE)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    whole = body["document"].encode()
    if body["encoding"] != "utf-8":
        whole = base64.b64decode(whole)
    return body["report"]["seal"]["id"], whole


def _work(client: httpx.Client, told: Told, seed: int) -> None:
    """Seal, and revoke every other credential, until nobody answers any more."""
    lots = random.Random(seed)  # noqa: S311 - no secret
    try:
        while True:
            name, document = _seal(client)
            told.given[name] = hashlib.sha256(document).hexdigest()
            if lots.random() < 0.5:
                answer = client.post(f"/v1/credentials/{name}/revoke", json={"reason": "awarded by mistake"})
                assert answer.status_code == 200, answer.text
                told.revoked.add(name)
    except httpx.TransportError:
        return


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_killed_amid_its_work_nothing_that_was_told_is_lost(
    store_url: str, authorities: AuthorityWeb, tmp_path: Path, seed: int
) -> None:
    environment = configured(tmp_path, authorities, store_url)
    told = Told()
    with serving(environment, CALLERS) as on:
        process, client = on.process, on.client
        callers = [threading.Thread(target=_work, args=(client, told, seed * 10 + at)) for at in range(3)]
        for one in callers:
            one.start()
        while len(told.revoked) < 2:
            time.sleep(0.05)
            assert any(one.is_alive() for one in callers)
        time.sleep(random.Random(seed).random() / 2)  # noqa: S311 - no secret
        os.kill(process.pid, signal.SIGKILL)
        for one in callers:
            one.join()
    with serving(environment, CALLERS) as on:
        client = on.client
        for name in told.given:
            _holds(client, name, told)
        _seal(client)  # it goes on as if nothing had been
    store = Store.open(store_url)
    try:
        assert chain_fault(store) == ""
        _is_whole(listed(store, "polder"), told)
    finally:
        store.close()


def _holds(client: httpx.Client, name: str, told: Told) -> None:
    """What was given is on record, and what was taken back is published as that."""
    record = client.get(f"/v1/credentials/{name}").json()
    assert record["sha256"] == told.given[name]
    if name in told.revoked:
        assert record["state"] == "revoked"


def _is_whole(records: list[CredentialRecord], told: Told) -> None:
    """Nothing was sealed and given without its record; what was under way is known to be."""
    by_name = {one.id: one for one in records}
    assert told.given.keys() <= by_name.keys()
    for name, one in by_name.items():
        if name not in told.given:  # the last one, and what no caller ever got
            assert one.state in (State.RESERVED, State.SEALED, State.REVOKED, State.ABANDONED)


def test_a_revocation_that_was_told_is_in_the_list_after_the_kill(
    store_url: str, authorities: AuthorityWeb, tmp_path: Path
) -> None:
    environment = configured(tmp_path, authorities, store_url)
    with serving(environment, CALLERS) as on:
        process, client = on.process, on.client
        name, document = _seal(client)
        other, _ = _seal(client)
        (entry,) = (one for one in _payload(document)["status"] if one["statusPurpose"] == "revocation")
        path = entry["statusListCredential"].removeprefix(BASE)
        assert client.get(path).status_code == 200  # it was published, and may be kept by now
        answer = client.post(f"/v1/credentials/{name}/revoke", json={"reason": "awarded by mistake"})
        assert answer.status_code == 200
        os.kill(process.pid, signal.SIGKILL)
    with serving(environment, CALLERS) as on:
        client = on.client
        tree = _payload(client.get(path).content)
        bits = expanded(tree["credentialSubject"]["encodedList"])
        assert status_at(bits, int(entry["statusListIndex"])) == 1
        assert datetime.fromisoformat(tree["validFrom"]) <= datetime.now(UTC)
        assert client.get(f"/v1/credentials/{other}").json()["state"] == "sealed"


def _payload(document: bytes) -> dict[str, object]:
    tree: dict[str, object] = json.loads(split_jades(document).payload)
    return tree
