"""A key on a token behind PKCS#11 (OASIS PKCS #11 v2.40): asked to sign, and never asked for itself."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pkcs11
from asn1crypto import algos, core
from cryptography import x509
from pkcs11 import MGF, Attribute, KeyType, Mechanism, ObjectClass, PKCS11Error

from api.keys.configuration import TokenObject
from api.keys.files import read_file
from api.keys.fitting import RSA_ALGORITHMS, KeyFault, chosen, proven_chain
from schemas.errors import Unavailable
from verifier.sealing.algorithms import JOSE_SCHEMES

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
_CURVES = {"1.2.840.10045.3.1.7": "ES256", "1.3.132.0.34": "ES384", "1.3.132.0.35": "ES512"}
_MASKS = {"SHA256": MGF.SHA256, "SHA384": MGF.SHA384, "SHA512": MGF.SHA512}
_MOST_CERTIFICATES = 64
_ONE_AT_A_TIME = threading.RLock()
"""The binding starts a module as for a program of one thread (C_Initialize without arguments, §5.4), so
nothing may call it twice at once, on any session."""
_PINS: dict[tuple[str, bytes], bytes] = {}
"""Digest of the PIN that a token took, by module and serial number: a token asks for it once in a process,
and a wrong one for the next key should not go unseen until it is restarted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One mechanism to sign by: what it takes of a message, and with which parameters."""

    mechanism: Mechanism
    taken: Callable[[bytes], bytes]
    parameters: tuple[Any, ...] | None = None


@dataclass(slots=True, kw_only=True)
class _Opened:
    """A session in which the key can be used."""

    session: Any
    private: Any
    way: _Way


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
            self._algorithm = _algorithm(private, self._named.algorithm)
            way = _way(self._algorithm, frozenset(token.slot.get_mechanisms()))
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


def _algorithm(private: Any, wanted: str) -> str:  # noqa: ANN401
    if private.key_type is KeyType.RSA:
        return chosen(RSA_ALGORITHMS, wanted)
    if private.key_type is KeyType.EC:
        dotted = core.ObjectIdentifier.load(private[Attribute.EC_PARAMS]).dotted
        if dotted in _CURVES:
            return chosen((_CURVES[dotted],), wanted)
        raise KeyFault("It is on a curve that cannot be used; use P-256.")
    raise KeyFault("It is of a kind that cannot be used.")


def _way(algorithm: str, offered: frozenset[Mechanism]) -> _Way:
    """Choose how to sign: the digest made here where the token takes it, so that little is sent to it.

    Raises:
        KeyFault: the token has no mechanism for the algorithm.
    """
    name = JOSE_SCHEMES[algorithm].hash_name
    upper = name.upper()

    def digest(message: bytes) -> bytes:
        return hashlib.new(name, message).digest()

    def digest_info(message: bytes) -> bytes:
        info = algos.DigestInfo({"digest_algorithm": {"algorithm": name}, "digest": digest(message)})
        written: bytes = info.dump()
        return written

    salted = (Mechanism[upper], _MASKS[upper], hashlib.new(name).digest_size)
    ways = {
        "RS": (
            _Way(mechanism=Mechanism.RSA_PKCS, taken=digest_info),
            _Way(mechanism=Mechanism[f"{upper}_RSA_PKCS"], taken=bytes),
        ),
        "PS": (
            _Way(mechanism=Mechanism.RSA_PKCS_PSS, taken=digest, parameters=salted),
            _Way(mechanism=Mechanism[f"{upper}_RSA_PKCS_PSS"], taken=bytes, parameters=salted),
        ),
        "ES": (
            _Way(mechanism=Mechanism.ECDSA, taken=digest),
            _Way(mechanism=Mechanism[f"ECDSA_{upper}"], taken=bytes),
        ),
    }[algorithm[:2]]
    found = next((one for one in ways if one.mechanism in offered), None)
    if found is None:
        raise KeyFault(f"The token does not sign by {algorithm}.")
    return found


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
