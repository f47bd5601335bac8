"""The browser at `/identity`: which session is its own, by the key in its cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from api.identity.auditing import HOLDER, NOBODY, log
from api.identity.sessions import NoSession, Session
from api.identity.source import SignIn
from api.problems import NotFound
from api.settings import Service, service
from api.storage.audit import Deed

COOKIE = "badgepass_identity"
_PATH = "/identity"
Running = Annotated[Service, Depends(service)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A session, with the key its browser has."""

    session: Session
    key: str

    @property
    def path(self) -> str:
        """Its address."""
        return f"{_PATH}/{self.session.name}"


def held_by(request: Request, running: Service, asked: str = "") -> Held:
    """Find the session of this browser.

    Args:
        request: of the browser.
        running: the service.
        asked: the session's name in the address; empty where the address names none.

    Raises:
        NotFound: there is none, it has ended, or it is another browser's.
    """
    name, _, key = request.cookies.get(COOKIE, "").partition(".")
    try:
        if asked not in ("", name):
            key = ""
        return Held(session=running.identities.get(asked or name, key, now=running.clock()), key=key)
    except NoSession:
        raise NotFound("There is no such session, or it has ended.") from None


def held(session: str, request: Request, running: Running) -> Held:
    """Find the session that an address names, for the browser it belongs to.

    Raises:
        NotFound: see `held_by`.
    """
    return held_by(request, running, session)


def returned(request: Request, running: Running) -> Held:
    """Find the session of a browser that comes back from a source, whose address names none.

    Raises:
        NotFound: see `held_by`.
    """
    return held_by(request, running)


def comparing(running: Service) -> tuple[SignIn, ...]:
    """Return the sources that somebody is compared by: wallets, whose word is of the highest assurance."""
    return tuple(one for one in running.settings.sign_ins if one.source == "pid")


def given_key(response: Response, request: Request, running: Service, session: Session, key: str) -> None:
    """Give a browser the key to its session."""
    response.set_cookie(
        COOKIE,
        f"{session.name}.{key}",
        max_age=running.identities.minutes * 60,
        path=_PATH,
        httponly=True,
        secure=_base(request, running).startswith("https://"),
        samesite="lax",  # the source sends the browser back by a link
    )


def forgotten(response: Response) -> Response:
    """Take the key away."""
    response.delete_cookie(COOKIE, path=_PATH)
    return response


def back_address(request: Request, running: Service, source: str) -> str:
    """Return where a source sends the browser back to."""
    return f"{_base(request, running)}{_PATH}/back/{source}"


def _base(request: Request, running: Service) -> str:
    return running.settings.base_url or str(request.base_url).rstrip("/")


def logged(running: Service, session: Session, action: str, **details: object) -> None:
    """Log what a holder did; the session's name in the log is none by which anybody could come back to it."""
    if running.records is not None:
        deed = Deed(
            at=running.clock(),
            tenant=NOBODY,
            actor=HOLDER,
            action=action,
            subject=session.trace,
            details=details,
        )
        log(running.records, deed)
