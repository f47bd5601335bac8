"""Accreditations of our own making: an invented agency, an invented school, in every shape registers use."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from schemas.accreditation import Accreditations, Snapshot
from verifier.accreditation import read_snapshot

Tree = dict[str, Any]
SNB = "http://data.europa.eu/snb/"
EU = "http://publications.europa.eu/resource/authority/"
ID = "https://register.example/accreditation/7"
AGENCY = "https://register.example/agency/1"
SCHOOL = "NTRNL-12345678"
COURSE = "https://school.example/courses/dikes"
DAY = date(2026, 6, 1)


def coded(*steps: str) -> list[Tree]:
    """Make controlled-list values."""
    return [{"id": step if step.startswith("http") else SNB + step, "type": "Concept"} for step in steps]


def without(tree: Tree) -> Tree:
    """Take out what was changed to nothing."""
    return {key: value for key, value in tree.items() if value is not None}


def accreditation(**changes: Any) -> Tree:
    """Make an accreditation as an ELM v3 credential holds it."""
    made: Tree = {
        "id": ID,
        "type": "Accreditation",
        "title": {"nl": "Toets nieuwe opleiding", "en": "Initial accreditation"},
        "dcType": coded("accreditation/003293d2ce")[0],
        "accreditingAgent": {
            "id": AGENCY,
            "type": "Organisation",
            "legalName": {"en": "Agency of the Polder"},
        },
        "organisation": [{"id": "urn:epass:org:8", "eIDASIdentifier": {"notation": SCHOOL}}],
        "dateIssued": "2024-01-01T00:00:00Z",
        "expiryDate": "2030-01-01T00:00:00Z",
        "limitQualification": {"id": COURSE, "type": "Qualification"},
        "limitField": coded("isced-f/07"),
        "limitEQFLevel": coded("eqf/6", "eqf/7"),
        "limitJurisdiction": coded(EU + "atu/NLD"),
        "limitCredentialType": coded("credential/6cf8e68c43"),
        **changes,
    }
    return without(made)


def school(**changes: Any) -> Tree:
    """Make the awarding body."""
    place = {"address": [{"countryCode": {"id": EU + "country/NLD"}}]}
    made = {
        "id": "urn:epass:org:1",
        "legalName": {"nl": "Hogeschool De Polder"},
        "registration": {"notation": "12345678"},
        "location": [place],
        **changes,
    }
    return without(made)


def specification(**changes: Any) -> Tree:
    """Make what the achievement is specified by."""
    made = {
        "id": COURSE,
        "type": "Qualification",
        "thematicArea": coded("isced-f/0732"),
        "eqfLevel": coded("eqf/6")[0],
        **changes,
    }
    return without(made)


def credential(*evidence: Tree, claims: list[Tree] | None = None, **changes: Any) -> Tree:
    """Make a credential of the accredited profile, as the reader of ELM hands it on."""
    claim = {
        "type": "LearningAchievement",
        "awardedBy": {"awardingBody": [school()]},
        "specifiedBy": specification(),
    }
    made = {
        "credentialProfiles": coded("credential/6cf8e68c43"),
        "issued": "2026-03-01T12:00:00Z",
        "issuer": school(),
        "credentialSubject": {"hasClaim": [claim] if claims is None else claims},
        "evidence": list(evidence) or [proof()],
        **changes,
    }
    return without(made)


def proof(**changes: Any) -> Tree:
    """Make the evidence that holds an accreditation."""
    return {
        "dcType": coded("evidence-type/c_991b06c6")[0],
        "accreditation": accreditation(**changes),
    }


def register(*records: Tree, taken: date = DAY) -> Accreditations:
    """Make a register that holds these accreditations."""
    data = json.dumps(list(records) or [accreditation()]).encode()
    return Accreditations(snapshots=(snapshot(data, taken=taken),))


def snapshot(
    data: bytes, *, taken: date | None = DAY, source: str = "https://register.example/all.json"
) -> Snapshot:
    """Read a register's answer."""
    return read_snapshot(data, source, taken)


def of_service(**changes: Any) -> Tree:
    """Make an accreditation as the Commission's service answers it: plural names, milliseconds."""
    made = {
        "id": "7c6f0a52-0000-4000-8000-000000000007",
        "identifiers": [{"value": ID, "schemeID": "x"}],
        "type": SNB + "accreditation/003293d2ce",
        "titles": [
            {"language": "nl", "value": "Toets"},
            {"language": "en", "value": "Initial accreditation"},
        ],
        "accreditedOrganization": {
            "registration": "12345678",
            "vatIdentifiers": [{"value": "NL000000000B01", "spatialId": "NL"}],
            "taxIdentifiers": [],
            "identifiers": [{"value": SCHOOL}],
        },
        "limitQualification": None,
        "limitFields": [{"uri": SNB + "isced-f/07"}],
        "limitEQFLevels": [{"uri": SNB + "eqf/6"}],
        "limitJurisdictions": [],
        "accreditingAgent": {"registration": AGENCY, "prefLabels": [{"language": "en", "value": "Agency"}]},
        "issuedDate": 1704067200000,
        "expiryDate": 1893456000000,
        **changes,
    }
    return without(made)


def deqar_report(**changes: Any) -> Tree:
    """Make a report as DEQAR's web API answers it."""
    made = {
        "id": 990001,
        "agency_id": 990,
        "agency_name": "Agency of the Polder",
        "agency_esg_activity": "Institutional audit",
        "agency_esg_activity_type": "institutional",
        "institutions": [{"id": 99001, "deqar_id": "DEQARINST99001", "name_primary": "Hogeschool De Polder"}],
        "programmes": [],
        "report_valid": True,
        "valid_from": "2024-01-01",
        "valid_to": "2030-01-01",
        "status": "part of obligatory EQA system",
        "decision": "positive",
        "local_identifier": "polder-7",
        **changes,
    }
    return without(made)


def deqar_programme(**changes: Any) -> Tree:
    """Make a programme within a report."""
    return {
        "id": 990011,
        "name_primary": "Dikes",
        "programme_identifiers": [{"identifier": COURSE, "agency": "x", "resource": "local identifier"}],
        "qf_ehea_level": "first cycle",
        **changes,
    }


def deqar_institution() -> Tree:
    """Make an institution in detail, with the identifiers that a report leaves out."""
    return {
        "id": 99001,
        "eter_id": "NL9901",
        "identifiers": [{"identifier": SCHOOL, "resource": "national identifier"}],
        "names": [{"name_official": "Hogeschool De Polder"}],
    }
