"""The watcher of a running gateway: sources asked again, reservations given up, renewals called for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from api.gateway.sealers import Sealers
from api.status.watching import Noticed, SourceState, WhenRevoked, watch_once
from api.storage.credentials import due_for_renewal, give_up
from api.storage.records import CredentialRecord
from api.tenants import SourceRevoked
from schemas.errors import BadgepassError
from schemas.evidence import Fetcher, Trust
from verifier import Outcome, Verdict, verify

_LOG = logging.getLogger(__name__)
EVERY_SECONDS = 600
RENEW_WITHIN = timedelta(days=60)
_POLICIES: dict[SourceRevoked, WhenRevoked] = {
    SourceRevoked.REVOKE: "revoke",
    SourceRevoked.SUSPEND: "suspend",
    SourceRevoked.REPORT: "report",
}


class Watcher:
    """Looks after what was sealed, round after round, until it is stopped."""

    def __init__(
        self, sealers: Sealers, fetcher: Fetcher, trust: Trust, clock: Callable[[], datetime]
    ) -> None:
        """Take what a round needs."""
        self._sealers = sealers
        self._fetcher = fetcher
        self._trust = trust
        self._clock = clock
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin; the first round comes at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the question that is being asked."""
        self._over.set()

    def once(self) -> tuple[Noticed, ...]:
        """Do one round.

        Raises:
            Unavailable: the database does not answer.
        """
        store, now = self._sealers.store, self._clock()
        give_up(store, now=now)
        noticed = watch_once(store, self._ask, self._wanted, now=now)
        for one in noticed:
            if one.source is not SourceState.GOOD:
                _LOG.warning("source of %s: %s %s", one.credential.id, one.source, one.done)
        for found in due_for_renewal(store, now=now, within=RENEW_WITHIN):
            _LOG.warning("seal of %s must be renewed before %s", found.id, found.renew_by)
        return noticed

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self.once()
            except Exception as error:  # noqa: BLE001 - the next round may do better; its words may name somebody
                _LOG.error("watching failed: %s", type(error).__name__)
            self._over.wait(EVERY_SECONDS)

    def _wanted(self, tenant: str) -> WhenRevoked:
        found = next((one for one in self._sealers.tenants if one.name == tenant), None)
        return _POLICIES[found.source_revoked] if found is not None else "report"

    def _ask(self, record: CredentialRecord) -> SourceState:
        """Verify a source anew, at its own address."""
        try:
            report = verify(
                record.source_url.encode(), fetcher=self._fetcher, now=self._clock(), trust=self._trust
            )
        except BadgepassError:
            return SourceState.SILENT
        if any(one.check == "status.revoked" and one.outcome is Outcome.FAILED for one in report.findings):
            return SourceState.REVOKED
        return SourceState.GOOD if report.verdict is Verdict.TOTAL_PASSED else SourceState.SILENT
