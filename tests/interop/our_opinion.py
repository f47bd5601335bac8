"""What badgepass says by its policy `general`: the seam through which the table asks it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from interop.cases import Case
from interop.opinions import NOT_SHOWN, Crypto, Opinion

from schemas.document import Document
from schemas.errors import DocumentError
from schemas.evidence import Evidence, Missing, Signature, Trust
from verifier.finding import Verdict
from verifier.gather import gather_signed
from verifier.policy import GENERAL
from verifier.sealing.general import examine_general
from verifier.signed import read_signed
from verifier.trust.times import SealTime, seal_times
from verifier.verify import judged

_CRYPTO = {True: Crypto.HOLDS, False: Crypto.BROKEN, None: Crypto.UNDECIDED}


class _Offline:
    """A fetcher that answers nothing: what counts is in the file or was brought along."""

    def fetch(self, url: str, *, accept: str) -> Missing:
        del accept
        return Missing(url=url, reason="offline")


def our_opinion(case: Case) -> Opinion:
    """Ask ours about one file."""
    raw = case.path.read_bytes()
    start = time.perf_counter()
    try:
        document = read_signed(raw)
    except DocumentError as refused:
        return Opinion(crypto=Crypto.BROKEN, why=str(refused))
    if document is None or document.seal is None:
        return Opinion(crypto=Crypto.NONE)
    evidence = _gathered(case, document)
    verdict = judged(evidence, policy=GENERAL).verdict
    micros = (time.perf_counter() - start) * 1e6
    over_content = [one for one in evidence.signatures if not one.counters]
    crypto = _crypto(over_content)
    alone = over_content[0] if len(over_content) == 1 and crypto is Crypto.HOLDS else None
    return Opinion(
        crypto=crypto,
        indication=verdict if _judged_whole(verdict, over_content) else NOT_SHOWN,
        sub_indication=alone.trust.path.indication if alone and alone.trust else NOT_SHOWN,
        signer=_signer(alone) if alone else NOT_SHOWN,
        times=_times(seal_times(replace(document, seal=alone.seal))) if alone else NOT_SHOWN,
        why=" ".join(sentence for one in over_content for _, sentence in one.examination.faults),
        micros=micros,
    )


def _gathered(case: Case, document: Document) -> Evidence:
    trust = Trust(
        anchors=tuple(x509.load_pem_x509_certificate(path.read_bytes()) for path in case.anchors),
        crls=tuple(_der(path.read_bytes()) for path in case.crls),
    )
    evidence = gather_signed(document, fetcher=_Offline(), now=datetime.fromisoformat(case.at), trust=trust)
    if case.detached and document.seal is not None:
        at_hand = {name: path.read_bytes() for name, path in case.detached.items()}
        evidence = replace(evidence, signatures=examine_general(document.seal, at_hand))
    return evidence


def _der(data: bytes) -> bytes:
    if data[:1] != b"-":
        return data
    return x509.load_pem_x509_crl(data).public_bytes(Encoding.DER)


def _crypto(signatures: list[Signature]) -> Crypto:
    found = {one.examination.intact for one in signatures}
    return _CRYPTO[False if False in found else None if None in found or not found else True]


def _judged_whole(verdict: Verdict, signatures: list[Signature]) -> bool:
    """Tell whether the verdict is one on path and time too; a failure needs neither."""
    return verdict is Verdict.TOTAL_FAILED or all(one.trust is not None for one in signatures)


def _signer(signature: Signature) -> str:
    found = signature.examination.signer
    bound = found is not None and signature.examination.bound
    return found.fingerprint(hashes.SHA256()).hex() if found is not None and bound else NOT_SHOWN


def _times(times: Iterable[SealTime]) -> str:
    return ", ".join(sorted(f"{_moment(one)} {_word(one)}" for one in times))


def _moment(one: SealTime) -> str:
    return one.moment.strftime("%Y-%m-%dT%H:%M:%SZ") if one.moment else "?"


def _word(one: SealTime) -> Crypto:
    if False in {one.imprint_holds, one.intact}:
        return Crypto.BROKEN
    return Crypto.HOLDS if one.imprint_holds and one.intact else Crypto.UNDECIDED
