"""Trusted lists written so that they are read back fast: reading the XML takes ten times as long.

What is prepared is bound to the bytes it was read from and to the form of our values; it is made anew where
either changed. It is a convenience: nothing is lost with it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from schemas.trusted_list import (
    Criteria,
    Pointer,
    QualificationElement,
    ServicePeriod,
    TrustedList,
    TrustedService,
)

_KINDS = (TrustedList, TrustedService, ServicePeriod, QualificationElement, Criteria, Pointer)
_READING = 1
"""Raised whenever lists are read otherwise than before, so that what was prepared before counts no more."""


_NAMES = {kind: tuple(one.name for one in fields(kind)) for kind in _KINDS}
FORM = sha256(
    f"{_READING} {[(kind.__name__, names) for kind, names in _NAMES.items()]}".encode()
).hexdigest()[:12]
"""Names the form of our values, so that what an older version prepared is not taken for it."""


def prepared(trusted_list: TrustedList) -> bytes:
    """Write a list."""
    body = json.dumps(_plain(trusted_list), separators=(",", ":")).encode()
    return f"{FORM} {trusted_list.sha256} {sha256(body).hexdigest()}\n".encode() + body


def read_back(data: bytes, digest: str) -> TrustedList | None:
    """Read a list back; None where it is of other bytes, of another form, or was damaged."""
    head, _, body = data.partition(b"\n")
    if head.decode("ascii", "replace").split() != [FORM, digest, sha256(body).hexdigest()]:
        return None
    return _list(json.loads(body))


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON is any value
    if is_dataclass(value):
        return [_plain(getattr(value, one.name)) for one in fields(value)]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _list(row: list[Any]) -> TrustedList:
    told = dict(zip(_NAMES[TrustedList], row, strict=True))
    return TrustedList(
        **told
        | {
            "issued": datetime.fromisoformat(told["issued"]),
            "next_update": told["next_update"] and datetime.fromisoformat(told["next_update"]),
            "services": tuple(_service(one) for one in told["services"]),
            "pointers": tuple(_pointer(one) for one in told["pointers"]),
            "information": tuple(told["information"]),
        }
    )


def _service(row: list[Any]) -> TrustedService:
    told = dict(zip(_NAMES[TrustedService], row, strict=True))
    return TrustedService(
        **told
        | {
            "certificates": _bytes(told["certificates"]),
            "subjects": tuple(told["subjects"]),
            "key_identifiers": _bytes(told["key_identifiers"]),
            "periods": tuple(_period(one) for one in told["periods"]),
        }
    )


def _period(row: list[Any]) -> ServicePeriod:
    told = dict(zip(_NAMES[ServicePeriod], row, strict=True))
    return ServicePeriod(
        **told
        | {
            "since": datetime.fromisoformat(told["since"]),
            "until": told["until"] and datetime.fromisoformat(told["until"]),
            "additional": frozenset(told["additional"]),
            "qualifications": tuple(
                QualificationElement(
                    qualifiers=frozenset(names), criteria=_criteria(criteria), critical=critical
                )
                for names, criteria, critical in told["qualifications"]
            ),
        }
    )


def _criteria(row: list[Any]) -> Criteria:
    assertion, key_usages, policies, purposes, attributes, others, unknown = row
    return Criteria(
        assertion=assertion,
        key_usages=tuple(tuple((name, wanted) for name, wanted in bits) for bits in key_usages),
        policies=tuple(map(tuple, policies)),
        extended_key_usages=tuple(map(tuple, purposes)),
        subject_attributes=tuple(map(tuple, attributes)),
        others=tuple(map(_criteria, others)),
        unknown=unknown,
    )


def _pointer(row: list[Any]) -> Pointer:
    told = dict(zip(_NAMES[Pointer], row, strict=True))
    return Pointer(**told | {"certificates": _bytes(told["certificates"])})


def _bytes(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(map(base64.b64decode, texts))
