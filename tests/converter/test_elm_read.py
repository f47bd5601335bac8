"""ELM v3 is read in every form it comes in, and hostile input ends in a DocumentError."""

from __future__ import annotations

import base64
import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shared_files import SHARED, shared_cases
from strategies_elm import smallest

from converter.formats.elm3 import read_elm, write_elm
from schemas.document import Container, SealKind
from schemas.elm import CONTEXT_URLS
from schemas.errors import DocumentError, Malformed

SAMPLES = shared_cases("samples/elm-v3/*.json*")


def plain(tree: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(write_elm(tree).data)
    return loaded


def encoded(document: Any) -> bytes:
    return json.dumps(document).encode()


def messages(data: bytes, code: str = "format.data") -> list[str]:
    return [problem.message for problem in read_elm(data).problems if problem.code == code]


# --- the forms --------------------


def test_a_plain_credential() -> None:
    document = read_elm(encoded(plain(smallest())))
    assert document.containers == ()
    assert document.seal is None
    assert document.problems == ()
    assert document.variant == "generic"
    assert document.tree == smallest()


def test_the_upload_form_keeps_its_delivery() -> None:
    credential = plain(smallest())
    del credential["@context"], credential["issuer"]
    data = encoded({"credential": credential, "deliveryDetails": {"deliveryAddress": ["a@example.org"]}})
    document = read_elm(data)
    assert document.containers == (Container.UPLOAD,)
    assert document.tree["#delivery"] == {"deliveryAddress": ["a@example.org"]}
    told = {(problem.code, problem.where) for problem in document.problems}
    assert ("format.profile", "/issuer") in told
    assert ("format.data.context", "/@context") in told
    assert json.loads(write_elm(document.tree).data)["deliveryDetails"] == {
        "deliveryAddress": ["a@example.org"]
    }


def flattened(node: dict[str, Any], found: dict[str, Any]) -> str:
    made = {}
    for key, value in node.items():
        if isinstance(value, dict) and "id" in value:
            made[key] = flattened(value, found)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            made[key] = [flattened(item, found) for item in value]
        else:
            made[key] = value
    found[node["id"]] = made
    return str(node["id"])


def test_a_flattened_credential_is_nested_again() -> None:
    nodes: dict[str, Any] = {}
    flattened(smallest(), nodes)
    data = encoded({"@graph": list(nodes.values()), "@context": list(CONTEXT_URLS)})
    document = read_elm(data)
    assert document.tree == smallest()
    assert document.problems == ()


def test_a_cycle_ends_in_a_bare_reference() -> None:
    nodes: dict[str, Any] = {}
    flattened(smallest(), nodes)
    claim = next(node for node in nodes.values() if node["type"] == "LearningAchievement")
    part = {**claim, "id": "urn:part", "isPartOf": claim["id"]}
    claim["hasPart"] = ["urn:part"]
    nodes["urn:part"] = part
    tree = read_elm(encoded({"@graph": list(nodes.values()), "@context": list(CONTEXT_URLS)})).tree
    read = tree["credentialSubject"]["hasClaim"][0]
    assert read["hasPart"][0]["isPartOf"] == [{"id": read["id"]}]


def test_a_node_nobody_refers_to_is_kept_and_told() -> None:
    nodes: dict[str, Any] = {"urn:note": {"id": "urn:note", "type": "Note", "noteLiteral": {"nl": "los"}}}
    flattened(smallest(), nodes)
    document = read_elm(encoded({"@graph": list(nodes.values()), "@context": list(CONTEXT_URLS)}))
    assert document.tree["@included"] == [nodes["urn:note"]]
    assert [problem.where for problem in document.problems] == ["/@graph"]


def test_a_graph_that_would_explode_is_refused() -> None:
    """Twenty-five levels, each named twice by the one above: 2^25 nodes if nested."""
    nodes: list[dict[str, Any]] = [
        {
            "id": f"urn:{n}",
            "type": "LearningAchievement",
            "hasPart": [f"urn:{n + 1}"],
            "isPartOf": [f"urn:{n + 1}"],
        }
        for n in range(25)
    ]
    nodes.append({"id": "urn:c", "type": list(smallest()["type"]), "credentialSubject": "urn:0"})
    with pytest.raises(Malformed):
        read_elm(encoded({"@graph": nodes, "@context": list(CONTEXT_URLS)}))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sealed(form: str, *, encode: bool, payload: bytes) -> bytes:
    header: dict[str, Any] = {"alg": "RS256"} | ({} if encode else {"b64": False, "crit": ["b64"]})
    protected, text = b64(encoded(header)), b64(payload) if encode else payload.decode()
    if form == "compact":
        return f"{protected}.{text}.{b64(b'seal')}".encode()
    signature = {"protected": protected, "signature": b64(b"seal")}
    envelope = signature if form == "flattened" else {"signatures": [signature]}
    return encoded({"payload": text, **envelope})


@pytest.mark.parametrize("form", ["general", "flattened", "compact"])
@pytest.mark.parametrize("encode", [True, False])
def test_a_sealed_credential_in_every_serialisation(form: str, *, encode: bool) -> None:
    data = sealed(form, encode=encode, payload=write_elm(smallest()).data)
    document = read_elm(data)
    assert document.tree == smallest()
    assert document.containers == (Container.JADES,)
    assert document.seal is not None
    assert (document.seal.kind, document.seal.raw) == (SealKind.JADES, data)
    assert document.raw == data


@pytest.mark.parametrize(
    "envelope",
    [
        {"payload": "{}", "signatures": []},
        {"payload": "{}", "signatures": [5]},
        {"payload": "{}", "signatures": [{"protected": "!", "signature": ""}]},
        {"payload": "{}", "signatures": [{"protected": b64(b"[]"), "signature": ""}]},
        {"payload": "{}", "signature": 5},
        {"payload": "a", "signature": "", "protected": b64(b"{}")},
        {
            "payload": "{}",
            "signatures": [
                {"protected": b64(b'{"b64":false}'), "signature": ""},
                {"protected": b64(b"{}"), "signature": ""},
            ],
        },
    ],
)
def test_a_broken_envelope_is_malformed(envelope: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read_elm(encoded(envelope))


def test_a_presentation_is_told_and_its_one_credential_read() -> None:
    credential = plain(smallest())
    del credential["@context"]
    held = {
        "@context": list(CONTEXT_URLS),
        "type": "VerifiablePresentation",
        "verifiableCredential": [credential],
    }
    document = read_elm(encoded(held))
    assert document.containers == (Container.PRESENTATION,)
    assert document.tree == smallest()
    assert [problem.where for problem in document.problems] == ["/verifiableCredential"]


# --- one tree whatever the wording --------------------


@pytest.mark.parametrize(
    ("given_as", "means"),
    [
        ({"nl": ["een"]}, {"nl": "een"}),
        ({"nl": ["een", "twee"]}, {"nl": ["een", "twee"]}),
        ({"@value": "one", "@language": "en"}, {"en": "one"}),
        ([{"@value": "one", "@language": "en"}, {"nl": "een"}], {"en": "one", "nl": "een"}),
        ("bare", {"@none": "bare"}),
    ],
)
def test_a_language_map_is_one_map(given_as: Any, means: dict[str, Any]) -> None:
    document = plain(smallest())
    document["credentialSubject"]["hasClaim"]["title"] = given_as
    assert read_elm(encoded(document)).tree["credentialSubject"]["hasClaim"][0]["title"] == means


def test_aliases_references_lists_and_single_values() -> None:
    document = plain(smallest())
    subject = document["credentialSubject"]
    subject["@id"], subject["@type"] = subject.pop("id"), [subject.pop("type")]
    document["validFrom"] = {"@value": "2026-01-01T00:00:00Z", "@type": "xsd:dateTime"}
    document["issuer"]["location"]["address"]["countryCode"] = "urn:country"
    document["displayParameter"] = [document["displayParameter"]]
    expected = smallest()
    expected["issuer"]["location"][0]["address"][0]["countryCode"] = {"id": "urn:country"}
    assert read_elm(encoded(document)).tree == expected


@pytest.mark.parametrize("full", [True, False])
def test_a_document_in_words_of_its_own_goes_through_a_processor(*, full: bool) -> None:
    """Full or compact IRIs for keys and types, beside an own inline context: the same tree."""
    document = plain(smallest())
    subject = document["credentialSubject"]
    subject["http://data.europa.eu/snb/model/elm/hasClaim" if full else "elm:hasClaim"] = subject.pop(
        "hasClaim"
    )
    subject["type"] = "http://data.europa.eu/snb/model/elm/Person" if full else "elm:Person"
    document["issuer"]["naam"] = document["issuer"].pop("legalName")
    own = {"naam": {"@id": "http://www.w3.org/ns/regorg#legalName", "@container": "@language"}}
    document["@context"] = [*CONTEXT_URLS, own]
    document["unheard"] = 5
    expected = {**smallest(), "unheard": 5}
    read = read_elm(encoded(document))
    assert read.tree == expected
    assert [problem.where for problem in read.problems] == ["/unheard"]


def test_the_first_spelling_of_a_term_is_read_as_the_later() -> None:
    document = plain(smallest())
    phone = {"id": "urn:phone", "type": "Phone", "areaDialingCode": "020"}
    contact = {"id": "urn:contact", "type": "ContactPoint", "phone": phone}
    document["issuer"]["contactPoint"] = contact
    tree = read_elm(encoded(document)).tree
    assert tree["issuer"]["contactPoint"][0]["phone"][0]["areaDialing"] == "020"


# --- what is told --------------------


def test_an_unknown_key_is_kept_and_told_with_its_place() -> None:
    document = plain(smallest())
    document["issuer"]["eIDAS\N{GREEK CAPITAL LETTER IOTA}dentifier"] = {"x": 1}
    read = read_elm(encoded(document))
    key = "eIDAS\N{GREEK CAPITAL LETTER IOTA}dentifier"
    assert read.tree["issuer"][key] == {"x": 1}
    assert [(problem.code, problem.where) for problem in read.problems] == [("format.data", f"/issuer/{key}")]


def test_one_id_with_two_meanings_is_told() -> None:
    document = plain(smallest())
    claim = copy.deepcopy(document["credentialSubject"]["hasClaim"])
    claim["title"] = {"nl": "iets anders"}
    document["credentialSubject"]["hasClaim"] = [document["credentialSubject"]["hasClaim"], claim]
    assert any("title" in text for text in messages(encoded(document)))


@pytest.mark.parametrize(
    "context",
    [
        None,
        [],
        "https://example.org/context",
        ["https://www.w3.org/ns/credentials/v2", CONTEXT_URLS[1]],
        [CONTEXT_URLS[1]],
        [CONTEXT_URLS[1], CONTEXT_URLS[0]],
        [*CONTEXT_URLS, 5],
        [*CONTEXT_URLS, {"title": 5}],
    ],
)
def test_a_context_outside_the_rule_is_told_and_the_tree_still_given(context: Any) -> None:
    document = plain(smallest())
    document["@context"] = context
    read = read_elm(encoded(document))
    assert read.tree == smallest()
    told = [problem.where for problem in read.problems if problem.code.startswith("format.data")]
    assert told == ["/@context"]


@pytest.mark.parametrize("value", ["https://example.org/x", {"@id": "rov:legalName"}, None])
@pytest.mark.parametrize("name", ["legalName", "Organisation", "elm", "id", "issuer"])
def test_a_name_given_another_meaning_is_told_where_it_happens(name: str, value: Any) -> None:
    document = plain(smallest())
    document["issuer"]["@context"] = {name: value, "mine": "https://example.org/mine"}
    told = [(problem.code, problem.where) for problem in read_elm(encoded(document)).problems]
    assert ("format.data.context", "/issuer/@context") in told


def test_names_of_its_own_and_the_same_meaning_once_more_are_no_fault() -> None:
    document = plain(smallest())
    same = {"@id": "rov:legalName", "@container": "@language"}
    document["@context"] = [*CONTEXT_URLS, {"mine": "https://example.org/mine", "legalName": same}]
    assert read_elm(encoded(document)).problems == ()


def test_a_context_on_a_node_is_of_the_closed_set_too() -> None:
    document = plain(smallest())
    document["issuer"]["@context"] = "https://example.org/context"
    told = [(problem.code, problem.where) for problem in read_elm(encoded(document)).problems]
    assert told == [("format.data.context", "/issuer/@context")]


def test_more_objects_than_any_credential_has_are_refused_at_once() -> None:
    document = {**plain(smallest()), "evidence": [{"type": "Evidence", "dcType": {}}] * 50_000}
    with pytest.raises(Malformed, match="more than 20,000 objects"):
        read_elm(encoded(document))


def test_of_a_great_many_problems_the_rest_is_counted() -> None:
    document = {**plain(smallest()), **{f"unheard{n}": n for n in range(600)}}
    problems = read_elm(encoded(document)).problems
    assert len(problems) == 501
    assert problems[-1].message == "There are 100 more of these."


@pytest.mark.parametrize("count", [5000, 15_000])
def test_a_document_too_large_for_a_processor_is_read_as_it_stands(count: int) -> None:
    """Either way the compact IRI is read as its term; over the limit the reason is told."""
    document = {**plain(smallest()), "elm:attachment": [{"id": f"urn:{n}"} for n in range(count)]}
    read = read_elm(encoded(document))
    assert len(read.tree["attachment"]) == count
    assert any("Too large" in problem.message for problem in read.problems) == (count == 15_000)


# --- other people's documents --------------------


@pytest.mark.shared
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_reads(path: Path) -> None:
    document = read_elm(path.read_bytes())
    assert document.tree
    assert (document.seal is not None) == (
        b'"signatures"' in document.raw[-200_000:] and b'"payload"' in document.raw
    )
    assert (Container.UPLOAD in document.containers) == ("uploadable" in path.name)
    assert (Container.PRESENTATION in document.containers) == ("_vp_" in path.name)


@pytest.mark.shared
def test_a_flattened_sample_says_what_the_nested_one_says() -> None:
    assert SHARED is not None
    folder = SHARED / "samples/elm-v3"
    claim = read_elm((folder / "edci_credFlatten.jsonld").read_bytes()).tree["credentialSubject"]["hasClaim"][
        0
    ]
    other = read_elm((folder / "edci_cred1_min.jsonld").read_bytes()).tree["credentialSubject"]["hasClaim"][0]
    assert claim["title"] == other["title"]
    assert (
        claim["awardedBy"]["awardingBody"][0]["legalName"]
        == other["awardedBy"]["awardingBody"][0]["legalName"]
    )


# --- hostile input --------------------

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "@id", "@type", "@value", "@language", "@graph", "@context", "@list", "@set"]
            )
            | st.sampled_from(
                ["@included", "@reverse", "title", "hasClaim", "elm:title", "status", "inScheme", "x", ""]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        found += places(inner, (*path, step))
    return found


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_mutation_escapes_as_anything_but_a_document_error(data: st.DataObject) -> None:
    """Any value anywhere: it reads, what is read can be written and read again, or it is refused."""
    document: Any = plain(smallest("converted"))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(document)[1:]))
        holder = document
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = data.draw(_JSON)
    with contextlib.suppress(DocumentError):
        first = read_elm(encoded(document))
        again = read_elm(write_elm(first.tree, mend=False).data).tree
        # Keywords in a document that no processor takes mean something only once its context is mended.
        assert again == first.tree or any(problem.where == "/@context" for problem in first.problems)


@settings(max_examples=200, deadline=None)
@given(document=_JSON)
def test_no_json_at_all_escapes_as_anything_but_a_document_error(document: Any) -> None:
    with contextlib.suppress(DocumentError):
        read_elm(encoded(document))


@settings(max_examples=200, deadline=None)
@given(noise=st.binary(max_size=60), at=st.integers(0, 5000), cut=st.integers(0, 40))
def test_no_bytes_escape_as_anything_but_a_document_error(noise: bytes, at: int, cut: int) -> None:
    for data in (
        write_elm(smallest()).data,
        sealed("compact", encode=True, payload=write_elm(smallest()).data),
    ):
        with contextlib.suppress(DocumentError):
            read_elm(data[:at] + noise + data[at + cut :])
