"""Whether the organisation that sealed is the one the credential names (EN 319 412-1 §5.1.4; ELM: issuer).

Only an identifier proves it. Names alone are written in too many ways, by anyone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.document import Format
from schemas.evidence import Evidence
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Check, Finding
from verifier.sealing.certificates import SealingOrganisation, organisation

_CHECK = "issuer.match"
_CITE = "ETSI EN 319 412-1 §5.1.4; ETSI EN 319 412-3 §4.2.1"
_IDENTIFIER_FIELDS = ("eIDASIdentifier", "registration", "vatIdentifier", "taxIdentifier", "identifier")
_COMPARABLE = {
    "VAT": frozenset({"eIDASIdentifier", "vatIdentifier"}),
    "NTR": frozenset({"eIDASIdentifier", "registration"}),
}
"""Fields whose bare value is of the same register as a certificate's identifier of this scheme."""
_NAME_FIELDS = ("legalName", "prefLabel", "altLabel", "commonName")
_SCHEME = re.compile(r"(?P<scheme>[A-Z]{3}|[A-Z]{2}:)(?P<country>[A-Z]{2})-(?P<number>.+)")
_NOT_TEXT = frozenset({"id", "type", "#name"})
_PRESENTATION = "#presentation"
"""Where the reader of EDCI XML keeps what stands around the credential."""
_VALUE_KEYS = ("notation", "#text", "@value")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOrganisation:
    """An organisation as the document names it.

    Attributes:
        role: for the sentence.
        where: its place in the document.
        identifiers: field and value.
        names: normalised.
    """

    role: str
    where: str
    identifiers: tuple[tuple[str, str], ...]
    names: frozenset[str]


def issuer_match(evidence: Evidence) -> Iterator[Finding]:
    """Compare the seal's organisation with the issuer, and then with the awarding bodies."""
    if evidence.document.format is Format.OB2:
        return
    if evidence.document.seal is None:
        yield not_applicable(_CHECK, "The document carries no seal to compare the issuer with.")
        return
    examined, document = evidence.seal, evidence.signed_document
    if examined is None or not examined.intact or examined.signer is None or document is None:
        yield undecided(_CHECK, "A seal that is not shown to hold speaks for no organisation.", cite=_CITE)
        return
    sealer = organisation(examined.signer)
    if not sealer.identifiers and not sealer.names:
        yield undecided(_CHECK, "The sealing certificate names no organisation.", cite=_CITE)
        return
    yield _compared(sealer, list(_parties(document.tree)))


def _compared(sealer: SealingOrganisation, parties: list[NamedOrganisation]) -> Finding:
    responsible = [party for party in parties if party.role != "awarding body"]
    for party in responsible:
        if match := _identified(sealer, party):
            return passed(_CHECK, f"The seal's {match}.", where=party.where, cite=_CITE)
    for party in parties:
        if match := _identified(sealer, party):
            message = f"Not the issuer but an awarding body sealed: the seal's {match}."
            return undecided(_CHECK, message, where=party.where, cite=_CITE)
    if not responsible:
        return undecided(_CHECK, "The document names no issuer to compare the seal with.", cite=_CITE)
    party = responsible[0]
    alike = bool(party.names & {normalised(name) for name in sealer.names})
    differing = _differing(sealer, party)
    if alike and differing:
        message = f"The seal's organisation has the {party.role}'s name, but another {differing}."
    elif alike:
        message = (
            f"The seal's organisation has the {party.role}'s name; no identifier of both can be compared."
        )
    elif differing:
        message = f"The seal is of another organisation than the {party.role}: {differing} and name differ."
        return failed(_CHECK, message, where=party.where, cite=_CITE)
    else:
        message = f"The {party.role} has no identifier of the same register as the seal's organisation."
    return undecided(_CHECK, message, where=party.where, cite=_CITE)


def _identified(sealer: SealingOrganisation, party: NamedOrganisation) -> str:
    """Say how an identifier of the seal matches one of the party's; empty where none does."""
    for identifier in map(_plain, sealer.identifiers):
        forms = _forms(identifier)
        for field, value in party.identifiers:
            how = forms.get(_plain(value))
            # a bare number proves nothing in a field that says not whose number it is
            if how is not None and (not how or field != "identifier"):
                return f"organizationIdentifier matches the {party.role}'s {field}{how}"
    return ""


