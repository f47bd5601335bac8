"""Floors: the unavoidable work alone, written by hand for one document each.

They are cost models, no converters: no table, no trace, no report, no refusal, and only what our sample
holds. What they make agrees with ours on the facts that `tests/test_benchmarks.py` compares.
"""

from __future__ import annotations

import base64
import functools
import uuid
from html import escape
from typing import Any

import orjson
from lxml import etree

SNB = "http://data.europa.eu/snb"
CRED = "http://data.europa.eu/europass/model/credentials/w3c#"
AUTHORITY = "http://publications.europa.eu/resource/authority"
Tree = dict[str, Any]
_PARSER = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
_S = f"{{{SNB}}}"
_C = f"{{{CRED}}}"


# --- reading ----------------------------------------------------------------------------------------


def json_badge(data: bytes) -> Tree:
    """Parse."""
    return orjson.loads(data)  # type: ignore[no-any-return]


def jws_badge(token: bytes) -> Tree:
    """Take the payload out of a compact JWS and parse it; the signature is not looked at."""
    payload = token.split(b".")[1]
    return orjson.loads(base64.urlsafe_b64decode(payload + b"=="))  # type: ignore[no-any-return]


def png_badge(data: bytes) -> Tree:
    """Walk the chunks to the baked one and parse what is in it."""
    at = 8
    while data[at + 4 : at + 8] != b"iTXt":
        at += 12 + int.from_bytes(data[at : at + 4])
    chunk = data[at + 8 : at + 8 + int.from_bytes(data[at : at + 4])]
    return orjson.loads(chunk.split(b"\0", 5)[5])  # type: ignore[no-any-return]


def edci_parsed(data: bytes) -> tuple[Any, dict[str, Any]]:
    """Parse and index the nodes that can be referred to."""
    root = etree.fromstring(data, _PARSER)
    return root, {name: node for node in root.iter() if (name := node.get("id"))}


def elm_parsed(data: bytes) -> Tree:
    """Parse."""
    return orjson.loads(data)  # type: ignore[no-any-return]


# --- converting -------------------------------------------------------------------------------------


def _extension(node: Tree, name: str) -> Any:  # noqa: ANN401 - JSON
    return node.get(f"extensions:{name}Extension", {}).get(name)


def _concept(uri: str, scheme: str) -> Tree:
    return {"id": uri, "type": "Concept", "inScheme": {"id": scheme, "type": "ConceptScheme"}}


def badge_as_elm(data: bytes, *, image: bytes = b"", carry: bool = False) -> bytes:
    """Map a badge to ELM, with a page and a carrier where they are asked for."""
    badge = orjson.loads(data)
    kind, issuer = badge["badge"], badge["badge"]["issuer"]
    language = _concept(f"{AUTHORITY}/language/ENG", f"{AUTHORITY}/language")
    title = {"en": kind["name"]}
    school = {
        "id": "urn:epass:org:1",
        "type": "Organisation",
        "legalName": {"en": issuer["faculty"]["institution"]["name"]},
        "homepage": [{"type": "WebResource", "contentURL": issuer["url"]}],
        "contactPoint": [{"type": "ContactPoint", "emailAddress": [{"id": f"mailto:{issuer['email']}"}]}],
    }
    specification = {
        "id": kind["id"],
        "type": "Qualification",
        "title": title,
        "description": {"en": kind["description"]},
        "additionalNote": [{"type": "Note", "noteLiteral": {"en": kind["criteria"]["narrative"]}}],
        "language": [language],
        "learningOutcome": [
            {"type": "LearningOutcome", "title": {"en": one["targetName"]}} for one in kind["alignment"]
        ],
        "eqfLevel": _concept(f"{SNB}/eqf/{_extension(kind, 'EQF')}", f"{SNB}/eqf/25831c2"),
        "creditPoint": [
            {
                "type": "CreditPoint",
                "framework": _concept(
                    f"{SNB}/education-credit/6fcec5c5af", f"{SNB}/education-credit/25831c2"
                ),
                "point": str(_extension(kind, "ECTS")),
            }
        ],
        "identifier": [
            {"type": "Identifier", "notation": str(one)}
            for one in _extension(kind, "EducationProgramIdentifier")
        ],
    }
    tree = {
        "@context": ["https://www.w3.org/2018/credentials/v1", f"{SNB}/model/context/edc-ap"],
        "id": f"urn:credential:{uuid.uuid5(uuid.NAMESPACE_URL, badge['id'])}",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "identifier": [{"type": "Identifier", "notation": badge["id"]}],
        "validFrom": badge["issuedOn"],
        "issuer": school,
        "credentialSubject": {
            "type": "Person",
            "identifier": [{"type": "Identifier", "notation": badge["recipient"]["identity"]}],
            "fullName": {"en": kind["user"]},
            "hasClaim": [
                {
                    "type": "LearningAchievement",
                    "title": title,
                    "awardedBy": {"type": "AwardingProcess", "awardingBody": [school]},
                    "specifiedBy": specification,
                }
            ],
        },
        "displayParameter": {"title": title, "primaryLanguage": language, "language": [language]},
    }
    if image:
        tree["displayParameter"]["individualDisplay"] = [_embedded(image, "PNG")]
    if carry:
        tree["evidence"] = [{"type": "Evidence", "embeddedEvidence": [_embedded(data, "JSON_LD")]}]
    return orjson.dumps(tree)


def _embedded(data: bytes, kind: str) -> Tree:
    file_type = _concept(f"{AUTHORITY}/file-type/{kind}", f"{AUTHORITY}/file-type")
    return {"type": "MediaObject", "contentType": file_type, "content": base64.b64encode(data).decode()}


