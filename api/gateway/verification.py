"""Verify, as every door asks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.gateway.asking import not_understood
from schemas.evidence import Fetcher, Recipient, Trust
from schemas.official import Official
from verifier import Report, UnknownPolicy, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about a document.

    Attributes:
        policy: `auto`, or one the verifier knows.
        recipients: who it should be about; any of them may match.
        trust: what the asker trusts.
        official: the official schema files that are at hand.
    """

    policy: str = "auto"
    recipients: tuple[Recipient, ...] = ()
    trust: Trust | None = None
    official: Official | None = None


def verified(data: bytes, question: Question, *, fetcher: Fetcher, now: datetime) -> Report:
    """Verify one input.

    Raises:
        NotUnderstood: there is no such policy.
        NotRecognised, Malformed: there is nothing to report about.
    """
    try:
        return verify(
            data,
            fetcher=fetcher,
            now=now,
            policy=question.policy,
            recipients=question.recipients,
            trust=question.trust,
            official=question.official,
        )
    except UnknownPolicy as error:
        raise not_understood("request.policy", str(error), "policy") from None
