"""Several badges in one credential, and one badge for each achievement of a credential."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from conversions import SCHOOL, badge_source, document, leaves, options
from official_edci import xsd_faults
from official_elm import shacl_problems
from samples import badges

from converter.convert import Source, convert
from converter.originals import originals
from converter.profile import read_profile
from converter.stacking import convert_bundle, convert_split
from schemas.document import Format
from schemas.errors import Incomplete, Refused
from schemas.institution import OrganisationFacts
from schemas.lang import LangString

EUROPASS = [Format.ELM, Format.EDCI]


def badge(number: int, **changes: Any) -> bytes:
    """Make one of several badges of one learner: each of a class of its own."""
    tree = badges.expanded(
        id=f"{badges.ASSERTION}{number}", issuedOn=f"2026-0{number}-02T10:00:00+00:00", **changes
    )
    tree["badge"] |= {"id": f"{badges.BADGE_CLASS}{number}", "name": f"Dike course {number}"}
    return badges.dumped(tree)


SEALER = dataclasses.replace(SCHOOL.issuer, legal_name=LangString((("en", "Polder Seals"),)))
SEALED = dataclasses.replace(SCHOOL, issuer=SEALER)
THREE = [badge(number) for number in (1, 2, 3)]


def sources(*data: bytes) -> list[Source]:
    return [Source(document=document(one)) for one in data]


@pytest.mark.shared
def test_three_badges_make_one_valid_elm_credential_with_an_achievement_and_a_carrier_each() -> None:
    made = convert_bundle(sources(*THREE), Format.ELM, options())
    tree = json.loads(made.document)
    assert [claim["title"]["en"] for claim in tree["credentialSubject"]["hasClaim"]] == [
        f"Dike course {number}" for number in (1, 2, 3)
    ]
    assert len(tree["evidence"]) == 3
    assert shacl_problems(made.document, "converted") == []


@pytest.mark.shared
def test_three_badges_make_one_valid_edci_credential_with_a_pdf_each() -> None:
    made = convert_bundle(sources(*THREE), Format.EDCI, options())
    tree = document(made.document).tree
    assert len(tree["credentialSubject"]["achievements"]) == 3
    types = [media["contentType"]["@uri"].rpartition("/")[2] for media in tree["attachmentList"]]
    assert types == ["PDF", "PDF", "PDF"]
    assert xsd_faults(made.document) == []


@pytest.mark.parametrize("target", EUROPASS)
def test_split_gives_every_original_back(target: Format) -> None:
    made = convert_bundle(sources(*THREE), target, options())
    back = convert_split(Source(document=document(made.document)), Format.OB2, options())
    assert [one.document for one in back] == THREE
    assert all(one.given_back for one in back)


@pytest.mark.parametrize("target", EUROPASS)
def test_without_split_the_first_original_comes_back_and_the_others_are_told(target: Format) -> None:
    made = convert_bundle(sources(*THREE), target, options())
    source = Source(document=document(made.document))
    first = convert(source, Format.OB2, options())
    assert first.document == THREE[0]
    others = [one.where for one in originals(source.document, Format.OB2)[1:]]
    assert [entry.source for entry in first.report.left_out] == others
    with pytest.raises(Refused, match="Another enclosed original"):
        convert(source, Format.OB2, options(strict=True))


@pytest.mark.parametrize("target", EUROPASS)
def test_split_without_carriers_makes_a_badge_of_each_achievement(target: Format) -> None:
    whole = convert_bundle(sources(*THREE), target, options(enclose="nothing"))
    made = convert_split(Source(document=document(whole.document)), Format.OB2, options(use_carrier=False))
    trees = [json.loads(one.document) for one in made]
    assert [tree["badge"]["name"] for tree in trees] == [f"Dike course {number}" for number in (1, 2, 3)]
    assert len({tree["id"] for tree in trees}) == 3
    for one in made:
        others = [entry for entry in one.report.left_out if "another badge" in entry.note]
        assert others


def test_a_credential_of_several_achievements_makes_one_badge_and_tells_of_the_rest() -> None:
    whole = convert_bundle(sources(*THREE), Format.ELM, options())
    made = convert(Source(document=document(whole.document)), Format.OB2, options(use_carrier=False))
    assert json.loads(made.document)["badge"]["name"] == "Dike course 1"
    left = {entry.source for entry in made.report.left_out}
    for index in (1, 2):
        assert f"/credentialSubject/hasClaim/{index}/title" in left


def test_every_value_of_every_badge_is_accounted_for_in_the_whole() -> None:
    whole = convert_bundle(sources(*THREE), Format.ELM, options())
    report = whole.report
    told = {entry.source for entry in (*report.mapped, *report.approximated, *report.left_out)}
    for number, data in enumerate(THREE):
        for where in ("/issuedOn", "/badge/name", "/badge/description", "/badge/issuer/email"):
            assert any(one.startswith(f"/{number}{where}") for one in told)
        assert sum(one.startswith(f"/{number}/") for one in told) > len(list(leaves(json.loads(data)))) / 2
    silent = [entry for entry in report.left_out if not entry.note]
    assert silent == []


def test_a_value_that_only_one_document_gives_to_the_whole_is_left_out_of_the_other() -> None:
    made = convert_bundle(sources(*THREE), Format.ELM, options())
    moments = {
        entry.source: entry.target
        for entry in (*made.report.mapped, *made.report.approximated)
        if entry.source.endswith("/issuedOn") and entry.target == "/validFrom"
    }
    assert moments == {"/2/issuedOn": "/validFrom"}
    assert json.loads(made.document)["validFrom"].startswith("2026-03-02")


def test_the_credential_ends_with_the_first_of_its_parts() -> None:
    ends = [badge(1, expires="2030-01-01T00:00:00+02:00"), badge(2, expires="2029-12-31T23:00:00+00:00")]
    made = convert_bundle(sources(*ends), Format.ELM, options())
    assert json.loads(made.document)["validUntil"].startswith("2030-01-01T00:00:00+02:00")


def test_equal_bundles_are_equal_and_the_order_does_not_change_the_id() -> None:
    made = convert_bundle(sources(*THREE), Format.ELM, options())
    assert made == convert_bundle(sources(*THREE), Format.ELM, options())
    turned = convert_bundle(sources(*reversed(THREE)), Format.ELM, options())
    assert json.loads(made.document)["id"] == json.loads(turned.document)["id"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"user": "Somebody Else"}, "convert.learners"), ({"issuer": "Other School"}, "convert.issuers")],
)
def test_documents_that_cannot_be_one_are_refused(changes: dict[str, str], code: str) -> None:
    tree = badges.expanded()
    tree["badge"]["user"] = changes.get("user", tree["badge"]["user"])
    if "issuer" in changes:
        tree["badge"]["issuer"] = badges.issuer(name=changes["issuer"], name_dutch=changes["issuer"])
    with pytest.raises(Refused) as caught:
        convert_bundle(sources(THREE[0], badges.dumped(tree)), Format.ELM, options(profile=read_profile(b"")))
    assert caught.value.problems[0].code == code


def test_two_schools_share_a_credential_that_a_named_third_party_seals() -> None:
    tree = badges.expanded()
    school = {"name": "Other School", "name_dutch": "Andere School", "id": f"{badges.ISSUER}2"}
    tree["badge"]["issuer"] = badges.issuer(**school)
    with pytest.raises(Incomplete) as caught:
        convert_bundle(sources(THREE[0], badges.dumped(tree)), Format.ELM, options(profile=SEALED))
    # whose address the profile's [awarding_body] gives is unclear now: every school is asked for its own
    keys = {problem.where for problem in caught.value.problems}
    assert f'[organisation."{badges.ISSUER}2"] country' in keys
    assert not any(key.startswith("[awarding_body]") for key in keys)
    given = {key.split('"')[1]: OrganisationFacts(country="NL") for key in keys}
    profile = dataclasses.replace(SEALED, organisations=given)
    made = convert_bundle(sources(THREE[0], badges.dumped(tree)), Format.ELM, options(profile=profile))
    whole = json.loads(made.document)
    bodies = [claim["awardedBy"]["awardingBody"] for claim in whole["credentialSubject"]["hasClaim"]]
    assert bodies[0]["legalName"] != bodies[1]["legalName"]
    assert whole["issuer"]["legalName"]["en"] == "Polder Seals"


def test_a_revoked_badge_spoils_the_bundle() -> None:
    revoked = badge_source(THREE[1], revoked=True)
    with pytest.raises(Refused, match="revoked"):
        convert_bundle([*sources(THREE[0]), revoked], Format.ELM, options())


def test_badges_are_not_bundled_into_a_badge() -> None:
    europe = [convert(one, Format.ELM, options()).document for one in sources(*THREE)]
    with pytest.raises(Refused) as caught:
        convert_bundle(sources(*europe), Format.OB2, options())
    assert caught.value.problems[0].code == "convert.bundle"


def test_a_credential_without_an_achievement_cannot_be_split_into_badges() -> None:
    tree = json.loads(convert(*sources(THREE[0]), Format.ELM, options(enclose="nothing")).document)
    claim = tree["credentialSubject"]["hasClaim"]
    tree["credentialSubject"]["hasClaim"] = [
        {
            "id": "urn:x:1",
            "type": "LearningActivity",
            "title": claim["title"],
            "awardedBy": claim["awardedBy"],
        }
    ]
    source = Source(document=document(json.dumps(tree).encode()))
    with pytest.raises(Refused) as caught:
        convert_split(source, Format.OB2, options())
    assert caught.value.problems[0].code == "convert.no-achievement"
