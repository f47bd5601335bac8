"""What a job is asked to do with each row: read from a request, kept in its record, made an order."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from api.bulk.rows import Order
from api.gateway.asking import not_understood
from api.jobs.folder import NAMES, JobFolder
from api.settings import Settings
from api.tenants import Tenant
from converter.profile import read_profile
from schemas.canonical import canonical
from schemas.document import Format
from schemas.institution import InstitutionProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is done with each row.

    Attributes:
        to: the format wanted; empty asks for a verdict.
        carrier: the original travels along.
        individual_pages: a page for each learner, instead of one for each badge class.
        strict: a row that would lose something is refused.
        offline: no web address is asked.
        seal: every row is verified, and sealed by the tenant whose job it is.
        override: `indeterminate` to seal also what is not proven.
        output: in what the documents lie, of `NAMES`.
    """

    to: str = ""
    carrier: bool = False
    individual_pages: bool = False
    strict: bool = False
    offline: bool = False
    seal: bool = False
    override: str = ""
    output: str = "ndjson"

    def __post_init__(self) -> None:
        """Refuse what cannot be asked.

        Raises:
            NotUnderstood: there is no such format or output.
        """
        if self.to and self.to not in set(Format):
            names = ", ".join(Format)
            raise not_understood("request.target", f"There is no such format; there are: {names}.", "to")
        if (self.seal and not self.to) or (self.override and not self.seal):
            raise not_understood("request.options", "Only what is converted is sealed.", "seal")
        if self.output not in NAMES:
            raise not_understood("request.output", f"An output is one of {', '.join(NAMES)}.", "output")

    def to_dict(self) -> dict[str, Any]:
        """Return it as the record keeps it."""
        return asdict(self)

    def digest(self, *parts: str) -> str:
        """Return what tells this request from another.

        Args:
            parts: digests of what was handed in with it.
        """
        return hashlib.sha256(canonical({**self.to_dict(), "parts": list(parts)})).hexdigest()


def order_of(
    asked: Asked,
    folder: JobFolder,
    settings: Settings,
    tenant: Tenant | None,
    now: datetime,
    actor: str = "",
) -> Order:
    """Make the order that every worker gets.

    Raises:
        NotUnderstood, Malformed: the profile cannot be used.
    """
    lists = settings.trust_lists
    return Order(
        target=Format(asked.to) if asked.to else None,
        now=now,
        profile=profile_of(folder, tenant),
        enclose="document" if asked.carrier else "nothing",
        individual=asked.individual_pages,
        strict=asked.strict,
        offline=asked.offline or settings.offline,
        seal=tenant.name if asked.seal and tenant is not None else "",
        override=asked.override,
        actor=actor,
        database=settings.database,
        trust=settings.trust_folder,
        trust_lists=str(lists.folder.resolve()) if lists is not None and lists.archive().snapshots else "",
    )


def profile_of(folder: JobFolder, tenant: Tenant | None) -> InstitutionProfile:
    """Read the profile that came with the job, or else the tenant's own.

    Raises:
        NotUnderstood: it names one learner.
        Malformed: it cannot be read.
    """
    if not folder.profile.exists():
        return tenant.profile if tenant is not None else InstitutionProfile()
    profile = read_profile(folder.profile.read_bytes())
    if profile.given_name or profile.family_name:
        message = "The profile names one learner, and the rows are about many; `people` gives each its own."
        raise not_understood("request.profile", message, "[learner]")
    return profile
