"""What is asked, from the words of a command line, a query or a form to values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from schemas.document import FORMATS, Format
from schemas.errors import BadgepassError, Problem
from schemas.evidence import Recipient

RECIPIENT_KINDS = ("email", "id", "url", "telephone")
ENCLOSURES = ("document", "original", "nothing")
TARGETS = tuple(str(fmt) for fmt in FORMATS)
_MAX_VALUE = 2000


class NotUnderstood(BadgepassError):  # noqa: N818 - reads as a sentence
    """The question is at fault, not the document: an option, a parameter, a file that cannot be read."""

    def __init__(self, *problems: Problem) -> None:
        """Take at least one problem; the first is the headline."""
        super().__init__(problems[0].message)
        self.problems: tuple[Problem, ...] = problems


def not_understood(code: str, message: str, where: str = "") -> NotUnderstood:
    """Build the error for one thing that was not understood."""
    return NotUnderstood(Problem(code=code, message=message, where=where))


def asked_recipients(texts: Iterable[str], where: str) -> tuple[Recipient, ...]:
    """Read `kind=value` texts; the values are personal data and are not quoted in an error.

    Raises:
        NotUnderstood: every text that is no `kind=value`, or whose kind is not one of `RECIPIENT_KINDS`.
    """
    recipients, problems = [], []
    for text in texts:
        kind, equals, value = text.partition("=")
        if equals and kind in RECIPIENT_KINDS and value.strip() and len(value) <= _MAX_VALUE:
            recipients.append(Recipient(kind=kind, value=value.strip()))
        else:
            message = f"A recipient is asked as kind=value, the kind one of {', '.join(RECIPIENT_KINDS)}."
            problems.append(Problem(code="request.recipient", message=message, where=where))
    if problems:
        raise NotUnderstood(*problems)
    return tuple(recipients)


def asked_target(text: str, where: str) -> Format:
    """Read the name of a format.

    Raises:
        NotUnderstood: there is no such format.
    """
    try:
        return Format(text)
    except ValueError:
        message = f"There is no format {text[:40]!r}; there are: {', '.join(TARGETS)}."
        raise not_understood("request.format", message, where) from None


def asked_enclosure(text: str, where: str) -> str:
    """Read what travels along with a converted document.

    Raises:
        NotUnderstood: none of `ENCLOSURES`.
    """
    if text not in ENCLOSURES:
        message = f"What to enclose is one of {', '.join(ENCLOSURES)}, not {text[:40]!r}."
        raise not_understood("request.enclose", message, where)
    return text


def asked_moment(text: str, where: str) -> datetime:
    """Read an ISO 8601 date or time; a date is its first moment, and a time without offset is UTC.

    Fractions of a second are cut off.

    Raises:
        NotUnderstood: not such a time.
    """
    try:
        moment = datetime.fromisoformat(text).replace(microsecond=0)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        message = f"{text[:40]!r} is not a time; write it like 2026-03-01T12:00:00Z."
        raise not_understood("request.at", message, where) from None


def asked_address(text: str, where: str) -> bytes:
    """Take a web address as the input it is.

    Raises:
        NotUnderstood: not an http or https address.
    """
    address = text.strip()
    if not address.lower().startswith(("http://", "https://")) or any(sign.isspace() for sign in address):
        message = "The address does not start with https:// or holds white space."
        raise not_understood("request.url", message, where)
    return address.encode("utf-8", "replace")
