"""The institution profile, TOML."""

from __future__ import annotations

import contextlib

from fuzz_targets import repeatable
from gateway_web import PROFILE

from converter.profile import read_profile
from schemas.errors import Malformed
from schemas.institution import InstitutionProfile

WORDS = (
    b"[issuer]",
    b'[organisation."',
    b"legal_name",
    b"'''",
    b'"""',
    b"\\U0010FFFF",
    b"1979-05-27",
    b"= {",
    b"[[",
)


def seeds() -> tuple[bytes, ...]:
    return (
        PROFILE,
        b'[issuer]\nlegal_name = { en = "A", nl = "B" }\n[organisation."https://a.example"]\nvat = "1"\n',
        b'[defaults]\nlanguage = "nl"\neqf_as = "note"\n[learner]\ngiven_name = """\nNoor"""\n',
    )


def run(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(repeatable(data, read_profile), InstitutionProfile)
