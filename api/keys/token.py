"""A key on a token behind PKCS#11 (OASIS PKCS #11 v2.40): asked to sign, and never asked for itself."""

from __future__ import annotations

import hashlib
import hmac
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pkcs11
from cryptography import x509
from pkcs11 import Attribute, ObjectClass, PKCS11Error

from api.keys.configuration import TokenObject
from api.keys.files import read_file
from api.keys.fitting import KeyFault, proven_chain
from api.keys.mechanisms import Way, algorithm_of, way_of
from schemas.errors import Unavailable

_PIN_FAULTS = (
    pkcs11.PinIncorrect,
    pkcs11.PinInvalid,
    pkcs11.PinLenRange,
    pkcs11.PinLocked,
    pkcs11.PinExpired,
    pkcs11.UserPinNotInitialized,
)
_PIN_REFUSED = "The token does not take the PIN."
_NOT_FOUND: dict[type[PKCS11Error], str] = {
    pkcs11.NoSuchToken: "There is no token with that label.",
    pkcs11.MultipleTokensReturned: "There are several tokens with that label.",
    pkcs11.NoSuchKey: "There is no private key with that label on the token.",
    pkcs11.MultipleObjectsReturned: "There are several private keys with that label on the token.",
}
_MOST_CERTIFICATES = 64
_ONE_AT_A_TIME = threading.RLock()
"""The binding starts a module as for a program of one thread (C_Initialize without arguments, §5.4), so
nothing may call it twice at once, on any session."""
_PINS: dict[tuple[str, bytes], bytes] = {}
"""Digest of the PIN that a token took, by module and serial number: a token asks for it once in a process,
and a wrong one for the next key should not go unseen until it is restarted."""


@dataclass(slots=True, kw_only=True)
class _Opened:
    """A session in which the key can be used."""

    session: Any
    private: Any
    way: Way


class TokenKey:
    """A key on a token; satisfies `schemas.key.Key`. May be used by several threads.

    A session that was lost (the token was taken out, the connection to it broke) is opened anew once for a
    signature; after a PIN that was refused never again, for a token locks itself after a few.
    """

    def __init__(self, named: TokenObject, pin: str) -> None:
        """Log in and find the key.

        Raises:
            KeyFault: the module, the token, the PIN or the key is not as named.
            Unavailable: the token does not work.
        """
        self._named = named
        self._pin = pin
        self._locked_out = False
        beside = _beside(named)
        with _ONE_AT_A_TIME:
            self._opened = self._open()
            try:
                found = (*_on_the_token(self._opened.session), *beside)
            except PKCS11Error as error:
                raise self._unavailable(error) from None
        self._certificates = proven_chain(found, self._algorithm, self.sign)

    def __repr__(self) -> str:
        return f"TokenKey({self._algorithm})"

    @property
    def algorithm(self) -> str:
        """JOSE name of the algorithm."""
        return self._algorithm

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The key's certificate and those above it."""
        return self._certificates

    def sign(self, message: bytes) -> bytes:
        """Let the token sign.

        Raises:
            Unavailable: the token does not.
        """
        with _ONE_AT_A_TIME:
            try:
                return self._signed(message)
            except PKCS11Error as error:
                if self._locked_out:
                    raise self._unavailable(error) from None
            try:
                _closed(self._opened.session)
                self._opened = self._open()
                return self._signed(message)
            except PKCS11Error as error:
                raise self._unavailable(error) from None
            except KeyFault as fault:
                raise Unavailable(self._address, str(fault)) from None

    def _signed(self, message: bytes) -> bytes:
        opened = self._opened
        value: bytes = opened.private.sign(
            opened.way.taken(message),
            mechanism=opened.way.mechanism,
            mechanism_param=opened.way.parameters,
        )
        return bytes(value)

    def _open(self) -> _Opened:
        try:
            library = pkcs11.lib(str(self._named.module))
        except (PKCS11Error, RuntimeError, OSError):
            raise KeyFault("The PKCS#11 module cannot be loaded.") from None
        session = None
        try:
            token = library.get_token(token_label=self._named.token)
            session = self._session(token)
            private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self._named.key)
            self._algorithm = algorithm_of(private, self._named.algorithm)
            way = way_of(self._algorithm, frozenset(token.slot.get_mechanisms()))
            return _Opened(session=session, private=private, way=way)
        except _PIN_FAULTS:
            self._locked_out = True
            fault: Exception = KeyFault(_PIN_REFUSED)
        except KeyFault as told:
            fault = told
        except tuple(_NOT_FOUND) as error:
            fault = KeyFault(_NOT_FOUND[type(error)])
        except PKCS11Error as error:
            fault = self._unavailable(error)
        _closed(session)
        raise fault

    def _session(self, token: Any) -> Any:  # noqa: ANN401 - the binding is untyped
        place = str(self._named.module), bytes(token.serial)
        digest = hashlib.sha256(self._pin.encode()).digest()
        try:
            session = token.open(user_pin=self._pin)
        except pkcs11.UserAlreadyLoggedIn:  # for all of a process: another key of the same token did
            if not hmac.compare_digest(_PINS.get(place, digest), digest):
                self._locked_out = True
                raise KeyFault(_PIN_REFUSED) from None
            return token.open()
        _PINS[place] = digest
        return session

    @property
    def _address(self) -> str:
        """Name the key as RFC 7512 does."""
        return f"pkcs11:token={quote(self._named.token, safe='')};object={quote(self._named.key, safe='')}"

    def _unavailable(self, error: PKCS11Error) -> Unavailable:
        return Unavailable(self._address, f"The token does not work: {type(error).__name__}.")


def _closed(session: Any) -> None:  # noqa: ANN401
    """Close a session, if there is one; one that is lost cannot be closed."""
    with suppress(PKCS11Error):
        if session is not None:
            session.close()


def open_token_key(named: TokenObject, pin: str) -> TokenKey:
    """Open a key on a token, and let it sign once.

    Raises:
        KeyFault: it cannot be used as it is named.
        Unavailable: the token does not work.
    """
    return TokenKey(named, pin)


def _on_the_token(session: Any) -> list[x509.Certificate]:  # noqa: ANN401
    found = []
    for number, one in enumerate(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
        if number < _MOST_CERTIFICATES:
            try:
                found.append(x509.load_der_x509_certificate(one[Attribute.VALUE]))
            except ValueError:
                continue
    return found


def _beside(named: TokenObject) -> list[x509.Certificate]:
    if named.certificates is None:
        return []
    try:
        return x509.load_pem_x509_certificates(read_file(named.certificates))
    except ValueError:
        raise KeyFault("The file beside the token holds no certificate in PEM.") from None
