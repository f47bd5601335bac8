"""What the known badge extensions demand, in JSON Schemas of our own.

The edubadges extensions stand under the key the edubadges server uses; their contexts lie on addresses
that changed over the years, so an extension is known by its name and never by its context. Only what is
stated as a demand by the extension's publisher is demanded here; no value is narrowed further.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_ADDRESS: Schema = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.\-]*:\S+$"}
_DAY: Schema = {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}-[0-9]{2}|[0-9]{4})$"}


def _object(required: tuple[str, ...], **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}


def _one(term: str, value: Schema) -> Schema:
    return _object((term,), **{term: value})


def _some(value: Schema) -> Schema:
    """Allow one value or a list of them, as JSON-LD does everywhere."""
    return {"anyOf": [value, {"type": "array", "items": value}]}


_POSTAL = _object(
    (),
    streetAddress=_TEXT,
    addressLocality=_TEXT,
    addressRegion=_TEXT,
    addressCountry=_TEXT,
    postalCode=_TEXT,
)
_ASSESSMENT = _object(
    (
        "description",
        "type",
        "assessmentOutput",
        "hasGroupParticipation",
        "hasGroupEvaluation",
        "evaluationMethod",
    ),
    description=_TEXT,
    type={"enum": ["Exam", "Performance", "Artifact"]},
    assessmentOutput=_TEXT,
    hasGroupParticipation=_FLAG,
    hasGroupEvaluation=_FLAG,
    evaluationMethod=_TEXT,
    assessmentExample=_ADDRESS,
    assessmentEvaluation=_ADDRESS,
    scoringMethodExampleDescription=_TEXT,
)

EDUBADGES: dict[str, Schema] = {
    "LanguageExtension": _one("Language", _TEXT),
    "ECTSExtension": _one("ECTS", _NUMBER),
    "EQFExtension": _one("EQF", _NUMBER),
    "StudyLoadExtension": _one("StudyLoad", _NUMBER),
    "TimeInvestmentExtension": _one("TimeInvestment", _NUMBER),
    "LearningOutcomeExtension": _one("LearningOutcome", _TEXT),
    "EducationProgramIdentifierExtension": _one("EducationProgramIdentifier", _some(_NUMBER)),
    "InstitutionIdentifierExtension": _one("InstitutionIdentifier", _TEXT),
    "GradingTableExtension": _one("GradingTableURL", _ADDRESS),
    "InstitutionNameExtension": _one("InstitutionName", _TEXT),
    "InstitutionCountryExtension": _one("InstitutionCountry", _TEXT),
}
"""The eleven of edubadges."""

COMMON: dict[str, Schema] = {
    "ExampleExtension": _one("exampleProperty", _TEXT),
    "ApplyLink": _one("url", _ADDRESS),
    "GeoCoordinates": _object(
        ("description", "geo"),
        name=_TEXT,
        description=_TEXT,
        geo=_object(("latitude", "longitude"), latitude=_NUMBER, longitude=_NUMBER),
    ),
    "Accessibility": _object(
        (),
        accessibilityAPI=_TEXT,
        accessibilityControl=_TEXT,
        accessibilityFeature=_TEXT,
        accessibilityHazard=_TEXT,
        url=_ADDRESS,
    ),
    "OriginalCreator": _one("url", _ADDRESS),
    "MoreInfoLink": _object(("moreInfoUrl",), moreInfoUrl=_ADDRESS, moreInfoDescription=_TEXT),
    "Endorsement": _object(("description",), description=_TEXT, endorsedObject={"type": "object"}),
    "License": _object(("id", "name"), id=_TEXT, name=_TEXT, legalCode=_TEXT),
    "RecipientProfile": _object((), id=_TEXT, name=_TEXT, publicKey=_TEXT),
    "Assessment": _object(("description", "assessments"), description=_TEXT, assessments=_some(_ASSESSMENT)),
    "IssuerAccreditation": _object(
        ("name", "contactInstructions", "url", "address"),
        name=_TEXT,
        contactInstructions=_TEXT,
        url=_ADDRESS,
        address=_POSTAL,
        email=_TEXT,
        logo=_ADDRESS,
        accreditationDate=_DAY,
        areaServed=_TEXT,
        educationalSector=_TEXT,
    ),
}
"""The community extensions published with Open Badges."""

_CARRIED = ("mediaType", "fileName", "sha256", "content")
"""Whoever encloses a credential says all of this about it."""

OURS: dict[str, Schema] = {
    "EuropassCredentialExtension": {
        **_object(
            (),
            mediaType=_TEXT,
            fileName=_TEXT,
            sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
            content=_TEXT,
            sourceUrl=_ADDRESS,
            custody=_TEXT,
        ),
        "anyOf": [{"required": ["content"]}, {"required": ["custody"]}],
        "dependentRequired": {name: list(_CARRIED) for name in _CARRIED},
    },
}
"""The carrier of a Europass credential, of the record of its conversion, or of both (ADR 0008, ADR 0019)."""

_PREFIXES = (
    "extensions:",
    "https://w3id.org/openbadges/extensions#",
    "https://openbadgespec.org/extensions#",
)


def extension_name(term: str) -> str:
    """Return the bare name of an extension, from its key or its type, short or as an IRI."""
    for prefix in _PREFIXES:
        if term.startswith(prefix):
            return term.removeprefix(prefix)
    return term


_KNOWN = {
    name.lower(): (name, schema) for name, schema in (*EDUBADGES.items(), *COMMON.items(), *OURS.items())
}
_KNOWN |= {f"{name.lower()}extension": (name, schema) for name, schema in COMMON.items()}


def known_extension(term: str) -> tuple[str, Schema] | None:
    """Return the name and schema of a known extension, by its key or its type, whatever its case."""
    return _KNOWN.get(extension_name(term).lower())
