"""From what the configuration says to a key that was seen to fit its certificate."""

from __future__ import annotations

from collections.abc import Mapping

from api.gateway.asking import not_understood
from api.keys.configuration import KeyConfiguration, KeyFile, RemoteCredential, TokenObject
from api.keys.files import open_pem, open_pkcs12
from api.keys.fitting import KeyFault
from api.keys.remote import open_remote
from schemas.exchange import Exchange
from schemas.key import Key

_CODE = "tenant.key"


def open_key(
    configuration: KeyConfiguration,
    environment: Mapping[str, str],
    exchange: Exchange | None = None,
    *,
    where: str = "key",
) -> Key:
    """Open a key. It signs once, to show that it fits its certificate.

    Args:
        configuration: where it lies.
        environment: holds the secrets that the configuration names.
        exchange: asks the signing service; needed for a remote key alone.
        where: the place in the configuration, for the error.

    Raises:
        NotUnderstood: it cannot be used as it is named (`tenant.key`).
        Unavailable: the token or the service does not answer.
    """
    try:
        return _opened(configuration, environment, exchange)
    except KeyFault as fault:
        raise not_understood(_CODE, f"The key cannot be used. {fault}", where) from None


def _opened(
    configuration: KeyConfiguration, environment: Mapping[str, str], exchange: Exchange | None
) -> Key:
    match configuration:
        case KeyFile(kind=kind, path=path, password=name, algorithm=algorithm):
            read = open_pem if kind == "pem" else open_pkcs12
            return read(path, _secret(name, environment) if name else "", algorithm)
        case TokenObject(pin=name):
            try:
                from api.keys.token import open_token_key  # noqa: PLC0415 - needs a library that few have
            except ImportError:
                raise KeyFault("Keys on a token need the extra badgepass[pkcs11].") from None
            return open_token_key(configuration, _secret(name, environment))
        case RemoteCredential(token=name):
            if exchange is None:
                raise KeyFault("It is at a signing service, and nothing may be asked here.")
            return open_remote(configuration, _secret(name, environment), exchange)


def _secret(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name, "")
    if not value:
        raise KeyFault(f"The environment variable {name[:60]} is not set or empty.")
    return value
