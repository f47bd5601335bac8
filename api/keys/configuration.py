"""Where a key lies, as the operator says it; secrets by the environment variables that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """A key in a file, with its certificate and those above it.

    Attributes:
        kind: PEM, for development and for receipts; PKCS#12 (RFC 7292).
        path: of the file.
        password: environment variable that holds the file's password; empty where it has none.
        algorithm: JOSE name; empty for what fits the key, `RS256` for RSA.
    """

    kind: Literal["pem", "pkcs12"]
    path: Path
    password: str = ""
    algorithm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenObject:
    """A key on a token that is spoken to by PKCS#11; it never leaves the token.

    Attributes:
        module: the library of the token's maker.
        token: the token's label.
        key: the key's label.
        pin: environment variable that holds the PIN of the token's user.
        certificates: a PEM file with the certificate and those above it, for what the token does not hold.
        algorithm: JOSE name; empty for what fits the key.
    """

    module: Path
    token: str
    key: str
    pin: str
    certificates: Path | None = None
    algorithm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCredential:
    """A key at a remote signing service (Cloud Signature Consortium API v2).

    Attributes:
        url: of the service, before `/csc/v2`.
        credential: `credentialID`.
        token: environment variable that holds the bearer token, which must be enough to sign.
        algorithm: JOSE name; empty for what fits the key.
    """

    url: str
    credential: str
    token: str
    algorithm: str = ""


KeyConfiguration = KeyFile | TokenObject | RemoteCredential
