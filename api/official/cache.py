"""The folder the official schema files are kept in."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from api.folders import user_folder
from api.gateway.asking import not_understood
from api.replacing import replaced
from schemas.official import BadPins, Pin, digest, pins, with_imports
from verifier.official import AtHand

CHANGED = ".changed"
_MAX_FILE = 8 * 1024 * 1024


class State(StrEnum):
    """What the cache holds of one file."""

    MATCHES = "matches"  # there, with an accepted digest
    MISSING = "not cached"
    ALTERED = "altered"  # there, with a digest that is not accepted: never used
    CHANGED = "changed"  # what was published last had another digest; kept beside, not used


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One file of the cache.

    Attributes:
        pin: what is expected.
        state: what is there.
        sha256: the digest of what is there, or of what was published last; empty where there is nothing.
        usable: a file with an accepted digest is there, whatever was published since.
    """

    pin: Pin
    state: State
    sha256: str = ""
    usable: bool = False


def default_folder(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return where this user's caches lie: `BADGEPASS_CACHE`, else the platform's own place."""
    own = environment.get("BADGEPASS_CACHE", "")
    if own:
        return Path(own)
    return user_folder("cache", environment, platform) / "official"


def known_pins(file: str | None) -> tuple[Pin, ...]:
    """Return the pins, those of a file of the user's own put over ours.

    Raises:
        NotUnderstood: the file cannot be read or used.
    """
    if file is None:
        return pins()
    try:
        return pins(Path(file).read_bytes().decode())
    except (OSError, UnicodeDecodeError):
        raise not_understood("request.pins", "The file of pins cannot be read.", file) from None
    except BadPins as error:
        raise not_understood("request.pins", str(error), file) from None


class Cache:
    """Official files in a folder. A file whose digest is not accepted is told and never handed on."""

    def __init__(self, folder: Path, known: tuple[Pin, ...]) -> None:
        """Look at a folder, which need not be there yet."""
        self.folder = folder
        self.pins = known

    def held(self) -> tuple[Held, ...]:
        """Tell what there is of every file."""
        return tuple(self.one(pin) for pin in self.pins)

    def one(self, pin: Pin) -> Held:
        """Tell what there is of one file."""
        data, other = self._bytes(pin.name), self._bytes(pin.name + CHANGED)
        usable = data is not None and pin.accepts(data)
        if other is not None and not pin.accepts(other):
            return Held(pin=pin, state=State.CHANGED, sha256=digest(other), usable=usable)
        if data is None:
            return Held(pin=pin, state=State.MISSING)
        state = State.MATCHES if usable else State.ALTERED
        return Held(pin=pin, state=state, sha256=digest(data), usable=usable)

    def keep(self, pin: Pin, data: bytes) -> bool:
        """Keep what was published: as the file where its digest is accepted, else beside it.

        Returns:
            Whether the digest is accepted.

        Raises:
            NotUnderstood: the folder cannot be written.
        """
        good = pin.accepts(data)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            replaced(self.folder / (pin.name if good else pin.name + CHANGED), data)
            if good:
                (self.folder / (pin.name + CHANGED)).unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror or "it is not usable"
            message = f"The cache cannot be written: {reason}."
            raise not_understood("request.cache", message, str(self.folder)) from None
        return good

    def at_hand(self) -> AtHand | None:
        """Return the official files that may be used; None where there is not one."""
        files = {pin.name: data for pin in self.pins if (data := self._bytes(pin.name)) is not None}
        usable = {pin.name: files[pin.name] for pin in self.pins if pin.accepts(files.get(pin.name, b""))}
        return AtHand(usable, self.pins) if usable else None

    def wanted(self, names: list[str]) -> tuple[Pin, ...]:
        """Return the pins of some files and of what they import; of all files where none is named.

        Raises:
            NotUnderstood: there is no such file.
        """
        known = {pin.name for pin in self.pins}
        for name in names:
            if name not in known:
                message = "There is no official file of that name; `badgepass schemas list` tells them all."
                raise not_understood("request.schema", message, name)
        if not names:
            return self.pins
        found = {pin.name: pin for name in names for pin in with_imports(name, self.pins)}
        return tuple(found.values())

    def _bytes(self, name: str) -> bytes | None:
        try:
            with (self.folder / name).open("rb") as file:
                return file.read(_MAX_FILE)
        except OSError:
            return None
