"""What a source that a holder signs in at has to be: two steps, and a typed identity at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from schemas.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in under way.

    Attributes:
        address: where the holder goes now; a wallet's where it does not begin with `http`.
        kept: what finishing needs and nobody else may see: state, nonce, code verifier; stays in memory.
        letter: name that an answer bears which comes by another way than the browser's address (a form that
            the source has the browser post, or the wallet's own call); empty where none does.
        request: what a wallet fetches before it answers, signed; empty where nothing is fetched.
        elsewhere: whether the wallet may be on another device than the browser, which then brings no proof
            that both are one person's.
    """

    address: str
    kept: Mapping[str, str] = field(default_factory=dict, repr=False)
    letter: str = field(default="", repr=False)
    request: str = field(default="", repr=False)
    elsewhere: bool = False


class SignIn(Protocol):
    """One source, as the operator configured it; holds no holder's data itself."""

    @property
    def name(self) -> str:
        """By which the operator and its address know it: lower-case letters, digits and hyphens."""

    @property
    def source(self) -> str:
        """What its word counts as: one of `schemas.identity.SOURCES`."""

    def begin(self, back: str, *, now: datetime) -> Begun:
        """Begin a sign-in.

        Args:
            back: the address of ours that the source sends the browser back to.
            now: timezone-aware.

        Raises:
            Unavailable: the source does not answer.
        """

    def finish(self, begun: Begun, back: str, said: Mapping[str, str], *, now: datetime) -> Identity:
        """Make an identity of what came back.

        Args:
            begun: as `begin` returned it, for this very browser.
            back: as it was given to `begin`.
            said: the parameters the browser came back with, and those of the letter where there is one.
            now: timezone-aware.

        Returns:
            The identity; its `recipient` is set where the source itself knows the value the badge knows the
            holder by.

        Raises:
            Refused: `identity.…`: forged, replayed, of another audience, too low a level, or cancelled.
            Malformed: it holds what may not be read, such as a BSN.
            Unavailable: the source does not answer.
        """
