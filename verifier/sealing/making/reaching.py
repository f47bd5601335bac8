"""Seal, and reach a level: B, T, LT, LTA (EN 319 132-1 §6, TS 119 182-1 §6).

Each level is named only after the seal that was made has been examined and reached it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from cryptography import x509

from converter.read import read
from converter.recognise import recognise
from schemas.document import Document, Format, Seal, SealKind
from schemas.errors import Malformed, Problem, Refused, Unavailable
from schemas.evidence import SealExamination
from schemas.stamper import Level
from verifier.sealing import examine
from verifier.sealing.making import jades, xades
from verifier.sealing.making.keeping import latest, sought, worth_keeping
from verifier.sealing.making.means import Means
from verifier.sealing.scheme import STRANGE
from verifier.trust.carried import Kind, Revocations
from verifier.trust.times import seal_times

_ORDER = (Level.B, Level.T, Level.LT, Level.LTA)
_NO_STAMPER = "This level needs a time-stamping authority, and none is set."
_NOT_REACHED = "The seal that was made does not reach the level that was asked for."


class Form(Protocol):
    """One way to write a seal and what it carries along."""

    def begun(self, document: bytes, means: Means, *, more: bool) -> bytes:
        """Seal at level B; `more` says that something will be added."""

    def octets_for(self, sealed: bytes, kind: Kind) -> bytes:
        """Return what the next timestamp has to be about."""

    def with_token(self, sealed: bytes, kind: Kind, token: bytes | None) -> bytes:
        """Add a timestamp."""

    def with_values(self, sealed: bytes, found: Revocations, *, of_stamps: bool) -> bytes:
        """Add certificates and revocation data."""

    def finished(self, sealed: bytes) -> bytes:
        """Take away what stayed empty."""


_FORMS: dict[SealKind, Form] = {SealKind.JADES: jades, SealKind.XADES: xades}


def seal_elm(document: bytes, means: Means, level: Level) -> bytes:
    """Seal an ELM v3 document as JAdES; its bytes are the payload, character for character.

    Raises:
        Malformed: it is not JSON that can be taken literally.
        Refused: it is sealed already.
        Unavailable: key, time-stamping authority or revocation data could not be had, or do not make up
            the level.
    """
    _refuse_other(document, Format.ELM)
    jades.refuse_sealed(document)
    return seal_known(document, means, level, Format.ELM)


def seal_edci(document: bytes, means: Means, level: Level) -> bytes:
    """Seal an EDCI XML document as XAdES, in its `proof`.

    Raises:
        Malformed: it is not XML that can be taken apart safely.
        Refused: it is sealed already.
        Unavailable: as for `seal_elm`.
    """
    _refuse_other(document, Format.EDCI)
    return seal_known(document, means, level, Format.EDCI)


def renew(sealed: bytes, means: Means) -> bytes:
    """Add what the last timestamp needs to be believed later, and an archive timestamp over all of it.

    A seal of level T or LT is brought to LTA by it (EN 319 132-1 §5.5; TS 119 182-1 §5.3.6). The key of the
    means is not used.

    Raises:
        Refused: there is no intact seal of level T or higher.
        Malformed, NotRecognised: it is no document.
        Unavailable: as for `seal_elm`.
    """
    document, examined = _opened(sealed)
    found = sought(document, examined, means)
    if found.level is Level.B:
        message = "The seal has no timestamp that counts, so there is nothing to renew; seal it anew."
        raise Refused(Problem(code="sealing.level", message=message))
    kind = _kind(document)
    form = _FORMS[kind]
    if found.level is Level.T:
        sealed = form.with_values(sealed, worth_keeping(found), of_stamps=False)
    else:
        sealed = form.with_values(sealed, worth_keeping(found), of_stamps=True)
    return _proven(_stamped(sealed, form, means, "archive"), kind, means, Level.LTA)


def lasts_until(sealed: bytes, means: Means, level: Level) -> datetime:
    """Say the same of a seal that was just made with a key.

    Raises:
        Refused, Malformed, NotRecognised: see `renew_by`.
    """
    return means.key.certificates[0].not_valid_after_utc if level is Level.B else renew_by(sealed)


def renew_by(sealed: bytes) -> datetime:
    """Say until when a seal must have been renewed: when the certificate of its last timestamp ends.

    Of a seal without one it is the end of the sealing certificate, by when it must be made anew.

    Raises:
        Refused: there is no intact seal.
        Malformed, NotRecognised: it is no document.
    """
    document, examined = _opened(sealed)
    assert examined.signer is not None  # noqa: S101 - such a seal does not open
    last = latest(seal_times(document))
    authority = last.authority if last is not None else None
    return (authority or examined.signer).not_valid_after_utc


def _refuse_other(data: bytes, wanted: Format) -> None:
    if recognise(data).format is not wanted:
        message = f"This is not a document of the format {wanted.value}."
        raise Refused(Problem(code="sealing.format", message=message))


def seal_known(data: bytes, means: Means, level: Level, wanted: Format) -> bytes:
    """Seal a document that was written here, or read here as one of its format.

    Raises:
        Malformed, Refused, Unavailable: as for `seal_elm`, but nobody asks again what it is.
    """
    _refuse_ended(means.key.certificates[0] if means.key.certificates else None, means.now)
    if level is not Level.B and means.stamper is None:
        raise Unavailable("", _NO_STAMPER)
    kind = SealKind.JADES if wanted is Format.ELM else SealKind.XADES
    form = _FORMS[kind]
    sealed = form.begun(data, means, more=level is not Level.B)
    for step in _steps(level):
        match step:
            case Level.T:
                sealed = _stamped(sealed, form, means, "signature")
            case Level.LT:
                found = sought(*_looked_at(sealed, kind), means)
                sealed = form.with_values(sealed, worth_keeping(found), of_stamps=False)
            case Level.LTA:
                sealed = _stamped(sealed, form, means, "archive")
    return _proven(sealed if level is Level.B else form.finished(sealed), kind, means, level)


def _steps(level: Level) -> Iterator[Level]:
    yield from _ORDER[1 : _ORDER.index(level) + 1]


def _refuse_ended(certificate: x509.Certificate | None, now: datetime) -> None:
    if certificate is None:
        raise Unavailable("", "The key has no certificate, so nobody could tell whose seal it is.")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Unavailable("", "The certificate of the key is not in force now.")


def _stamped(sealed: bytes, form: Form, means: Means, kind: Kind) -> bytes:
    if means.stamper is None:
        raise Unavailable("", _NO_STAMPER)
    token = means.stamper.stamp(form.octets_for(sealed, kind))
    return form.with_token(sealed, kind, token)


def _proven(sealed: bytes, kind: SealKind, means: Means, level: Level) -> bytes:
    """Return a seal only after it was examined as any reader would: intact, and at the level it was made for.

    Of level T it is not asked whether its authority is still good: nobody can tell before there is news.

    Raises:
        Unavailable: it is not.
    """
    if level is Level.B:
        return _intact(sealed, kind)
    document, examined = _looked_at(sealed, kind)
    lasting = level in (Level.LT, Level.LTA)
    found = sought(document, examined, replace(means, fetcher=None)) if lasting else None
    for one in seal_times(document) if found is None else found.times:
        if not (one.imprint_holds and one.intact):
            raise Unavailable("", f"{_NOT_REACHED} {one.faults[0][1] if one.faults else ''}".strip())
    if found is not None and found.level is not level:
        raise Unavailable("", f"{_NOT_REACHED} {found.why}".strip())
    return sealed


def _intact(sealed: bytes, kind: SealKind) -> bytes:
    """Return a seal beside which nothing was put: where it does not hold, the key is another's.

    Raises:
        Unavailable: it does not.
    """
    try:
        _looked_at(sealed, kind)
    except Refused:
        raise Unavailable("", STRANGE) from None
    return sealed


def _read(data: bytes) -> Document:
    found = read(data)
    if not isinstance(found, Document):
        raise Malformed(Problem(code="document.several", message="These are several documents, not one."))
    return found


def _opened(sealed: bytes) -> tuple[Document, SealExamination]:
    """Read and examine somebody's sealed document.

    Raises:
        Refused: there is no seal of a kind that is made here, or it does not hold.
    """
    document = _read(sealed)
    if document.seal is None or document.seal.kind not in _FORMS or document.seal.raw != sealed:
        message = "This is not a document with a seal of a kind that can be kept up here."
        raise Refused(Problem(code="sealing.missing", message=message))
    return _looked_at(sealed, document.seal.kind)


def _kind(document: Document) -> SealKind:
    assert document.seal is not None  # noqa: S101 - it was opened for its seal
    return document.seal.kind


def _looked_at(sealed: bytes, kind: SealKind) -> tuple[Document, SealExamination]:
    """Examine a seal alone; what is sealed was read before and has not changed.

    Raises:
        Refused: it does not hold.
    """
    document = Document(
        format=Format.SIGNED,
        version="",
        raw=sealed,
        original=sealed,
        media_type="",
        tree={},
        seal=Seal(kind=kind, raw=sealed),
    )
    examined = examine(document)
    if examined is None or not examined.intact or examined.signer is None:
        raise Refused(Problem(code="sealing.broken", message="The seal of the document does not hold."))
    return document, examined
