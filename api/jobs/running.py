"""The hand of one instance that takes jobs, one after the other, and works on them with its processes."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from api.bulk.inputs import rows_of
from api.bulk.ledger import Counts
from api.bulk.local import Run, run_local
from api.bulk.shards import SHARD_ROWS
from api.bulk.warm import spare_cores
from api.gateway.asking import NotUnderstood
from api.jobs.asked import Asked, order_of
from api.jobs.bounds import Bounds
from api.jobs.folder import JobFolder, folders
from api.jobs.messages import Messenger, queue_message
from api.settings import Settings
from api.storage import Store
from api.storage.jobs import (
    JobRecord,
    JobState,
    claim,
    ended_before,
    find,
    finish,
    release,
    stay,
)
from api.tenants import Tenant
from schemas.errors import BadgepassError, DocumentError, Unavailable

_LOG = logging.getLogger(__name__)
_IDLE_SECONDS = 0.5
_TOLD_SECONDS = 1.0
_SWEEP = timedelta(minutes=10)
_ORPHAN_SECONDS = 3600.0


class _Stopped(Exception):  # noqa: N818 - reads as a sentence
    """The job is cancelled, another's by now, or the service ends."""


class Runner:
    """Takes jobs until it is stopped; a thread of its own, and the engine's processes below it."""

    def __init__(
        self, store: Store, settings: Settings, bounds: Bounds, clock: Callable[[], datetime]
    ) -> None:
        """Take what a job needs."""
        self._store = store
        self._settings = settings
        self._bounds = bounds
        self._clock = clock
        self._owner = secrets.token_hex(8)
        self._over = threading.Event()
        self._woken = threading.Event()
        self._swept: datetime | None = None
        self._messenger = Messenger(store, settings, clock)
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin; what an instance before left undone is taken up."""
        self._thread.start()
        self._messenger.start()

    def stop(self) -> None:
        """End; a job at work goes back to the queue, with all that is done of it."""
        self._over.set()
        self._woken.set()
        self._messenger.stop()
        self._thread.join(timeout=30)

    def wake(self) -> None:
        """Look for work at once."""
        self._woken.set()

    def once(self) -> bool:
        """Work on one job; False where there is none.

        Raises:
            Unavailable: the database does not answer.
        """
        self._sweep()
        job = claim(self._store, self._owner, now=self._clock(), lease=self._bounds.lease)
        if job is None:
            return False
        self._work(job)
        return True

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                worked = self.once()
            except Exception as error:  # noqa: BLE001 - the next look may do better; its words may name somebody
                _LOG.error("jobs failed: %s", type(error).__name__)
                worked = False
            if not worked:
                self._woken.wait(_IDLE_SECONDS)
                self._woken.clear()

    def _work(self, job: JobRecord) -> None:
        folder = JobFolder(self._bounds.folder / job.id)
        watch = _Watch(self._store, job.id, self._owner, self._bounds.lease, self._clock, self._over)
        with watch:
            try:
                counts = self._done(job, folder, watch)
            except _Stopped:
                self._let_go(job, folder)
            except (DocumentError, NotUnderstood) as error:
                first = error.problems[0]
                self._end(job, folder, JobState.FAILED, code=first.code, why=str(error))
            except Unavailable as error:
                self._end(job, folder, JobState.FAILED, code="source.unavailable", why=error.why)
            except Exception as error:  # noqa: BLE001 - a fault of ours; its words may hold personal data
                _LOG.error("internal.error: %s in a job", type(error).__name__)
                why = "The service itself broke down on this job; nothing of it counts."
                self._end(job, folder, JobState.FAILED, code="internal.error", why=why)
            else:
                self._end(job, folder, JobState.DONE, counts=counts)

    def _done(self, job: JobRecord, folder: JobFolder, watch: _Watch) -> Counts:
        asked = Asked(**job.asked)
        if not folder.input.exists():
            raise Unavailable("", "What was handed in does not lie where this instance looks for it.")
        tenant = tenant_of(self._settings, job.tenant)
        order = order_of(asked, folder, self._settings, tenant, job.made, job.actor)
        run = Run(
            order=order,
            output=folder.output(asked.output),
            people=folder.people if folder.people.exists() else None,
            asked=job.asked_sha256,
            workers=self._bounds.workers or spare_cores(),
            resume=True,
            shard_rows=self._bounds.shard_rows or SHARD_ROWS,
        )
        return run_local(rows_of(folder.input), run, watch)

    def _let_go(self, job: JobRecord, folder: JobFolder) -> None:
        """Erase what is cancelled; what is the service's own end goes back to the queue."""
        now = find(self._store, job.id)
        if now is None or now.state is JobState.CANCELLED:
            folder.erase()
        else:
            release(self._store, job.id, self._owner, now=self._clock())

    def _end(
        self,
        job: JobRecord,
        folder: JobFolder,
        state: JobState,
        *,
        counts: Counts | None = None,
        code: str = "",
        why: str = "",
    ) -> None:
        told = counts.told() if counts is not None else None
        now = self._clock()
        ended = finish(self._store, job.id, self._owner, state, now=now, counts=told, code=code, why=why)
        if ended is None:  # cancelled in the last moment, or another's by now
            self._let_go(job, folder)
            return
        folder.forget_input()
        tenant = tenant_of(self._settings, job.tenant)
        if tenant is not None and tenant.webhook is not None:
            queue_message(self._store, ended, now=now)
            self._messenger.wake()

    def _sweep(self) -> None:
        """Erase what lies ready for too long, and what a request left behind that was never answered."""
        now = self._clock()
        if self._swept is not None and now - self._swept < _SWEEP:
            return
        self._swept = now
        gone = set(ended_before(self._store, now - self._bounds.keep))
        for folder in folders(self._bounds.folder):
            record = find(self._store, folder.path.name)
            if record is None:
                with suppress(OSError):
                    if time.time() - folder.path.stat().st_mtime > _ORPHAN_SECONDS:
                        folder.erase()
            elif record.id in gone or record.state is JobState.CANCELLED:
                folder.erase()


