"""Badges as edubadges makes them: one written out, and a strategy for all of them."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

from converter.codecs import Context
from converter.formats.ob2_arrange import PREFIX, arrange, restore
from converter.mapping import Moved
from converter.tables import mapping
from schemas.document import Format
from schemas.pivot import Credential, from_tree, to_tree

Tree = dict[str, Any]
NL = Context(language="nl")
ROOT = "https://api.edubadges.nl/extensions"
NEVER_BACK = {
    "user": "a name is not written into a public badge",
    "endorsements": "statements of other parties",
    "publicKey": "the proof of the original",
    "timestamp": "the proof of the original",
}
"""Members that do not come back, wherever they stand; the issuer's verification besides."""


def extension(name: str, key: str, value: Any) -> Tree:
    """Make an extension with its header, as edubadges does."""
    header = {"@context": f"{ROOT}/{name}/context.json", "type": ["Extension", PREFIX + name]}
    return {PREFIX + name: {**header, key: value}}


def lift(assertion: Tree, context: Context = NL) -> Moved:
    """Lift an assertion that has not been arranged yet."""
    return mapping(Format.OB2).lift(arrange(assertion), context)


def there_and_back(assertion: Tree, context: Context = NL) -> Tree:
    """Lift a badge, take it through the pivot's values, and write it again."""
    pivot = to_tree(from_tree(Credential, lift(assertion, context).tree))
    return restore(mapping(Format.OB2).lower(json.loads(json.dumps(pivot)), context).tree)


def said(value: Any) -> Any:
    """Leave out what says nothing: null, empty lists and objects, and the members that never come back."""
    if isinstance(value, dict):
        inner = {key: said(one) for key, one in value.items() if key not in NEVER_BACK}
        return {key: one for key, one in inner.items() if one not in (None, [], {})}
    return [said(one) for one in value] if isinstance(value, list) else value


ISSUER: Tree = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Issuer",
    "id": "https://badges.example/issuers/1",
    "name": "Unit",
    "name_english": "Unit",
    "name_dutch": "Afdeling",
    "url": "https://school.example/unit",
    "url_english": "https://school.example/unit",
    "url_dutch": "https://school.example/nl",
    "email": "unit@school.example",
    "description": "Kort",
    "description_english": "Short",
    "description_dutch": "Kort",
    "image": "https://badges.example/issuers/1/image",
    "image_english": "https://badges.example/issuers/1/image?lang=en",
    **extension("InstitutionIdentifierExtension", "InstitutionIdentifier", "21XX"),
    **extension("InstitutionNameExtension", "InstitutionName", "School"),
    **extension("InstitutionCountryExtension", "InstitutionCountry", "NL"),
    **extension("GradingTableExtension", "GradingTableURL", "https://school.example/grades"),
    "faculty": {
        "name": "Faculteit",
        "name_english": "Faculty",
        "name_dutch": "Faculteit",
        "on_behalf_of": False,
        "entityId": "F1",
        "institution": {
            "type": "Institution",
            "name": "School",
            "name_english": "School",
            "name_dutch": "Hogeschool",
            "entityId": "I1",
            "description": "Een school",
            "description_dutch": "Een school",
            "image": "https://badges.example/institutions/1/image",
        },
    },
}
BADGE: Tree = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://badges.example/public/assertions/1",
    "recipient": {"type": "id", "hashed": True, "salt": "zout", "identity": "sha256$00"},
    "badge": {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "BadgeClass",
        "id": "https://badges.example/public/badges/1",
        "name": "Ethiek",
        "description": "Over ethiek.",
        "image": "https://badges.example/public/badges/1/image",
        "criteria": {"narrative": "Alles gehaald.\r\n\r\n* opdracht"},
        "issuer": ISSUER,
    },
    "verification": {"type": "HostedBadge"},
    "issuedOn": "2026-02-03T09:14:03.127411+00:00",
}


def with_members(**members: Any) -> Tree:
    """Return the badge with other members in its class."""
    tree = copy.deepcopy(BADGE)
    tree["badge"].update(members)
    return tree


def claim(moved: Moved) -> Tree:
    """Return the one claim of a lifted badge."""
    claim: Tree = moved.tree["credential_subject"]["has_claim"][0]
    return claim


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)
LINE = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=12)
URL = LINE.map(lambda text: f"https://x.example/{text}")
MOMENT = st.datetimes().map(lambda at: at.isoformat(timespec="microseconds") + "+00:00")
WORDS = {
    "participation": ["blended", "online", "onsite", "work_experience"],
    "assessmentType": ["behavioural_assessment", "oram_exam", "report_paper", "written_exam", "other"],
}


