"""Convert, as every door asks it: each source is gathered and judged first, on the same evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from api.gateway.asking import not_understood
from converter.convert import Conversion, Options, Source, convert
from converter.identity_reading import Handed
from converter.read import read
from converter.stacking import convert_bundle, convert_split
from schemas.document import Bundle, Format
from schemas.errors import Problem, Refused, Unavailable
from schemas.evidence import Evidence, Fetcher, Missing, Recipient, Trust
from schemas.identity import Proven
from schemas.institution import InstitutionProfile
from verifier import Finding, Outcome, Report
from verifier.asked import Asked
from verifier.gather import gather
from verifier.identity_proof import proven, refuse_profile_of_another
from verifier.policy import AUTO
from verifier.verify import judged, located

if TYPE_CHECKING:
    from api.gateway.seal_orders import SealMade, SealOrder

REVOKED = "status.revoked"
MAX_SOURCES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of a conversion.

    Attributes:
        target: the format wanted.
        profile: what the institution says.
        recipients: who the source should be about; the first is also the recipient of a badge that is made.
        trust: what the asker trusts, for the verdict told beside the result.
        strict: refuse when something would be left out.
        bundle: make one credential of all sources.
        split: make one badge for each achievement.
        enclose: `document`, `original` or `nothing` travels along.
        seal: whose seal the result gets; None leaves it unsealed.
        identity: of the learner; refused unless it is proven to be the learner's.
    """

    target: Format
    profile: InstitutionProfile = field(default_factory=InstitutionProfile)
    recipients: tuple[Recipient, ...] = ()
    trust: Trust | None = None
    strict: bool = False
    bundle: bool = False
    split: bool = False
    enclose: str = "document"
    seal: SealOrder | None = None
    identity: Handed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A source with the verdict on it, and the identity that is proven to be its learner's."""

    source: Source
    evidence: Evidence
    report: Report
    identity: Proven | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """One document made, and what was found out about the sources it was made from.

    Attributes:
        proof: what was proven of the identity that was given, a sentence each.
    """

    conversion: Conversion
    sources: tuple[Report, ...]
    seal: SealMade | None = None
    proof: tuple[str, ...] = ()

    def report(self) -> dict[str, Any]:
        """Return the report every door shows: the four lists, and what is not proven about the sources."""
        return {
            **self.conversion.report.to_dict(),
            "given_back": self.conversion.given_back,
            "notes": list(self.conversion.notes),
            "sources": [_told(report) for report in self.sources],
            **({"identity": {"proof": list(self.proof)}} if self.proof else {}),
            **({"seal": self.seal.to_dict()} if self.seal is not None else {}),
        }


def converted(
    inputs: Sequence[bytes], order: Order, *, fetcher: Fetcher, now: datetime
) -> tuple[Converted, ...]:
    """Convert every input; several results where there are several inputs or the order says split.

    A ZIP or PDF with several documents counts as that many inputs. Nothing is returned unless all of it
    could be made.

    Raises:
        NotUnderstood: the options contradict each other, or there are too many sources.
        NotRecognised, Malformed, Unmappable, Incomplete, Refused: as `converter.convert` says.
        Unavailable: the address of a source gave no document.
    """
    if order.bundle and order.split:
        raise not_understood("request.options", "A bundle is one credential, so it cannot be split.", "split")
    if order.seal is not None and (order.bundle or order.split):
        message = "Bundles and split credentials are not sealed; seal each document by itself."
        raise not_understood("request.options", message, "seal")
    whole = [part for data in inputs for part in _parts(data)]
    if len(whole) > MAX_SOURCES:
        message = f"These are {len(whole)} documents; {MAX_SOURCES} at once is the limit."
        raise not_understood("request.sources", message)
    if order.identity is not None:
        refuse_profile_of_another(order.identity.identity, order.profile)
    examined = [examine(data, order, fetcher=fetcher, now=now) for data in whole]
    options = replace(_options(order, now), identity=examined[0].identity)
    if order.seal is not None:
        return tuple(
            _sealed(one, order, order.seal, replace(options, identity=one.identity)) for one in examined
        )
    if order.bundle:
        made = convert_bundle(tuple(one.source for one in examined), order.target, options)
        proof = tuple(dict.fromkeys(how for one in examined for how in _proof(one)))
        return (Converted(conversion=made, sources=tuple(one.report for one in examined), proof=proof),)
    return tuple(
        Converted(conversion=made, sources=(one.report,), proof=_proof(one))
        for one in examined
        for made in _made(one.source, order, replace(options, identity=one.identity))
    )


