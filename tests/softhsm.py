"""A token of SoftHSM: real PKCS#11, with keys made on it; one for all tests of a process."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from conftest import skip_or_fail
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

PIN, SO_PIN = "271828", "314159"
_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)


@dataclass(frozen=True, kw_only=True)
class SoftToken:
    """A token that is there.

    Attributes:
        module: the library.
        label: the token's.
    """

    module: Path
    label: str

    def make_key(self, label: str, kind: str = "secp256r1") -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
        """Make a pair of keys on the token: on a curve, or `rsa-` and the bits; the public one comes back."""
        import pkcs11  # noqa: PLC0415 - an extra
        from pkcs11 import Attribute, KeyType, ObjectClass  # noqa: PLC0415
        from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters  # noqa: PLC0415
        from pkcs11.util.rsa import encode_rsa_public_key  # noqa: PLC0415

        with self._session(pkcs11) as session:
            if kind.startswith("rsa-"):
                public, private = session.generate_keypair(
                    KeyType.RSA, int(kind[4:]), label=label, store=True
                )
                found = x509_rsa(encode_rsa_public_key(public))
            else:
                parameters = session.create_domain_parameters(
                    KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters(kind)}, local=True
                )
                public, private = parameters.generate_keypair(label=label, store=True)
                found = load_der_public_key(encode_ec_public_key(public))  # type: ignore[assignment]
            assert private[Attribute.CLASS] is ObjectClass.PRIVATE_KEY
            assert private[Attribute.SENSITIVE]
            assert not private[Attribute.EXTRACTABLE]
        return found

    def store(self, label: str, *certificates: x509.Certificate) -> None:
        """Put certificates on the token."""
        import pkcs11  # noqa: PLC0415
        from pkcs11 import Attribute, CertificateType, ObjectClass  # noqa: PLC0415

        with self._session(pkcs11) as session:
            for one in certificates:
                session.create_object(
                    {
                        Attribute.CLASS: ObjectClass.CERTIFICATE,
                        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                        Attribute.TOKEN: True,
                        Attribute.LABEL: label,
                        Attribute.SUBJECT: one.subject.public_bytes(),
                        Attribute.VALUE: one.public_bytes(Encoding.DER),
                    }
                )

    def forget(self, label: str) -> None:
        """Take everything of a label off the token."""
        import pkcs11  # noqa: PLC0415
        from pkcs11 import Attribute  # noqa: PLC0415

        with self._session(pkcs11) as session:
            for one in list(session.get_objects({Attribute.LABEL: label})):
                one.destroy()

    def _session(self, pkcs11):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - an extra
        token = pkcs11.lib(str(self.module)).get_token(token_label=self.label)
        try:
            return token.open(rw=True, user_pin=PIN)
        except pkcs11.UserAlreadyLoggedIn:
            return token.open(rw=True)


def x509_rsa(pkcs1: bytes) -> rsa.RSAPublicKey:
    """Read an RSA public key."""
    found = load_der_public_key(pkcs1)
    assert isinstance(found, rsa.RSAPublicKey)
    return found


def soft_token() -> SoftToken:
    """Give the token, or skip with the reason (`BADGEPASS_REQUIRE=softhsm` fails instead)."""
    try:
        import pkcs11  # noqa: F401, PLC0415
    except ImportError:
        skip_or_fail("softhsm", "the extra badgepass[pkcs11] is not installed")
    module = next((Path(one) for one in _MODULES if Path(one).exists()), None)
    program = shutil.which("softhsm2-util")
    if module is None or program is None:
        skip_or_fail("softhsm", "SoftHSM is not on this machine")
    assert module is not None
    assert program is not None
    return _made(module, program)


@cache
def _made(module: Path, program: str) -> SoftToken:
    folder = Path(tempfile.mkdtemp(prefix="softhsm"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")  # read when the library is loaded
    for label in ("zegels", "andere"):
        subprocess.run(  # noqa: S603 - our own words
            [program, "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN],
            check=True,
            capture_output=True,
        )
    return SoftToken(module=module, label="zegels")
