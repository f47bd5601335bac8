"""The documents the benchmark runs on: our own fixtures, made to the sizes the reference was taken at."""

from __future__ import annotations

import functools
import json
from datetime import UTC, datetime
from typing import Any

from gateway_web import PROFILE
from samples import badges, edci_documents, seals

from converter.convert import Conversion, Options, Source, convert
from converter.profile import read_profile
from converter.read import read
from schemas.document import Document, Format
from schemas.institution import InstitutionProfile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BADGE = badges.dumped(badges.expanded())
TOKEN = badges.signed(badges.expanded())
BAKED = badges.baked_png(BADGE)
_EQF = "http://data.europa.eu/snb/eqf"
_CONTEXTS = [
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
]


@functools.cache
def profile() -> InstitutionProfile:
    """The institution that converts, as it would be read once and kept."""
    return read_profile(PROFILE)


def options(*, enclose: str) -> Options:
    """How to convert; a badge made is about the invented learner."""
    return Options(
        now=NOW,
        profile=profile(),
        enclose=enclose,
        use_carrier=False,
        recipient=("id", badges.LEARNER),
    )


def source(data: bytes) -> Source:
    """Read a document, as the first step of a conversion."""
    document = read(data)
    assert isinstance(document, Document)
    return Source(document=document)


def made(data: bytes, target: Format, *, enclose: str = "nothing") -> Conversion:
    """Convert a document from its bytes to its bytes, report and all."""
    return convert(source(data), target, options(enclose=enclose))


@functools.cache
def badge_as(target: Format) -> bytes:
    """Our badge as a credential of another format, without the carrier."""
    return made(BADGE, target).document


@functools.cache
def edci(size: int) -> bytes:
    """Make an EDCI credential of about so many bytes: achievements with their specifications."""
    one = len(_edci(2)) - len(_edci(1))
    return _edci(max(1, (size - len(_edci(1))) // one))


def _edci(count: int) -> bytes:
    numbers = range(1, count + 1)
    achievements = "".join(edci_documents.achievement(n, f"urn:epass:spec:{n}") for n in numbers)
    specifications = "".join(
        f'<qualification id="urn:epass:spec:{n}"><title>{edci_documents.text(f"Course {n}")}</title>'
        f"<definition>{edci_documents.text('What the course is about. ' * 8)}</definition>"
        f"<learningOutcomes><learningOutcome idref='urn:epass:outcome:{n}'/></learningOutcomes>"
        f'<eqfLevel uri="{_EQF}/6" targetFrameworkUrl="{_EQF}/25831c2"><targetName>'
        f"{edci_documents.text('Level 6')}</targetName></eqfLevel></qualification>"
        for n in numbers
    )
    outcomes = "".join(
        f'<learningOutcome id="urn:epass:outcome:{n}"><prefLabel>{edci_documents.text("weave")}</prefLabel>'
        "</learningOutcome>"
        for n in numbers
    )
    return edci_documents.credential(
        subject=f"<achievements>{achievements}</achievements>",
        references=f"<learningSpecificationReferences>{specifications}</learningSpecificationReferences>"
        f"<learningOutcomeReferences>{outcomes}</learningOutcomeReferences>",
    )


@functools.cache
def elm(size: int) -> bytes:
    """Make an ELM credential of about so many bytes: claims with their specifications."""
    one = len(_elm(2)) - len(_elm(1))
    return _elm(max(1, (size - len(_elm(1))) // one))


def _elm(count: int) -> bytes:
    claims = [_claim(number) for number in range(1, count + 1)]
    tree = {
        "@context": _CONTEXTS,
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "id": "urn:credential:1",
        "validFrom": "2026-02-01T09:00:00Z",
        "issuer": {"id": "urn:epass:org:1", "type": "Organisation", "legalName": {"en": "Polder University"}},
        "credentialSubject": {
            "id": "urn:epass:person:1",
            "type": "Person",
            "fullName": {"en": "Noor de Wit"},
            "hasClaim": claims,
        },
        "displayParameter": {"id": "urn:epass:dp:1", "type": "DisplayParameter", "title": {"en": "Weaving"}},
    }
    return json.dumps(tree).encode()


def _claim(number: int) -> dict[str, Any]:
    return {
        "id": f"urn:epass:achievement:{number}",
        "type": "LearningAchievement",
        "title": {"en": f"Course {number}", "nl": f"Cursus {number}"},
        "description": {"en": "What the course is about. " * 8},
        "specifiedBy": {
            "id": f"urn:epass:spec:{number}",
            "type": "Qualification",
            "title": {"en": f"Course {number}"},
            "learningOutcome": [
                {"id": f"urn:epass:outcome:{number}", "type": "LearningOutcome", "title": {"en": "weave"}}
            ],
            "eqfLevel": {
                "id": f"{_EQF}/6",
                "type": "Concept",
                "inScheme": {"id": f"{_EQF}/25831c2", "type": "ConceptScheme"},
            },
        },
    }


@functools.cache
def sealed_xml() -> bytes:
    """A sealed EDCI credential of about 103 kB."""
    return seals.seal_xml(edci(100_000))


@functools.cache
def sealed_json() -> bytes:
    """A sealed ELM credential of about 150 kB, as the EDC issuer serialises it."""
    header = seals.protected(b64=None, crit=["sigT"])
    return seals.seal_json(elm(108_000), header=header)
