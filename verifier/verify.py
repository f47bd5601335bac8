"""The one numbered story: read, gather, check, judge."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from converter.formats.ob2_assemble import bare_id
from converter.read import read
from schemas.document import Bundle, Container, Document, Format, Pointer
from schemas.errors import DocumentError, NotRecognised, Problem
from schemas.evidence import Evidence, Fetcher, Recipient, Resource, Trust
from schemas.official import Official
from verifier.asked import ANYTHING, OK, Asked
from verifier.catalogue import edc_checks
from verifier.checks import CHECKS, SIGNATURE_CHECKS, UNANSWERED_CHECKS
from verifier.describe import described_issuer, described_subject
from verifier.finding import Check, Finding, Outcome, Verdict
from verifier.gather import gather
from verifier.indication import aspects, sub_indications
from verifier.policy import AUTO, BROKEN, GENERAL, OFFLINE, Level, Policy, known_policy, policy_for
from verifier.report import Report

_LOG = logging.getLogger(__name__)
CHILDREN = "seal.children"
_MAX_POINTERS = 3
_MAX_FINDINGS = 500
_PAGE = re.compile(r"https://(?:www\.)?(?P<host>edubadges\.nl)/public/assertions/(?P<id>[^/?#]+)/?")


def verify(
    data: bytes,
    *,
    fetcher: Fetcher,
    now: datetime,
    policy: str = AUTO,
    recipients: tuple[Recipient, ...] = (),
    trust: Trust | None = None,
    official: Official | None = None,
) -> Report:
    """Verify a document, whatever it is wrapped in.

    Args:
        data: a badge or credential, an image or file holding one, or a URL.
        fetcher: the only way to the world.
        now: the moment the verdict is about, timezone-aware.
        policy: `auto`, or one of `verifier.policy.policy_names()`; by `general` any signed XML or JSON is
            judged for its signatures alone.
        recipients: who the asker says it is about; any of them may match.
        trust: what the asker trusts.
        official: the official schema files that are at hand; their word is told beside ours.

    Raises:
        NotRecognised: none of the known formats, or a ZIP or PDF with several documents.
        Malformed: not well-formed, a DOCTYPE, or beyond the limits.
        UnknownPolicy: no such policy.
    """
    known_policy(policy)
    asked = Asked(fetcher)
    if policy == GENERAL:
        return judged(_gathered_signed(data, asked, now=now, trust=trust), policy=policy)
    document, requested = located(data, asked)  # (1) read, following pointers
    evidence = gather(  # (2) gather: the only step that asks the world
        document,
        fetcher=asked,
        now=now,
        requested=requested,
        recipients=recipients,
        trust=trust,
        official=official,
    )
    return judged(evidence, policy=policy)


def judged(evidence: Evidence, *, policy: str = AUTO, checks: Iterable[Check] | None = None) -> Report:
    """Check and judge evidence already gathered; pure.

    Each sealed credential inside is judged first, as a document of its own and by the same policy.

    Raises:
        UnknownPolicy: no such policy.
    """
    if evidence.document.format is Format.SIGNED:
        policy = GENERAL
    chosen = policy_for(policy, evidence)
    children = tuple(judged(child, policy=policy) for child in evidence.children)
    wanted = _checks_for(policy, evidence) if checks is None else checks
    findings = tuple(finding for check in wanted for finding in guarded(check, evidence))  # (3) check
    findings += tuple(_told_of_children(evidence, children))
    originals, told = _of_originals(evidence, policy)
    findings += told
    silences = tuple(_silence(code) for code in chosen.silent(findings))
    findings += silences
    verdict = chosen.verdict(findings)  # (4) judge
    weighed = heeded(findings, chosen)
    trusted = evidence.seal_trust
    return Report(
        verdict=verdict,
        policy=f"{chosen.name}/{chosen.situation}",
        containers=tuple(str(container) for container in evidence.document.containers),
        format=str(evidence.document.format),
        version=evidence.document.version,
        subject=described_subject(evidence),
        issuer=described_issuer(evidence),
        findings=findings,
        required=chosen.required,
        hashes=dict(evidence.hashes),
        edc_checks=edc_checks(weighed),
        sub_indications=sub_indications(verdict, weighed),
        aspects=aspects(findings),
        proven_at=trusted.moment if trusted and trusted.proven else None,
        lists=dict(trusted.lists) if trusted else {},
        children=children,
        originals=originals,
    )


def _of_originals(evidence: Evidence, policy: str) -> tuple[tuple[Report, ...], tuple[Finding, ...]]:
    """Judge what a converted document encloses: each original by what its own format asks."""
    if evidence.custody is None:
        return (), ()
    from verifier.custody.checks import told_of_originals  # noqa: PLC0415 - few documents were converted

    by = policy if policy == OFFLINE else AUTO
    reports = [
        (judged(one.evidence, policy=by), policy_for(by, one.evidence)) if one.evidence is not None else None
        for one in evidence.custody.originals
    ]
    told = tuple(told_of_originals(evidence, reports))
    return tuple(one[0] for one in reports if one is not None), told


def _checks_for(policy: str, evidence: Evidence) -> Iterable[Check]:
    if not evidence.document.raw:
        return UNANSWERED_CHECKS
    return SIGNATURE_CHECKS if policy == GENERAL else CHECKS


def _told_of_children(evidence: Evidence, children: tuple[Report, ...]) -> Iterator[Finding]:
    """Tell what became of the sealed credentials inside: none raises what holds it, one may keep it down.

    A seal around them proves who put them together. So one that is broken is no fault of that seal, and yet
    not all that the document holds is proven then.
    """
    if evidence.document.format is Format.OB2 or not evidence.document.raw:
        return
    for number, child in enumerate(children, start=1):
        where = f"sealed credential {number}"
        if child.verdict is Verdict.TOTAL_PASSED:
            message = "A sealed credential inside this one is proven by itself."
            yield Finding(check=CHILDREN, outcome=Outcome.PASSED, message=message, where=where)
        else:
            message = f"A sealed credential inside this one is not proven by itself: {child.verdict}."
            yield Finding(check=CHILDREN, outcome=Outcome.UNDECIDED, message=message, where=where)
    if evidence.more_children:
        message = "The document holds more sealed credentials, or some of a kind, that were not looked at."
        yield Finding(check=CHILDREN, outcome=Outcome.UNDECIDED, message=message)
    elif not children:
        message = "The document holds no credential with a seal of its own."
        yield Finding(check=CHILDREN, outcome=Outcome.NOT_APPLICABLE, message=message)


def _gathered_signed(data: bytes, asked: Asked, *, now: datetime, trust: Trust | None) -> Evidence:
    """Read a file for its signatures alone; what it is wrapped in is taken off as for any document."""
    from verifier.gather_signed import gather_signed  # noqa: PLC0415 - only what is needed is loaded
    from verifier.signed import read_signed  # noqa: PLC0415 - as above

    document = read_signed(data)
    if document is None:
        found, _ = located(data, asked)
        inside = read_signed(found.raw) if found.raw else None
        document = replace(
            inside or found, containers=found.containers, original=data, source_url=found.source_url
        )
    return gather_signed(document, fetcher=asked, now=now, trust=trust)


def heeded(findings: Iterable[Finding], policy: Policy) -> list[Finding]:
    """Return the findings a verdict rests on."""
    return [finding for finding in findings if policy.level(finding.check) is Level.REQUIRED]


def guarded(check: Check, evidence: Evidence) -> list[Finding]:
    """Run one check; one that breaks down is told as undecided, and never takes the report with it."""
    findings: list[Finding] = []
    try:
        told = iter(check(evidence))
        findings.extend(islice(told, _MAX_FINDINGS))
        if next(told, None) is not None:
            message = f"One check had more than {_MAX_FINDINGS} things to say; the others are not known."
            findings.append(Finding(check=BROKEN, outcome=Outcome.UNDECIDED, message=message))
    except Exception as error:  # noqa: BLE001 - a bug of ours must not become a verdict
        name = getattr(check, "__name__", "check")
        _LOG.error("The check %s broke down with %s.", name, type(error).__name__)
        message = f"The check {name} broke down; what it would have said is not known."
        findings.append(Finding(check=BROKEN, outcome=Outcome.UNDECIDED, message=message))
    return findings


def _silence(code: str) -> Finding:
    message = "This was required and nothing spoke of it, so it is not known."
    return Finding(check=code, outcome=Outcome.UNDECIDED, message=message)


def located(data: bytes, asked: Asked) -> tuple[Document, str]:
    """Read the input and follow what it points at, to the document itself.

    Returns:
        The document, and the URL it was asked by; both empty of content where the URL answered none, so
        that the report can say why.

    Raises:
        NotRecognised, Malformed: as `verify` says.
    """
    containers: tuple[Container, ...] = ()
    requested, source = "", ""
    found = single(read(data))
    for _ in range(_MAX_POINTERS):
        if isinstance(found, Document):
            break
        containers += found.containers
        place = data_address(bare_id(found.url))
        requested, source = requested or found.url, place
        answer = asked.ask(place, accept=ANYTHING)
        if not isinstance(answer, Resource) or answer.status != OK:
            return _unanswered(place, data, containers), requested
        try:
            found = single(read(answer.body, source_url=place))
        except DocumentError:
            return _unanswered(place, data, containers), requested
    if not isinstance(found, Document):
        return _unanswered(source, data, containers), requested
    return replace(found, containers=(*containers, *found.containers)), requested


def data_address(url: str) -> str:
    """Return where the data of a shared badge page lies; the pages of edubadges are for people only.

    Their holders share `https://www.edubadges.nl/public/assertions/…`; the same path at `api.` answers JSON.
    """
    page = _PAGE.fullmatch(url)
    return f"https://api.{page['host']}/public/assertions/{page['id']}" if page else url


def single(found: Document | Pointer | Bundle) -> Document | Pointer:
    """Take the one document out of a ZIP or PDF.

    Raises:
        NotRecognised: there are several; the message names them.
    """
    depth: tuple[Container, ...] = ()
    while isinstance(found, Bundle):
        if len(found.parts) != 1:
            names = ", ".join(repr(name) for name, _ in found.parts[:20])
            message = (
                f"The {found.container.upper()} holds {len(found.parts)} documents; choose one: {names}."
            )
            raise NotRecognised(Problem(code="format.read", message=message))
        depth += (found.container,)
        found = read(found.parts[0][1])
    return replace(found, containers=(*depth, *found.containers))


def _unanswered(place: str, data: bytes, containers: tuple[Container, ...]) -> Document:
    """Stand in for a badge that its address did not answer; there is nothing to convert or to show."""
    return Document(
        format=Format.OB2,
        version="",
        containers=containers,
        raw=b"",
        original=data,
        media_type="",
        tree={"id": place},
        source_url=place,
    )
