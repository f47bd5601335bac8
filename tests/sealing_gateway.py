"""A gateway where two tenants seal, with real authorities beside it and a world of badges."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from gateway_web import PROFILE, Caller, web_of_badges
from samples.authorities import Holder, root
from samples.authorities import holder as issued
from samples.authority_web import AuthorityWeb, authority_web, now_by_the_clock

from api.app import create_app
from api.settings import Settings
from api.tenants import read_tenants
from schemas.evidence import Missing, Resource, Trust
from verifier import Report, verify
from verifier.bundle import BundleFetcher
from verifier.fetch import HttpFetcher

BASE = "https://polder.example"
OTHER_BASE = "https://zee.example"
TOKENS = {name: f"token-of-{name}" for name in ("polder", "polder-reader", "zee")}
_TENANTS = """
[[tenants]]
name = "polder"
base_url = "{base}"
profile = "polder.toml"
policy = "badge"
override_indeterminate = true
source_revoked = "revoke"
key = {{ kind = "pem", path = "polder.pem" }}
tsa = {{ url = "{tsa}" }}
{wallet}
former_certificates = [{former}]

[[tenants.tokens]]
name = "polder"
sha256 = "{polder}"
scopes = ["convert", "seal", "revoke", "deliver"]

[[tenants.tokens]]
name = "polder-reader"
sha256 = "{reader}"
scopes = ["convert"]

[[tenants]]
name = "zee"
base_url = "{other}"
profile = "zee.toml"
level = "B"
credential_status = true
key = {{ kind = "pem", path = "zee.pem" }}
mandate = {{ title = {{ en = "Mandate of the school" }}, text = "The school has its awards sealed by us." }}

[[tenants.tokens]]
name = "zee"
sha256 = "{zee}"
scopes = ["convert", "seal", "revoke"]
"""


@dataclass
class World:
    """What a gateway asks: badges of others, authorities, and its own public addresses."""

    badges: dict[str, Any] = field(default_factory=web_of_badges)
    caller: Caller | None = None
    authorities: str = ""

    def fetch(self, url: str, *, accept: str = "") -> Resource | Missing:
        if url.startswith(self.authorities):
            return HttpFetcher(allow_loopback=True).fetch(url, accept=accept)
        for base in (BASE, OTHER_BASE):
            if url.startswith(base) and self.caller is not None:
                return _as_resource(url, self.caller.get(url.removeprefix(base)))
        return BundleFetcher(self.badges).fetch(url, accept=accept or "application/json")


def _as_resource(url: str, answer: httpx.Response) -> Resource:
    return Resource(
        url=url,
        status=answer.status_code,
        content_type=answer.headers.get("content-type", ""),
        body=answer.content,
    )


@dataclass
class SealingGateway:
    """A running gateway and what is around it."""

    caller: Caller
    world: World
    authorities: AuthorityWeb
    holders: dict[str, Holder]
    folder: Path
    clock: list[datetime]

    @property
    def now(self) -> datetime:
        return self.clock[0] if self.clock else now_by_the_clock()

    def convert(
        self, document: bytes, who: str = "polder", media_type: str = "application/json", **query: str
    ) -> httpx.Response:
        """Ask for a conversion; with `seal` for a sealed one."""
        headers = {"authorization": f"Bearer {TOKENS[who]}"} if who else {}
        return self.caller.post(
            "/v1/convert", params=query, content=document, headers={**headers, "accept": media_type}
        )

    def ask(self, method: str, path: str, who: str = "polder", **how: Any) -> httpx.Response:
        """Call for a tenant."""
        return self.caller.request(method, path, headers={"authorization": f"Bearer {TOKENS[who]}"}, **how)

    def verify(self, document: bytes, **how: Any) -> Report:
        """Verify as a stranger would, who trusts the authorities' root alone."""
        later = self.now + timedelta(minutes=5)
        trust = Trust(anchors=(self.authorities.root.certificate,))
        return verify(document, fetcher=self.world, now=later, trust=trust, **how)


@contextmanager
def sealing_gateway(
    folder: Path,
    database: str = "",
    *,
    clock: list[datetime] | None = None,
    former: str = "",
    wallet: str = "",
) -> Iterator[SealingGateway]:
    """Run a gateway; `clock` holds its time where it is not the machine's."""
    times = clock if clock is not None else []

    def now() -> datetime:
        return times[0] if times else now_by_the_clock()

    with authority_web(now=now) as authorities:
        holders = {
            "polder": authorities.issue_seal("Polder University", identifier="NTRNL-12345678"),
            "zee": authorities.issue_seal("Zegel voor Scholen", identifier="NTRNL-87654321"),
        }
        world = World(authorities=authorities.base)
        yield opened(folder, database, authorities, holders, world, now, times, former, wallet)


def opened(  # noqa: PLR0913, PLR0917 - all that stands around a gateway
    folder: Path,
    database: str,
    authorities: AuthorityWeb,
    holders: Mapping[str, Holder],
    world: World,
    now: Callable[[], datetime],
    times: list[datetime],
    former: str = "",
    wallet: str = "",
) -> SealingGateway:
    """Open a gateway on what is there already."""
    for name, holder in holders.items():
        (folder / f"{name}.pem").write_bytes(pem(holder, authorities))
    (folder / "polder.toml").write_bytes(PROFILE)
    (folder / "zee.toml").write_bytes(PROFILE[PROFILE.index(b"[awarding_body]") :])
    digests = {name: hashlib.sha256(token.encode()).hexdigest() for name, token in TOKENS.items()}
    text = _TENANTS.format(
        base=BASE,
        other=OTHER_BASE,
        tsa=authorities.tsa_url,
        polder=digests["polder"],
        reader=digests["polder-reader"],
        zee=digests["zee"],
        former=former,
        wallet=f'wallet = {{ url = "{wallet}", key = "WALLET_KEY", notification = true }}' if wallet else "",
    )
    (folder / "tenants.toml").write_text(text)
    settings = Settings(
        tenants=read_tenants(folder / "tenants.toml"),
        database=database or f"sqlite:///{folder / 'gateway.db'}",
        trust=Trust(anchors=(authorities.root.certificate,)),
        secrets={"WALLET_KEY": "wallet key"},
    )
    caller = Caller(create_app(settings, fetcher=world, clock=now))
    world.caller = caller
    return SealingGateway(
        caller=caller,
        world=world,
        authorities=authorities,
        holders=dict(holders),
        folder=folder,
        clock=times,
    )


def pem(holder: Holder, authorities: AuthorityWeb) -> bytes:
    """Write a key file with its chain."""
    return _pem(holder, authorities.key(holder).certificates)


def pem_of(holder: Holder, *above: Holder) -> bytes:
    """Write a key file with the certificates of those above it."""
    return _pem(holder, [one.certificate for one in (holder, *above)])


def school() -> Holder:
    """Issue the certificate of the school whose profile the tests have, below an authority of ours."""
    parts = {
        NameOID.COUNTRY_NAME: "NL",
        NameOID.ORGANIZATION_NAME: "Polder University",
        NameOID.ORGANIZATION_IDENTIFIER: "NTRNL-12345678",
        NameOID.COMMON_NAME: "Polder University",
    }
    subject = x509.Name([x509.NameAttribute(kind, text) for kind, text in parts.items()])
    return issued("Polder University", root(), key_name="polder", subject=subject)


def _pem(holder: Holder, chain: Iterable[x509.Certificate]) -> bytes:
    held = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return held + b"".join(one.public_bytes(Encoding.PEM) for one in chain)