class _Watch:
    """Told of progress by the engine; keeps the lease, tells the record, and stops what is to be stopped."""

    def __init__(
        self,
        store: Store,
        name: str,
        owner: str,
        lease: timedelta,
        clock: Callable[[], datetime],
        over: threading.Event,
    ) -> None:
        self._store, self._name, self._owner = store, name, owner
        self._lease = lease
        self._clock = clock
        self._over = over
        self._lost = threading.Event()
        self._ended = threading.Event()
        self._told = 0.0
        self._mine_since = time.monotonic()
        self._thread = threading.Thread(target=self._stay, name="lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def __call__(self, counts: Counts) -> None:
        if self._over.is_set() or self._lost.is_set():
            raise _Stopped
        if time.monotonic() - self._told >= _TOLD_SECONDS:
            self._told = time.monotonic()
            if not self._stays(counts.told()):
                self._lost.set()
                raise _Stopped

    def _stays(self, counts: dict[str, object] | None = None) -> bool:
        now = self._clock()
        return stay(self._store, self._name, self._owner, now=now, lease=self._lease, counts=counts)

    def _stay(self) -> None:
        """Renew the lease also while one piece of work takes long; stop where it could not be."""
        while not self._ended.wait(self._lease.total_seconds() / 4):
            with suppress(BadgepassError):  # the database may answer again before the lease is over
                if not self._stays():
                    break
                self._mine_since = time.monotonic()
            if time.monotonic() - self._mine_since > self._lease.total_seconds():
                break
        else:
            return
        self._lost.set()


def tenant_of(settings: Settings, name: str) -> Tenant | None:
    """Return a tenant by its name; None for the one that nobody configured."""
    return next((one for one in settings.tenants if one.name == name), None)
