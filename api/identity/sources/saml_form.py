"""One `[[identity.saml]]` in the file that `BADGEPASS_IDENTITY` names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NoReturn, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.exchange import named_origin
from api.gateway.asking import not_understood
from api.identity.sources.naming import SETTING, Name, Said, Variable
from api.identity.sources.saml import Node, SamlSignIn
from api.identity.sources.saml_names import LEVELS
from api.identity.sources.saml_response import SamlKeys
from api.keys.files import HeldKey, open_pem
from api.keys.fitting import KeyFault
from schemas.identity import Assurance

_CODE = "request.setting"
_MAX_FILE = 256 * 1024


class SamlForm(BaseModel):
    """An eIDAS node, or a broker that speaks its profile; see `Node`.

    Attributes:
        certificates: PEM files, beside this one, of the keys that sign the node's answers.
        key: PEM file, beside this one, of our RSA key and its certificate: signs requests, opens assertions.
        password: environment variable that holds its passphrase.
        encrypted: refuse an assertion that is not encrypted.
        levels: further authentication contexts, each with what it is worth.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Name
    issuer: Said
    entity: Said
    address: Said
    certificates: tuple[Said, ...] = Field(min_length=1)
    key: Said | None = None
    password: Variable | None = None
    encrypted: bool = True
    least: Assurance = Assurance.SUBSTANTIAL
    levels: dict[Said, Assurance] = Field(default_factory=dict)
    sector: Literal["public", "private"] = "private"

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        origin = named_origin(self.address)
        if origin.scheme != "https" and not origin.local:
            raise ValueError("a node is reached over https")
        if self.encrypted and self.key is None:
            raise ValueError("encrypted assertions need a key of ours")
        return self

    def opened(self, folder: Path, environment: Mapping[str, str]) -> SamlSignIn:
        """Make it ready.

        Raises:
            NotUnderstood: a key or a certificate cannot be used.
        """
        own = self._key(folder, environment)
        private = own.private if own is not None else None
        if own is not None and not isinstance(private, rsa.RSAPrivateKey):
            self._refuse("The key is not an RSA key, to which nodes encrypt.")
        node = tuple(one for name in self.certificates for one in self._certificates(folder / name))
        keys = SamlKeys(
            node=node,
            own=private if isinstance(private, rsa.RSAPrivateKey) else None,
            encrypted=self.encrypted,
        )
        return SamlSignIn(
            Node(
                name=self.name,
                issuer=self.issuer,
                entity=self.entity,
                address=self.address,
                keys=keys,
                least=self.least,
                levels={**LEVELS, **self.levels},
                sector=self.sector,
                key=own,
            )
        )

    def _key(self, folder: Path, environment: Mapping[str, str]) -> HeldKey | None:
        if self.key is None:
            return None
        try:
            return open_pem(folder / self.key, environment.get(self.password or "", ""))
        except KeyFault as fault:
            self._refuse(f"The key cannot be used. {fault}")

    def _certificates(self, path: Path) -> list[x509.Certificate]:
        try:
            return x509.load_pem_x509_certificates(path.read_bytes()[:_MAX_FILE])
        except (OSError, ValueError):
            self._refuse("A certificate of the node cannot be read.")

    def _refuse(self, message: str) -> NoReturn:
        raise not_understood(_CODE, message, f"{SETTING}: {self.name}") from None
