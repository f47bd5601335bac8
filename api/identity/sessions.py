"""Identities on their way into a credential: in memory alone, for a few minutes, and for one browser each."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock, Timer

from api.identity.source import Begun
from schemas.errors import Unavailable
from schemas.identity import Identity

MINUTES, MOST_MINUTES = 15, 60
_MOST = 2000
_MOST_BYTES = 256 * 1024 * 1024
_FULL = "Too many identities are on their way here; try again in some minutes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An answer that came by another way than the browser's address.

    Attributes:
        fields: what it says.
        code: what the browser brings that its sender was given; random, and given out once.
    """

    fields: Mapping[str, str] = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One holder's identity on its way.

    Attributes:
        name: of its address; whoever has it without the key learns nothing.
        until: when it is erased, whatever happens.
        document: the badge or credential it is for, as handed in.
        matching: whether whoever signs in is only compared with the person the document names.
        source: where the holder signs in or has signed in; empty before that.
        begun: the sign-in under way; None before and after.
        letter: what came for it beside the browser; None before that.
        identity: what the source said; None before that.
    """

    name: str
    until: datetime
    document: bytes = field(repr=False)
    matching: bool = False
    source: str = ""
    begun: Begun | None = field(default=None, repr=False)
    letter: Letter | None = field(default=None, repr=False)
    identity: Identity | None = field(default=None, repr=False)

    def answered(self, code: str) -> bool:
        """Tell whether the sign-in under way can be finished by a browser that brings a code.

        A letter is finished by the browser that its sender was sent to, and by no other: so nobody has
        another person's wallet answer for a session of his own (OpenID4VP 1.0 §14.2).
        """
        if self.begun is None or not self.begun.letter:
            return self.begun is not None
        if self.letter is None:
            return False
        return self.begun.elsewhere or hmac.compare_digest(self.letter.code.encode(), code.encode())

    @property
    def trace(self) -> str:
        """By which the log knows it; nobody can come back from it to the address."""
        return hashlib.sha256(f"identity session {self.name}".encode()).hexdigest()[:32]


class NoSession(Exception):  # noqa: N818 - reads as a sentence
    """There is no such session, or it is another browser's; which of the two is not told."""


@dataclass(slots=True)
class _Held:
    session: Session
    key: bytes
    due: float  # by the machine's own clock, which nobody sets back


class Sessions:
    """Holds sessions; each is forgotten after its minutes, also where nobody ever asks again."""

    def __init__(self, minutes: int = MINUTES) -> None:
        """Hold each session for so many minutes at most."""
        self.minutes = minutes
        self._held: dict[str, _Held] = {}  # the oldest first
        self._lock = Lock()
        self._timer: Timer | None = None

    def open(self, document: bytes, *, now: datetime, matching: bool = False) -> tuple[Session, str]:
        """Begin a session.

        Returns:
            The session, and the key that its browser keeps.

        Raises:
            Unavailable: there are too many.
        """
        name, key = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
        until = now + timedelta(minutes=self.minutes)
        session = Session(name=name, until=until, document=document, matching=matching)
        due = time.monotonic() + self.minutes * 60
        with self._lock:
            if len(self._held) >= _MOST or self._size() + len(document) > _MOST_BYTES:
                raise Unavailable("", _FULL)
            self._held[name] = _Held(session, _digest(key), due)
            if self._timer is None:
                self._wake(due)
        return session, key

    def get(self, name: str, key: str, *, now: datetime) -> Session:
        """Return a session to the browser that opened it.

        Raises:
            NoSession: see there.
        """
        with self._lock:
            return self._of(name, key, now).session

    def begin(self, name: str, key: str, source: str, begun: Begun, *, now: datetime) -> None:
        """Note a sign-in under way; one before it is forgotten, with what it brought.

        Raises:
            NoSession: see there.
        """
        with self._lock:
            held = self._of(name, key, now)
            held.session = replace(held.session, source=source, begun=begun, letter=None, identity=None)

    def asked(self, source: str, letter: str, *, now: datetime) -> str:
        """Return the request that a wallet fetches.

        Raises:
            NoSession: nothing is asked under that name.
        """
        with self._lock:
            begun = self._awaiting(source, letter, now).session.begun
            if begun is None or not begun.request:
                raise NoSession
            return begun.request

    def leave(self, source: str, letter: str, fields: Mapping[str, str], *, now: datetime) -> str:
        """Keep a letter for the session that awaits it, once.

        Returns:
            The code that the browser is to bring.

        Raises:
            NoSession: no session awaits it, or it is there already.
            Unavailable: there is no room.
        """
        with self._lock:
            held = self._awaiting(source, letter, now)
            if held.session.letter is not None:
                raise NoSession
            if self._size() + sum(map(len, fields.values())) > _MOST_BYTES:
                raise Unavailable("", _FULL)
            code = secrets.token_urlsafe(32)
            held.session = replace(held.session, letter=Letter(fields=fields, code=code))
            return code

    def take(self, name: str, key: str, *, now: datetime) -> Session:
        """Return a session, and forget the sign-in under way: what came back is used once, or never.

        Raises:
            NoSession: see there.
        """
        with self._lock:
            held = self._of(name, key, now)
            session = held.session
            held.session = replace(session, begun=None, letter=None)
            return session

    def fill(self, name: str, key: str, identity: Identity, *, now: datetime) -> Session:
        """Put in what a source said.

        Raises:
            NoSession: see there.
        """
        with self._lock:
            held = self._of(name, key, now)
            held.session = replace(held.session, identity=identity, begun=None, letter=None)
            return held.session

    def erase(self, name: str, key: str, *, now: datetime) -> Session:
        """Forget a session at once, and return what the log needs of it.

        Raises:
            NoSession: see there.
        """
        with self._lock:
            session = self._of(name, key, now).session
            del self._held[name]
        return session

    def clear(self) -> None:
        """Forget all of them, when the service stops."""
        with self._lock:
            self._held.clear()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def __len__(self) -> int:
        """Count the sessions that are held."""
        return len(self._held)

    def _of(self, name: str, key: str, now: datetime) -> _Held:
        held = self._held.get(name)
        if held is None or not hmac.compare_digest(held.key, _digest(key)):
            raise NoSession
        if now >= held.session.until:
            del self._held[name]
            raise NoSession
        return held

    def _awaiting(self, source: str, letter: str, now: datetime) -> _Held:
        """Find the session that a letter is for; the name is random, and nobody but the source is told it."""
        for held in self._held.values():
            session = held.session
            if session.begun is None or not session.begun.letter or session.source != source:
                continue
            if hmac.compare_digest(session.begun.letter.encode(), letter.encode()) and now < session.until:
                return held
        raise NoSession

    def _size(self) -> int:
        """Add up the bytes that are held."""
        size = 0
        for held in self._held.values():
            size += len(held.session.document)
            if held.session.letter is not None:
                size += sum(map(len, held.session.letter.fields.values()))
        return size

    def _wake(self, due: float) -> None:
        self._timer = Timer(max(0.0, due - time.monotonic()), self._sweep)
        self._timer.daemon = True
        self._timer.start()

    def _sweep(self) -> None:
        """Forget what is due, and wake again for the next."""
        with self._lock:
            self._timer = None
            while self._held:
                name, oldest = next(iter(self._held.items()))
                if oldest.due > time.monotonic():
                    self._wake(oldest.due)
                    return
                del self._held[name]


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