def _words(key: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS[key]), min_size=1, unique=True).map(
        lambda found: ",".join(sorted(found))
    )


def names(name: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Tree]:
    """One text in English, Dutch or both; the plain one is one of the two."""

    def told(pair: tuple[str | None, str | None, bool]) -> Tree:
        english, dutch, first = pair
        default = (english if first else dutch) or english or dutch
        return {name: default, f"{name}_english": english, f"{name}_dutch": dutch}

    return st.tuples(texts, st.none() | texts, st.booleans()).map(told) | st.tuples(
        st.none(), texts, st.booleans()
    ).map(told)


def _one_extension(name: str, key: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    return st.just({}) | values.map(lambda value: extension(name, key, value))


ALIGNMENT = st.fixed_dictionaries(
    {"targetName": LINE, "targetUrl": URL | st.none()},
    optional={
        "targetDescription": TEXT,
        "targetFramework": st.sampled_from(["RIO", "F"]),
        "targetCode": LINE,
    },
)
SKILL = st.fixed_dictionaries(
    {"targetName": LINE, "targetUrl": URL, "targetFramework": st.just("ESCO")},
    optional={"targetDescription": TEXT, "targetCode": LINE},
)
EVIDENCE = st.fixed_dictionaries(
    {"type": st.just("Evidence"), "name": TEXT},
    optional={"id": URL, "narrative": TEXT, "description": TEXT, "genre": LINE, "audience": LINE},
)
HOURS = st.integers(1, 900) | st.integers(1, 900).map(lambda hours: hours / 2)
CLASS = st.fixed_dictionaries(
    {"name": TEXT, "description": TEXT, "criteria": st.sampled_from([{}, {"narrative": "a\r\nb"}])},
    optional={
        "tags": st.lists(TEXT, max_size=3),
        "stackable": st.booleans(),
        "gradeAchievedRequired": st.booleans(),
        "eqfNlqfLevelVerified": st.booleans(),
        "typeBadgeClass": st.sampled_from(["micro_credential", "regular", "extra_curricular"]),
        "participation": st.none() | _words("participation"),
        "assessmentType": st.none() | _words("assessmentType"),
        "assessmentSupervised": st.booleans(),
        "assessmentIdVerified": st.booleans(),
        "grade_achieved": LINE,
        "qualityAssuranceName": LINE,
        "qualityAssuranceUrl": URL,
        "qualityAssuranceDescription": TEXT,
    },
)
CLASS_EXTENSIONS = st.tuples(
    _one_extension("LanguageExtension", "Language", st.sampled_from(["nl_NL", "en_EN"])),
    _one_extension("ECTSExtension", "ECTS", HOURS),
    _one_extension("EQFExtension", "EQF", st.integers(1, 8)),
    _one_extension("StudyLoadExtension", "StudyLoad", HOURS)
    | _one_extension("TimeInvestmentExtension", "TimeInvestment", HOURS),
    _one_extension("LearningOutcomeExtension", "LearningOutcome", TEXT | st.just("x\r\n* a\r\n* b")),
    _one_extension(
        "EducationProgramIdentifierExtension",
        "EducationProgramIdentifier",
        st.lists(st.integers(0, 99999), min_size=1, max_size=3),
    ),
)


@st.composite
def badges(draw: st.DrawFn) -> Tree:
    """Draw an assertion as edubadges answers it with everything expanded."""
    tree = with_members(**draw(CLASS))
    for extension in draw(CLASS_EXTENSIONS):
        tree["badge"].update(extension)
    tree["badge"]["alignment"] = draw(st.lists(SKILL, max_size=2)) + draw(st.lists(ALIGNMENT, max_size=3))
    tree["evidence"] = draw(st.lists(EVIDENCE, max_size=3))
    tree |= draw(
        st.fixed_dictionaries(
            {"issuedOn": MOMENT}, optional={"expires": MOMENT, "updatedAt": MOMENT, "narrative": TEXT}
        )
    )
    issuer = tree["badge"]["issuer"]
    issuer |= draw(names("name", TEXT)) | draw(names("url", URL)) | draw(names("description", TEXT))
    if draw(st.booleans()):
        issuer["faculty"] |= draw(names("name", TEXT))
        issuer["faculty"]["institution"] |= draw(names("name", TEXT)) | draw(names("description", TEXT))
    else:
        del issuer["faculty"]
    return tree