def _text(words: str) -> str:
    return f'<text lang="en" content-type="text/plain">{escape(words)}</text>'


_EDCI = """<?xml version="1.0" encoding="UTF-8"?>
<europassCredential xmlns="{snb}" xmlns:cred="{cred}" cred:id="{id}" xsdVersion="0.10.0">\
<primaryLanguage>en</primaryLanguage><cred:validFrom>{since}</cred:validFrom>\
<cred:issuer idref="urn:epass:org:1"/><title>{title}</title>\
<credentialSubject id="urn:epass:person:1"><fullName>{holder}</fullName><achievements>\
<qualificationAward id="urn:epass:learningAchievement:1"><title>{title}</title>\
<specifiedBy idref="urn:epass:spec:1"/></qualificationAward></achievements></credentialSubject>\
<learningSpecificationReferences><qualification id="urn:epass:spec:1"><title>{title}</title>\
<definition>{definition}</definition><hasECTSCreditPoints>{credits}</hasECTSCreditPoints>\
<eqfLevel targetFrameworkUrl="{snb}/eqf/25831c2" uri="{eqf}"/></qualification>\
</learningSpecificationReferences><agentReferences><organization id="urn:epass:org:1">\
<prefLabel>{school}</prefLabel></organization></agentReferences></europassCredential>"""


def badge_as_edci(data: bytes) -> bytes:
    """Map a badge to EDCI XML through one string, the cheapest way that was found."""
    badge = orjson.loads(data)
    kind = badge["badge"]
    return _EDCI.format(
        snb=SNB,
        cred=CRED,
        id=f"urn:credential:{uuid.uuid5(uuid.NAMESPACE_URL, badge['id'])}",
        since=escape(badge["issuedOn"]),
        title=_text(kind["name"]),
        holder=_text(kind["user"]),
        definition=_text(kind["description"]),
        credits=_extension(kind, "ECTS"),
        eqf=f"{SNB}/eqf/{_extension(kind, 'EQF')}",
        school=_text(kind["issuer"]["faculty"]["institution"]["name"]),
    ).encode()


def elm_as_edci(data: bytes) -> bytes:
    """Map an ELM credential of one claim to EDCI XML."""
    credential = orjson.loads(data)
    subject = credential["credentialSubject"]
    claim = _first(subject["hasClaim"])
    specification = claim["specifiedBy"]
    return _EDCI.format(
        snb=SNB,
        cred=CRED,
        id=escape(credential["id"]),
        since=escape(credential["validFrom"]),
        title=_text(_first(claim["title"]["en"])),
        holder=_text(_first(subject["fullName"]["en"])),
        definition=_text(_first(specification["description"]["en"])),
        credits=_first(specification["creditPoint"])["point"],
        eqf=specification["eqfLevel"]["id"],
        school=_text(_first(credential["issuer"]["legalName"]["en"])),
    ).encode()


def edci_as_badge(data: bytes, *, image: bytes) -> bytes:
    """Map an EDCI credential of one achievement to a badge, image and all."""
    root, nodes = edci_parsed(data)
    award = root.find(f".//{_S}achievements")[0]
    specification = nodes[award.find(f"{_S}specifiedBy").get("idref")]
    return _badge(
        issued=root.findtext(f"{_C}validFrom"),
        name=award.findtext(f"{_S}title/{_S}text"),
        description=specification.findtext(f"{_S}definition/{_S}text"),
        eqf=specification.find(f"{_S}eqfLevel").get("uri"),
        ects=specification.findtext(f"{_S}hasECTSCreditPoints"),
        image=image,
    )


def elm_as_badge(data: bytes, *, image: bytes) -> bytes:
    """Map an ELM credential of one claim to a badge, image and all."""
    credential = orjson.loads(data)
    claim = _first(credential["credentialSubject"]["hasClaim"])
    specification = claim["specifiedBy"]
    return _badge(
        issued=credential["validFrom"],
        name=_first(claim["title"]["en"]),
        description=_first(specification["description"]["en"]),
        eqf=specification["eqfLevel"]["id"],
        ects=_first(specification["creditPoint"])["point"],
        image=image,
    )


def _badge(*, issued: str, name: str, description: str, eqf: str, ects: str, image: bytes) -> bytes:
    kind = {
        "type": "BadgeClass",
        "name": name,
        "description": description,
        "image": f"data:image/png;base64,{base64.b64encode(image).decode()}",
        "extensions:EQFExtension": {"EQF": int(eqf.rpartition("/")[2])},
        "extensions:ECTSExtension": {"ECTS": float(ects)},
    }
    context = "https://w3id.org/openbadges/v2"
    return orjson.dumps({"@context": context, "type": "Assertion", "issuedOn": issued, "badge": kind})


def _first(value: Any) -> Any:  # noqa: ANN401 - JSON, one or many
    return value[0] if isinstance(value, list) else value


# --- the page ---------------------------------------------------------------------------------------


@functools.cache
def _compiler() -> Any:  # noqa: ANN401 - its stubs come and go
    import typst  # noqa: PLC0415 - the rows that draw nothing start without it

    return typst.Compiler(b"", font_paths=typst.Fonts(include_system_fonts=False))


def page(words: str) -> bytes:
    """Draw one A4 page that holds one line, with a typesetter kept from page to page."""
    inputs = {"words": words}
    template = b"#sys.inputs.words"
    return _compiler().compile(template, format="png", ppi=96, sys_inputs=inputs)  # type: ignore[no-any-return]
