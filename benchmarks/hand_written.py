"""Converters written by hand for one kind of badge, that write what ours write, as fast as could be made.

They know the institution's profile and every label by heart, look nothing up, refuse nothing and keep no
trace; a badge of another kind they would convert wrongly. `benchmarks/core_rows.py` holds their output
against that of the tables, value by value.
"""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from lxml import etree

Tree = dict[str, Any]
_SNB = "http://data.europa.eu/snb"
_PUB = "http://publications.europa.eu/resource/authority"
_CRED = "http://data.europa.eu/europass/model/credentials/w3c#"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_OURS = "https://w3id.org/badgepass/note-subjects"


def _concept(uri: str, scheme: str, en: str, nl: str) -> Tree:
    return {
        "id": uri,
        "type": "Concept",
        "inScheme": {"id": scheme, "type": "ConceptScheme"},
        "prefLabel": {"en": en, "nl": nl},
    }


_COUNTRY = _concept(f"{_PUB}/country/NLD", f"{_PUB}/country", "Netherlands", "Nederland")
_ENGLISH = _concept(f"{_PUB}/language/ENG", f"{_PUB}/language", "English", "Engels")
_GENERIC = _concept(f"{_SNB}/credential/e34929035b", f"{_SNB}/credential/25831c2", "Generic", "Algemeen")
_ECTS = _concept(
    f"{_SNB}/education-credit/6fcec5c5af",
    f"{_SNB}/education-credit/25831c2",
    "European Credit Transfer System (ECTS)",
    "Europees studiepuntenstelsel (ECTS)",
)
_BASE64 = _concept(f"{_SNB}/encoding/6146cde7dd", f"{_SNB}/encoding/25831c2", "base64", "base64")
_PNG = _concept(f"{_PUB}/file-type/PNG", f"{_PUB}/file-type", "PNG", "PNG")
_LOCATION = {
    "id": "urn:epass:location:1",
    "type": "Location",
    "address": {
        "id": "urn:epass:address:1",
        "type": "Address",
        "countryCode": _COUNTRY,
        "fullAddress": {"id": "urn:epass:note:1", "type": "Note", "noteLiteral": {"en": "Dijk 1, Delft"}},
    },
}
_POLDER_HEAD = {
    "id": "urn:epass:organisation:2",
    "type": "Organisation",
    "legalName": {"en": "Polder University"},
    "location": _LOCATION,
    "contactPoint": {
        "id": "urn:epass:contactPoint:1",
        "type": "ContactPoint",
        "emailAddress": {"id": "mailto:office@polder.example.nl", "type": "Mailbox"},
    },
    "eIDASIdentifier": {
        "id": "urn:epass:legalIdentifier:1",
        "type": "LegalIdentifier",
        "notation": "NTRNL-12345678",
        "spatial": _COUNTRY,
    },
}
_POLDER_TAIL = {
    "homepage": {
        "id": "urn:epass:webResource:2",
        "type": "WebResource",
        "contentURL": "https://polder.example.nl",
    },
    "registration": {
        "id": "urn:epass:legalIdentifier:2",
        "type": "LegalIdentifier",
        "notation": "12345678",
        "spatial": _COUNTRY,
    },
}
_CRITERIA = _concept("urn:epass:concept:edubadges:note:criteria", _OURS, "Criteria", "Criteria")
_STACKABLE = _concept("urn:epass:concept:edubadges:note:stackable", _OURS, "Stackable", "Stapelbaar")
_STACKED = {True: {"en": "Yes", "nl": "Ja"}, False: {"en": "No", "nl": "Nee"}}
_PROGRAMME = "Education programme (ISAT, CREBO or RIO)"


def _value(node: Tree, name: str) -> Any:  # noqa: ANN401 - JSON
    return node[f"extensions:{name}Extension"][name]


def _identifier(number: int, notation: str, scheme: str) -> Tree:
    return {
        "id": f"urn:epass:identifier:{number}",
        "type": "Identifier",
        "notation": notation,
        "schemeName": scheme,
    }


