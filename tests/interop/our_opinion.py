"""What badgepass says by its policy `general`: the seam through which the table asks it."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from interop.cases import Case
from interop.opinions import NOT_SHOWN, Crypto, Opinion

from schemas.document import Document
from schemas.errors import DocumentError
from schemas.evidence import Evidence, Missing, Signature, Trust
from schemas.seal_trust import QualificationAnswer
from schemas.trusted_list import ListArchive
from verifier.gather_signed import gather_signed
from verifier.policy import GENERAL
from verifier.sealing.general import examine_general
from verifier.signed import read_signed
from verifier.trust.lists.journal import publications
from verifier.trust.lists.snapshot import Brought, snapshot_of
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
        indication=verdict,
        sub_indication=alone.trust.path.indication if alone and alone.trust else NOT_SHOWN,
        signer=_signer(alone) if alone else NOT_SHOWN,
        qualification=_qualification(alone.trust.qualification) if alone and alone.trust else NOT_SHOWN,
        times=_times(seal_times(replace(document, seal=alone.seal))) if alone else NOT_SHOWN,
        why=" ".join(sentence for one in over_content for _, sentence in one.examination.faults),
        micros=micros,
    )


def _gathered(case: Case, document: Document) -> Evidence:
    trust = Trust(
        anchors=tuple(x509.load_pem_x509_certificate(path.read_bytes()) for path in case.anchors),
        crls=tuple(_der(path.read_bytes()) for path in case.crls),
        lists=_archive(case.lists) if case.lists else None,
    )
    evidence = gather_signed(document, fetcher=_Offline(), now=datetime.fromisoformat(case.at), trust=trust)
    if case.detached and document.seal is not None:
        at_hand = {name: path.read_bytes() for name, path in case.detached.items()}
        evidence = replace(evidence, signatures=examine_general(document.seal, at_hand))
    return evidence


@functools.cache
def _archive(folder: Path) -> ListArchive:
    files = {path.stem: path.read_bytes() for path in folder.glob("*.xml")}
    brought = Brought(lotl=files.pop("EU"), lists=files)
    return ListArchive(
        snapshots=(snapshot_of(brought, known=publications(), archive=ListArchive(), past=True),)
    )


def _der(data: bytes) -> bytes:
    if data[:1] != b"-":
        return data
    return x509.load_pem_x509_crl(data).public_bytes(Encoding.DER)


def _crypto(signatures: list[Signature]) -> Crypto:
    found = {one.examination.intact for one in signatures}
    return _CRYPTO[False if False in found else None if None in found or not found else True]


def _signer(signature: Signature) -> str:
    found = signature.examination.signer
    bound = found is not None and signature.examination.bound
    return found.fingerprint(hashes.SHA256()).hex() if found is not None and bound else NOT_SHOWN


def _qualification(said: QualificationAnswer) -> str:
    """Say it in the words of TS 119 172-4, without whether the signature itself is valid."""
    what = {"eSeal": "SEAL", "eSignature": "SIG"}.get(said.kind)
    if not said.qualified or what is None:
        return NOT_SHOWN
    return f"QE{what}" if said.device else f"ADE{what}_QC"


def _times(times: Iterable[SealTime]) -> str:
    return ", ".join(sorted(f"{_moment(one)} {_word(one)}" for one in times))


def _moment(one: SealTime) -> str:
    return one.moment.strftime("%Y-%m-%dT%H:%M:%SZ") if one.moment else "?"


def _word(one: SealTime) -> Crypto:
    if False in {one.imprint_holds, one.intact}:
        return Crypto.BROKEN
    return Crypto.HOLDS if one.imprint_holds and one.intact else Crypto.UNDECIDED