def examine(data: bytes, order: Order, *, fetcher: Fetcher, now: datetime) -> Examined:
    """Read a source and ask the world about it once: for the verdict and for the conversion.

    Raises:
        NotRecognised, Malformed: there is no document.
        Refused: its issuer is known to have revoked it, or the identity is not its learner's.
        Unavailable: its address gave no document.
    """
    asked = Asked(fetcher)
    document, requested = located(data, asked)
    evidence = gather(
        document,
        fetcher=asked,
        now=now,
        requested=requested,
        recipients=order.recipients,
        trust=order.trust,
    )
    report = judged(evidence, policy=order.seal.sealer.tenant.policy if order.seal else AUTO)
    if revocation := next(_of(report, REVOKED, Outcome.FAILED), None):
        raise Refused(
            Problem(code=REVOKED, message=revocation.message, where=revocation.where, cite=revocation.cite)
        )
    if not document.raw:
        raise Unavailable(document.source_url, _why_not(evidence))
    source = Source(document=document, resources=evidence.resources)
    return Examined(
        source=source, evidence=evidence, report=report, identity=_proven(order, source, evidence)
    )


def _proven(order: Order, source: Source, evidence: Evidence) -> Proven | None:
    return proven(order.identity, source, evidence) if order.identity is not None else None


def _sealed(examined: Examined, order: Order, seal: SealOrder, options: Options) -> Converted:
    from api.gateway.sealing import sealed_conversion  # noqa: PLC0415 - the database takes time to load

    def make(asked: Options) -> Conversion:
        return convert(examined.source, order.target, asked)

    if examined.identity is not None:
        from api.identity.auditing import used_for_seal  # noqa: PLC0415 - likewise

        used_for_seal(examined.identity, examined.source, seal, target=order.target, at=options.now)
    made, told = sealed_conversion(examined.source, examined.report, order.target, seal, options, make)
    return Converted(conversion=made, sources=(examined.report,), seal=told, proof=_proof(examined))


def _proof(examined: Examined) -> tuple[str, ...]:
    return examined.identity.how if examined.identity is not None else ()


def _made(source: Source, order: Order, options: Options) -> tuple[Conversion, ...]:
    if order.split:
        return convert_split(source, order.target, options)
    return (convert(source, order.target, options),)


def _options(order: Order, now: datetime) -> Options:
    known = order.identity.identity.recipient if order.identity is not None else None
    first = order.recipients[0] if order.recipients else known
    hosted = order.seal is not None and order.target is Format.OB2 and order.seal.form == "hosted"
    return Options(
        now=now,
        profile=order.profile,
        strict=order.strict,
        enclose="nothing" if hosted else order.enclose,  # what stands in public carries nobody's original
        recipient=(first.kind, first.value) if first else None,
    )


def _parts(data: bytes) -> list[bytes]:
    found = read(data)
    if isinstance(found, Bundle) and len(found.parts) > 1:
        return [part for _, part in found.parts]
    return [data]


def _why_not(evidence: Evidence) -> str:
    answer = evidence.resources.get(evidence.document.source_url)
    if isinstance(answer, Missing):
        return answer.why
    if answer is not None and answer.status != 200:  # noqa: PLR2004 - OK
        return f"The address answered with status {answer.status}, so there is nothing to convert."
    return "What the address answered is no badge or credential."


def _of(report: Report, code: str, outcome: Outcome) -> Iterator[Finding]:
    return (one for one in report.findings if one.check == code and one.outcome is outcome)


def _told(report: Report) -> dict[str, Any]:
    """Tell what is wrong with a source and what is not proven; a conversion never hides it."""
    told = report.to_dict()
    return {
        "verdict": told["verdict"],
        "format": told["format"],
        "version": told["version"],
        "containers": told["containers"],
        "failed": [one for one in told["findings"] if one["outcome"] == Outcome.FAILED],
        "undecided": [one for one in told["findings"] if one["outcome"] == Outcome.UNDECIDED],
    }
