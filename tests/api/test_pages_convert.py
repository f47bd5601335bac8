"""Conversion on the page: missing facts become fields, and the file comes out as it was shown."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from gateway_web import BADGE, BAKED, PROFILE, Caller, web_of_badges
from hypothesis import given
from hypothesis import strategies as st
from page_forms import Page, filled_in, hand_in, send
from samples import badges

from api.pages.facts import fields_for, grouped, profile_of
from api.pages.words import words
from converter.profile import read_profile
from converter.read import read
from schemas.document import Document, Format
from schemas.errors import Malformed, Problem

Gateway = Callable[..., Caller]
ENGLISH = words("en")
UNSEEN = re.compile(r"[\x00-\x1f\x7f]")  # what no TOML string and no name holds
FACTS = {
    "[issuer] eidas_identifier": "NTRNL-12345678",
    "[issuer] country": "nl",
    "[issuer] registration": "12345678",
    "[issuer] address": "Dijk 1, Delft",
    "[awarding_body] country": "NL",
    "[awarding_body] registration": "12345678",
    "[learner] given_name": '"Noor"',
    "[learner] family_name": "de Wit",
}


def keys(page: Page) -> list[str]:
    """Return the keys that are asked for; those already given travel hidden."""
    return list(page.tree.xpath("//div[@class='field']/input[@name='fact_key']/@value"))


def converted(caller: Caller, to: str, *more: tuple[str, str], data: bytes = BAKED) -> Page:
    """Go the whole way: hand in, choose a format, fill in what is asked until nothing is."""
    page = send(caller, "/convert", [*hand_in(caller, data, *more).form("/convert"), ("to", to)])
    for _ in range(4):
        if page.answer.status_code != 422:
            break
        page = send(caller, "/convert", filled_in(page.form("/convert"), FACTS))
    assert page.answer.status_code == 200, page.words("//main")
    return page


@pytest.mark.parametrize("to", ["elm-json", "edci-xml"])
def test_what_is_missing_is_asked_and_what_was_shown_is_downloaded(caller: Caller, to: str) -> None:
    asked = send(caller, "/convert", [*hand_in(caller, BAKED).form("/convert"), ("to", to)])
    assert asked.answer.status_code == 422
    assert set(keys(asked)) <= FACTS.keys()
    assert ("[learner] given_name" in keys(asked)) == (to == "edci-xml")
    page = converted(caller, to)
    digest = next(word for word in page.words("//dd/code") if len(word) == 64)
    answer = caller.post("/download", files=[(n, (None, v)) for n, v in page.form("/download")])
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == digest
    assert answer.headers["content-disposition"].startswith("attachment;")
    found = read(answer.content)
    assert isinstance(found, Document)
    assert found.format is Format(to)


def test_the_four_lists_are_shown_with_their_counts(caller: Caller) -> None:
    page = converted(caller, "elm-json")
    profile = '[issuer]\neidas_identifier="NTRNL-12345678"\ncountry="NL"\n[awarding_body]\ncountry="NL"'
    files = [("document", ("b", BAKED)), ("profile", ("p", profile.encode()))]
    report = caller.post("/v1/convert?to=elm-json", files=files).json()["report"]
    counts = [int(one) for one in page.words("//details/summary/span[@class='count']")]
    assert counts == [len(report[name]) for name in ("mapped", "approximated", "left_out", "added")]
    assert counts[0] > 10
    assert len(page.tree.xpath("//ul[@class='entries']/li")) == sum(counts)
    assert "Everything that counts was proven" in page.words("//main")[0]


def test_an_uploaded_profile_saves_filling_in(caller: Caller) -> None:
    fields = [*hand_in(caller, BAKED).form("/convert"), ("to", "edci-xml"), ("profile", PROFILE)]
    page = send(caller, "/convert", fields)
    assert page.answer.status_code == 200
    again = send(caller, "/convert", [*page.form("/"), ("to", "elm-json")])  # it travels along
    assert again.answer.status_code == 200
    wrong = send(caller, "/convert", [*fields[:-1], ("profile", b"[issuer\n")])
    assert wrong.answer.status_code == 422
    assert "profile.read" in wrong.words("//main")[0]


def test_a_fact_in_the_wrong_form_is_asked_again_and_the_others_are_kept(caller: Caller) -> None:
    asked = send(caller, "/convert", [*hand_in(caller, BAKED).form("/convert"), ("to", "elm-json")])
    page = send(
        caller, "/convert", filled_in(asked.form("/convert"), {**FACTS, "[issuer] country": "Nederland"})
    )
    assert page.answer.status_code == 422
    assert keys(page) == ["[issuer] country"]
    assert page.tree.xpath("//input[@aria-invalid]/@value") == ["Nederland"]
    assert page.words("//*[contains(@class, 'wrong')]")
    mended = filled_in(page.form("/convert"), {"[issuer] country": "NL"})
    assert send(caller, "/convert", mended).answer.status_code == 200


def test_a_country_that_is_none_is_not_believed(caller: Caller) -> None:
    asked = send(caller, "/convert", [*hand_in(caller, BAKED).form("/convert"), ("to", "elm-json")])
    page = send(caller, "/convert", filled_in(asked.form("/convert"), {**FACTS, "[issuer] country": "XX"}))
    assert page.answer.status_code == 422
    assert "[issuer] country" in keys(page)


def test_facts_and_form_are_in_dutch_too(caller: Caller) -> None:
    first = hand_in(caller, BAKED)
    fields = [(name, "nl" if name == "lang" else value) for name, value in first.form("/convert")]
    page = send(caller, "/convert", [*fields, ("to", "edci-xml")])
    assert page.words("//h1") == ["Er ontbreken enkele feiten"]
    assert {"Voornaam", "Achternaam"} <= set(page.words("//label"))


def test_there_and_back_gives_the_original_byte_for_byte(caller: Caller) -> None:
    there = converted(caller, "elm-json")
    fields = there.form("/download")
    europass = caller.post("/download", files=[(n, (None, v)) for n, v in fields]).content
    page = send(caller, "/convert", [*hand_in(caller, europass).form("/convert"), ("to", "ob2")])
    assert page.answer.status_code == 200
    assert "byte for byte" in page.words("//main")[0]
    back = caller.post("/download", files=[(n, (None, v)) for n, v in page.form("/download")])
    assert back.content == BADGE


def test_a_revoked_source_is_refused_here_too(gateway: Gateway) -> None:
    page = hand_in(gateway(), BADGE)
    revoked = gateway(web_of_badges(assertion=badges.revoked()))
    answer = send(revoked, "/convert", [*page.form("/convert"), ("to", "elm-json")])
    assert answer.answer.status_code == 409
    assert "status.revoked" in answer.words("//main")[0]
    unknown = send(revoked, "/convert", [*page.form("/convert"), ("to", "pdf")])
    assert unknown.answer.status_code == 400


def test_only_our_own_page_can_ask_for_a_download(caller: Caller) -> None:
    page = converted(caller, "elm-json")
    files = [(name, (None, value)) for name, value in page.form("/download")]
    for site in ("cross-site", "same-site", "none"):
        assert caller.post("/download", files=files, headers={"sec-fetch-site": site}).status_code == 400
    own = caller.post("/download", files=files, headers={"sec-fetch-site": "same-origin"})
    assert own.status_code == 200


def test_a_download_is_never_a_page(caller: Caller) -> None:
    forged = [("carried", "PGI+"), ("media_type", "text/html"), ("name", 'a"\r\nx: y/../b.html')]
    answer = caller.post("/download", files=[(name, (None, value)) for name, value in forged])
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "x" not in answer.headers
    assert answer.headers["content-disposition"].startswith('attachment; filename="a_x_y_.._b.html"')


# --- facts ----------------------------------------------------------------------------------------


def missing(*places: str) -> list[Problem]:
    return [Problem(code="convert.missing", message="It is needed.", where=place) for place in places]


def test_keys_become_fields_and_what_no_field_mends_is_told() -> None:
    asked, beyond = fields_for(
        missing(
            "[issuer] eidas_identifier",
            "[learner] given_name",
            '[organisation."urn:x"] country',
            '[organisation."/issuer/has_sub_organization/0"] country',
            "[issuer] country",
            "recipient",
        ),
        {},
        ENGLISH,
    )
    assert [(group, [one.name for one in members]) for group, members in grouped(asked)] == [
        ("The issuer, who will seal it", ["eidas_identifier", "country"]),
        ("The learner", ["given_name", "recipient"]),
    ]
    assert not beyond


def test_a_unit_is_asked_about_only_when_nothing_else_is_missing() -> None:
    place = '[organisation."/issuer/has_sub_organization/0"] country'
    unit = '[organisation."urn:x"] country'
    asked, beyond = fields_for(missing(unit, place), {}, ENGLISH)
    assert [(one.key, one.group) for one in asked] == [(unit, "The organisation urn:x")]
    assert [one.where for one in beyond] == [place]


def test_no_fact_is_asked_where_none_would_help() -> None:
    for hopeless in ("achievement", "claim"):
        asked, beyond = fields_for(missing("[issuer] country", hopeless), {}, ENGLISH)
        assert not asked
        assert [one.where for one in beyond] == [hopeless]
    assert fields_for(missing("[issuer] shoe_size"), {}, ENGLISH)[0] == []


def test_a_filled_in_fact_goes_before_the_uploaded_profile() -> None:
    facts = {"[issuer] legal_name": "New", '[organisation."https://x.nl"] registration': "9"}
    made = profile_of(facts, PROFILE, words("nl"))
    base = read_profile(PROFILE)
    assert made.issuer.legal_name is not None
    assert made.issuer.legal_name.to_tree() == {"nl": "New"}
    assert made.issuer.vat == base.issuer.vat
    assert made.issuer.eidas_identifier == "NTRNL-12345678"
    assert made.awarding_body == base.awarding_body
    assert made.organisations["https://x.nl"].registration == "9"
    assert (made.given_name, made.language, made.eqf_as) == ("Noor", "en", base.eqf_as)


@given(st.text(min_size=1, max_size=60))
def test_any_text_filled_in_arrives_as_it_is_and_breaks_out_of_nothing(value: str) -> None:
    facts = {"[learner] given_name": value, "[issuer] vat": "1"}
    seen = UNSEEN.sub(" ", value).split()
    if not seen:  # nothing is left of it, so it is no name
        with pytest.raises(Malformed, match="/learner/given_name"):
            profile_of(facts, b"", ENGLISH)
        return
    made = profile_of(facts, b"", ENGLISH)
    assert made.issuer.vat == "1"
    assert made.family_name is None
    assert made.given_name is not None
    assert made.given_name.split() == seen
