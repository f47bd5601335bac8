"""What an address answered about a status, read for what it is: a list in bits, of names, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from converter.formats.jades import split_jades
from converter.strict import load_json
from schemas.errors import Malformed
from schemas.evidence import Evidence, Missing, Resource
from schemas.status import ListSeal, StatusEntry, StatusKind
from verifier.address import without_fragment
from verifier.asked import OK
from verifier.badge import Node, text
from verifier.status.bitstring import UnreadableList
from verifier.status.listed import doubt_about_list, status_in
from verifier.status.named import is_named_list, names_credential
from verifier.status.sealed import token_in
from verifier.status.terms import type_names
from verifier.status.vouching import doubt_about

BITS_CITE = "W3C Bitstring Status List v1.0 §3.2; W3C CCG StatusList2021"
NAMES_CITE = "1EdTech VC Revocation List v1.0; Open Badges 2.0, RevocationList"
_LISTS = frozenset({"StatusList2021Credential", "BitstringStatusListCredential"})
_NO_STATUS = "What the status resolves to is no status list that is known."


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAnswer:
    """What became of asking one status.

    Attributes:
        value: what the list says: 0 is nothing; None where nothing could be read.
        doubt: why its word cannot be taken, a sentence; empty where it can.
        cite: the clause.
        purpose: as the entry has it, or the list where the entry has none.
    """

    value: int | None
    doubt: str = ""
    cite: str = BITS_CITE
    purpose: str = ""


def answered(entry: StatusEntry, evidence: Evidence) -> StatusAnswer:
    """Read the status an entry leads to; pure, from what was gathered."""
    if entry.fault:
        return StatusAnswer(value=None, doubt=entry.fault, purpose=entry.purpose)
    found = _document_at(entry.address, evidence)
    if isinstance(found, str):
        return StatusAnswer(value=None, doubt=found, purpose=entry.purpose)
    if entry.kind is StatusKind.BITS:
        return _in_bits(entry, found, evidence)
    return _by_shape(entry, found, evidence)


def _in_bits(entry: StatusEntry, found: Node, evidence: Evidence) -> StatusAnswer:
    try:
        value = status_in(found, entry)
    except UnreadableList as error:
        return StatusAnswer(value=None, doubt=str(error), purpose=entry.purpose)
    seal = _seal(entry, evidence)
    proof = _proof_named(found) if seal is None else ""
    doubt = proof or doubt_about(seal, evidence) or doubt_about_list(found, evidence)
    return StatusAnswer(value=value, doubt=doubt, purpose=entry.purpose)


def _by_shape(entry: StatusEntry, found: Node, evidence: Evidence) -> StatusAnswer:
    """Read what a bare address, or the address of a list of names, answered."""
    if is_named_list(found):
        revoked, doubt = names_credential(found, evidence)
        seal = _seal(entry, evidence)
        if seal is not None and seal.examined.intact is False:  # it needs none, but not a broken one
            doubt = doubt_about(seal, evidence)
        return StatusAnswer(value=revoked, doubt=doubt, cite=NAMES_CITE, purpose="revocation")
    if entry.kind is StatusKind.ADDRESS and _LISTS & type_names(found):
        doubt = "The status is an address alone, which does not say which place of the list is meant."
        return StatusAnswer(value=None, doubt=doubt, purpose=entry.purpose)
    return StatusAnswer(value=None, doubt=_NO_STATUS, purpose=entry.purpose)


def _seal(entry: StatusEntry, evidence: Evidence) -> ListSeal | None:
    return evidence.list_seals.get(without_fragment(entry.address))


def _proof_named(found: Node) -> str:
    """Say which proof a list carries inside itself: none of these is verified here (ADR 0013)."""
    proof = found.get("proof")
    first = proof[0] if isinstance(proof, list) and proof else proof
    if not isinstance(first, Mapping):
        return ""
    kind = text(first.get("cryptosuite")) or min(type_names(first), default="no type")
    return f"Its proof inside the document ({kind[:60]}) is of a kind that is not verified here."


def _document_at(address: str, evidence: Evidence) -> Node | str:
    """Return what an address answered as one JSON object, out of its seal; or in one sentence why not."""
    answer = evidence.resources.get(without_fragment(address))
    if answer is None:
        return "The status names nothing that can be asked."
    if isinstance(answer, Missing):
        return f"The address of the status could not be asked. {answer.why}"
    if answer.status != OK:
        return f"The address of the status answers {answer.status}."
    found = _content(answer, evidence.list_seals.get(without_fragment(address)))
    if not isinstance(found, dict):
        return _NO_STATUS
    inner = found.get("vc")
    return _claims(found, inner) if isinstance(inner, dict) else found


def _content(answer: Resource, seal: ListSeal | None) -> Any:  # noqa: ANN401 - JSON is any value
    """Read the content, strictly; of a seal that does not hold, what it would be if it did."""
    data = answer.body
    if seal is not None:
        data = seal.examined.signed or _payload(answer.body)
    try:
        return load_json(data)
    except Malformed:
        return None


def _payload(body: bytes) -> bytes:
    """Take the content out of a seal that does not hold: what it claims is told, with its doubt."""
    try:
        return split_jades(token_in(body) or b"").payload
    except Malformed:
        return b""


def _claims(outer: Node, inner: Node) -> Node:
    """Bring a VC 1.1 token to one credential: the registered claims stand for members it lacks (§6.3.1)."""
    named = {"id": outer.get("jti"), "issuer": outer.get("iss")}
    given = {key: value for key, value in named.items() if isinstance(value, str) and key not in inner}
    times = {key: outer[key] for key in ("nbf", "exp") if key in outer}
    return {**inner, **given, **times}
