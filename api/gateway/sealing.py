"""Seal: only what holds, and only after its record is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from api.gateway.badge_sealing import as_badge
from api.gateway.seal_orders import INDETERMINATE, SealMade, SealOrder
from api.gateway.sealers import Sealer
from api.status.entries import PURPOSES, address, entries_of
from api.storage.credentials import abandon, complete, reserve
from api.storage.records import Origin, Reservation, Sealed
from converter.convert import Conversion, Options, Source
from converter.custody import this_tool
from converter.enrich.sealing import literal
from converter.hosting import Hosting, compact_json
from converter.read import read
from converter.strict import load_json
from schemas.canonical import canonical_digest
from schemas.custody import Custody, Judgement, Known
from schemas.document import Document, Format
from schemas.errors import Problem, Refused
from schemas.sealing import Sealing
from verifier import Outcome, Report, Verdict, verify
from verifier.fetch import OfflineFetcher
from verifier.policy import Level, policy_called
from verifier.sealing.certificates import fingerprint, organisation
from verifier.sealing.making import lasts_until, seal_known

JADES = "application/jose+json"
Made = TypeVar("Made")
_organisation = lru_cache(maxsize=64)(organisation)  # of tenants: a few, each in thousands of documents


def judgement_of(report: Report, order: SealOrder, now: datetime) -> Judgement:
    """Tell whether a source may be sealed; what is not proven needs somebody's recorded word.

    Raises:
        Refused: its verification failed, or is undecided and that is not overridden or may not be.
    """
    if report.verdict is Verdict.TOTAL_FAILED:
        message = "The source did not pass its verification, so it is not sealed."
        raise Refused(Problem(code="sealing.source", message=message), *_told(report, Outcome.FAILED))
    if report.verdict is Verdict.INDETERMINATE:
        if order.override != INDETERMINATE:
            message = "It is not proven that the source is genuine and still good, so it is not sealed."
            raise Refused(
                Problem(code="sealing.undecided", message=message), *_told(report, Outcome.UNDECIDED)
            )
        if not order.sealer.tenant.override_indeterminate:
            message = "This tenant lets nobody seal what is not proven."
            raise Refused(Problem(code="sealing.override", message=message, where="override"))
    return Judgement(
        report=canonical_digest(report.to_dict()),
        at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        verdict=str(report.verdict),
        policy=report.policy,
        override=INDETERMINATE if report.verdict is Verdict.INDETERMINATE else "",
    )


def _told(report: Report, outcome: Outcome) -> list[Problem]:
    """List the checks that are in the way, as the policy weighs them."""
    policy = policy_called(report.policy)
    return [
        Problem(code=one.check, message=one.message, where=one.where, cite=one.cite)
        for one in report.findings
        if one.outcome is outcome and policy.level(one.check) is Level.REQUIRED
    ][:20]


def sealed_conversion(
    source: Source,
    report: Report,
    target: Format,
    order: SealOrder,
    options: Options,
    make: Callable[[Options], Conversion],
) -> tuple[Conversion, SealMade]:
    """Convert and seal one source.

    A record with a place in a status list is kept first; where anything fails after that the place is given
    up at once.

    Args:
        source: as it was examined.
        report: the verdict on it.
        target: the format it gets.
        order: whose seal.
        options: of the conversion.
        make: converts, by options that say what a sealed document has to.

    Raises:
        Refused: the source does not hold, or the conversion gives back a document that is its issuer's own.
        Unavailable: key, authority or database.
        DocumentError: as the conversion says.
    """
    origin, ready = prepared(source, report, target, order, options)
    return with_record(order, origin, options.now, lambda kept: sealed_for(kept, ready, order, make))


def prepared(
    source: Source, report: Report, target: Format, order: SealOrder, options: Options
) -> tuple[Origin, Options]:
    """Tell whether a source may be sealed, and what its record and its conversion say of it.

    Raises:
        Refused: it does not hold.
    """
    judgement = judgement_of(report, order, options.now)
    origin = origin_of(judgement, source.document.raw, hosted_at(source), target, order)
    return origin, replace(options, custody=_custody_of(judgement))


def origin_of(judgement: Judgement, raw: bytes, url: str, target: Format, order: SealOrder) -> Origin:
    """Tell what the record of a source says that may be sealed.

    Args:
        judgement: why it may be.
        raw: the source.
        url: where it is hosted; empty where it is not.
        target: the format it gets.
        order: whose seal.
    """
    return Origin(
        tenant=order.sealer.tenant.name,
        target=str(target),
        original_sha256=hashlib.sha256(raw).hexdigest(),
        source_url=url,
        source_verdict=judgement.verdict,
        override=judgement.override,
    )


def with_place(
    options: Options, judgement: Judgement, sealer: Sealer, kept: Reservation, now: datetime
) -> Options:
    """Say how a source is converted that may be sealed at this moment, and whose place is kept."""
    facts = _sealing_facts(sealer, kept, now)
    return replace(options, now=now, custody=_custody_of(judgement), sealing=facts)


def _custody_of(judgement: Judgement) -> Custody:
    """Tell what the conversion of a source says of where it comes from."""
    return Custody(tool=this_tool(), sources=(Known(judgement=judgement),))


def with_record(
    order: SealOrder,
    origin: Origin,
    now: datetime,
    work: Callable[[Reservation], tuple[Made, Sealed, SealMade, Hosting | None]],
) -> tuple[Made, SealMade]:
    """Reserve, do the work, and complete; give the place up where the work fails."""
    store = order.sealer.store
    kept = reserve(store, origin, now=now, actor=order.actor)
    try:
        made, sealed, told, hosting = work(kept)
    except BaseException:
        abandon(store, kept, now=now, actor=order.actor)
        raise
    documents = hosting.documents if hosting is not None else ()
    complete(store, kept, sealed, now=now, actor=order.actor, documents=documents)
    return made, told


def sealed_for(
    kept: Reservation, options: Options, order: SealOrder, make: Callable[[Options], Conversion]
) -> tuple[Conversion, Sealed, SealMade, Hosting | None]:
    """Convert and seal for a place that is kept; what stands in public comes with it.

    Raises:
        Refused: the conversion gives back a document that is its issuer's own.
        Unavailable: key or authority.
        DocumentError: as the conversion says.
    """
    made = make(replace(options, sealing=_sealing_facts(order.sealer, kept, options.now)))
    return sealed_made(made, kept, order, now=options.now, recipient=options.recipient)


def sealed_made(
    made: Conversion, kept: Reservation, order: SealOrder, *, now: datetime, recipient: tuple[str, str] | None
) -> tuple[Conversion, Sealed, SealMade, Hosting | None]:
    """Seal what was converted for a place that is kept; a badge is about a recipient.

    Raises:
        Refused: the conversion gave back a document that is its issuer's own.
        Unavailable: key or authority.
    """
    if made.given_back:
        message = "The document carries its original, which is given back as its issuer signed it."
        raise Refused(Problem(code="sealing.given-back", message=message))
    if made.format is Format.OB2:
        return as_badge(kept, made, recipient, order)
    data, sealed, told = seal_bytes(made.document, made.format, kept, order.sealer, now)
    media_type = JADES if made.format is Format.ELM else made.media_type
    return replace(made, document=data, media_type=media_type), sealed, told, None


def seal_bytes(
    document: bytes, fmt: Format, kept: Reservation, sealer: Sealer, now: datetime
) -> tuple[bytes, Sealed, SealMade]:
    """Seal a document that was made or read here, whose place is kept; its bytes are what they are."""
    means = sealer.means(now)
    data = seal_known(document, means, sealer.level, fmt)
    until = lasts_until(data, means, sealer.level)
    sealed = Sealed(
        sha256=hashlib.sha256(data).hexdigest(),
        certificate_sha256=fingerprint(sealer.key.certificates[0]),
        renew_by=until,
    )
    status = status_addresses(sealer, kept) if fmt is Format.ELM else ()
    told = SealMade(id=kept.id, tenant=kept.tenant, level=str(sealer.level), status=status, renew_by=until)
    return data, sealed, told


def status_addresses(sealer: Sealer, kept: Reservation) -> tuple[str, ...]:
    """Return where the status of what is sealed for a place is told."""
    return tuple(address(sealer.tenant.base_url, kept.list_id, purpose) for purpose in PURPOSES)


def _sealing_facts(sealer: Sealer, kept: Reservation, now: datetime) -> Sealing:
    """Say who will seal, as the certificate has it, and where the status will be told."""
    said = _organisation(sealer.key.certificates[0])
    mandate = sealer.tenant.mandate
    entries = entries_of(sealer.tenant.base_url, kept.list_id, kept.place)
    text = mandate.text.best(("nl", "en")) or mandate.link if mandate is not None else ""
    return Sealing(
        legal_name=said.names[0] if said.names else "",
        identifier=said.identifiers[0] if said.identifiers else "",
        country=said.country,
        at=now,
        mandate=text,
        mandate_title=mandate.title if mandate is not None else None,
        status=entries,
        credential_status=entries[0]["id"] if sealer.tenant.credential_status else "",
    )


def hosted_at(source: Source) -> str:
    """Return where a source can be asked about later: where it was fetched, or a hosted badge's own id."""
    document = source.document
    if document.source_url:
        return document.source_url
    name = document.tree.get("id")
    hosted = document.format is Format.OB2 and document.seal is None
    return name if hosted and isinstance(name, str) and name.startswith("https://") else ""


