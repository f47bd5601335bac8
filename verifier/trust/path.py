"""Whether a certificate leads to a trust anchor, and held at a moment.

The one door to path validation: which engine is behind it is a matter of this module alone (ADR 0010).
Cites ETSI EN 319 102-1 §5.2.6 and RFC 5280 §6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from cryptography import x509

from schemas.seal_trust import PathAnswer
from verifier.sealing.certificates import organisation
from verifier.trust.carried import Revocations
from verifier.trust.certificate_facts import Facts, facts_of
from verifier.trust.chains import Chain, Pool, chains
from verifier.trust.constraints import Purpose, unmet
from verifier.trust.revocation import KnownRevocations, Standing
from verifier.trust.signed import weakness

__all__ = ["Purpose", "validate_path"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What is asked.

    Attributes:
        moment: at which everything must hold.
        proven: whether the signature was there by then.
        made_after: before which it was not made; None where nothing proves that.
        purpose: of the certificate.
        known: about revocation.
    """

    moment: datetime
    proven: bool
    made_after: datetime | None
    purpose: Purpose
    known: KnownRevocations


def validate_path(  # noqa: PLR0913 - keywords, and each a fact of its own
    certificate: x509.Certificate,
    *,
    purpose: Purpose,
    moment: datetime,
    now: datetime,
    pool: Iterable[x509.Certificate],
    anchors: Iterable[x509.Certificate],
    revocations: Revocations | KnownRevocations,
    proven: bool = False,
    made_after: datetime | None = None,
) -> PathAnswer:
    """Build and judge the paths from a certificate to the anchors. Never raises, whatever the pool holds.

    The best answer of any path counts: one that holds; else the one that came closest to holding.

    False is said only of what no later finding can mend: used provably before the certificate began
    (NOT_YET_VALID), or provably after it ended or was revoked (EXPIRED, REVOKED). That a signature is proven
    to have *existed* after a revocation does not tell whether it was made before: REVOKED_NO_POE, undecided
    (EN 319 102-1 §5.1.3 table 6). Everything else that is amiss is undecided too, as in that table.

    Args:
        certificate: at the bottom.
        purpose: what it was used for.
        moment: at which everything must hold: by when the signature is proven to have been there, else `now`.
        now: of the verdict; counts instead of an earlier `moment` that is not proven.
        pool: certificates from anywhere, that may link it to an anchor; nothing is believed of them.
        anchors: trusted as they are: roots, intermediate authorities, or the certificate itself.
        revocations: from anywhere, read before or not; only what the right authority signed counts. Their
            certificates join the pool.
        proven: whether `moment` is proven by a trusted timestamp.
        made_after: a moment at which the signature was provably not made yet: a trusted content timestamp's,
            or, for a timestamp, the moment it gives itself.
    """
    found = facts_of(certificate)
    if found is None:
        return _no_chain(certificate, "The certificate cannot be read.")
    known = revocations
    if isinstance(known, Revocations):
        known = KnownRevocations(known, (*pool, *known.certificates))
    case = _Case(
        moment=moment if proven else max(moment, now),
        proven=proven,
        made_after=made_after,
        purpose=purpose,
        known=known,
    )
    best: tuple[int, PathAnswer] | None = None
    for chain in chains(found, Pool(anchors, (*pool, *known.certificates))):
        rank, answer = _judged(chain, case)
        if answer.holds:
            return answer
        if best is None or rank > best[0]:
            best = rank, answer
    return best[1] if best else _no_chain(certificate, "The certificate leads to nobody who is trusted here.")


def _no_chain(certificate: x509.Certificate, sentence: str) -> PathAnswer:
    return PathAnswer(
        holds=None, indication="NO_CERTIFICATE_CHAIN_FOUND", sentence=sentence, chain=(certificate,)
    )


def _judged(chain: Chain, case: _Case) -> tuple[int, PathAnswer]:
    """Judge one chain, and rank the answer by how close it is to holding."""
    certificates = tuple(one.certificate for one in chain)
    if sentence := unmet(chain, case.purpose):
        answer = _undecided("CHAIN_CONSTRAINTS_FAILURE", sentence)
        return 1, replace(answer, chain=certificates)
    standings = [case.known.standing(one, issuer, case.moment) for one, issuer in pairwise(chain)]
    told = min((one.revoked_at for one in standings if one.revoked_at), default=None)
    rank, answer = (
        _beyond_mending(chain[0], standings, case)
        or _known_revoked(standings)
        or _out_of_dates(chain, case)
        or _weak(chain)
        or _not_known(standings)
        or (9, _holds(chain, case, told))
    )
    return rank, replace(answer, chain=certificates, revoked_at=told)


