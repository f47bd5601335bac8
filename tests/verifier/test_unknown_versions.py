"""A credential of a version that no rules are known of is never judged by older ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from samples.edci_documents import credential
from samples.elm_cases import good

from converter.read import read
from schemas.document import Document
from schemas.elm.model import model
from schemas.elm.packs import is_published, newest, pack_of, packs
from schemas.official import Opinion
from verifier import Finding, Outcome, verify
from verifier.checks.versions import unknown_version
from verifier.fetch import OfflineFetcher

NOW = datetime(2026, 11, 25, tzinfo=UTC)
AP = "http://data.europa.eu/snb/model/ap/"
SHAPES = "ShaclValidator2017"


def findings(document: bytes, **more: Any) -> list[Finding]:
    return list(verify(document, fetcher=OfflineFetcher(), now=NOW, **more).findings)


def naming(*addresses: str, **changes: Any) -> bytes:
    named = [{"id": address, "type": SHAPES} for address in addresses]
    return json.dumps({**good(), "credentialSchema": named, **changes}).encode()


def told(document: bytes, code: str) -> set[Outcome]:
    return {one.outcome for one in findings(document) if one.check == code}


def test_the_newest_pack_is_the_one_the_tables_hold() -> None:
    assert newest().version == model().shapes["version"]
    assert [pack.version for pack in packs()] == sorted({pack.version for pack in packs()})
    assert len({address for pack in packs() for address in pack.shapes}) == sum(
        len(pack.shapes) for pack in packs()
    )


@pytest.mark.parametrize(
    ("address", "version"),
    [
        (f"{AP}edc-generic-full", "1.1.0"),
        (f"{AP}edc-diploma-supplement", "1.1.0"),
        (f"{AP.replace('http:', 'https:')}edc-generic-no-cv/", "1.1.0"),
        (f" {AP}edc-converted#", "1.1.0"),
        ("http://dev.everisdx.io/datamodel/shacl/EDC-generic.ttl", "1.1.0"),
        (f"{AP}edc-generic-full/1.2.0", ""),
        (f"{AP}edc-generic-full-1.2.0", ""),
        (f"{AP}EDC-generic-full", ""),
        (f"{AP}edc-microcredential", ""),
        ("https://example.org/shapes", ""),
        ("", ""),
    ],
)
def test_a_version_is_found_by_the_shapes_a_credential_names(address: str, version: str) -> None:
    pack = pack_of(address)
    assert (pack.version if pack else "") == version
    assert is_published(address) == ("europa" in address)


def test_known_shapes_are_passed() -> None:
    for document in (naming(f"{AP}edc-generic-full"), naming(f"{AP}edc-generic-full", "urn:json-schema")):
        assert told(document, "format.profile") == {Outcome.PASSED}


@pytest.mark.parametrize(
    "named",
    [
        [f"{AP}edc-generic-full/1.2.0"],
        [f"{AP}edc-generic-full", f"{AP}edc-generic-full-2"],
        [f"{AP}edc-microcredential"],
        ["https://example.org/shapes"],
    ],
)
def test_shapes_that_are_not_known_leave_the_profile_undecided(named: list[str]) -> None:
    assert told(naming(*named), "format.profile") == {Outcome.UNDECIDED}


def test_a_profile_that_is_not_in_the_list_leaves_it_undecided() -> None:
    listed = good()["credentialProfiles"]
    new = {**listed, "id": "http://data.europa.eu/snb/credential/c_new"}
    document = naming(f"{AP}edc-generic-full", credentialProfiles=[listed, new])
    assert told(document, "format.profile") == {Outcome.UNDECIDED}
    known = {**listed, "id": "http://data.europa.eu/snb/credential/bdc47cb449"}
    assert told(naming(f"{AP}edc-generic-full", credentialProfiles=known), "format.profile") == {
        Outcome.PASSED
    }


def test_older_rules_fail_nothing_of_a_newer_document() -> None:
    broken = good()
    del broken["displayParameter"]
    old = json.dumps(broken).encode()
    assert told(old, "format.profile") == {Outcome.FAILED}
    broken["credentialSchema"]["id"] = f"{AP}edc-generic-full/2"
    new = json.dumps(broken).encode()
    assert told(new, "format.profile") == {Outcome.UNDECIDED}
    said = [one.message for one in findings(new) if one.check == "format.profile"]
    assert "newest known is 1.1.0" in said[0]
    assert "displayParameter" in said[1], "what the known rules object to is told all the same"


def newer_xml(version: str = "1.3") -> bytes:
    return credential().replace(b"genericschema_1.2.xsd", f"genericschema_{version}.xsd".encode())


def test_a_newer_schema_of_edci_xml_is_undecided() -> None:
    assert b"genericschema_1.2.xsd" in credential()
    assert told(credential(), "format.profile") == {Outcome.NOT_APPLICABLE}
    for code in ("format.profile", "format.schema"):
        assert told(newer_xml(), code) == {Outcome.UNDECIDED}
    assert told(newer_xml("10.0"), "format.profile") == {Outcome.UNDECIDED}
    assert any("version 1.3" in one.message for one in findings(newer_xml()))


@pytest.mark.parametrize("encoded", [lambda text: text, lambda text: text.decode().encode("utf-16")])
def test_the_version_is_seen_in_any_encoding(encoded: Callable[[bytes], bytes]) -> None:
    data = newer_xml().replace(b' encoding="UTF-8"', b"").replace(b" encoding='UTF-8'", b"")
    document = read(encoded(data))
    assert isinstance(document, Document)
    assert "1.3" in unknown_version(document)


def test_official_files_of_an_older_version_are_not_asked() -> None:
    class Objecting:
        def opinion(self, document: Document) -> Opinion:
            return Opinion(conforms=False, said=f"The {document.format} is wrong.")

    def opinions(document: bytes) -> set[Outcome]:
        found = findings(document, official=Objecting())
        return {one.outcome for one in found if one.check == "format.official"}

    assert opinions(credential()) == {Outcome.FAILED}
    assert opinions(newer_xml()) == {Outcome.UNDECIDED}
    assert opinions(naming(f"{AP}edc-generic-full/2")) == {Outcome.UNDECIDED}