def seal_own(data: bytes, order: SealOrder, now: datetime) -> tuple[bytes, SealMade]:
    """Seal a tenant's own finished document; ELM gets a status where it has none.

    What is sealed is the tenant's own word, so nobody can prove it; but it must be sound, and the issuer it
    names must be who seals.

    Raises:
        Refused: it is sealed already, is no credential, has faults, or is another issuer's.
        Malformed, NotRecognised: it cannot be taken apart.
        Unavailable: key, authority or database.
    """
    document = read(data)
    if not isinstance(document, Document) or document.format not in (Format.ELM, Format.EDCI):
        raise Refused(
            Problem(code="sealing.format", message="Only one Europass credential is sealed at a time.")
        )
    if document.seal is not None:
        raise Refused(Problem(code="sealing.present", message="The document is sealed already."))
    offline = OfflineFetcher()
    _refuse_faulty(verify(data, fetcher=offline, now=now))
    sealer = order.sealer
    origin = Origin(
        tenant=sealer.tenant.name,
        target=str(document.format),
        original_sha256=hashlib.sha256(data).hexdigest(),
    )

    def work(kept: Reservation) -> tuple[bytes, Sealed, SealMade, None]:
        own = _with_status(document.raw, sealer, kept) if document.format is Format.ELM else document.raw
        made, sealed, told = seal_bytes(own, document.format, kept, sealer, now)
        believed = replace(sealer.trust, anchors=(sealer.key.certificates[0],))
        _refuse_faulty(verify(made, fetcher=offline, now=now, trust=believed))
        return made, sealed, told, None

    return with_record(order, origin, now, work)


def _refuse_faulty(report: Report) -> None:
    if report.verdict is Verdict.TOTAL_FAILED:
        message = "The document has faults, or its issuer is not who seals, so it is not sealed."
        raise Refused(Problem(code="sealing.source", message=message), *_told(report, Outcome.FAILED))


def _with_status(data: bytes, sealer: Sealer, kept: Reservation) -> bytes:
    tree = load_json(data)
    if tree.get("status") or tree.get("credentialStatus"):
        return data
    tree["status"] = list(entries_of(sealer.tenant.base_url, kept.list_id, kept.place))
    if sealer.tenant.credential_status:
        tree["credentialStatus"] = literal(tree["status"][0]["id"])
    return compact_json(tree)
