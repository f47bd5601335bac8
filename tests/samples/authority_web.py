"""A certification authority and a time-stamping authority of our own that answer over HTTP, on this machine.

Certificates name the server's own addresses: its OCSP responder, its CRLs, its certificates. The product's
fetcher refuses this machine by design; a test gives it leave by `HttpFetcher(allow_loopback=True)`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import unquote

from answering import Asked, answering
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from samples import authorities as ca
from samples.authorities import END, START, Entry, Extensions, Holder, Word
from samples.sealing import SealKey
from samples.timestamps import Authority, der, integer, sequence, stamp_imprint

from schemas.evidence import Trust

_ALGORITHMS = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_OCSP, _CRL, _CERTIFICATE = "application/ocsp-response", "application/pkix-crl", "application/pkix-cert"
_REPLY = "application/timestamp-reply"


def now_by_the_clock() -> datetime:
    """Return the time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(kw_only=True)
class AuthorityWeb:
    """What runs, and what it did.

    Attributes:
        base: where it is, without a slash at the end.
        now: its clock; a test may set another.
        asked: method and path of every request so far.
        down: first parts of paths that answer 503: `ocsp`, `crl`, `ca`, `tsa`.
        lasts: how long a CRL or an OCSP answer counts.
        spoilt: what the next timestamps are spoilt in: `status`, `nonce`, `imprint`, `certificate`,
            `signature`, `body`, `type`, `http`, `trailing`.
    """

    base: str
    now: Callable[[], datetime] = now_by_the_clock
    asked: list[str] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    lasts: timedelta = timedelta(days=7)
    spoilt: set[str] = field(default_factory=set)
    bodies: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._revoked: dict[int, Entry] = {}
        self._issued: dict[int, Holder] = {}
        self._authorities: dict[str, Holder] = {}
        self._responders: dict[str, Holder] = {}
        self._serials = count(1)
        self.root = self._authority("wortel", ca.authority("Voorbeeld Wortel CA", key_name="web wortel"))
        self.middle = self.issue_authority("zegel", "Voorbeeld Zegel CA")
        self.stamping = self.issue_authority("tijd", "Voorbeeld Tijd CA")
        self.unit = self.issue_unit()

    def _authority(self, name: str, made: Holder) -> Holder:
        self._authorities[name] = self._issued[made.serial] = made
        self._responders[name] = ca.responder(
            made, title=f"Voorbeeld Antwoorden {name}", key_name=f"web answers {name}"
        )
        return made

    def issue_authority(self, name: str, title: str) -> Holder:
        """Issue an authority below the root; `name` is its part of the addresses."""
        places = self.places("wortel")
        return self._authority(
            name, ca.authority(title, self.root, key_name=f"web {name}", extensions=places)
        )

    def places(self, name: str) -> Extensions:
        """Give the extensions that say where to ask about what an authority issued."""
        access = ca.access(responders=(f"{self.base}/ocsp",), issuers=(f"{self.base}/ca/{name}.cer",))
        return ((access, False), (ca.points(f"{self.base}/crl/{name}.crl"), False))

    def issue_seal(
        self,
        title: str = "Hogeschool Voorbeeld",
        *,
        key_name: str = "",
        identifier: str = "NTRNL-12345678",
        country: str = "NL",
        extensions: Extensions = (),
        start: datetime = START,
        end: datetime = END,
        public: CertificatePublicKeyTypes | None = None,
    ) -> Holder:
        """Issue a seal certificate; `key_name` as in `authorities.key` (`rsa-2048`, `p384`; else P-256).

        `public` is a key that lies elsewhere, on a token say.
        """
        parts = [
            (NameOID.COUNTRY_NAME, country),
            (NameOID.ORGANIZATION_NAME, title),
            (NameOID.ORGANIZATION_IDENTIFIER, identifier),
            (NameOID.COMMON_NAME, f"{title} zegel"),
        ]
        subject = x509.Name([x509.NameAttribute(kind, text) for kind, text in parts if text])
        made = ca.holder(
            title,
            self.middle,
            key_name=key_name,
            subject=subject,
            extensions=(*self.places("zegel"), *extensions),
            start=start,
            end=end,
            public=public,
        )
        self._issued[made.serial] = made
        return made

    def issue_unit(
        self, title: str = "Voorbeeld Tijd", *, start: datetime = START, end: datetime = END
    ) -> Holder:
        """Issue a time-stamping unit's certificate and let it stamp from now on."""
        made = ca.holder(
            title,
            self.stamping,
            key_name="rsa-2048",
            uses=ca.usage("digital_signature"),
            extensions=(*self.places("tijd"), (ca.purposes(ExtendedKeyUsageOID.TIME_STAMPING), True)),
            start=start,
            end=end,
        )
        self._issued[made.serial] = self.unit = made
        return made

    def key(self, one: Holder, *, whole: bool = True) -> SealKey:
        """Give a seal's key with its chain, or with its certificate alone."""
        above = (self.middle.certificate, self.root.certificate)
        algorithm = "RS256" if isinstance(one.key, rsa.RSAPrivateKey) else "EdDSA"
        if isinstance(one.key, ec.EllipticCurvePrivateKey):
            algorithm = _ALGORITHMS[one.key.curve.name]
        return SealKey(algorithm=algorithm, holder=one, above=above if whole else ())

    @property
    def trust(self) -> Trust:
        """Trust in the root alone."""
        return Trust(anchors=(self.root.certificate,))

    @property
    def tsa_url(self) -> str:
        """Where timestamps are made."""
        return f"{self.base}/tsa"

    def revoke(
        self, one: Holder, *, at: datetime | None = None, reason: x509.ReasonFlags | None = None
    ) -> None:
        """Revoke a certificate; with `certificate_hold` for the reason it is suspended."""
        self._revoked[one.serial] = Entry(serial=one.serial, moment=at or self.now(), reason=reason)

    def restore(self, one: Holder) -> None:
        """Take a revocation back."""
        del self._revoked[one.serial]

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Answer one request: status, media type, body."""
        kind, _, name = path.lstrip("/").partition("/")
        if kind in self.down:
            return 503, "text/plain", b"down"
        stem = name.rpartition(".")[0]
        if kind == "ca" and stem in self._authorities:
            return 200, _CERTIFICATE, self._authorities[stem].der
        if kind == "crl" and stem in self._authorities:
            return 200, _CRL, self._crl(self._authorities[stem])
        if kind == "ocsp":
            asked = body if method == "POST" else base64.b64decode(unquote(name))
            return 200, _OCSP, self._ocsp(asked)
        if kind == "tsa" and method == "POST":
            self.bodies.append(body)
            return self._stamp(body)
        return 404, "text/plain", b"nothing here"

    def _crl(self, issuer: Holder) -> bytes:
        own = [one for serial, one in self._revoked.items() if self._issuer(serial) is issuer]
        return ca.crl(issuer, *own, issued=self.now(), until=self.now() + self.lasts)

    def _issuer(self, serial: int) -> Holder | None:
        name = self._issued[serial].certificate.issuer
        return next((one for one in self._authorities.values() if one.certificate.subject == name), None)

    def _ocsp(self, asked: bytes) -> bytes:
        request = ocsp.load_der_ocsp_request(asked)
        about = self._issued.get(request.serial_number)
        issuer = self._issuer(request.serial_number) if about else None
        if about is None or issuer is None:
            return sequence(der(0x0A, b"\x06"))  # unauthorized, RFC 6960 §2.3
        revoked = self._revoked.get(about.serial)
        held = revoked is not None and revoked.reason is x509.ReasonFlags.certificate_hold
        word = Word(
            subject=about,
            issuer=issuer,
            status="revoked" if revoked else "good",
            issued=self.now(),
            until=self.now() + self.lasts,
            revoked_at=revoked.moment if revoked else self.now(),
            reason=6 if held else None,
            hash_name=request.hash_algorithm.name,
        )
        signer = next(self._responders[name] for name, one in self._authorities.items() if one is issuer)
        return ca.answer(word, signer=signer, carries=(signer,), produced=self.now())

    def _stamp(self, body: bytes) -> tuple[int, str, bytes]:
        if "http" in self.spoilt:
            return 500, "text/plain", b"no"
        if "body" in self.spoilt:
            return 200, _REPLY, b"<html>sorry</html>"
        if "status" in self.spoilt:
            return 200, _REPLY, sequence(sequence(integer(2), sequence(der(0x0C, b"no time today"))))
        request = tsp.TimeStampReq.load(body, strict=True)
        imprint = request["message_imprint"].dump()
        if "imprint" in self.spoilt:
            imprint = imprint[:-1] + bytes([imprint[-1] ^ 1])
        nonce = request["nonce"].dump() if request["nonce"].native is not None else b""
        token = stamp_imprint(
            imprint,
            authority=Authority(
                issued=(self.unit.certificate, self.unit.key),
                carries=bool(request["cert_req"].native) and "certificate" not in self.spoilt,
                wrong=frozenset({"value"} if "signature" in self.spoilt else ()),
            ),
            moment=self.now(),
            serial=next(self._serials),
            nonce=integer(5) if "nonce" in self.spoilt else nonce,
        )
        media = "text/html" if "type" in self.spoilt else _REPLY
        reply = sequence(sequence(integer(0)), token)
        return 200, media, reply + (b"\x05\x00" if "trailing" in self.spoilt else b"")


@contextmanager
def authority_web(now: Callable[[], datetime] = now_by_the_clock) -> Iterator[AuthorityWeb]:
    """Run the authorities until the block ends."""

    def answer(asked: Asked) -> tuple[int, str, bytes]:
        web.asked.append(f"{asked.method} {asked.path}")
        return web.answer(asked.method, asked.path, asked.body)

    with answering(answer) as base:
        web = AuthorityWeb(base=base, now=now)
        yield web
