"""One `[[identity.saml]]` in the file that `BADGEPASS_IDENTITY` names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NoReturn, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.exchange import named_origin
from api.gateway.asking import NotUnderstood, not_understood
from api.identity.sources.naming import SETTING, Name, Said, Variable
from api.identity.sources.saml import Node, SamlSignIn
from api.identity.sources.saml_described import Described, described
from api.identity.sources.saml_names import LEVELS
from api.identity.sources.saml_response import SamlKeys
from api.keys.files import HeldKey, open_pem, read_file
from api.keys.fitting import KeyFault
from schemas.errors import Refused
from schemas.identity import Assurance

_CODE = "request.setting"
_MAX_FILE = 256 * 1024


class SamlForm(BaseModel):
    """An eIDAS node, or a broker that speaks its profile; see `Node`.

    Attributes:
        certificates: PEM files, beside this one, of the keys that sign the node's answers.
        metadata: or the node's own metadata, beside this one, that names them.
        address: of its single sign-on service; may be left out where the metadata names it.
        key: PEM file, beside this one, of our RSA key and its certificate: signs requests, opens assertions.
        password: environment variable that holds its passphrase.
        algorithm: by which the key signs; one of RSA, for nodes encrypt to that. Brokers may want RS256.
        encrypted: refuse an assertion that is not encrypted.
        levels: further authentication contexts, each with what it is worth.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Name
    issuer: Said
    entity: Said
    address: Said | None = None
    certificates: tuple[Said, ...] | None = Field(default=None, min_length=1)
    metadata: Said | None = None
    key: Said | None = None
    password: Variable | None = None
    algorithm: Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] = "PS256"
    encrypted: bool = True
    least: Assurance = Assurance.SUBSTANTIAL
    levels: dict[Said, Assurance] = Field(default_factory=dict)
    sector: Literal["public", "private"] = "private"

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.certificates is None) == (self.metadata is None):
            raise ValueError("certificates or metadata say which keys sign, and not both")
        if self.address is None and self.metadata is None:
            raise ValueError("a node has an address")
        if self.address is not None and not _secure(self.address):
            raise ValueError("a node is reached over https")
        if self.encrypted and self.key is None:
            raise ValueError("encrypted assertions need a key of ours")
        if LEVELS.keys() & self.levels.keys():
            raise ValueError("what the levels of eIDAS are worth is not the operator's to say")
        return self

    def opened(self, folder: Path, environment: Mapping[str, str]) -> SamlSignIn:
        """Make it ready.

        Raises:
            NotUnderstood: a key, a certificate or the metadata cannot be used.
        """
        node = self._node(folder)
        address = self.address or node.address
        if not address or not _secure(address):
            self._refuse("The metadata does not name one address for HTTP-Redirect over https.")
        own = self._key(folder, environment)
        private = own.private if own is not None else None
        keys = SamlKeys(
            node=node.certificates,
            own=private if isinstance(private, rsa.RSAPrivateKey) else None,
            encrypted=self.encrypted,
        )
        return SamlSignIn(
            Node(
                name=self.name,
                issuer=self.issuer,
                entity=self.entity,
                address=address,
                keys=keys,
                least=self.least,
                levels={**LEVELS, **self.levels},
                sector=self.sector,
                key=own,
                until=node.until,
            )
        )

    def _node(self, folder: Path) -> Described:
        if self.metadata is None:
            named = self.certificates or ()
            found = tuple(one for name in named for one in self._certificates(folder / name))
            return Described(address="", certificates=found, until=None)
        try:
            return described(read_file(folder / self.metadata), self.issuer)
        except KeyFault as fault:
            self._refuse(f"The metadata cannot be used. {fault}")
        except Refused as error:
            self._refuse(f"The metadata cannot be used. {error.problems[0].message}")

    def _key(self, folder: Path, environment: Mapping[str, str]) -> HeldKey | None:
        if self.key is None:
            return None
        try:
            return open_pem(folder / self.key, environment.get(self.password or "", ""), self.algorithm)
        except KeyFault as fault:
            self._refuse(f"The key cannot be used. {fault}")

    def _certificates(self, path: Path) -> list[x509.Certificate]:
        try:
            return x509.load_pem_x509_certificates(path.read_bytes()[:_MAX_FILE])
        except (OSError, ValueError):
            self._refuse("A certificate of the node cannot be read.")

    def _refuse(self, message: str) -> NoReturn:
        raise not_understood(_CODE, message, f"{SETTING}: {self.name}") from None


def _secure(address: str) -> bool:
    """Tell whether a browser may be sent there with a request."""
    try:
        origin = named_origin(address)
    except NotUnderstood:
        return False
    return origin.scheme == "https" or origin.local
