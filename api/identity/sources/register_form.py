"""One `[[identity.register]]` in the file that `BADGEPASS_IDENTITY` names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from api.exchange import OperatorExchange, named_origin
from api.identity.sources.naming import Name, Said, Variable, told_secret
from api.identity.sources.register import Register
from schemas.identity import Assurance

_MAX_ANSWER = 64 * 1024


class RegisterForm(BaseModel):
    """A register with the contract of docs/identity.md; see `Register`.

    Attributes:
        secret: environment variable that holds the token it knows the gateway by.
        secret_file: or the file that does, beside this one.
        tenants: whose callers may ask it over HTTP.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Name
    address: Said
    secret: Variable | None = None
    secret_file: Said | None = None
    assurance: Assurance = Assurance.SUBSTANTIAL
    tenants: tuple[Said, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if bool(self.secret) == bool(self.secret_file):
            raise ValueError("a register knows the gateway by a secret, in a variable or in a file")
        origin = named_origin(self.address)
        if origin.scheme != "https" and not origin.local:
            raise ValueError("a register is asked over https")
        return self

    def opened(self, folder: Path, environment: Mapping[str, str]) -> Register:
        """Make it ready.

        Raises:
            NotUnderstood: its secret is not there.
        """
        return Register(
            name=self.name,
            address=self.address,
            token=told_secret(self, folder, environment),
            assurance=self.assurance,
            tenants=frozenset(self.tenants),
            exchange=OperatorExchange([self.address], max_body=_MAX_ANSWER),
        )
