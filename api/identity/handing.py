"""An identity as an institution hands it in: the record itself, or where a register has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NoReturn

from api.identity.sources.register import Register
from converter.identity_reading import MAX_BYTES, Handed, read_identity
from converter.purposes import purposes
from converter.strict import load_json
from schemas.errors import Malformed, Problem
from schemas.identity import holds_bsn

MEMBERS = ("register", "reference", "recipient", "purpose", "ground")
_LONGEST = 200
Allowed = Callable[[Register], None]


def handed_identity(data: bytes, registers: Iterable[Register], allowed: Allowed, *, now: datetime) -> Handed:
    """Read an identity, or have a register tell it.

    Args:
        data: JSON: a record (see `read_identity`), or `register` and `reference` with a `purpose`.
        registers: that the operator named.
        allowed: raises where whoever asks may not ask this register.
        now: timezone-aware.

    Raises:
        Malformed: as `read_identity`; `identity.register` where no register is called that.
        Refused: the register knows no such person.
        Unavailable: it does not answer.
    """
    raw = _referring(data)
    if raw is None:
        return read_identity(data, now=now)
    one = next((one for one in registers if one.name == raw["register"]), None)
    if one is None:
        _fault("register", "/register", "There is no such register here.")
    allowed(one)
    purpose = purposes().get(str(raw.get("purpose")))
    if purpose is None:
        message = f"A register is asked for a purpose: {', '.join(purposes())}."
        _fault("purpose", "/purpose", message)
    about = {name: raw[name] for name in ("recipient", "purpose", "ground") if raw.get(name) is not None}
    return one.handed(_reference(raw.get("reference")), purpose.field, about, now=now)


def _referring(data: bytes) -> dict[str, Any] | None:
    """Return what refers to a register; None for everything else, which is read as a record."""
    if len(data) > MAX_BYTES:
        return None
    try:
        raw = load_json(data)
    except Malformed:
        return None
    if not isinstance(raw, dict) or "register" not in raw:
        return None
    if raw.keys() - set(MEMBERS):
        _fault("key", "", f"Beside a register there can be: {', '.join(MEMBERS[1:])}.")
    return raw


def _fault(code: str, where: str, message: str) -> NoReturn:
    raise Malformed(Problem(code=f"identity.{code}", message=message, where=where))


def _reference(said: object) -> str:
    if not isinstance(said, str) or not said.strip() or len(said) > _LONGEST or not said.isprintable():
        _fault("value", "/reference", f"A reference is a text of 1 to {_LONGEST} characters.")
    if holds_bsn(said):
        message = "This is, or may be, a Dutch citizen service number, by which nobody is asked for."
        _fault("bsn", "/reference", message)
    return said
