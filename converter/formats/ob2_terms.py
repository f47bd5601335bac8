"""The words of Open Badges 2.0 and of the versions before it, as plain facts."""

from __future__ import annotations

CONTEXT = "https://w3id.org/openbadges/v2"
CONTEXTS = {
    CONTEXT: "2.0",
    "https://openbadgespec.org/v2/context.json": "2.0",
    "https://w3id.org/openbadges/v1": "1.1",
    "https://openbadgespec.org/v1/context.json": "1.1",
}
"""Every context known by its address; a context is never fetched to learn a term."""

HARMLESS_CONTEXTS = frozenset(
    f"https://{host}/extensions/exampleExtension/context.json"
    for host in ("w3id.org/openbadges", "openbadgespec.org")
)
"""Contexts of extensions that, beside that of Open Badges, give none of its terms another meaning."""

CLASSES = frozenset(
    {
        "Assertion",
        "BadgeClass",
        "CryptographicKey",
        "Endorsement",
        "Extension",
        "Issuer",
        "Profile",
        "RevocationList",
    }
)

# fmt: off
TERMS = frozenset({
    "AlignmentObject", "Assertion", "BadgeClass", "Criteria", "CryptographicKey", "Endorsement",
    "Evidence", "Extension", "FrameValidation", "HostedBadge", "IdentityObject", "Image", "Issuer",
    "Profile", "RevocationList", "SignedBadge", "TypeValidation", "VerificationObject", "alignment",
    "allowedOrigins", "audience", "author", "badge", "caption", "claim", "cred", "created", "creator",
    "criteria", "dc", "description", "email", "endorsement", "endorsementComment", "evidence",
    "expires", "extensions", "genre", "hashed", "hosted", "id", "identity", "image", "issuedOn",
    "issuer", "name", "narrative", "obi", "owner", "publicKey", "publicKeyPem", "recipient", "related",
    "revocationList", "revocationReason", "revoked", "revokedAssertions", "salt", "schema", "sec",
    "signed", "startsWith", "tags", "targetCode", "targetDescription", "targetFramework", "targetName",
    "targetUrl", "telephone", "type", "uid", "url", "validatesType", "validation", "validationFrame",
    "validationSchema", "verification", "verificationProperty", "verify", "version", "xsd",
})
# fmt: on
"""What the 2.0 context defines: classes, properties, aliases and prefixes."""

_IRIS = {
    ("obi:", "https://w3id.org/openbadges#"): """alignment allowedOrigins audience badge criteria
        endorsementComment evidence hashed identityHash issueDate issuer narrative recipient revocationList
        revocationReason revoked salt targetCode uid validation validatesType validationFrame validationSchema
        verificationProperty verify""",
    ("cred:", "https://w3id.org/credentials#"): "claim credential",
    ("dc:", "http://purl.org/dc/terms/"): "created creator relation",
    ("sec:", "https://w3id.org/security#"): "expiration owner publicKey publicKeyPem",
    ("schema:", "http://schema.org/"): """author caption description educationalFramework email genre image
        keywords name targetDescription targetName targetUrl telephone url version""",
}
SAID_BY_IRI = frozenset(
    f"{prefix}{name}" for prefixes, names in _IRIS.items() for prefix in prefixes for name in names.split()
)
"""Other spellings of the properties that JSON-LD allows and a reader by name would overlook."""

TYPE_PREFIXES = ("obi:", "https://w3id.org/openbadges#")

LINKED = (
    "badge",
    "issuer",
    "recipient",
    "verification",
    "evidence",
    "criteria",
    "image",
    "alignment",
    "publicKey",
    "revocationList",
    "endorsement",
    "related",
)
"""Terms whose value may be a node, so that a context inside it concerns Open Badges terms."""

VERIFICATION_TYPES = {"hosted": "HostedBadge", "signed": "SignedBadge"}
ALIGNMENT_TERMS = {"name": "targetName", "url": "targetUrl", "description": "targetDescription"}
