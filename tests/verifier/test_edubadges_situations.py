"""What edubadges really answers, case by case: shapes that other badges do not have."""

from __future__ import annotations

import json

import pytest
from bundles import LEARNER, answer, badge_web, outcomes, verified
from samples import badges

from schemas.errors import NotRecognised
from schemas.evidence import Recipient
from verifier import Outcome, Verdict

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED
EXPAND = "expand=badge&expand=badge.issuer&expand=badge.user"


def test_a_real_shaped_edubadge_passes() -> None:
    report = verified(badges.assertion(), recipients=LEARNER)
    assert report.verdict is Verdict.TOTAL_PASSED
    assert report.policy == "badge/hosted"
    assert report.issuer["name"] == "Water School"


@pytest.mark.parametrize("value", [badges.LEARNER, badges.LEARNER.upper(), f"  {badges.LEARNER} "])
def test_a_recipient_of_type_id_is_compared_in_lower_case(value: str) -> None:
    report = verified(badges.assertion(), recipients=(Recipient(kind="id", value=value),))
    assert outcomes(report, "recipient.match") == {PASSED}


def test_another_eduid_is_another_person() -> None:
    other = Recipient(kind="id", value="11111111-6b5a-4f3e-8d2c-1b0a9f8e7d6c")
    report = verified(badges.assertion(), recipients=(other,))
    assert outcomes(report, "recipient.match") == {FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


def test_one_of_several_values_is_enough() -> None:
    other = Recipient(kind="id", value="somebody-else")
    mail = Recipient(kind="email", value="noor@example.nl")
    assert verified(badges.assertion(), recipients=(mail, other, *LEARNER)).verdict is Verdict.TOTAL_PASSED


def test_an_email_says_nothing_about_a_badge_that_tells_an_eduid() -> None:
    report = verified(badges.assertion(), recipients=(Recipient(kind="email", value="noor@example.nl"),))
    assert outcomes(report, "recipient.match") == {UNDECIDED}
    assert report.verdict is Verdict.INDETERMINATE


def test_an_answer_with_only_id_and_revoked_is_revoked_and_not_malformed() -> None:
    body = {"id": badges.ASSERTION, "revoked": True}
    report = verified(badges.assertion(), badge_web(assertion=body))
    assert report.verdict is Verdict.TOTAL_FAILED
    assert outcomes(report, "status.revoked") == {FAILED}
    assert outcomes(report, "format.schema") == {PASSED}
    assert [f.check for f in report.findings if f.outcome is FAILED] == ["status.revoked"]


def test_the_stripped_body_of_edubadges_by_its_url_is_revoked() -> None:
    web = badge_web(assertion=badges.revoked(revocationReason="mistake"))
    report = verified(badges.ASSERTION.encode(), web)
    assert outcomes(report, "status.revoked") == {FAILED}
    assert outcomes(report, "format.schema") == {PASSED}


def test_a_saved_copy_of_a_revoked_answer_is_revoked_even_offline() -> None:
    report = verified(badges.revoked(), {})
    assert outcomes(report, "status.revoked") == {FAILED}


def test_empty_criteria_are_told_and_forgiven() -> None:
    report = verified(badges.assertion(), badge_web(badge_class=badges.badge_class(criteria={})))
    assert report.verdict is Verdict.TOTAL_PASSED
    assert outcomes(report, "format.schema.criteria") == {FAILED}


def test_no_criteria_at_all_are_not_forgiven() -> None:
    bare = badges.badge_class()
    del bare["criteria"]
    report = verified(badges.assertion(), badge_web(badge_class=bare))
    assert report.verdict is Verdict.TOTAL_FAILED
    assert any(f.where == "/badge/criteria" for f in report.findings if f.outcome is FAILED)


def test_an_alignment_whose_address_is_null_is_told_and_forgiven() -> None:
    report = verified(badges.assertion())
    assert outcomes(report, "format.schema.alignment") == {FAILED}
    assert report.verdict is Verdict.TOTAL_PASSED


@pytest.mark.parametrize("query", [EXPAND, "expand=badge", f"{EXPAND}&expand=badge.endorsements"])
def test_an_input_url_with_expand_is_asked_bare(query: str) -> None:
    report = verified(f"{badges.ASSERTION}?{query}".encode())
    assert report.verdict is Verdict.TOTAL_PASSED
    assert outcomes(report, "hosted.fetched.id") == set()
    assert badges.ASSERTION in report.hashes


def test_an_expanded_answer_is_hashed_beside_the_class() -> None:
    web = badge_web(**{f"{badges.BADGE_CLASS}?expand=micro": badges.badge_class_micro()})
    report = verified(badges.expanded(), web)
    assert report.verdict is Verdict.TOTAL_PASSED
    assert {badges.BADGE_CLASS, f"{badges.BADGE_CLASS}?expand=micro"} <= report.hashes.keys()


def test_a_jws_inside_a_json_string_is_verified() -> None:
    body = json.dumps(badges.signed(badges.signed_assertion()).decode()).encode()
    report = verified(body, recipients=LEARNER)
    assert report.containers == ("json-string", "jws")
    assert report.policy == "badge/signed"
    assert report.verdict is Verdict.TOTAL_PASSED


def test_a_url_that_answers_a_jws_in_a_json_string_is_verified() -> None:
    place = f"{badges.HOST}/public/assertions/signed"
    body = json.dumps(badges.signed(badges.signed_assertion()).decode()).encode()
    report = verified(place.encode(), badge_web(**{place: answer(body)}))
    assert report.containers == ("url", "json-string", "jws")
    assert report.verdict is Verdict.TOTAL_PASSED


@pytest.mark.parametrize(
    "host", ["https://elsewhere.example", "http://localhost:8000/static", "http://127.0.0.1"]
)
def test_extension_contexts_on_any_host_are_known_by_their_key(host: str) -> None:
    class_ = badges.badge_class(
        **{"extensions:ECTSExtension": badges.extension("ECTSExtension", 5, host=host)}
    )
    report = verified(badges.assertion(), badge_web(badge_class=class_))
    assert report.verdict is Verdict.TOTAL_PASSED
    assert outcomes(report, "extension.valid") == {PASSED}


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("ECTSExtension", "ECTS", "five"),
        ("EQFExtension", "EQF", None),
        ("EducationProgramIdentifierExtension", "EducationProgramIdentifier", ["50123"]),
        ("LanguageExtension", "Language", 3),
        ("LearningOutcomeExtension", "Outcome", "another key"),
        ("StudyLoadExtension", "StudyLoad", "80"),
        ("TimeInvestmentExtension", "TimeInvestment", []),
    ],
)
def test_an_edubadges_extension_that_holds_something_else_fails(name: str, key: str, value: object) -> None:
    broken = badges.extension(name, value, key=key)
    class_ = badges.badge_class(**{f"extensions:{name}": broken})
    report = verified(badges.assertion(), badge_web(badge_class=class_))
    assert FAILED in outcomes(report, "extension.valid")
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize("value", [50123, [50123], [50123, 60077]])
def test_programme_identifiers_are_one_or_many(value: object) -> None:
    name = "EducationProgramIdentifierExtension"
    class_ = badges.badge_class(**{f"extensions:{name}": badges.extension(name, value)})
    assert verified(badges.assertion(), badge_web(badge_class=class_)).verdict is Verdict.TOTAL_PASSED


