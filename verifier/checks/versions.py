"""Whether the rules at hand are of the version that a credential names: it is never judged by older ones."""

from __future__ import annotations

import re

from schemas.document import Document, Format
from schemas.edci import NEWEST, VERSIONS
from schemas.elm.model import CREDENTIAL_LIST
from schemas.elm.packs import is_published, newest, pack_of
from schemas.vocabulary import by_uri
from verifier.badge import link, many

_START = 16 * 1024
"""Octets of an XML document in which its root's own attributes stand."""
_LOCATION = re.compile(rb"""schemaLocation\s*=\s*["']([^"']*)["']""")
_FILE = re.compile(rb"schema\w*_(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\.xsd")


def unknown_version(document: Document) -> str:
    """Say in one sentence which version a credential names that no rules are known of; empty where there are.

    An ELM credential names shapes (`credentialSchema`) and profiles, an EDCI one the file of its schema. One
    that names nothing is held against the newest rules, and told under the code that asks for the name.
    """
    if document.format is Format.ELM:
        return _unknown_shapes(document)
    return _unknown_schema(document) if document.format is Format.EDCI else ""


def _unknown_shapes(document: Document) -> str:
    named = [address for one in many(document.tree.get("credentialSchema")) if (address := link(one))]
    strange = [address for address in named if pack_of(address) is None]
    if any(is_published(address) for address in strange):
        return (
            "The credential names an application profile, or a version of one, that no rules are known of; "
            f"the newest known is {newest().version}."
        )
    if strange and len(strange) == len(named):
        return "The credential names shapes that are none of the European application profile's."
    claimed = [link(one) for one in many(document.tree.get("credentialProfiles"))]
    if any(one.startswith(CREDENTIAL_LIST) and by_uri(one) is None for one in claimed):
        return "The credential claims a profile of the European list that no rules are known of."
    return ""


def _unknown_schema(document: Document) -> str:
    start = document.raw[:_START].replace(b"\0", b"")  # UTF-16 has them between the letters
    location = _LOCATION.search(start)
    named = {one.decode() for one in _FILE.findall(location[1])} if location else set()
    if named and not named & set(VERSIONS):
        return (
            f"The credential names version {min(named)} of its schema, which no rules are known of; "
            f"the newest known is {NEWEST}."
        )
    return ""