def _forms(identifier: str) -> dict[str, str]:
    """Return the ways an identifier may stand in a document, each with how to say so."""
    scheme = _SCHEME.fullmatch(identifier)
    if scheme is None:
        return {identifier: ""}
    prefix = f"{scheme['scheme']}{scheme['country']}-"
    return {
        scheme["number"]: f", which leaves the prefix {prefix} out",
        f"{scheme['country']}{scheme['number']}": f", which has only the country of the prefix {prefix}",
        identifier: "",
    }


def _differing(sealer: SealingOrganisation, party: NamedOrganisation) -> str:
    """Name the party's field that is of the same register as the seal's identifier (and not equal to it)."""
    for identifier in map(_plain, sealer.identifiers):
        own = _SCHEME.fullmatch(identifier)
        if own is None:
            continue
        for field, value in party.identifiers:
            other = _SCHEME.fullmatch(_plain(value))
            same_register = (
                other["scheme"] == own["scheme"] if other else field in _bare_fields(own["scheme"])
            )
            if same_register:
                return field
    return ""


def _bare_fields(scheme: str) -> frozenset[str]:
    return _COMPARABLE.get(scheme, frozenset({"eIDASIdentifier"}))


def _parties(tree: Mapping[str, Any]) -> Iterator[NamedOrganisation]:
    """List who may have sealed: the presentation's issuer, the issuer, and every awarding body."""
    presentation = tree.get(_PRESENTATION)
    if isinstance(presentation, Mapping):
        for one in _many(presentation.get("issuer")):
            yield _named(one, "presentation's issuer", f"/{_PRESENTATION}/issuer")
    for one in _many(tree.get("issuer")):
        yield _named(one, "issuer", "/issuer")
    for one, where in _awarding_bodies(tree):
        yield _named(one, "awarding body", where)


def _named(organisation_: Mapping[str, Any], role: str, where: str) -> NamedOrganisation:
    return NamedOrganisation(
        role=role,
        where=where,
        identifiers=tuple(
            (field, value)
            for field in _IDENTIFIER_FIELDS
            for one in _listed(organisation_.get(field))
            for value in _values(one)
        ),
        names=frozenset(
            normalised(text) for field in _NAME_FIELDS for text in _texts(organisation_.get(field))
        )
        - {""},
    )


def _awarding_bodies(tree: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Walk the tree once; nodes that are referred to twice are one object, and visited once."""
    seen: set[int] = set()
    todo: list[tuple[Any, str]] = [(tree, "")]
    while todo:
        node, where = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            for key, value in node.items():
                if key == "awardingBody":
                    yield from ((one, f"{where}/{key}") for one in _many(value))
                todo.append((value, f"{where}/{key}"))
        elif isinstance(node, list):
            todo += [(item, f"{where}/{index}") for index, item in enumerate(node)]


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any tree value
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _many(value: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401
    return [one for one in _listed(value) if isinstance(one, Mapping)]


def _values(identifier: Any) -> list[str]:  # noqa: ANN401
    """Return an identifier's value, whichever key a format keeps it under."""
    if isinstance(identifier, str):
        return [identifier]
    if not isinstance(identifier, Mapping):
        return []
    values = [value for key in _VALUE_KEYS for value in _listed(identifier.get(key))]
    if _SCHEME.fullmatch(str(identifier.get("id", ""))):  # where some issuers keep it
        values.append(identifier["id"])
    return [value for value in values if isinstance(value, str) and value.strip()]


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield every text of a multilingual value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _NOT_TEXT and (key == "@value" or not key.startswith("@")):
                yield from _texts(item)


def normalised(name: str) -> str:
    """Bring a name to letters and digits, without case and accents, one space between words."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
    return " ".join(kept.split())


def _plain(identifier: str) -> str:
    """Bring an identifier to capitals without spaces and points; a hyphen may end a prefix."""
    return re.sub(r"[\s.]", "", identifier).upper()


ISSUER_CHECKS: tuple[Check, ...] = (issuer_match,)
