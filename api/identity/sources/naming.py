"""The words that the tables of the identity file share, and where their secrets are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import StringConstraints

from api.gateway.asking import not_understood

SETTING = "BADGEPASS_IDENTITY"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")]
Said = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Word = Annotated[str, StringConstraints(pattern=r"^[\x21\x23-\x5B\x5D-\x7E]{1,500}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]{0,99}$")]
_LONGEST_SECRET = 1000


class WithSecret(Protocol):
    """A table that names a secret: by an environment variable, or by a file beside it."""

    @property
    def name(self) -> str:
        """Of the source."""

    @property
    def secret(self) -> str | None:
        """The variable."""

    @property
    def secret_file(self) -> str | None:
        """The file."""


def told_secret(form: WithSecret, folder: Path, environment: Mapping[str, str]) -> str:
    """Return the secret that a table names; empty where it names none.

    Raises:
        NotUnderstood: it is not there, or too long.
    """
    if form.secret:
        told = environment.get(form.secret, "")
    elif form.secret_file:
        try:
            told = (folder / form.secret_file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            told = ""
    else:
        return ""
    if not told or len(told) > _LONGEST_SECRET:
        message = "The secret of a source is not where it should be."
        raise not_understood("request.setting", message, f"{SETTING}: {form.name}")
    return told