def test_an_extension_on_the_assertion_is_checked_there() -> None:
    broken = {"extensions:ECTSExtension": badges.extension("ECTSExtension", "many")}
    web = badge_web(assertion=badges.assertion(**broken))
    report = verified(badges.assertion(), web)
    places = [f.where for f in report.findings if f.check == "extension.valid" and f.outcome is FAILED]
    assert places == ["/extensions:ECTSExtension/ECTS"]


def test_an_empty_assertion_image_is_told_and_changes_nothing() -> None:
    report = verified(badges.assertion())
    assert outcomes(report, "format.data.award-image") == {FAILED}
    assert report.verdict is Verdict.TOTAL_PASSED


def test_an_empty_class_image_does_matter() -> None:
    web = badge_web(**{f"{badges.BADGE_CLASS}/image": answer(b"", media="image/png")})
    assert verified(badges.assertion(), web).verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize(
    "body",
    [
        {"type": "RevocationList", "revokedAssertions": []},
        {"@context": badges.CONTEXT, "type": ["RevocationList"], "revokedAssertions": []},
    ],
)
def test_an_empty_revocation_list_revokes_nothing(body: object) -> None:
    place = f"{badges.HOST}/revoked"
    unit = badges.issuer(publicKey=badges.KEY, revocationList=place)
    report = verified(
        badges.signed(badges.signed_assertion()), badge_web(issuer=unit, **{place: answer(body)})
    )
    assert outcomes(report, "status.revoked") == {PASSED}
    assert report.verdict is Verdict.TOTAL_PASSED


@pytest.mark.parametrize("data", [badges.ASSERTION.encode(), badges.dumped(badges.assertion())])
def test_a_private_badge_is_undecided_and_said_to_be_private(data: bytes) -> None:
    private = answer({"detail": "Not found."}, status=404, media="application/json")
    report = verified(data, badge_web(**{badges.ASSERTION: private}))
    assert report.verdict is Verdict.INDETERMINATE
    told = next(f for f in report.findings if f.check == "hosted.fetched")
    assert told.outcome is UNDECIDED
    assert "not public" in told.message
    assert outcomes(report, "status.revoked") == {UNDECIDED}


def test_a_saved_error_answer_is_no_badge() -> None:
    with pytest.raises(NotRecognised):
        verified({"detail": "Not found."})


def test_a_deleted_account_leaves_no_badge_to_find() -> None:
    report = verified(badges.assertion(), badge_web(assertion=None))
    assert report.verdict is Verdict.INDETERMINATE


def test_a_signed_badge_whose_issuer_cannot_be_had_is_undecided() -> None:
    web = badge_web(**{badges.ISSUER: answer(b"Internal Server Error", status=500, media="text/html")})
    report = verified(badges.signed(badges.signed_assertion()), web)
    assert report.verdict is Verdict.INDETERMINATE
    assert outcomes(report, "seal.signature") == {UNDECIDED}


def test_a_1_1_answer_of_edubadges_is_upgraded_and_verified() -> None:
    report = verified(badges.assertion_1_1(), badge_web(assertion=badges.assertion_1_1()))
    assert report.version == "1.1"
    assert report.verdict is Verdict.TOTAL_PASSED
