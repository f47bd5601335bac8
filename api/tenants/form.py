"""The form of the tenants' file: what may stand where, and nothing else."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    field_validator,
    model_validator,
)

from api.exchange import named_origin
from api.gateway.asking import NotUnderstood
from api.tenants.tenant import Scope, SourceRevoked
from schemas.stamper import Level
from verifier.policy import AUTO, GENERAL, policy_names

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Place = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Language = Annotated[str, StringConstraints(pattern=r"^(?:[a-z]{2})?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]{0,99}$")]
"""Name of an environment variable, in capitals, so that a secret put there by mistake is refused."""
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


def _in_languages(said: object) -> object:
    """Take a bare text as one in the profile's language, which is not known yet."""
    return {"": said} if isinstance(said, str) else said


Titles = Annotated[dict[Language, Said], BeforeValidator(_in_languages), Field(min_length=1)]
Texts = Annotated[dict[Language, Text], BeforeValidator(_in_languages)]
KINDS = ("pem", "pkcs12", "pkcs11", "csc")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Secured(_Part):
    """A part with the address of a service that secrets are sent to."""

    url: Said

    @field_validator("url")
    @classmethod
    def _https(cls, value: str) -> str:
        return secured(value)


class FileKey(_Part):
    """`KeyFile`."""

    kind: Literal["pem", "pkcs12"]
    path: Place
    password: Variable | None = None
    algorithm: Algorithm | None = None


class TokenKey(_Part):
    """`TokenObject`."""

    kind: Literal["pkcs11"]
    module: Place
    token: Label
    key: Label
    pin: Variable
    certificates: Place | None = None
    algorithm: Algorithm | None = None


class RemoteKey(_Secured):
    """`RemoteCredential`."""

    kind: Literal["csc"]
    credential: Label
    token: Variable
    algorithm: Algorithm | None = None


class Tsa(_Part):
    """`TimeAuthority`; a token is signed in itself, so plain http will do, but not for a secret."""

    url: Said
    authorization: Variable | None = None

    @model_validator(mode="after")
    def _in_the_open(self) -> Self:
        if self.authorization:
            secured(self.url)
        else:
            addressed(self.url)
        return self


class MandateForm(_Part):
    """`Mandate`."""

    title: Titles
    text: Texts | None = None
    link: Said | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.text and not self.link:
            raise ValueError("a mandate is written out as text or has a link")
        if self.link:
            addressed(self.link)
        return self


class WalletForm(_Secured):
    """`Wallet`."""

    key: Variable | None = None
    notification: StrictBool = False


class WebhookForm(_Secured):
    """`Webhook`."""

    secret: Variable


class AuthorizationForm(_Part):
    """`Authorization`."""

    issuer: Said
    jwks: Said
    audience: Said
    clients: Annotated[list[Said], Field(min_length=1)]

    @field_validator("jwks")
    @classmethod
    def _https(cls, value: str) -> str:
        return secured(value)


class TokenForm(_Part):
    """`Token`."""

    name: Said
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    scopes: Annotated[list[Scope], Field(min_length=1)]


class TenantForm(_Part):
    """`Tenant`."""

    name: Name
    base_url: Said
    key: Annotated[FileKey | TokenKey | RemoteKey, Field(discriminator="kind")]
    level: Level | None = None
    tsa: Tsa | None = None
    trust: Place | None = None
    profile: Place | None = None
    mandate: MandateForm | None = None
    credential_status: StrictBool = False
    override_indeterminate: StrictBool = False
    policy: str = AUTO
    source_revoked: SourceRevoked = SourceRevoked.SUSPEND
    wallet: WalletForm | None = None
    webhook: WebhookForm | None = None
    authorization: AuthorizationForm | None = None
    former_certificates: list[Place] = Field(default_factory=list)
    tokens: list[TokenForm] = Field(default_factory=list)

    @field_validator("base_url")
    @classmethod
    def _public(cls, value: str) -> str:
        if "?" in value or "#" in value:
            raise ValueError("a base address has no query and no fragment")
        return secured(value).rstrip("/")

    @field_validator("policy")
    @classmethod
    def _known(cls, value: str) -> str:
        # a source is a credential, which the policy for any signed file does not ask
        names = [name for name in policy_names() if name != GENERAL]
        if value not in names:
            raise ValueError(f"it is one of {', '.join(names)}")
        return value

    @model_validator(mode="after")
    def _stamped(self) -> Self:
        if self.level not in (None, Level.B) and self.tsa is None:
            raise ValueError(f"level {self.level} needs a time-stamping authority, `tsa`")
        return self


class TenantsForm(_Part):
    """The whole file."""

    tenants: Annotated[list[TenantForm], Field(min_length=1)]


def addressed(value: str) -> str:
    """Take a web address.

    Raises:
        ValueError: it is none.
    """
    try:
        named_origin(value)
    except NotUnderstood as error:
        raise ValueError(str(error)) from None
    return value


def secured(value: str) -> str:
    """Take an https address, or one on this machine.

    Raises:
        ValueError: it is none.
    """
    origin = named_origin(addressed(value))
    if origin.scheme != "https" and not origin.local:
        raise ValueError("the address is not https")
    return value
