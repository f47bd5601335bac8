"""The Open Badges 2.0 data model: which class needs which property, and what a value looks like.

Facts of the specification's chapter "Data Model", in our own table. A property of another vocabulary is
never an error: the model is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a value is. The checks know one predicate for each."""

    TEXT = "text"
    LABEL = "text or a number"
    IRI = "an absolute IRI"
    WEB = "a web address"
    MOMENT = "an ISO 8601 date and time with a time zone"
    FLAG = "true or false"
    EMAIL = "an e-mail address"
    PHONE = "an E.164 telephone number"
    LANGUAGE = "a BCP 47 language tag"
    IMAGE = "a PNG or SVG image, by address or as a data URI"
    CRITERIA = "an address or a narrative"
    LINK = "an IRI, or a node that has one"
    NODE = "an object"
    KEY = "a key, by address or embedded"
    WORD = "a word or an IRI"
    ENTRY = "a revoked assertion's id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One row of a class.

    Attributes:
        term: as the 2.0 context names it.
        kind: what its value is.
        required: the node is not valid without it.
        many: more than one value is allowed.
        node: the class an embedded value is held against; empty for none.
    """

    term: str
    kind: Kind
    required: bool = False
    many: bool = False
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """One class of the data model.

    Attributes:
        name: as used here.
        title: as said to a person.
        types: at least one of these must be among the node's types; empty where the type may be absent.
        properties: the rows.
    """

    name: str
    title: str
    types: tuple[str, ...] = ()
    properties: tuple[Property, ...] = ()


def _required(term: str, kind: Kind, node: str = "") -> Property:
    return Property(term=term, kind=kind, required=True, node=node)


def _may(term: str, kind: Kind, node: str = "") -> Property:
    return Property(term=term, kind=kind, node=node)


def _many(term: str, kind: Kind, node: str = "") -> Property:
    return Property(term=term, kind=kind, many=True, node=node)


_COMMON = (
    _may("@language", Kind.LANGUAGE),
    _may("version", Kind.LABEL),
    _many("related", Kind.LINK, "Related"),
    _many("endorsement", Kind.LINK),
)

ASSERTION = Class(
    name="Assertion",
    title="assertion",
    types=("Assertion",),
    properties=(
        _required("id", Kind.IRI),
        _required("recipient", Kind.NODE, "IdentityObject"),
        _required("badge", Kind.LINK),
        _required("verification", Kind.NODE, "VerificationObject"),
        _required("issuedOn", Kind.MOMENT),
        _may("image", Kind.IMAGE, "Image"),
        _many("evidence", Kind.LINK, "Evidence"),
        _may("narrative", Kind.TEXT),
        _may("expires", Kind.MOMENT),
        _may("revoked", Kind.FLAG),
        _may("revocationReason", Kind.TEXT),
        *_COMMON,
    ),
)
REVOKED_ASSERTION = Class(
    name="RevokedAssertion",
    title="revoked assertion",
    properties=(
        _required("id", Kind.IRI),
        _required("revoked", Kind.FLAG),
        _may("revocationReason", Kind.TEXT),
    ),
)
BADGE_CLASS = Class(
    name="BadgeClass",
    title="badge class",
    types=("BadgeClass",),
    properties=(
        _required("id", Kind.IRI),
        _required("name", Kind.TEXT),
        _required("description", Kind.TEXT),
        _required("image", Kind.IMAGE, "Image"),
        _required("criteria", Kind.CRITERIA),
        _required("issuer", Kind.LINK),
        _many("alignment", Kind.NODE, "AlignmentObject"),
        _many("tags", Kind.TEXT),
        *_COMMON,
    ),
)
PROFILE = Class(
    name="Profile",
    title="issuer profile",
    types=("Profile", "Issuer"),
    properties=(
        _required("id", Kind.IRI),
        _required("name", Kind.TEXT),
        _required("url", Kind.WEB),
        _required("email", Kind.EMAIL),
        _may("telephone", Kind.PHONE),
        _may("description", Kind.TEXT),
        _may("image", Kind.IMAGE),
        _many("publicKey", Kind.KEY),
        _may("verification", Kind.NODE, "HostingRules"),
        _may("revocationList", Kind.LINK),
        *_COMMON,
    ),
)
IDENTITY = Class(
    name="IdentityObject",
    title="recipient",
    properties=(
        _required("type", Kind.WORD),
        _required("hashed", Kind.FLAG),
        _required("identity", Kind.TEXT),
        _may("salt", Kind.TEXT),
    ),
)
VERIFICATION = Class(
    name="VerificationObject",
    title="verification object",
    types=("HostedBadge", "SignedBadge"),
    properties=(_may("creator", Kind.LINK),),
)
HOSTING_RULES = Class(
    name="HostingRules",
    title="issuer's verification object",
    properties=(
        _many("startsWith", Kind.TEXT),
        _many("allowedOrigins", Kind.TEXT),
        _may("verificationProperty", Kind.WORD),
    ),
)
EVIDENCE = Class(
    name="Evidence",
    title="evidence",
    properties=(
        _may("id", Kind.IRI),
        _may("narrative", Kind.TEXT),
        _may("name", Kind.TEXT),
        _may("description", Kind.TEXT),
        _may("genre", Kind.TEXT),
        _may("audience", Kind.TEXT),
    ),
)
ALIGNMENT = Class(
    name="AlignmentObject",
    title="alignment",
    properties=(
        _required("targetName", Kind.TEXT),
        _required("targetUrl", Kind.IRI),
        _may("targetDescription", Kind.TEXT),
        _may("targetFramework", Kind.TEXT),
        _may("targetCode", Kind.TEXT),
    ),
)
IMAGE = Class(
    name="Image",
    title="image",
    properties=(
        _required("id", Kind.IRI),
        _may("caption", Kind.TEXT),
        _may("author", Kind.LINK),
    ),
)
RELATED = Class(
    name="Related",
    title="related node",
    properties=(_required("id", Kind.IRI), _may("@language", Kind.LANGUAGE), _may("version", Kind.LABEL)),
)
ENDORSEMENT = Class(
    name="Endorsement",
    title="endorsement",
    types=("Endorsement",),
    properties=(
        _required("id", Kind.IRI),
        _required("claim", Kind.NODE, "Claim"),
        _required("issuer", Kind.LINK),
        _required("issuedOn", Kind.MOMENT),
        _required("verification", Kind.NODE, "VerificationObject"),
    ),
)
CLAIM = Class(
    name="Claim",
    title="endorsed claim",
    properties=(_required("id", Kind.IRI), _may("endorsementComment", Kind.TEXT)),
)
REVOCATION_LIST = Class(
    name="RevocationList",
    title="revocation list",
    types=("RevocationList",),
    properties=(
        _may("id", Kind.IRI),
        _may("issuer", Kind.LINK),
        Property(term="revokedAssertions", kind=Kind.ENTRY, many=True),
    ),
)

CLASSES = {
    rules.name: rules
    for rules in (
        ASSERTION,
        REVOKED_ASSERTION,
        BADGE_CLASS,
        PROFILE,
        IDENTITY,
        VERIFICATION,
        HOSTING_RULES,
        EVIDENCE,
        ALIGNMENT,
        IMAGE,
        RELATED,
        ENDORSEMENT,
        CLAIM,
        REVOCATION_LIST,
    )
}
