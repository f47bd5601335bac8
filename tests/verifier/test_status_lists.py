"""Whether a credential is revoked or suspended: what the list says, and whose word it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from bundles import answer
from cryptography.hazmat.primitives import hashes
from samples import elm_cases, seals, status_lists
from samples.status_lists import LIST, OTHER_LIST, credential, entry, jades, jwt, list_credential

from converter.read import read
from schemas.document import Document
from schemas.evidence import Evidence, Missing, Resource, SealExamination, Trust
from schemas.seal_trust import PathAnswer, QualificationAnswer, SealTrust
from schemas.status import ListSeal
from verifier import Outcome, Report, Verdict, verify
from verifier.bundle import BundleFetcher, RecordingFetcher
from verifier.fetch import OfflineFetcher
from verifier.status.bitstring import MIN_PLACES
from verifier.status.vouching import doubt_about

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
REVOKED, SUSPENDED, NOTICE = "status.revoked", "status.suspended", "status.notice"
PASSED, FAILED, UNDECIDED, NOT = (
    Outcome.PASSED,
    Outcome.FAILED,
    Outcome.UNDECIDED,
    Outcome.NOT_APPLICABLE,
)


def report(document: bytes, lists: dict[str, Any] | None = None, *, trust: Trust | None = None) -> Report:
    web = {url: _answer(made) for url, made in (lists or {}).items()}
    return verify(document, fetcher=BundleFetcher(web), now=NOW, trust=trust)


def _answer(made: Any) -> dict[str, Any]:
    return made if isinstance(made, dict) and "body_base64" in made else answer(made)


def told(document: bytes, lists: dict[str, Any] | None = None, **more: Any) -> dict[str, Outcome]:
    found = report(document, lists, **more)
    said = [one for one in found.findings if one.check.startswith("status.")]
    assert all(one.message.endswith(".") and one.cite for one in said)
    assert "internal.error" not in {one.check for one in found.findings}
    return {one.check: one.outcome for one in said}


def why(document: bytes, lists: dict[str, Any] | None = None, code: str = REVOKED, **more: Any) -> str:
    """Return what is said of a status that could not be decided."""
    (found,) = [one for one in report(document, lists, **more).findings if one.check == code]
    assert found.outcome is UNDECIDED, found
    return found.message


# --- what the bit says -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["bitstring", "2021"])
@pytest.mark.parametrize("seal", [jades, jwt])
@pytest.mark.parametrize(
    ("place", "marked", "outcome"),
    [
        (7, [], PASSED),
        (7, [7], FAILED),
        (7, [6, 8], PASSED),
        (0, [0], FAILED),
        (0, [1, 7], PASSED),
        (MIN_PLACES - 1, [MIN_PLACES - 1], FAILED),
        (MIN_PLACES - 1, [MIN_PLACES - 2], PASSED),
    ],
)
def test_a_sealed_list_revokes_exactly_whose_bit_is_set(
    kind: str, seal: Callable[..., bytes], place: int, marked: list[int], outcome: Outcome
) -> None:
    document = credential(entry(str(place), kind=kind))
    found = told(document, {LIST: seal(list_credential(marked, kind=kind))})
    assert found == {REVOKED: outcome, SUSPENDED: NOT, NOTICE: NOT}


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_a_bit_alone_makes_the_verdict_fail(purpose: str) -> None:
    """Suspended is not "perhaps": W3C §2.1, it must not be accepted at this moment."""
    document = credential([entry(purpose=purpose)], "status")
    unset, marked = (jades(list_credential(places, purpose=purpose)) for places in ([], [7]))
    assert report(document, {LIST: unset}).verdict is Verdict.INDETERMINATE, "its path is not known here"
    assert report(document, {LIST: marked}).verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize(("marked", "outcome"), [([], PASSED), ([7], FAILED)])
def test_a_suspension_is_told_apart_from_a_revocation(marked: list[int], outcome: Outcome) -> None:
    document = credential(entry(purpose="suspension"))
    found = told(document, {LIST: jades(list_credential(marked, purpose="suspension"))})
    assert found == {REVOKED: NOT, SUSPENDED: outcome, NOTICE: NOT}


def test_one_list_may_serve_two_purposes_and_each_has_its_own_place() -> None:
    both = [entry("7"), entry("8", purpose="suspension")]
    found = told(credential(both), {LIST: jades(list_credential([8], purpose=["revocation", "suspension"]))})
    assert found == {REVOKED: PASSED, SUSPENDED: FAILED, NOTICE: NOT}


def test_the_arrays_of_the_wild_are_read_like_the_standard_member() -> None:
    """Issuers write a member `status` beside the profile, with one entry for each purpose."""
    wild = [
        entry("198", kind="2021"),
        entry("198", kind="2021", purpose="suspension", statusListCredential=OTHER_LIST),
    ]
    first = jades(list_credential([198], kind="2021"), form="general")
    second = jades(list_credential(kind="2021", purpose="suspension", id=OTHER_LIST), form="flattened")
    found = told(credential(wild, "status"), {LIST: first, OTHER_LIST: second})
    assert found == {REVOKED: FAILED, SUSPENDED: PASSED, NOTICE: NOT}


def test_a_newer_credential_is_told_and_does_not_count_against_this_one() -> None:
    document = credential([entry("7"), entry("8", purpose="refresh")], "status")
    lists = {LIST: jades(list_credential([8], purpose=["revocation", "refresh"]))}
    assert told(document, lists) == {REVOKED: PASSED, SUSPENDED: NOT, NOTICE: FAILED}
    assert report(document, lists).verdict is Verdict.INDETERMINATE


MESSAGES = [{"status": hex(value), "message": "words"} for value in range(4)]


@pytest.mark.parametrize(("marked", "outcome"), [([14, 15], FAILED), ([15], FAILED), ([13, 16], PASSED)])
def test_a_revocation_of_two_bits_is_one_where_either_is_set(marked: list[int], outcome: Outcome) -> None:
    document = credential(entry("7", statusSize=2, statusMessage=MESSAGES))
    encoded = status_lists.encoded_list(status_lists.bits(marked, length=MIN_PLACES * 2))
    found = told(document, {LIST: jades(list_credential(subject={"encodedList": encoded}))})
    assert found[REVOKED] is outcome


@pytest.mark.parametrize("purpose", ["message", "x-withdrawn"])
def test_what_only_the_issuer_understands_clears_nothing_once_it_is_set(purpose: str) -> None:
    document = credential(entry(purpose=purpose))
    unset = told(document, {LIST: jades(list_credential(purpose=purpose))})
    assert unset == {REVOKED: NOT, SUSPENDED: NOT, NOTICE: PASSED}
    marked = told(document, {LIST: jades(list_credential([7], purpose=purpose))})
    assert marked == {REVOKED: UNDECIDED, SUSPENDED: NOT, NOTICE: UNDECIDED}


# --- whose word it is ------------------------------------------------------------------------------

UNSIGNED = list_credential()


@pytest.mark.parametrize("marked", [[], [7]])
@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda tree: tree, "carries no seal"),
        (lambda tree: {**tree, "proof": {"type": "Ed25519Signature2020"}}, "Ed25519Signature2020"),
        (lambda tree: {**tree, "proof": [{"cryptosuite": "ecdsa-sd-2023"}]}, "ecdsa-sd-2023"),
        (lambda tree: jwt(tree, "p256", alg="ES256"), "another"),
        (lambda tree: jwt(tree, x5c=None, kid="did:web:example.org#1"), "no certificate"),
        (lambda tree: jwt(tree, "rsa-1024"), "no longer counts"),
        (lambda tree: jwt(tree, alg="HS256"), "algorithm"),
        (lambda tree: jwt(tree, alg="none"), "algorithm"),
        (lambda tree: jwt(tree, x5c=["AAAA"]), "cannot be read"),
        (lambda tree: jwt(tree, crit=["unheard"], unheard=1), "critical"),
        (lambda tree: jades(tree, **{"x5t#S256": seals.b64url(bytes(32))}), "No certificate"),
        (lambda tree: _altered(jwt(tree)), "does not match"),
        (lambda tree: _altered(jades(tree)), "does not match"),
    ],
)
def test_a_list_that_nobody_known_vouches_for_neither_clears_nor_condemns(
    made: Callable[[dict[str, Any]], Any], said: str, marked: list[int]
) -> None:
    sentence = why(credential(entry()), {LIST: made(list_credential(marked))})
    assert said in sentence
    what = "something" if marked else "nothing"
    assert f"says {what} against the credential" in sentence, "what it says is told all the same"


def _altered(token: bytes) -> bytes:
    """Change the last letter of the signature for another that is written in the same way."""
    start, _, value = token.rpartition(b".")
    return start + b"." + (b"B" if value[:1] == b"A" else b"A") + value[1:]


def test_an_expired_or_not_yet_valid_certificate_speaks_for_nobody() -> None:
    document, lists = credential(entry()), {LIST: answer(jades(list_credential(validFrom=None)))}
    for moment in (datetime(2036, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)):
        found = verify(document, fetcher=BundleFetcher(lists), now=moment)
        said = [one for one in found.findings if one.check == REVOKED]
        assert [one.outcome for one in said] == [UNDECIDED]
        assert "not in force" in said[0].message


def test_the_issuer_that_a_list_names_is_no_proof_and_no_obstacle() -> None:
    """W3C §2.2: it may be another; who sealed the list is what counts."""
    document = credential(entry())
    assert told(document, {LIST: jades(list_credential(issuer="did:web:other.example"))})[REVOKED] is PASSED
    assert "another" in why(document, {LIST: jwt(list_credential(), "other")})


OTHER = status_lists.issued("other")
RENEWED = [
    pytest.param(OTHER, PASSED, id="same organisation and authority"),
    pytest.param(status_lists.issued("other", "NTRNL-99999999"), UNDECIDED, id="another organisation"),
    pytest.param(status_lists.issued("other", by="Andere CA"), UNDECIDED, id="another authority"),
    pytest.param(status_lists.issued("other", person="Visser"), UNDECIDED, id="a person there"),
    pytest.param(status_lists.issued("other", ""), UNDECIDED, id="no identifier"),
    pytest.param(seals.certificate("other"), UNDECIDED, id="its own word alone"),
]


@pytest.mark.parametrize(("signer", "outcome"), RENEWED)
def test_another_certificate_of_the_same_organisation_needs_the_same_authority(
    signer: Any, outcome: Outcome
) -> None:
    tree = {**elm_cases.good(), "credentialStatus": entry()}
    own = status_lists.issued("rsa")
    document = status_lists.issued_seal(json.dumps(tree).encode(), "rsa", own, status_lists.authority())
    made = jwt(list_credential(), "other", x5c=[status_lists.der64(signer)])
    assert told(document, {LIST: made})[REVOKED] is outcome


def test_the_authority_may_be_an_anchor_of_the_asker() -> None:
    tree = {**elm_cases.good(), "credentialStatus": entry()}
    document = status_lists.issued_seal(json.dumps(tree).encode(), "rsa", status_lists.issued("rsa"))
    lists = {LIST: jwt(list_credential(), "other", x5c=[status_lists.der64(OTHER)])}
    assert told(document, lists)[REVOKED] is UNDECIDED
    assert told(document, lists, trust=Trust(anchors=(status_lists.authority(),)))[REVOKED] is PASSED


@pytest.mark.parametrize(
    ("identifier", "holds", "said"),
    [
        ("NTRNL-12345678", True, ""),
        ("NTRNL-99999999", True, "another"),
        ("NTRNL-12345678", None, "another"),
        ("NTRNL-12345678", False, "no path"),
    ],
)
def test_a_path_that_is_known_stands_for_the_common_authority(
    identifier: str, *, holds: bool | None, said: str
) -> None:
    """Whoever builds paths gives `ListSeal.trust`; the organisation must still be the same."""
    path = PathAnswer(holds=holds, sentence="There is no path to an anchor.")
    unasked = QualificationAnswer(qualified=None, sentence="Not asked.")
    trust = SealTrust(path=path, moment=NOW, proven=False, qualification=unasked)
    signer = status_lists.issued("other", identifier, by="Andere CA")
    seal = ListSeal(examined=SealExamination(intact=True, signer=signer), trust=trust)
    own = SealExamination(intact=True, signer=seals.certificate())
    document = read(credential())
    assert isinstance(document, Document)
    doubt = doubt_about(seal, Evidence(document=document, now=NOW, seal=own))
    assert said in doubt
    assert bool(said) is bool(doubt)


def test_a_denied_certificate_speaks_for_nobody() -> None:
    print_ = seals.certificate().fingerprint(hashes.SHA256()).hex()
    denied = Trust(denied=frozenset({print_}))
    assert "count for nothing" in why(credential(entry()), {LIST: jades(list_credential())}, trust=denied)


# --- the list itself -------------------------------------------------------------------------------


def short(length: int) -> dict[str, Any]:
    return {"encodedList": status_lists.encoded_list(bytes(length))}


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (list_credential([7], purpose="suspension"), "another purpose"),
        (list_credential(purpose="Revocation"), "another purpose"),
        (list_credential(purpose=None), "another purpose"),
        (list_credential(kind="2021"), "of the kind"),
        (list_credential(type="BitstringStatusListCredential", subject={"type": "List"}), "of the kind"),
        (list_credential(id=OTHER_LIST), "the one that was asked"),
        (list_credential(validUntil="2026-11-25T12:00:00Z"), "no longer"),
        (list_credential(expirationDate="2026-11-24T12:00:00Z"), "no longer"),
        (list_credential(validUntil="soon"), "no longer"),
        (list_credential(validUntil="2027-01-01T00:00:00"), "no longer"),
        (list_credential(exp=1764072000), "no longer"),
        (list_credential(exp="x"), "no longer"),
        (list_credential(exp=99999999999), ""),
        (list_credential(validFrom="2026-11-25T12:06:00Z"), "not count yet"),
        (list_credential(validFrom=None, issuanceDate="2027-01-01T00:00:00Z"), "not count yet"),
        (list_credential(nbf=1900000000), "not count yet"),
        (list_credential(subject={"ttl": 0}), "how long"),
        (list_credential(subject={"ttl": "1"}), "how long"),
        (list_credential(subject={"ttl": True}), "how long"),
        (list_credential(subject={"statusSize": 2}), "another size"),
        (list_credential(subject={"encodedList": None}), "holds no list"),
        (list_credential(subject={"encodedList": "uAAAA"}), "gzip"),
        (list_credential(subject={"encodedList": status_lists.bomb()}), "larger than 16 MB"),
        (list_credential(subject=short(MIN_PLACES // 8 - 1)), "shorter"),
        ({"type": "VerifiableCredential"}, "of the kind"),
    ],
)
def test_a_list_that_does_not_count_decides_nothing(tree: dict[str, Any], said: str) -> None:
    document, lists = credential(entry()), {LIST: jades(tree)}
    if said:
        assert said in why(document, lists)
    else:
        assert told(document, lists)[REVOKED] is PASSED


@pytest.mark.parametrize(
    "tree",
    [
        list_credential(validFrom="2026-11-25T12:04:00Z"),
        list_credential(validFrom=None),
        list_credential(validUntil="2026-11-25T12:00:01Z", subject={"ttl": 300000}),
        list_credential(id=None),
        list_credential(id=f"{LIST}#list"),
        list_credential(exp=1900000000, nbf=1700000000),
        list_credential(subject={"statusSize": 1}),
        list_credential(subject=short(MIN_PLACES)),
    ],
)
def test_a_list_that_counts_is_taken(tree: dict[str, Any]) -> None:
    assert told(credential(entry()), {LIST: jades(tree)})[REVOKED] is PASSED


def test_a_list_of_2021_must_say_which_it_is() -> None:
    made = jades(list_credential(kind="2021", id=None))
    assert "the one that was asked" in why(credential(entry(kind="2021")), {LIST: made})


def test_a_place_beyond_the_list_is_not_clear() -> None:
    made = {LIST: jades(list_credential())}
    assert told(credential(entry(str(MIN_PLACES - 1))), made)[REVOKED] is PASSED
    assert "no place" in why(credential(entry(str(MIN_PLACES))), made)


def test_a_token_of_the_first_data_model_is_read_with_its_claims() -> None:
    inner = list_credential([7], kind="2021", id=None, issuer=None)
    document = credential(entry(kind="2021"))
    claims = {"vc": inner, "jti": LIST, "iss": status_lists.ISSUER, "exp": 1900000000}
    assert told(document, {LIST: jwt(claims)})[REVOKED] is FAILED
    assert "no longer" in why(document, {LIST: jwt({**claims, "exp": 1764072000})})


def test_a_list_in_an_envelope_is_taken_out_of_it() -> None:
    held = {
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt," + jwt(list_credential([7])).decode(),
    }
    assert told(credential(entry()), {LIST: held})[REVOKED] is FAILED
    assert "no status list" in why(credential(entry()), {LIST: {**held, "id": "data:text/plain,x"}})


# --- every shape -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"statusListIndex": "-1"}, "whole number"),
        ({"statusListIndex": "1.5"}, "whole number"),
        ({"statusListIndex": "\N{ARABIC-INDIC DIGIT SEVEN}"}, "whole number"),
        ({"statusListIndex": "9" * 40}, "whole number"),
        ({"statusListIndex": None}, "whole number"),
        ({"statusListIndex": True}, "whole number"),
        ({"statusPurpose": None}, "what it is for"),
        ({"statusListCredential": None}, "names no status list"),
        ({"statusListCredential": "urn:list"}, "nothing that can be asked"),
        ({"statusListCredential": "http://status.example.org/"}, "not https"),
        ({"statusListCredential": "https://192.168.1.1/"}, "public"),
        ({"statusSize": 0}, "from 1 to 16"),
        ({"statusSize": 17}, "from 1 to 16"),
        ({"statusSize": 2}, "one message"),
        ({"statusSize": 2, "statusMessage": MESSAGES[:3]}, "one message"),
        ({"type": "RevocationList2020Status"}, "RevocationList2020Status"),
        ({"type": "TrustedCredentialStatus2021"}, "TrustedCredentialStatus2021"),
        ({"type": None}, "of which type"),
    ],
)
def test_a_status_that_cannot_be_used_is_undecided(changes: dict[str, Any], said: str) -> None:
    assert said in why(credential(entry(**changes)), {LIST: jades(list_credential())})


def test_a_place_may_be_written_as_a_number_and_a_status_stand_alone_or_in_a_list() -> None:
    for status in (entry(7), [entry(7)], entry(7, type=["BitstringStatusListEntry", "Other"])):
        assert told(credential(status), {LIST: jades(list_credential([7]))})[REVOKED] is FAILED


ADDRESSES: list[Any] = [
    LIST,
    f"{LIST}#7",
    {"@value": LIST, "@type": "xsd:anyURI"},
    {"@value": LIST, "@type": "http://www.w3.org/2001/XMLSchema#anyURI"},
    {"value": LIST, "type": "xsd:anyURI"},
    {"id": LIST},
    [LIST],
]


@pytest.mark.parametrize("status", ADDRESSES)
def test_a_bare_address_is_asked_and_what_it_answers_decides(status: Any) -> None:
    document = credential(status)
    undecided = {REVOKED: UNDECIDED, SUSPENDED: UNDECIDED, NOTICE: NOT}
    assert told(document) == undecided
    assert told(document, {LIST: answer(b"Not here.", status=404)}) == undecided
    assert told(document, {LIST: {"status": "fine"}}) == undecided
    assert told(document, {LIST: answer(b"<html/>", media="text/html")}) == undecided
    assert "which place" in why(document, {LIST: jades(list_credential([7]))})
    named = status_lists.revocation_list({"id": status_lists.CREDENTIAL})
    assert told(document, {LIST: named}) == {REVOKED: FAILED, SUSPENDED: NOT, NOTICE: NOT}


@pytest.mark.parametrize("status", ["gone", 7, True, ["", "x"], {"status_list": {"idx": 1, "uri": LIST}}])
def test_whatever_else_is_called_a_status_is_undecided(status: Any) -> None:
    found = told(credential(status, "status"))
    assert found[REVOKED] is UNDECIDED
    assert found[SUSPENDED] is UNDECIDED


def test_no_more_lists_are_asked_than_the_bound() -> None:
    asked: list[str] = []

    class Counting:
        def fetch(self, url: str, *, accept: str = "") -> Missing:
            asked.append(url)
            return Missing(url=url, why=f"Nothing answers {accept[:0]}here.")

    many = [entry(statusListCredential=f"https://status.example.org/{number}") for number in range(40)]
    found = verify(credential(many), fetcher=Counting(), now=NOW)
    assert len(asked) == 8
    assert any("more than 8" in one.message for one in found.findings)
    assert len([one for one in found.findings if one.check == REVOKED]) == 9


# --- lists of names --------------------------------------------------------------------------------

EDTECH = {"id": LIST, "type": "1EdTechRevocationList"}
ME = status_lists.CREDENTIAL


@pytest.mark.parametrize(
    ("made", "outcome"),
    [
        (status_lists.revocation_list(), PASSED),
        (status_lists.revocation_list({"id": "urn:other"}), PASSED),
        (status_lists.revocation_list({"id": "urn:other"}, {"id": ME}), FAILED),
        (status_lists.revocation_list({"id": ME, "revoked": True}), FAILED),
        (status_lists.revocation_list({"id": ME, "revoked": False}), PASSED),
        (status_lists.revocation_list(ME), FAILED),
        (status_lists.revocation_list({"reason": "x"}), UNDECIDED),
        (status_lists.revocation_list(7), UNDECIDED),
        (status_lists.revocation_list({"id": ME}, issuer="urn:somebody"), UNDECIDED),
        (status_lists.revocation_list(issuer=None), UNDECIDED),
        ({"issuer": status_lists.ISSUER, "revokedAssertions": [ME], "type": "RevocationList"}, FAILED),
        ({"issuer": status_lists.ISSUER, "revokedAssertions": [], "type": "RevocationList"}, PASSED),
        ({"issuer": status_lists.ISSUER, "revokedAssertions": []}, UNDECIDED),
        ({"issuer": status_lists.ISSUER}, UNDECIDED),
        (list_credential(), UNDECIDED),
    ],
)
def test_a_list_of_names_revokes_whom_it_names(made: dict[str, Any], outcome: Outcome) -> None:
    found = told(credential(EDTECH), {LIST: made})
    assert found == {REVOKED: outcome, SUSPENDED: NOT, NOTICE: NOT}


def test_a_list_of_names_needs_no_seal_and_bears_no_broken_one() -> None:
    made = jwt(status_lists.revocation_list())
    assert told(credential(EDTECH), {LIST: made})[REVOKED] is PASSED
    assert "does not match" in why(credential(EDTECH), {LIST: _altered(made)})


def test_a_credential_without_an_id_is_in_no_list_of_names() -> None:
    assert "no id" in why(credential(EDTECH, id=""), {LIST: status_lists.revocation_list()})


# --- only what is sealed counts --------------------------------------------------------------------


def test_a_credential_that_names_no_status_can_only_lose_its_seal() -> None:
    assert told(credential()) == {REVOKED: NOT, SUSPENDED: NOT, NOTICE: NOT}
    xml = seals.seal_xml(seals.CREDENTIAL)
    assert told(xml) == {REVOKED: NOT, SUSPENDED: NOT, NOTICE: NOT}


def test_nothing_is_asked_for_what_no_seal_covers() -> None:
    recording = RecordingFetcher(BundleFetcher({LIST: answer(jades(list_credential()))}))
    tree = {**elm_cases.good(), "credentialStatus": entry()}
    draft = json.dumps(tree).encode()
    broken = credential(entry()).replace(b"Dijkinspectie", b"Dijkinspektie")
    for document in (draft, broken):
        found = verify(document, fetcher=recording, now=NOW)
        assert {one.outcome for one in found.findings if one.check in {REVOKED, SUSPENDED}} == {UNDECIDED}
    assert recording.bundle() == {"resources": {}}


def test_a_status_written_beside_the_seal_changes_nothing() -> None:
    envelope = json.loads(credential())
    envelope["credentialStatus"] = entry()
    assert told(json.dumps(envelope).encode())[REVOKED] is NOT


def test_without_an_answer_nothing_is_clear() -> None:
    found = verify(credential(entry()), fetcher=OfflineFetcher(), now=NOW)
    assert [one.outcome for one in found.findings if one.check == REVOKED] == [UNDECIDED]


@pytest.mark.parametrize("status", [401, 404, 410, 500])
def test_an_address_that_answers_no_list_decides_nothing(status: int) -> None:
    gone = answer(jades(list_credential([7])), status=status)
    assert str(status) in why(credential(entry()), {LIST: gone})


def test_a_bundle_tells_the_same_again() -> None:
    document = credential([entry(), entry(purpose="suspension", statusListCredential=OTHER_LIST), LIST])
    web = {LIST: answer(jades(list_credential([7]), form="general")), OTHER_LIST: answer(UNSIGNED)}
    recording = RecordingFetcher(BundleFetcher(web))
    first = verify(document, fetcher=recording, now=NOW)
    kept = json.loads(json.dumps(recording.bundle()))["resources"]
    assert set(kept) == {LIST, OTHER_LIST}
    again = verify(document, fetcher=BundleFetcher(kept), now=NOW)
    assert json.dumps(again.to_dict()) == json.dumps(first.to_dict())
    assert set(first.hashes) == {LIST, OTHER_LIST}


def test_the_order_in_which_an_answer_is_asked_for_prefers_a_sealed_list() -> None:
    class Choosing:
        def fetch(self, url: str, *, accept: str = "") -> Resource:
            assert accept.startswith("application/vc+jwt")
            body = jwt(list_credential())
            return Resource(url=url, status=200, content_type="application/vc+jwt", body=body)

    found = verify(credential(entry()), fetcher=Choosing(), now=NOW)
    assert [one.outcome for one in found.findings if one.check == REVOKED] == [PASSED]
