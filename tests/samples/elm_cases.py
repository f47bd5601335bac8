"""Faulty ELM v3 credentials, each wrong in one way: `python tests/samples/elm_cases.py` writes them anew.

The good one is invented: a school, a learner and an issuer that do not exist.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Tree = dict[str, Any]
GOLDEN = Path(__file__).parents[1] / "golden" / "elm"
_SNB = "http://data.europa.eu/snb/"
_EU = "http://publications.europa.eu/resource/authority/"


def _listed(base: str, member: str, scheme: str = "") -> Tree:
    scheme = scheme or f"{base}25831c2"
    return {"id": base + member, "type": "Concept", "inScheme": {"id": scheme, "type": "ConceptScheme"}}


def _country(code: str) -> Tree:
    return _listed(_EU + "country/", code, _EU + "country")


def _language(code: str) -> Tree:
    return _listed(_EU + "language/", code, _EU + "language")


def _place(number: int) -> Tree:
    address = {"id": f"urn:epass:address:{number}", "type": "Address", "countryCode": _country("NLD")}
    return {"id": f"urn:epass:location:{number}", "type": "Location", "address": address}


def _media(number: int) -> Tree:
    return {
        "id": f"urn:epass:mediaObject:{number}",
        "type": "MediaObject",
        "content": "iVBORw0KGgo=",
        "contentEncoding": _listed(_SNB + "encoding/", "6146cde7dd"),
        "contentType": {"id": _EU + "file-type/PNG", "type": "Concept"},
    }


def good() -> Tree:
    """Return a credential that keeps the generic profile."""
    school = {
        "id": "urn:epass:organisation:1",
        "type": "Organisation",
        "legalName": {"nl": "Hogeschool De Polder"},
        "location": _place(1),
    }
    number = {"id": "urn:epass:legalIdentifier:1", "type": "LegalIdentifier", "notation": "NL-12345678"}
    achievement = {
        "id": "urn:epass:learningAchievement:1",
        "type": "LearningAchievement",
        "title": {"nl": "Dijkinspectie"},
        "awardedBy": {"id": "urn:epass:awardingProcess:1", "type": "AwardingProcess", "awardingBody": school},
    }
    detail = {"id": "urn:epass:displayDetail:1", "type": "DisplayDetail", "page": 1, "image": _media(1)}
    display = {
        "id": "urn:epass:individualDisplay:1",
        "type": "IndividualDisplay",
        "language": _language("NLD"),
        "displayDetail": detail,
    }
    return {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "http://data.europa.eu/snb/model/context/edc-ap",
        ],
        "id": "urn:credential:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialProfiles": _listed(_SNB + "credential/", "e34929035b"),
        "credentialSchema": {
            "id": "http://data.europa.eu/snb/model/ap/edc-generic-full",
            "type": "ShaclValidator2017",
        },
        "issued": "2026-05-01T12:00:00+02:00",
        "validFrom": "2026-05-01T12:00:00+02:00",
        "issuer": {
            "id": "urn:epass:organisation:2",
            "type": "Organisation",
            "legalName": {"nl": "Stichting Zegel"},
            "location": _place(2),
            "eIDASIdentifier": {**number, "spatial": _country("NLD")},
        },
        "credentialSubject": {
            "id": "urn:epass:person:1",
            "type": "Person",
            "fullName": {"nl": "Noor de Wit"},
            "hasClaim": achievement,
        },
        "displayParameter": {
            "id": "urn:epass:displayParameter:1",
            "type": "DisplayParameter",
            "title": {"nl": "Dijkinspectie"},
            "primaryLanguage": _language("NLD"),
            "language": _language("NLD"),
            "individualDisplay": display,
        },
    }


def _evidence(member: str, **more: Any) -> Tree:
    kind = _listed(_SNB + "evidence-type/", member)
    return {"id": "urn:epass:evidence:1", "type": "Evidence", "dcType": kind, **more}


def _profile(tree: Tree, member: str) -> None:
    tree["credentialProfiles"] = _listed(_SNB + "credential/", member)


def _claim(tree: Tree) -> Tree:
    found: Tree = tree["credentialSubject"]["hasClaim"]
    return found


def _no_credential(tree: Tree) -> None:
    tree["type"] = "VerifiableCredential"


def _two_credentials(tree: Tree) -> None:
    second = copy.deepcopy(tree)
    second["id"] += "2"
    del second["@context"]
    tree["credentialSubject"]["hasCredential"] = second


def _nothing_mandatory(tree: Tree) -> None:
    del tree["issued"], tree["issuer"]["eIDASIdentifier"], tree["issuer"]["legalName"]
    del tree["displayParameter"]["individualDisplay"]


def _names(tree: Tree) -> None:
    tree["credentialSubject"]["fullName"] = {"nl": "Noor de Wit", "en": "Noor White"}
    _claim(tree)["title"] = {"nl": ["Dijkinspectie", "Inspectie van dijken"]}


def _dates(tree: Tree) -> None:
    tree["validFrom"] = "2026-05-01"
    tree["issued"] = "2026-02-30T12:00:00Z"
    tree["expirationDate"] = "31 December 2027"


def _lists(tree: Tree) -> None:
    tree["issuer"]["location"]["address"]["countryCode"] = _country("ZZZ")
    tree["displayParameter"]["primaryLanguage"] = {"id": _EU + "language/NLD", "type": "Concept"}
    _claim(tree)["specifiedBy"] = {
        "id": "urn:epass:qualification:1",
        "type": "Qualification",
        "title": {"nl": "Dijkinspecteur"},
        "eqfLevel": _listed(_SNB + "eqf/", "9"),
        "mode": _listed(_SNB + "learning-assessment/", "fax"),
        "thematicArea": _listed(_SNB + "isced-f/", "0732", _SNB + "eqf/25831c2"),
    }


def _keys(tree: Tree) -> None:
    tree["issuer"]["kvk"] = "12345678"
    tree["issuer"]["eIDAS\N{GREEK CAPITAL LETTER IOTA}dentifier"] = tree["issuer"].pop("eIDASIdentifier")
    tree["studentNumber"] = "7"


def _same_id(tree: Tree) -> None:
    tree["issuer"]["id"] = _claim(tree)["awardedBy"]["awardingBody"]["id"]


def _status(tree: Tree) -> None:
    tree["credentialStatus"] = {"id": "https://status.example.org/1#7", "type": "StatusList2021Entry"}
    tree["termsOfUse"] = "https://example.org/terms"


def _kinds(tree: Tree) -> None:
    _claim(tree)["awardedBy"] = {"id": "urn:epass:person:2", "type": "Organisation"}
    _claim(tree)["creditReceived"] = {
        "id": "urn:epass:creditPoint:1",
        "type": "CreditPoint",
        "framework": _listed(_SNB + "education-credit/", "6fcec5c5af"),
        "point": 5,
    }
    tree["displayParameter"]["individualDisplay"]["displayDetail"]["page"] = 0
    tree["credentialSubject"]["dateOfBirth"] = {"id": "urn:birth"}


def _percentage(tree: Tree) -> None:
    _claim(tree)["type"] = "LearningActivity"
    _claim(tree)["levelOfCompletion"] = 120
    _claim(tree)["workload"] = "28 hours"


def _of_no_kind(tree: Tree) -> None:
    _claim(tree)["type"] = "Claim"


def _no_reference(tree: Tree) -> None:
    tree["issuer"]["homepage"] = "https://example.org/over ons"
    tree["dateModified"] = "2026-05-01T00:00:00Z"


def _unknown_context(tree: Tree) -> None:
    tree["@context"].append("https://example.org/extra")


def _meaning(tree: Tree) -> None:
    tree["@context"].append({"legalName": "https://example.org/nickname"})


def _converted(tree: Tree) -> None:
    _profile(tree, "c_7e400154")
    tree["evidence"] = _evidence("c_c4f849d7")


def _mandated(tree: Tree) -> None:
    _profile(tree, "c_9a31f32a")
    tree["evidence"] = _evidence("c_18016257", evidenceStatement={"nl": "Namens de school"})


def _accredited(tree: Tree) -> None:
    _profile(tree, "6cf8e68c43")
    _claim(tree)["type"] = "LearningActivity"
    tree["evidence"] = _evidence("c_991b06c6")


def _supplement(tree: Tree) -> None:
    _profile(tree, "6dff8a0f87")
    _claim(tree)["specifiedBy"] = {
        "id": "urn:epass:qualification:1",
        "type": "Qualification",
        "title": {"nl": "Dijkinspecteur"},
    }


CASES: dict[str, Callable[[Tree], None]] = {
    "no-credential": _no_credential,
    "two-credentials": _two_credentials,
    "mandatory-properties": _nothing_mandatory,
    "languages": _names,
    "dates": _dates,
    "controlled-lists": _lists,
    "unmapped-keys": _keys,
    "one-id-two-nodes": _same_id,
    "status-and-terms": _status,
    "kinds-of-value": _kinds,
    "numbers-and-durations": _percentage,
    "claim-of-no-kind": _of_no_kind,
    "references": _no_reference,
    "unknown-context": _unknown_context,
    "another-meaning": _meaning,
    "converted": _converted,
    "mandated": _mandated,
    "accredited": _accredited,
    "diploma-supplement": _supplement,
}


def made(name: str) -> bytes:
    """Return the input of a case."""
    tree = good()
    CASES[name](tree)
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()


if __name__ == "__main__":
    for case in CASES:
        folder = GOLDEN / case
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "input.jsonld").write_bytes(made(case))