def badge_as_elm(data: bytes, *, given: str, family: str, issued: str, page: str) -> bytes:
    """Map a badge to ELM v3; `page` is the drawn page in base64, the same for every learner of a class."""
    badge = orjson.loads(data)
    kind, recipient = badge["badge"], badge["recipient"]
    issuer = kind["issuer"]
    title, said = {"en": kind["name"]}, {"en": kind["description"]}
    school = {
        "id": issuer["id"],
        "type": "Organisation",
        "legalName": {"nl": issuer["name"]},
        "location": _LOCATION,
        "contactPoint": {
            "id": "urn:epass:contactPoint:2",
            "type": "ContactPoint",
            "emailAddress": {"id": f"mailto:{issuer['email']}", "type": "Mailbox"},
        },
        "homepage": {
            "id": "urn:epass:webResource:1",
            "type": "WebResource",
            "contentURL": issuer["url"],
        },
        "identifier": _identifier(1, issuer["id"], "Open Badges issuer"),
    }
    faculty = {
        "id": "urn:epass:organisation:1",
        "type": "Organisation",
        "legalName": {"en": issuer["faculty"]["name"]},
        "location": _LOCATION,
        "hasSubOrganization": school,
    }
    polder = {**_POLDER_HEAD, "hasSubOrganization": faculty, **_POLDER_TAIL}
    level = _value(kind, "EQF")
    specification = {
        "id": kind["id"],
        "type": "Qualification",
        "title": title,
        "additionalNote": [
            {
                "id": "urn:epass:note:2",
                "type": "Note",
                "noteLiteral": {"en": kind["criteria"]["narrative"]},
                "subject": _CRITERIA,
            },
            {
                "id": "urn:epass:note:3",
                "type": "Note",
                "noteLiteral": _STACKED[kind["stackable"]],
                "subject": _STACKABLE,
            },
        ],
        "category": {"en": kind["tags"][0]},
        "creditPoint": {
            "id": "urn:epass:creditPoint:1",
            "type": "CreditPoint",
            "framework": _ECTS,
            "point": str(_value(kind, "ECTS")),
        },
        "description": said,
        "eqfLevel": _concept(
            f"{_SNB}/eqf/{level}", f"{_SNB}/eqf/25831c2", f"EQF level {level}", f"EQF-niveau {level}"
        ),
        "homepage": {"id": "urn:epass:webResource:3", "type": "WebResource", "contentURL": kind["id"]},
        "identifier": _identifier(2, str(_value(kind, "EducationProgramIdentifier")[0]), _PROGRAMME),
        "language": _ENGLISH,
        "learningOutcome": {
            "id": "urn:epass:learningOutcome:1",
            "type": "LearningOutcome",
            "title": {"en": kind["alignment"][0]["targetName"]},
        },
    }
    tree = {
        "@context": ["https://www.w3.org/2018/credentials/v1", f"{_SNB}/model/context/edc-ap"],
        "id": f"urn:credential:{uuid.uuid5(uuid.NAMESPACE_URL, badge['id'])}",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialProfiles": _GENERIC,
        "credentialSchema": {"id": f"{_SNB}/model/ap/edc-generic-full", "type": "ShaclValidator2017"},
        "credentialSubject": {
            "id": "urn:epass:person:1",
            "type": "Person",
            "hasClaim": {
                "id": "urn:epass:learningAchievement:1",
                "type": "LearningAchievement",
                "awardedBy": {
                    "id": "urn:epass:awardingProcess:1",
                    "type": "AwardingProcess",
                    "awardingBody": polder,
                    "awardingDate": badge["issuedOn"],
                },
                "title": title,
                "specifiedBy": specification,
            },
            "familyName": {"en": family},
            "fullName": {"en": kind["user"]},
            "givenName": {"en": given},
            "identifier": [
                _identifier(3, recipient["identity"], "Open Badges recipient"),
                _identifier(4, recipient["salt"], "Open Badges recipient salt"),
            ],
        },
        "displayParameter": _display(page, title, said),
        "issued": issued,
        "issuer": polder,
        "issuanceDate": issued,
        "validFrom": badge["issuedOn"],
        "identifier": _identifier(5, badge["id"], "Open Badges assertion"),
    }
    return orjson.dumps(tree)


