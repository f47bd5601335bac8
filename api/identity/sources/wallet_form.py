"""One `[[identity.wallet]]` in the file that `BADGEPASS_IDENTITY` names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from api.gateway.asking import NotUnderstood, not_understood
from api.gateway.trusting import read_trust
from api.identity.sources.naming import SETTING, Name, Said, Variable
from api.identity.sources.pid import VCT
from api.identity.sources.pid_issuer import Issuers
from api.identity.sources.wallet import CLAIMS, LEAST, Relying, WalletSignIn
from api.keys.files import open_pem
from api.keys.fitting import KeyFault
from schemas.evidence import Fetcher

Claim = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Scheme = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+.-]{0,59}://$")]
_CODE = "request.setting"


class WalletForm(BaseModel):
    """Wallets of the European kind; see `Relying`.

    Attributes:
        key: PEM file, beside this one, of the key that signs requests and its certificate.
        password: environment variable that holds its passphrase.
        trust: folder, beside this one, with the anchors of those who issue PIDs (see `read_trust`).
        elsewhere: offer a picture that a wallet on another device scans.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Name
    key: Said
    password: Variable | None = None
    trust: Said
    known_by: Literal["x509_hash", "x509_san_dns"] = "x509_hash"
    claims: tuple[Claim, ...] = CLAIMS
    types: tuple[Said, ...] = (VCT,)
    elsewhere: bool = False
    scheme: Scheme = "openid4vp://"  # or `eudi-openid4vp://`, `haip-vp://`

    @model_validator(mode="after")
    def _asks_enough(self) -> Self:
        if not set(LEAST) <= set(self.claims):
            raise ValueError(f"the claims have {', '.join(LEAST)} among them")
        if self.scheme.startswith(("http://", "https://")):
            raise ValueError("a wallet is found by a scheme of its own")
        if not self.types:
            raise ValueError("there is at least one type of PID")
        return self

    def opened(self, folder: Path, environment: Mapping[str, str], fetcher: Fetcher) -> WalletSignIn:
        """Make it ready.

        Raises:
            NotUnderstood: the key or the folder of anchors cannot be used.
        """
        where = f"{SETTING}: {self.name}"
        try:
            key = open_pem(folder / self.key, environment.get(self.password or "", ""))
            trust = read_trust(folder / self.trust)
        except KeyFault as fault:
            raise not_understood(
                _CODE, f"The key that signs requests cannot be used. {fault}", where
            ) from None
        except NotUnderstood as error:
            raise not_understood(_CODE, error.problems[0].message, where) from None
        relying = Relying(
            name=self.name,
            key=key,
            known_by=self.known_by,
            claims=self.claims,
            types=self.types,
            elsewhere=self.elsewhere,
            scheme=self.scheme,
        )
        try:
            relying.client  # noqa: B018 - says whether the certificate has the name
        except ValueError as error:
            raise not_understood(_CODE, f"Wallets cannot know us by that: {error}.", where) from None
        if not trust.anchors:
            message = "There is no certificate of anybody who issues PIDs, so none would be believed."
            raise not_understood(_CODE, message, where)
        return WalletSignIn(relying, Issuers(trust, fetcher))
