"""A badge made ready for the world: what stands at public addresses, and what its holder is given.

In public stand the badge class, its image, the issuer, and of a hosted badge the assertion; none of it says
more about the recipient than a hash with a fresh salt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from converter.display import DisplayPage, render_page
from converter.report import Entry
from schemas.document import Tree
from schemas.errors import Problem, Refused

JSON = "application/ld+json"
PNG = "image/png"
CONTEXT = "https://w3id.org/openbadges/v2"
RULE = "hosting"
_OF_AN_ASSERTION = frozenset(
    {"@context", "type", "id", "recipient", "badge", "verification", "issuedOn", "expires"}
)
"""Members of a public assertion. Whatever else it has may be about the person: evidence, a narrative, a page
that shows the name, the original that travels along."""
_PRIVATE = "It may be about the recipient, and the document is public."
_PICTURE = "The picture of a public class shows no recipient; this one is drawn of its title alone."


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things will stand.

    Attributes:
        base: public address of the gateway for this tenant, without a slash at the end.
        name: of this badge; a random word that tells nothing.
        key: address of the key document; for a signed badge.
        revocations: address of the list of revocations; for a signed badge.
    """

    base: str
    name: str
    key: str = ""
    revocations: str = ""

    @property
    def assertion(self) -> str:
        """Address of the assertion."""
        return f"{self.base}/badges/{self.name}"

    def path(self, address: str) -> str:
        """Return the part of an address that is behind `/badges/`."""
        return address.removeprefix(f"{self.base}/badges/")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDocument:
    """Something that stands at an address; `path` is what comes behind `/badges/`."""

    path: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """A badge made ready.

    Attributes:
        assertion: for a hosted badge what stands in public; for a signed one what is to be signed.
        documents: what stands in public.
        left_out: what the public assertion does not say, each with its reason.
        added: what was put in.
    """

    assertion: bytes
    documents: tuple[PublicDocument, ...]
    left_out: tuple[Entry, ...] = ()
    added: tuple[Entry, ...] = ()


def host(tree: Tree, places: Places, recipient: tuple[str, str], salt: str) -> Hosting:
    """Make a hosted badge of an expanded assertion (OB 2.0, HostedBadge verification).

    Args:
        tree: the assertion, with class and issuer inside.
        places: where everything will stand.
        recipient: kind and value of whom it is about.
        salt: fresh, for this badge alone.

    Raises:
        Refused: class or issuer are not inside.
    """
    shared, address = _shared(tree, places)
    assertion = {name: value for name, value in tree.items() if name in _OF_AN_ASSERTION}
    assertion |= {
        "id": places.assertion,
        "badge": address,
        "recipient": hashed(recipient, salt),
        "verification": {"type": "HostedBadge"},
    }
    left = tuple(
        Entry(source=f"/{name}", rule=RULE, note=_PRIVATE) for name in tree if name not in _OF_AN_ASSERTION
    )
    body = compact_json(assertion)
    own = PublicDocument(path=places.name, media_type=JSON, body=body)
    return Hosting(assertion=body, documents=(own, *shared), left_out=left, added=_added())


def prepare_signed(tree: Tree, places: Places, recipient: tuple[str, str], salt: str, name: str) -> Hosting:
    """Make an assertion that is to be signed; only class and issuer stand in public (OB 2.0, SignedBadge).

    Args:
        tree: the assertion, with class and issuer inside.
        places: where the public parts will stand; with a key and a list of revocations.
        recipient: kind and value of whom it is about.
        salt: fresh, for this badge alone.
        name: a `urn:uuid:` of its own, by which it can be revoked.

    Raises:
        Refused: class or issuer are not inside.
    """
    shared, address = _shared(tree, places)
    assertion = {
        **tree,
        "id": name,
        "badge": address,
        "recipient": hashed(recipient, salt),
        "verification": {"type": "SignedBadge", "creator": places.key},
    }
    return Hosting(assertion=compact_json(assertion), documents=shared, added=_added())