def _display(page: str, title: Tree, said: Tree) -> Tree:
    return {
        "id": "urn:epass:displayParameter:1",
        "type": "DisplayParameter",
        "individualDisplay": {
            "id": "urn:epass:individualDisplay:1",
            "type": "IndividualDisplay",
            "displayDetail": {
                "id": "urn:epass:displayDetail:1",
                "type": "DisplayDetail",
                "image": {
                    "id": "urn:epass:mediaObject:1",
                    "type": "MediaObject",
                    "content": page,
                    "contentEncoding": _BASE64,
                    "contentType": _PNG,
                },
                "page": 1,
            },
            "language": _ENGLISH,
        },
        "language": _ENGLISH,
        "primaryLanguage": _ENGLISH,
        "title": title,
        "description": said,
    }


_PARSER = etree.XMLParser(remove_blank_text=False, resolve_entities=False, no_network=True)
_MAP = {None: _SNB, "cred": _CRED, "xsi": _XSI}
_S = f"{{{_SNB}}}"
_C = f"{{{_CRED}}}"
_SCHEMA = f"{_SNB} http://publications.europa.eu/resource/schema/credential/genericschema_1.2.xsd"
_sub = etree.SubElement


def _under(parent: Any, name: str, text: str) -> None:  # noqa: ANN401 - an element
    _sub(parent, _S + name).text = text


def _spoken(parent: Any, name: str, *texts: tuple[str, str]) -> Any:  # noqa: ANN401
    node = _sub(parent, _S + name)
    for language, words in texts:
        _sub(node, f"{_S}text", {"lang": language, "content-type": "text/plain"}).text = words
    return node


def _coded(parent: Any, name: str, concept: Tree) -> None:  # noqa: ANN401
    where = {"targetFrameworkUrl": concept["inScheme"]["id"], "uri": concept["id"]}
    label = concept["prefLabel"]
    _spoken(_sub(parent, _S + name, where), "targetName", ("en", label["en"]), ("nl", label["nl"]))


def _place(parent: Any) -> None:  # noqa: ANN401
    address = _sub(_sub(parent, f"{_S}hasLocation"), f"{_S}hasAddress")
    _spoken(address, "fullAddress", ("en", "Dijk 1, Delft"))
    _coded(address, "country", _COUNTRY)


def _mail(parent: Any, address: str) -> None:  # noqa: ANN401
    _sub(_sub(parent, f"{_S}contactPoint"), f"{_S}mailBox", {"uri": f"mailto:{address}"})


def badge_as_edci(data: bytes, *, given: str, family: str, issued: str) -> bytes:
    """Map a badge to EDCI XML 1.2 with lxml."""
    badge = orjson.loads(data)
    kind = badge["badge"]
    head = {
        "xsdVersion": "0.10.0",
        f"{{{_XSI}}}schemaLocation": _SCHEMA,
        f"{_C}id": f"urn:credential:{uuid.uuid5(uuid.NAMESPACE_URL, badge['id'])}",
    }
    root = etree.Element(f"{_S}europassCredential", head, nsmap=_MAP)
    name, said = ("en", kind["name"]), ("en", kind["description"])
    _sub(root, f"{_S}identifier", {"schemeName": "Open Badges assertion"}).text = badge["id"]
    _coded(root, "type", _GENERIC)
    _under(root, "primaryLanguage", "en")
    _under(_sub(root, f"{_S}availableLanguages"), "language", "en")
    _sub(root, f"{_C}validFrom").text = badge["issuedOn"]
    _sub(root, f"{_C}issued").text = issued
    _sub(root, f"{_C}issuer", {"idref": "urn:epass:org:2"})
    _spoken(root, "title", name)
    _spoken(root, "description", said)
    _learner(root, badge, given, family)
    _specification(root, kind, name, said)
    references = _sub(root, f"{_S}learningOutcomeReferences")
    outcome = _sub(references, f"{_S}learningOutcome", {"id": "urn:epass:learningOutcome:1"})
    _spoken(outcome, "prefLabel", ("en", kind["alignment"][0]["targetName"]))
    _agents(root, kind["issuer"])
    process = _sub(
        _sub(root, f"{_S}awardingProcessReferences"),
        f"{_S}awardingProcess",
        {"id": "urn:epass:awardingProcess:1"},
    )
    _sub(process, f"{_S}awardingBody", {"idref": "urn:epass:org:2"})
    _under(process, "date", badge["issuedOn"])
    _sub(root, f"{_S}proof")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _learner(root: Any, badge: Tree, given: str, family: str) -> None:  # noqa: ANN401
    kind, recipient = badge["badge"], badge["recipient"]
    subject = _sub(root, f"{_S}credentialSubject", {"id": "urn:epass:person:1"})
    scheme = "Open Badges recipient"
    _sub(subject, f"{_S}identifier", {"schemeName": scheme}).text = recipient["identity"]
    _sub(subject, f"{_S}identifier", {"schemeName": f"{scheme} salt"}).text = recipient["salt"]
    _spoken(subject, "fullName", ("en", kind["user"]))
    _spoken(subject, "givenNames", ("en", given))
    _spoken(subject, "familyName", ("en", family))
    award = _sub(
        _sub(subject, f"{_S}achievements"),
        f"{_S}qualificationAward",
        {"id": "urn:epass:learningAchievement:1"},
    )
    _spoken(award, "title", ("en", kind["name"]))
    _sub(award, f"{_S}wasAwardedBy", {"idref": "urn:epass:awardingProcess:1"})
    _sub(award, f"{_S}specifiedBy", {"idref": kind["id"]})


