"""The life of a sealed credential: a place is reserved, it is sealed, it may be suspended and revoked.

The record comes first and is on disk before anything is sealed, so that no sealed credential is without one;
its place in the status list is never given to another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select, update

from api.storage.audit import Deed, append
from api.storage.hosted import put
from api.storage.places import keep_places
from api.storage.records import CredentialRecord, Origin, Reservation, Sealed, State
from api.storage.store import Store
from api.storage.tables import credentials, status_lists
from converter.hosting import PublicDocument
from schemas.errors import Problem, Refused

PATIENCE = timedelta(hours=1)
"""After this a reservation that was not completed is given up; no sealing takes as long."""
OPERATOR = "operator"


def reserve(store: Store, origin: Origin, *, now: datetime, actor: str = OPERATOR) -> Reservation:
    """Keep a record and a place, chosen at random, for a credential that is about to be sealed."""
    with store.writing() as connection:
        (kept,) = keep_places(connection, origin, 1, now)
        details = {"target": origin.target, "verdict": origin.source_verdict, "override": origin.override}
        _log(connection, "credential.reserved", kept.id, origin.tenant, actor, now, **details)
    return kept


def complete(
    store: Store,
    reservation: Reservation,
    sealed: Sealed,
    *,
    now: datetime,
    actor: str = OPERATOR,
    documents: Iterable[PublicDocument] = (),
) -> None:
    """Say that the credential was sealed, with what stands in public; only after this is anybody given it.

    Raises:
        Refused: the reservation was given up meanwhile, so what was sealed may not be given out.
    """
    with store.writing() as connection:
        keep_sealed(connection, reservation, sealed, now=now, actor=actor, documents=documents)


def keep_sealed(
    connection: Connection,
    reservation: Reservation,
    sealed: Sealed,
    *,
    now: datetime,
    actor: str,
    documents: Iterable[PublicDocument] = (),
) -> None:
    """Complete one record.

    Raises:
        Refused: see `complete`.
    """
    mine = and_(credentials.c.id == reservation.id, credentials.c.state == State.RESERVED)
    values = sealed_values(sealed, now)
    if connection.execute(update(credentials).where(mine).values(**values)).rowcount != 1:
        raise given_up()
    put(connection, reservation, documents, now=now)
    append(connection, sealed_deed(reservation, sealed, now=now, actor=actor))


def sealed_values(sealed: Sealed, now: datetime, origin: Origin | None = None) -> dict[str, object]:
    """Return what a record says once it is completed.

    Args:
        sealed: what was made.
        now: timezone-aware.
        origin: of the credential, where it was not known yet when the place was kept.
    """
    values: dict[str, object] = {
        "state": State.SEALED,
        "sha256": sealed.sha256,
        "certificate_sha256": sealed.certificate_sha256,
        "issuer": sealed.issuer,
        "renew_by": sealed.renew_by,
        "sealed": now,
        "changed": now,
    }
    if origin is not None:
        names = ("original_sha256", "source_url", "source_verdict", "override")
        values |= {name: getattr(origin, name) for name in names}
    return values


def sealed_deed(
    reservation: Reservation,
    sealed: Sealed,
    *,
    now: datetime,
    actor: str,
    origin: Origin | None = None,
) -> Deed:
    """Return what the log says of a credential that was sealed."""
    details = {"sha256": sealed.sha256, "certificate": sealed.certificate_sha256}
    if origin is not None:
        details |= {"verdict": origin.source_verdict, "override": origin.override}
    return Deed(
        at=now,
        tenant=reservation.tenant,
        actor=actor,
        action="credential.sealed",
        subject=reservation.id,
        details=details,
    )


def given_up() -> Refused:
    """Return why a reservation cannot be completed; the caller raises it."""
    message = "The reservation was given up before the sealing ended; seal it again."
    return Refused(Problem(code="credential.abandoned", message=message))


def renewed(store: Store, name: str, sealed: Sealed, *, now: datetime, actor: str = OPERATOR) -> None:
    """Say that a sealed credential was given a further archive timestamp; its status stays.

    Raises:
        Refused: there is no such credential.
    """
    with store.writing() as connection:
        found = _held(connection, name)
        connection.execute(
            update(credentials)
            .where(credentials.c.id == name)
            .values(sha256=sealed.sha256, renew_by=sealed.renew_by, changed=now)
        )
        _log(connection, "credential.renewed", name, found.tenant, actor, now, sha256=sealed.sha256)


def note_renewal(
    store: Store, tenant: str, before: str, sealed: Sealed, *, now: datetime, actor: str = OPERATOR
) -> bool:
    """Note the renewal of a document by the digest it had before; False where no record has that."""
    with store.reading() as connection:
        row = connection.execute(
            select(credentials.c.id).where(credentials.c.tenant == tenant, credentials.c.sha256 == before)
        ).first()
    if row is not None:
        renewed(store, row.id, sealed, now=now, actor=actor)
    return row is not None


def revoke(store: Store, name: str, reason: str, *, now: datetime, actor: str = OPERATOR) -> CredentialRecord:
    """Revoke a credential, for good; done twice it is done once.

    Raises:
        Refused: there is no such credential.
    """
    return _moved(store, name, State.REVOKED, reason, now=now, actor=actor)


def suspend(
    store: Store, name: str, reason: str, *, now: datetime, actor: str = OPERATOR
) -> CredentialRecord:
    """Suspend a credential until it is reinstated.

    Raises:
        Refused: there is no such credential, or it was revoked.
    """
    return _moved(store, name, State.SUSPENDED, reason, now=now, actor=actor)


def reinstate(
    store: Store, name: str, reason: str, *, now: datetime, actor: str = OPERATOR
) -> CredentialRecord:
    """End a suspension.

    Raises:
        Refused: there is no such credential, or it was revoked: nothing brings that back.
    """
    return _moved(store, name, State.SEALED, reason, now=now, actor=actor)


def revoke_all(
    store: Store, tenant: str, certificate_sha256: str, reason: str, *, now: datetime, actor: str = OPERATOR
) -> tuple[str, ...]:
    """Revoke everything that one certificate sealed, in one step: its key is no longer the tenant's alone.

    Returns:
        The ids of those that were not revoked before.
    """
    with store.writing() as connection:
        live = connection.execute(
            select(credentials.c.id).where(
                credentials.c.tenant == tenant,
                credentials.c.certificate_sha256 == certificate_sha256,
                credentials.c.state.in_((State.SEALED, State.SUSPENDED)),
            )
        )
        names = tuple(row.id for row in live)
        for name in names:
            _move(connection, _held(connection, name), State.REVOKED, reason, now=now, actor=actor)
    return names


def abandon(store: Store, reservation: Reservation, *, now: datetime, actor: str = OPERATOR) -> None:
    """Give one reservation up at once: the sealing failed, and nothing was given out."""
    with store.writing() as connection:
        let_go(connection, reservation, now=now, actor=actor)


def let_go(connection: Connection, reservation: Reservation, *, now: datetime, actor: str) -> None:
    """Give one reservation up, in the step of whoever gives up several."""
    found = _held(connection, reservation.id, State.RESERVED)
    if found.state is State.RESERVED:
        _move(connection, found, State.ABANDONED, "sealing failed", now=now, actor=actor)


def give_up(store: Store, *, now: datetime, actor: str = "watcher") -> tuple[str, ...]:
    """Give up reservations that nobody completed in time; their places count as revoked from then on.

    Whoever reserved was killed while sealing: what was sealed, if anything, was never given out.
    """
    with store.writing() as connection:
        old = connection.execute(
            select(credentials.c.id).where(
                credentials.c.state == State.RESERVED, credentials.c.reserved < now - PATIENCE
            )
        )
        names = tuple(row.id for row in old)
        for name in names:
            found = _held(connection, name, State.RESERVED)
            _move(connection, found, State.ABANDONED, "sealing never ended", now=now, actor=actor)
    return names


def find(store: Store, name: str) -> CredentialRecord | None:
    """Return a credential's record."""
    with store.reading() as connection:
        row = connection.execute(select(credentials).where(credentials.c.id == name)).first()
    return CredentialRecord.of(row) if row is not None else None


