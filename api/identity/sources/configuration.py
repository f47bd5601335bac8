"""The file that `BADGEPASS_IDENTITY` names: where holders can sign in, and what each way is worth."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from api.exchange import OperatorExchange, named_origin
from api.gateway.asking import not_understood
from api.identity.source import SignIn
from api.identity.sources.naming import SETTING, Name, Said, Variable, Word, told_secret
from api.identity.sources.oidc import Client, OidcSignIn
from api.identity.sources.register import Register
from api.identity.sources.register_form import RegisterForm
from api.identity.sources.saml_form import SamlForm
from api.identity.sources.wallet_form import WalletForm
from schemas.evidence import Fetcher
from schemas.identity import Assurance

_CODE = "request.setting"
_MAX_ANSWER = 1024 * 1024


class ProviderForm(BaseModel):
    """One `[[identity.provider]]` by OpenID Connect; see `Client`.

    Attributes:
        secret: environment variable that holds the client's secret.
        secret_file: or the file that does, beside this one.
        origins: further origins of the provider's endpoints, where they are not the issuer's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Name
    kind: Literal["eduid", "broker", "ida"]
    issuer: Said
    client: Said
    secret: Variable | None = None
    secret_file: Said | None = None
    scopes: tuple[Word, ...] = ("openid", "profile")
    acr: dict[Word, Assurance] = Field(default_factory=dict)
    recipient: Literal["", "eduid", "email"] = ""
    frameworks: dict[Said, dict[Said, Assurance]] = Field(default_factory=dict)
    origins: tuple[Said, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.secret and self.secret_file:
            raise ValueError("the secret stands in a variable or in a file")
        if "openid" not in self.scopes:
            raise ValueError("the scopes have openid among them")
        if (self.kind == "ida") != bool(self.frameworks):
            raise ValueError("a provider of verified claims, and no other, has frameworks")
        if self.kind != "ida" and not self.acr:
            raise ValueError("acr says which ways to sign in will do, and how sure each is")
        for url in (self.issuer, *self.origins):
            origin = named_origin(url)
            if origin.scheme != "https" and not origin.local:
                raise ValueError("a provider is asked over https")
        return self


class _Sources(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    provider: tuple[ProviderForm, ...] = ()
    saml: tuple[SamlForm, ...] = ()
    wallet: tuple[WalletForm, ...] = ()
    registers: tuple[RegisterForm, ...] = Field(default=(), alias="register")

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [one.name for part in (self.provider, self.saml, self.wallet) for one in part]
        if len(names) != len(set(names)):
            raise ValueError("two sources have one name")
        if len(self.registers) != len({one.name for one in self.registers}):
            raise ValueError("two registers have one name")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    identity: _Sources


def sign_ins_of(environment: Mapping[str, str], fetcher: Fetcher) -> tuple[SignIn, ...]:
    """Read where holders can sign in; nowhere, where no file is named.

    Args:
        environment: of the process.
        fetcher: for what the issuers of PIDs publish.

    Raises:
        NotUnderstood: the file cannot be used; says where, and quotes nothing, for it may be a secret.
    """
    forms, folder = _forms(environment)
    providers = (_opened(form, folder, environment) for form in forms.provider)
    nodes = (form.opened(folder, environment) for form in forms.saml)
    return (*providers, *nodes, *(form.opened(folder, environment, fetcher) for form in forms.wallet))


def registers_of(environment: Mapping[str, str]) -> tuple[Register, ...]:
    """Read which registers institutions can have asked; none, where no file is named.

    Raises:
        NotUnderstood: see `sign_ins_of`.
    """
    forms, folder = _forms(environment)
    return tuple(form.opened(folder, environment) for form in forms.registers)


def _forms(environment: Mapping[str, str]) -> tuple[_Sources, Path]:
    named = environment.get(SETTING, "")
    if not named:
        return _Sources(), Path()
    path = Path(named)
    try:
        return _File.model_validate(tomllib.loads(path.read_text("utf-8"))).identity, path.parent
    except OSError as error:
        raise not_understood(_CODE, f"The file cannot be read: {error.strerror}.", SETTING) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise not_understood(_CODE, "The file of identity sources is not TOML.", SETTING) from None
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        place = "/".join(map(str, fault["loc"]))
        message = f"The file of identity sources cannot be used: {fault['msg']}."
        raise not_understood(_CODE, message, f"{SETTING}: {place}") from None


def _opened(form: ProviderForm, folder: Path, environment: Mapping[str, str]) -> SignIn:
    client = Client(
        name=form.name,
        kind=form.kind,
        issuer=form.issuer,
        client=form.client,
        secret=told_secret(form, folder, environment),
        scopes=form.scopes,
        acr=form.acr,
        recipient=form.recipient,
        frameworks=form.frameworks,
    )
    return OidcSignIn(client, OperatorExchange([form.issuer, *form.origins], max_body=_MAX_ANSWER))
