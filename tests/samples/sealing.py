"""What sealing takes, of our own: keys of test authorities and a time-stamping authority, both in process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from samples import authorities, timestamps
from samples.authorities import Holder, crl, holder
from samples.seals import sign
from samples.timestamps import Authority, stamp

from schemas.evidence import Trust
from verifier.sealing.making import Means

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
STAMPER = Authority(kind="p256")
_HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


@dataclass(frozen=True, kw_only=True)
class SealKey:
    """A key of a holder, as sealing sees it."""

    holder: Holder
    algorithm: str = "ES256"
    above: tuple[x509.Certificate, ...] = ()

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Its certificate, and those above that are said."""
        return (self.holder.certificate, *self.above)

    def sign(self, message: bytes) -> bytes:
        """Sign as JOSE has it."""
        private, hashed = self.holder.key, _HASHES.get(self.algorithm[2:])
        if self.algorithm.startswith("PS"):
            assert isinstance(private, rsa.RSAPrivateKey)
            assert hashed is not None
            return private.sign(message, padding.PSS(padding.MGF1(hashed), hashed.digest_size), hashed)
        return sign(private, message, hashed)


@dataclass
class InProcess:
    """A time-stamping authority that answers at once; each token is a second later than the one before."""

    moment: datetime = NOW + timedelta(seconds=1)
    authority: Authority = STAMPER
    asked: int = 0

    def stamp(self, data: bytes) -> bytes:
        """Stamp."""
        self.asked += 1
        self.moment += timedelta(seconds=1)
        return stamp(data, authority=self.authority, moment=self.moment)


def key(algorithm: str = "ES256") -> SealKey:
    """Make the key of an organisation that seals, the same one each time."""
    return _key(algorithm)


@cache
def _key(algorithm: str) -> SealKey:
    kind = {"ES256": "p256-seal", "ES384": "p384", "ES512": "p521"}.get(algorithm, "rsa-2048")
    made = holder("Hogeschool Zegel", authorities.root(), key_name=kind)
    return SealKey(holder=made, algorithm=algorithm, above=(authorities.root().certificate,))


def words(*, at: datetime = NOW) -> tuple[bytes, ...]:
    """Write the lists of revocations of both authorities, with nobody on them."""
    time_root = Holder(certificate=timestamps.root(), key=timestamps.key("root"))
    return tuple(
        crl(issuer, issued=at - timedelta(hours=1), until=at + timedelta(days=7))
        for issuer in (authorities.root(), time_root)
    )


def means(algorithm: str = "ES256", *, now: datetime = NOW, stamper: Authority = STAMPER) -> Means:
    """Put together all that any level takes; revocation data is at hand, nothing is asked."""
    moment = now + timedelta(seconds=1)
    return Means(
        key=key(algorithm),
        now=now,
        stamper=InProcess(moment=moment, authority=stamper),
        trust=replace(trust(), crls=words(at=now)),
    )


def trust() -> Trust:
    """What a reader trusts: both authorities, and nothing is at hand about revocations."""
    return Trust(anchors=(authorities.root().certificate, timestamps.root()))


def organisation_key() -> SealKey:
    """Make the key of an organisation that has a number, as ELM wants of an issuer."""
    parts = [
        (NameOID.COUNTRY_NAME, "NL"),
        (NameOID.ORGANIZATION_NAME, "Polder University"),
        (NameOID.ORGANIZATION_IDENTIFIER, "NTRNL-12345678"),
        (NameOID.COMMON_NAME, "Polder University"),
    ]
    subject = x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])
    made = authorities.holder("Polder University", authorities.root(), key_name="polder", subject=subject)
    return SealKey(holder=made, above=(authorities.root().certificate,))