def listed(store: Store, tenant: str, *, after: str = "", most: int = 100) -> tuple[CredentialRecord, ...]:
    """List a tenant's credentials by id, from behind one on."""
    with store.reading() as connection:
        rows = connection.execute(
            select(credentials)
            .where(credentials.c.tenant == tenant, credentials.c.id > after)
            .order_by(credentials.c.id)
            .limit(most)
        )
        return tuple(CredentialRecord.of(row) for row in rows)


def taken_back(store: Store, issuer: str) -> tuple[CredentialRecord, ...]:
    """List the badges of one issuer that were revoked or are suspended."""
    with store.reading() as connection:
        rows = connection.execute(
            select(credentials).where(
                credentials.c.issuer == issuer,
                credentials.c.state.in_((State.REVOKED, State.SUSPENDED)),
            )
        )
        return tuple(CredentialRecord.of(row) for row in rows)


def due_for_renewal(store: Store, *, now: datetime, within: timedelta) -> tuple[CredentialRecord, ...]:
    """List live credentials whose last timestamp must be renewed soon, the most urgent first."""
    with store.reading() as connection:
        rows = connection.execute(
            select(credentials)
            .where(
                credentials.c.state.in_((State.SEALED, State.SUSPENDED)),
                credentials.c.renew_by.is_not(None),
                credentials.c.renew_by < now + within,
            )
            .order_by(credentials.c.renew_by)
        )
        return tuple(CredentialRecord.of(row) for row in rows)


