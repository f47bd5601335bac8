"""The files by which a wallet and an issuer take credentials themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable

from converter.read import read
from converter.strict import load_json
from schemas.document import Document, Format
from schemas.errors import Problem, Refused

_NAMES = {Format.ELM: "credential.jsonld", Format.EDCI: "credential.xml"}


def sealed_credential(data: bytes) -> Document:
    """Read a sealed Europass credential with an id of its own.

    Raises:
        Refused: it is none, is not sealed, or has no id; a wallet would refuse it too.
        Malformed, NotRecognised: it cannot be taken apart.
    """
    found = read(data)
    if not isinstance(found, Document) or found.format not in _NAMES:
        raise _refusal("deliver.format", "A Europass wallet takes one Europass credential at a time.")
    if found.seal is None:
        raise _refusal("deliver.unsealed", "The credential is not sealed, so no wallet will take it.")
    if not (found.tree.get("id") or found.tree.get("@id")):
        raise _refusal("deliver.id", "The credential has no id, by which a wallet knows it.")
    return found


def import_name(document: Document) -> str:
    """Name the file of a credential; a wallet tells by the end of the name what it is."""
    return _NAMES[document.format]


def upload_form(data: bytes, addresses: Iterable[str]) -> bytes:
    """Write an unsealed ELM credential as the form that the Commission's issuer takes, seals and sends.

    Args:
        data: the credential, JSON.
        addresses: e-mail addresses or wallet addresses to send it to.

    Raises:
        Refused: it is sealed already, or is no ELM credential.
        Malformed, NotRecognised: it cannot be taken apart.
    """
    found = read(data)
    if not isinstance(found, Document) or found.format is not Format.ELM:
        raise _refusal("deliver.format", "The issuer's upload form holds an ELM v3 credential.")
    if found.seal is not None:
        raise _refusal("deliver.sealed", "The credential is sealed already; the issuer would seal it again.")
    form = {"credential": load_json(found.raw), "deliveryDetails": {"deliveryAddress": list(addresses)}}
    return json.dumps(form, ensure_ascii=False, indent=1).encode()


def _refusal(code: str, message: str) -> Refused:
    return Refused(Problem(code=code, message=message))
