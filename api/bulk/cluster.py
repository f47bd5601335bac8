"""The engine of several machines: the same shards, the same function and the same ledger, on Ray's actors.

Every machine sees the folder of the run under the same path, for workers write their files there themselves;
the ledger stays with whoever began the run. An actor that is lost, and a machine with it, costs the shards it
had in hand: they are given to another.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from pathlib import Path
from typing import Any

from api.bulk.local import Run
from api.bulk.outputs import Kind
from api.bulk.rows import Order
from api.bulk.shards import Account, after_loss
from api.bulk.warm import Warm
from api.bulk.worker import AHEAD, Answer, Shard, answered
from api.gateway.asking import not_understood
from schemas.errors import Unavailable

ADDRESS = "BADGEPASS_RAY"
"""Environment variable with the cluster's address; without it one is started on this machine alone."""
_PATIENCE = 1.0
_CONNECT_SECONDS = 5.0
_MOST_LOST, _MOST_IDLE = 20, 120


class _Worker:
    """An actor: warm once, then shard after shard."""

    def __init__(self, order: Order, folder: str, zstd: bool) -> None:  # noqa: FBT001 - called from afar
        self._order = order
        self._folder = Path(folder)
        self._zstd = zstd
        self._warm = Warm.of(order)

    def there(self) -> None:
        """Say that it is."""

    def work(self, shard: Shard) -> Answer:
        return answered(shard, self._order, self._warm, self._folder, zstd=self._zstd)


class RayEngine:
    """Shards to actors, answers back; what is lost is given out again."""

    def __init__(self, run: Run, order: Order) -> None:
        """Take what it works on, and find the cluster.

        Raises:
            NotUnderstood: Ray is not installed.
            Unavailable: the cluster does not answer.
        """
        self._ray = _ray()
        self._run = run
        self._order = order
        self._lost = 0
        self._at_work: dict[Any, tuple[Shard, int]] = {}  # in the order in which they were given
        self._actors: dict[int, Any] = {}
        self._coming: dict[Any, int] = {}
        self._there: set[int] = set()
        self._idle = 0

    def finish(self, account: Account) -> None:
        """Have every shard done.

        Raises:
            Unavailable: there is no room for a worker, or they are lost faster than they work.
        """
        for at in range(self._run.workers):
            self._hire(at)
        try:
            while self._give_out(account) or self._at_work:
                self._take_in(account)
        finally:
            for actor in self._actors.values():
                with contextlib.suppress(Exception):
                    self._ray.kill(actor)

    def _hire(self, at: int) -> None:
        """Ask for a worker in a place; it gets work once it says that it is there, wherever there is room."""
        zstd = self._run.output.zstd and self._run.output.kind is Kind.LINES
        remote = self._ray.remote(num_cpus=1, max_restarts=0)(_Worker)
        self._actors[at] = remote.remote(self._order, str(self._run.folder.resolve()), zstd)
        self._coming[self._actors[at].there.remote()] = at

    def _give_out(self, account: Account) -> bool:
        """Give every worker that is there as much as it may have; tell whether there may be more."""
        self._welcome(0)
        held = dict.fromkeys(self._there, 0)
        for _, at in self._at_work.values():
            if at in held:
                held[at] += 1
        while ready := [at for at, many in held.items() if many < AHEAD]:
            shard = account.next()
            if shard is None:
                return False
            at = min(ready, key=held.__getitem__)
            held[at] += 1
            self._at_work[self._actors[at].work.remote(shard)] = shard, at
        return True

    def _welcome(self, seconds: float) -> None:
        """Note which workers came; one that could not begin is asked for anew."""
        if not self._coming:
            return
        came, _ = self._ray.wait(list(self._coming), num_returns=len(self._coming), timeout=seconds)
        for reference in came:
            at = self._coming.pop(reference)
            try:
                self._ray.get(reference)
            except self._ray.exceptions.RayError:
                self._lose()
                self._hire(at)
            else:
                self._there.add(at)

    def _take_in(self, account: Account) -> None:
        if not self._at_work:
            self._welcome(_PATIENCE)
            self._idle = 0 if self._there else self._idle + 1
            if self._idle > _MOST_IDLE:
                raise Unavailable("", "The cluster has no room for a worker.")
            return
        done, _ = self._ray.wait(list(self._at_work), num_returns=1, timeout=_PATIENCE)
        if not done:
            account.tell()
        for reference in done:
            if reference not in self._at_work:
                continue  # of a worker that was lost meanwhile
            try:
                answer: Answer = self._ray.get(reference)
            except self._ray.exceptions.RayError:
                account.give_back(self._taken_back(self._at_work[reference][1]))
                continue
            del self._at_work[reference]
            account.enter(answer)
            self._lost = 0

    def _taken_back(self, at: int) -> list[Shard]:
        """Take back all that a lost worker had in hand, and ask for another in its place."""
        # What was given first was at work: the cluster may tell of the loss at any of them.
        mine = [shard for shard, place in self._at_work.values() if place == at]
        self._at_work = {key: given for key, given in self._at_work.items() if given[1] != at}
        self._there.discard(at)
        with contextlib.suppress(Exception):  # it may live on, on a machine that only cannot be reached
            self._ray.kill(self._actors[at])
        first, _ = after_loss(mine[0], self._run.folder)  # before it began: no row is to blame
        if first.lost > mine[0].lost:
            self._lost = 0  # a row is given up: the next worker comes further
        else:
            self._lose()
        self._hire(at)
        return [first, *mine[1:]]

    def _lose(self) -> None:
        """Count the losses in a row: a run of days may lose hundreds, as long as there is work in between."""
        self._lost += 1
        if self._lost > _MOST_LOST:
            raise Unavailable("", "The cluster loses workers faster than they work.")


def _ray() -> Any:  # noqa: ANN401 - an optional library without types of its own
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would tell its makers of us
    try:
        import ray  # noqa: PLC0415 - optional, and slow to load
    except ImportError:
        message = "The engine ray needs the library: install badgepass[ray]."
        raise not_understood("request.engine", message, "--engine") from None
    if not ray.is_initialized():
        address = os.environ.get(ADDRESS, "")
        own: dict[str, Any] = {} if address else {"include_dashboard": False}
        _refuse_silent(address)
        try:
            ray.init(address=address or None, log_to_driver=False, logging_level=logging.ERROR, **own)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise Unavailable("", f"The cluster does not answer: {type(error).__name__}.") from None
    return ray


def _refuse_silent(address: str) -> None:
    """Ask whether anybody listens: the library would end the process where nobody does.

    Raises:
        Unavailable: nobody does.
    """
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdigit():
        return  # `auto`, or another way to name a cluster
    try:
        socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
    except (OSError, OverflowError):
        raise Unavailable("", "The cluster does not answer at its address.") from None