def hashed(recipient: tuple[str, str], salt: str) -> Tree:
    """Hash a recipient (OB 2.0, IdentityObject)."""
    kind, value = recipient
    digest = hashlib.sha256((value.lower() + salt).encode()).hexdigest()
    return {"type": kind, "hashed": True, "identity": f"sha256${digest}", "salt": salt}


def key_document(address: str, owner: str, pem: str) -> bytes:
    """Write a CryptographicKey (OB 2.0, §CryptographicKey)."""
    return compact_json(
        {
            "@context": CONTEXT,
            "type": "CryptographicKey",
            "id": address,
            "owner": owner,
            "publicKeyPem": pem,
        }
    )


def revocation_list(address: str, issuer: str, revoked: Mapping[str, str]) -> bytes:
    """Write a RevocationList: the ids of assertions with the reason of each (OB 2.0, §RevocationList)."""
    entries = [{"id": name, "revocationReason": reason} for name, reason in sorted(revoked.items())]
    return compact_json(
        {
            "@context": CONTEXT,
            "type": "RevocationList",
            "id": address,
            "issuer": issuer,
            "revokedAssertions": entries,
        }
    )


def revoked_assertion(address: str, reason: str) -> bytes:
    """Write what a host says of a badge it has revoked, beside the status 410."""
    tree = {"@context": CONTEXT, "type": "Assertion", "id": address, "revoked": True}
    return compact_json({**tree, "revocationReason": reason} if reason else tree)


def _shared(tree: Tree, places: Places) -> tuple[tuple[PublicDocument, ...], str]:
    """Write class, image and issuer; return them with the address of the class."""
    badge = _inside(tree.get("badge"), "badge")
    issuer = dict(_inside(badge.get("issuer"), "badge/issuer"))
    owner = f"{places.base}/badges/issuers/{issuer_name(issuer)}"
    issuer["id"] = owner
    if places.key:
        issuer |= {"publicKey": places.key, "revocationList": places.revocations}
    picture = _picture(badge, issuer)
    address = f"{places.assertion}/class"
    public_class = {
        **badge,
        "id": address,
        "issuer": owner,
        "image": f"{address}/image",
        "criteria": _criteria(badge),
    }
    documents = (
        PublicDocument(path=places.path(address), media_type=JSON, body=compact_json(public_class)),
        PublicDocument(path=places.path(f"{address}/image"), media_type=PNG, body=picture),
        PublicDocument(path=places.path(owner), media_type=JSON, body=compact_json(issuer)),
    )
    return documents, address


def issuer_of(tree: Tree) -> str:
    """Name the issuer of an expanded assertion.

    Raises:
        Refused: class or issuer are not inside.
    """
    return issuer_name(_inside(_inside(tree.get("badge"), "badge").get("issuer"), "badge/issuer"))


def issuer_name(issuer: Mapping[str, Any]) -> str:
    """Name an issuer by what is said of it, so that another school of the tenant has another address."""
    return hashlib.sha256(
        compact_json({key: issuer[key] for key in sorted(issuer) if key != "id"})
    ).hexdigest()[:24]


def _criteria(badge: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the class has it
    return badge.get("criteria") or {"narrative": str(badge.get("description", ""))}


def _picture(badge: Mapping[str, Any], issuer: Mapping[str, Any]) -> bytes:
    """Draw the class: its title and who awards it, and nobody who holds it."""
    return render_page(DisplayPage(title=str(badge.get("name", "")), issuer=str(issuer.get("name", ""))))


def _added() -> tuple[Entry, ...]:
    return (
        Entry(target="/badge/image", rule=RULE, note=_PICTURE),
        Entry(target="/recipient", rule=RULE, note="The recipient the asker named, with a fresh salt."),
        Entry(target="/verification", rule=RULE, note="How the badge can be verified from now on."),
    )


def _inside(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        _refuse(where)
    return value


def _refuse(where: str) -> NoReturn:
    message = "Only an assertion with its class and issuer inside can be made ready."
    raise Refused(Problem(code="badge.not-expanded", message=message, where=f"/{where}"))


def compact_json(tree: Mapping[str, Any]) -> bytes:
    """Write JSON in one line, in its own letters."""
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