def _undecided(indication: str, sentence: str) -> PathAnswer:
    return PathAnswer(holds=None, indication=indication, sentence=sentence)


def _whose(place: int) -> str:
    return "The certificate of an authority above it" if place else "The certificate"


def _beyond_mending(
    certificate: Facts, standings: list[Standing], case: _Case
) -> tuple[int, PathAnswer] | None:
    """Find what makes the signature worthless whatever else comes up (§5.1.3: TOTAL-FAILED)."""
    start, end = certificate.certificate.not_valid_before_utc, certificate.certificate.not_valid_after_utc
    revoked = standings[0].revoked_at if standings and standings[0].state == "revoked" else None
    if case.proven and case.moment < start:
        indication, sentence = "NOT_YET_VALID", f"before it came into force on {_day(start)}"
    elif case.made_after and revoked and revoked <= case.made_after:
        indication, sentence = "REVOKED", f"after it had been revoked on {_day(revoked)}"
    elif case.made_after and case.made_after > end:
        indication, sentence = "EXPIRED", f"after it had expired on {_day(end)}"
    else:
        return None
    return 8, PathAnswer(holds=False, indication=indication, sentence=f"The certificate was used {sentence}.")


def _known_revoked(standings: list[Standing]) -> tuple[int, PathAnswer] | None:
    for place, one in enumerate(standings):
        if one.state not in {"revoked", "held"}:
            continue
        day = _day(one.revoked_at) if one.revoked_at else "a day not told"
        if one.state == "held":
            sentence = f"{_whose(place)} is suspended since {day}, and may yet be revoked or restored."
            return 5, _undecided("TRY_LATER", sentence)
        if place:
            return 3, _undecided("REVOKED_CA_NO_POE", f"{_whose(place)} was revoked on {day}.")
        sentence = f"The certificate was revoked on {day}, and nothing proves that it was used before that."
        return 7, _undecided("REVOKED_NO_POE", sentence)
    return None


def _out_of_dates(chain: Chain, case: _Case) -> tuple[int, PathAnswer] | None:
    """Hold all certificates but an authority's that is the anchor against their dates (§6.1.3 (a)(2))."""
    for place, one in enumerate(chain[: max(1, len(chain) - 1)]):
        start, end = one.certificate.not_valid_before_utc, one.certificate.not_valid_after_utc
        if start <= case.moment <= end:
            continue
        what = f"expired on {_day(end)}" if case.moment > end else f"came into force only on {_day(start)}"
        proof = "" if case.proven else ", and nothing trusted proves when it was used"
        return 4, _undecided("OUT_OF_BOUNDS_NO_POE", f"{_whose(place)} {what}{proof}.")
    return None


def _weak(chain: Chain) -> tuple[int, PathAnswer] | None:
    for one, issuer in pairwise(chain):
        if weak := weakness(one.signed, issuer.key):
            sentence = f"The certificate's chain rests on {weak}, which no longer counts as proof."
            return 2, _undecided("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", sentence)
    return None


def _not_known(standings: list[Standing]) -> tuple[int, PathAnswer] | None:
    for place, one in enumerate(standings):
        if one.state != "unknown":
            continue
        whose = _whose(place).replace("The", "the", 1)
        known = "What is known does not reach the moment that counts" if one.stale else "Nothing is known"
        sentence = f"{known}, so it is open whether {whose} was revoked."
        return 6, _undecided("TRY_LATER", sentence)
    return None


def _holds(chain: Chain, case: _Case, told: datetime | None) -> PathAnswer:
    anchor = next(iter(organisation(chain[-1].certificate).names), "") if len(chain) > 1 else ""
    whom = f"leads to {anchor}, who is trusted here," if anchor else "is trusted here"
    sentence = f"The certificate {whom} and was in force on {_day(case.moment)}."
    if told:
        sentence += (
            f" It was revoked or suspended on {_day(told)}, which does not undo what was sealed before."
        )
    return PathAnswer(holds=True, sentence=sentence)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
