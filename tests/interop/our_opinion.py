"""What badgepass says: the seam through which the table asks it, whatever engine stands behind."""

from __future__ import annotations

import time
from collections.abc import Iterable

from cryptography.hazmat.primitives import hashes
from interop.cases import Case
from interop.opinions import NOT_SHOWN, Crypto, Opinion

from converter.read import read
from schemas.document import Document, Format, Seal, SealKind
from schemas.errors import DocumentError, NotRecognised
from schemas.evidence import SealExamination
from verifier.sealing import examine_jades, examine_xades
from verifier.trust.times import SealTime, seal_times

_CRYPTO = {True: Crypto.HOLDS, False: Crypto.BROKEN, None: Crypto.UNDECIDED}


def our_opinion(case: Case) -> Opinion:
    """Ask ours about one file; whom the seal leads to is not asked yet."""
    raw = case.path.read_bytes()
    if _unsealed(raw):
        return Opinion(crypto=Crypto.NONE)
    start = time.perf_counter()
    try:
        examined = examine_xades(raw) if case.xml else examine_jades(raw)
    except DocumentError as refused:
        return Opinion(crypto=Crypto.BROKEN, why=str(refused))
    micros = (time.perf_counter() - start) * 1e6
    return Opinion(
        crypto=_CRYPTO[examined.intact],
        signer=_signer(examined),
        times=_times(seal_times(_bare(raw, xml=case.xml))) if examined.intact else NOT_SHOWN,
        why=" ".join(sentence for _, sentence in examined.faults),
        micros=micros,
    )


def _unsealed(raw: bytes) -> bool:
    """Tell whether it is a credential without a seal."""
    try:
        found = read(raw)
    except NotRecognised:
        return False
    except DocumentError:
        return False
    return isinstance(found, Document) and found.seal is None


def _bare(raw: bytes, *, xml: bool) -> Document:
    kind = SealKind.XADES if xml else SealKind.JADES
    format_ = Format.EDCI if xml else Format.ELM
    seal = Seal(kind=kind, raw=raw)
    return Document(format=format_, version="", raw=raw, original=raw, media_type="", tree={}, seal=seal)


def _signer(examined: SealExamination) -> str:
    if not examined.intact or examined.signer is None:
        return NOT_SHOWN
    return examined.signer.fingerprint(hashes.SHA256()).hex()


def _times(times: Iterable[SealTime]) -> str:
    return ", ".join(sorted(f"{_moment(one)} {_word(one)}" for one in times))


def _moment(one: SealTime) -> str:
    return one.moment.strftime("%Y-%m-%dT%H:%M:%SZ") if one.moment else "?"


def _word(one: SealTime) -> Crypto:
    if False in {one.imprint_holds, one.intact}:
        return Crypto.BROKEN
    return Crypto.HOLDS if one.imprint_holds and one.intact else Crypto.UNDECIDED