def _specification(root: Any, kind: Tree, name: tuple[str, str], said: tuple[str, str]) -> None:  # noqa: ANN401
    references = _sub(root, f"{_S}learningSpecificationReferences")
    node = _sub(references, f"{_S}qualification", {"id": kind["id"]})
    programme = str(_value(kind, "EducationProgramIdentifier")[0])
    _sub(node, f"{_S}identifier", {"schemeName": _PROGRAMME}).text = programme
    _spoken(node, "title", name)
    _spoken(node, "definition", said)
    note = _spoken(node, "additionalNote", ("en", kind["criteria"]["narrative"]))
    _under(note, "subject", "Criteria")
    stacked = _STACKED[kind["stackable"]]
    note = _spoken(node, "additionalNote", ("en", stacked["en"]), ("nl", stacked["nl"]))
    _under(note, "subject", "Stackable")
    _sub(node, f"{_S}homepage", {"uri": kind["id"]})
    scheme = "http://data.europa.eu/europass/educationalCreditPointSystem/ects"
    _sub(node, f"{_S}hasECTSCreditPoints", {"schemeID": scheme}).text = str(_value(kind, "ECTS"))
    _coded(node, "language", _ENGLISH)
    outcomes = _sub(node, f"{_S}learningOutcomes")
    _sub(outcomes, f"{_S}learningOutcome", {"idref": "urn:epass:learningOutcome:1"})
    level = _value(kind, "EQF")
    _coded(
        node,
        "eqfLevel",
        _concept(f"{_SNB}/eqf/{level}", f"{_SNB}/eqf/25831c2", f"EQF level {level}", f"EQF-niveau {level}"),
    )


def _agents(root: Any, issuer: Tree) -> None:  # noqa: ANN401
    agents = _sub(root, f"{_S}agentReferences")
    polder = _sub(agents, f"{_S}organization", {"id": "urn:epass:org:2"})
    legal = {"spatialID": "NL", "schemeAgencyName": "eIDAS"}
    _sub(polder, f"{_S}identifier", legal).text = "NTRNL-12345678"
    _mail(polder, "office@polder.example.nl")
    _sub(polder, f"{_S}registration", {"spatialID": "NL"}).text = "12345678"
    _spoken(polder, "prefLabel", ("en", "Polder University"))
    _sub(polder, f"{_S}homepage", {"uri": "https://polder.example.nl"})
    _place(polder)
    _sub(polder, f"{_S}hasUnit", {"idref": "urn:epass:org:1"})
    faculty = _sub(agents, f"{_S}organization", {"id": "urn:epass:org:1"})
    _sub(faculty, f"{_S}registration", {"spatialID": "NL"}).text = "12345678"
    _spoken(faculty, "prefLabel", ("en", issuer["faculty"]["name"]))
    _place(faculty)
    _sub(faculty, f"{_S}hasUnit", {"idref": issuer["id"]})
    school = _sub(agents, f"{_S}organization", {"id": issuer["id"]})
    _sub(school, f"{_S}identifier", {"schemeName": "Open Badges issuer"}).text = issuer["id"]
    _mail(school, issuer["email"])
    _sub(school, f"{_S}registration", {"spatialID": "NL"}).text = "12345678"
    _spoken(school, "prefLabel", ("nl", issuer["name"]), ("nl", issuer["name_dutch"]))
    _sub(school, f"{_S}homepage", {"uri": issuer["url"]})
    _place(school)
