"""One institution that seals, and all of them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography import x509

from api.gateway.asking import not_understood
from api.keys.configuration import KeyConfiguration, RemoteCredential
from schemas.evidence import Trust
from schemas.institution import InstitutionProfile
from schemas.lang import LangString
from schemas.stamper import Level
from verifier.policy import AUTO

_MAX_TOKEN = 1024


class Scope(StrEnum):
    """What a caller may do for a tenant."""

    CONVERT = "convert"
    SEAL = "seal"
    REVOKE = "revoke"
    DELIVER = "deliver"


class SourceRevoked(StrEnum):
    """What is done with a sealed credential whose source was revoked after it was converted."""

    REVOKE = "revoke"
    SUSPEND = "suspend"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAuthority:
    """A time-stamping authority.

    Attributes:
        url: that requests are posted to.
        authorization: environment variable with the value of that header; empty where none is wanted.
    """

    url: str
    authorization: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """By what the sealer may issue what another body awarded.

    Attributes:
        title: of the file that holds it.
        text: of the mandate itself, or empty.
        link: to it, or empty.
    """

    title: LangString
    text: LangString
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A Europass wallet that credentials are delivered to.

    Attributes:
        url: before `/v1/wallets`.
        key: environment variable that holds the API key; empty where none is wanted.
        notification: the wallet tells the learner by mail.
    """

    url: str
    key: str = ""
    notification: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where a tenant is told that a job is over.

    Attributes:
        secret: environment variable that holds what messages are signed with.
    """

    url: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """Whose access tokens a tenant's own systems bring (RFC 9068).

    Attributes:
        issuer: as `iss` has it.
        jwks: where its keys are.
        audience: as `aud` has it: this gateway.
        clients: whose tokens count, by `client_id`.
    """

    issuer: str
    jwks: str
    audience: str
    clients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A caller's token, known by its digest alone.

    Attributes:
        name: of the caller, for the audit.
        sha256: of the token, in hexadecimals.
    """

    name: str
    sha256: str = field(repr=False)
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """An institution that seals.

    Attributes:
        name: short, as a command line and a query have it.
        base_url: under which its status lists and badges are public, without a slash at the end.
        key: where its seal's key lies.
        level: of its seals.
        tsa: who stamps them; None at level B.
        trust: what it trusts instead of what the operator trusts; None where it has nothing of its own.
        profile: what it says about itself.
        mandate: written where the sealer is another body than the one that awarded.
        credential_status: ELM names its status in `credentialStatus` too, as the profile's shapes have it;
            wallets that expect a list of URIs there do not read such a credential.
        override_indeterminate: a caller may order to seal a source whose verdict is INDETERMINATE.
        policy: by which sources are verified.
        source_revoked: what becomes of what was sealed from a source that was revoked since.
        wallet: where its credentials are delivered to.
        webhook: where it is told of its jobs.
        authorization: whose access tokens its systems bring, beside its own tokens.
        former: certificates that its seals were made with before, so that they stay its own.
        tokens: who may call for it.
        where: its place in the configuration.
    """

    name: str
    base_url: str
    key: KeyConfiguration
    level: Level
    tsa: TimeAuthority | None = None
    trust: Trust | None = None
    profile: InstitutionProfile = field(default_factory=InstitutionProfile)
    mandate: Mandate | None = None
    credential_status: bool = False
    override_indeterminate: bool = False
    policy: str = AUTO
    source_revoked: SourceRevoked = SourceRevoked.SUSPEND
    wallet: Wallet | None = None
    webhook: Webhook | None = None
    authorization: Authorization | None = None
    former: tuple[x509.Certificate, ...] = ()
    tokens: tuple[Token, ...] = ()
    where: str = ""

    @property
    def services(self) -> tuple[str, ...]:
        """The addresses of the services it uses: what `OperatorExchange` is made of."""
        found = [self.tsa.url] if self.tsa else []
        found += [self.key.url] if isinstance(self.key, RemoteCredential) else []
        found += [self.wallet.url] if self.wallet else []
        found += [self.webhook.url] if self.webhook else []
        found += [self.authorization.jwks] if self.authorization else []
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Tenants:
    """Every tenant of one gateway; none where nobody seals."""

    every: tuple[Tenant, ...] = ()

    def __iter__(self) -> Iterator[Tenant]:
        return iter(self.every)

    def __len__(self) -> int:
        return len(self.every)

    def of(self, name: str, where: str = "") -> Tenant:
        """Return the tenant of a name.

        Raises:
            NotUnderstood: there is none (`tenant.unknown`); who else there is, is not told.
        """
        found = next((one for one in self.every if one.name == name), None)
        if found is None:
            raise not_understood("tenant.unknown", "There is no tenant by that name.", where)
        return found

    def by_token(self, token: str) -> tuple[Tenant, frozenset[Scope], str] | None:
        """Tell for whom a bearer token may call, for what, and its name; None where it is nobody's.

        Every digest is compared, each in constant time, so that how long it takes tells nothing.
        """
        if not token or len(token) > _MAX_TOKEN:
            return None
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
        found = None
        for tenant in self.every:
            for one in tenant.tokens:
                if hmac.compare_digest(one.sha256, digest):
                    found = tenant, one.scopes, one.name
        return found

    @property
    def services(self) -> tuple[str, ...]:
        """The addresses of all services that the operator named, each once."""
        return tuple(dict.fromkeys(url for one in self.every for url in one.services))