def _moved(
    store: Store, name: str, state: State, reason: str, *, now: datetime, actor: str
) -> CredentialRecord:
    with store.writing() as connection:
        found = _held(connection, name)
        if found.state is State.REVOKED and state is not State.REVOKED:
            raise Refused(Problem(code="credential.revoked", message="What is revoked stays revoked."))
        if found.state is not state:
            _move(connection, found, state, reason, now=now, actor=actor)
        return _held(connection, name)


_DONE = {
    State.REVOKED: "credential.revoked",
    State.SUSPENDED: "credential.suspended",
    State.SEALED: "credential.reinstated",
    State.ABANDONED: "credential.abandoned",
}


def _move(
    connection: Connection, found: CredentialRecord, state: State, reason: str, *, now: datetime, actor: str
) -> None:
    """Change a state with what depends on it: the version of the list, and the log."""
    connection.execute(
        update(credentials)
        .where(credentials.c.id == found.id)
        .values(state=state, reason=reason[:100], changed=now)
    )
    connection.execute(
        update(status_lists)
        .where(status_lists.c.id == found.list_id)
        .values(version=status_lists.c.version + 1)
    )
    _log(connection, _DONE[state], found.id, found.tenant, actor, now, reason=reason[:100])


def _held(connection: Connection, name: str, *further: State) -> CredentialRecord:
    """Return a credential that was sealed.

    Raises:
        Refused: there is none.
    """
    row = connection.execute(select(credentials).where(credentials.c.id == name)).first()
    wanted = {State.SEALED, State.SUSPENDED, State.REVOKED, *further}
    if row is None or State(row.state) not in wanted:
        message = "No credential of this id was sealed here."
        raise Refused(Problem(code="credential.unknown", message=message, where=name[:64]))
    return CredentialRecord.of(row)


def _log(
    connection: Connection,
    action: str,
    subject: str,
    tenant: str,
    actor: str,
    now: datetime,
    **details: str,
) -> None:
    append(
        connection, Deed(at=now, tenant=tenant, actor=actor, action=action, subject=subject, details=details)
    )
