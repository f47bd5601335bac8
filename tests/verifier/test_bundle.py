"""Evidence bundles: what was answered once is answered again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bundles import NOW, answer, badge_web, verified
from hypothesis import given
from hypothesis import strategies as st
from samples import badges

from schemas.errors import Malformed, Unavailable
from schemas.evidence import Missing, Resource
from verifier import Verdict, verify
from verifier.bundle import BundleFetcher, RecordingFetcher

URL = "https://issuer.example/a"


def kept(entry: Any, *, url: str = URL, accept: str = "application/json") -> Resource | Missing:
    return BundleFetcher({URL: entry}).fetch(url, accept=accept)


def body(entry: Any, **asked: Any) -> bytes:
    found = kept(entry, **asked)
    assert isinstance(found, Resource), found
    return found.body


def test_an_answer_is_replayed() -> None:
    found = kept(answer(b"hello", status=410, media="text/plain"))
    assert found == Resource(url=URL, status=410, content_type="text/plain", body=b"hello")


def test_what_is_not_kept_is_a_failed_fetch() -> None:
    assert isinstance(BundleFetcher({}).fetch(URL), Missing)


def test_a_fragment_is_not_part_of_what_is_asked() -> None:
    assert body(answer(b"x"), url=f"{URL}#key") == b"x"


def test_a_kept_redirect_is_followed() -> None:
    there = "https://issuer.example/b"
    bundle = BundleFetcher({URL: {"status": 302, "location": "/b"}, there: answer(b"x")})
    found = bundle.fetch(URL)
    assert isinstance(found, Resource)
    assert (found.body, found.location, found.url) == (b"x", there, URL)


def test_kept_redirects_end() -> None:
    assert isinstance(kept({"status": 302, "location": URL}), Missing)


@pytest.mark.parametrize("location", ["http://127.0.0.1/", "https://a.example]/", "https://[x/"])
def test_a_kept_redirect_to_where_we_never_ask_is_refused(location: str) -> None:
    found = kept({"status": 302, "location": location})
    assert isinstance(found, Missing)
    assert found.refused


def test_a_kept_inner_address_is_refused_as_it_was() -> None:
    found = BundleFetcher({"http://127.0.0.1/a": answer(b"x")}).fetch("http://127.0.0.1/a")
    assert isinstance(found, Missing)
    assert found.refused


def test_one_of_several_answers_is_chosen_by_accept() -> None:
    answers = [
        {**answer(b"page"), "accept": "text/html"},
        {**answer(b"json"), "accept": "application/ld+json, application/json"},
        {**answer(b"else")},
    ]
    assert body(answers, accept="text/html") == b"page"
    assert body(answers, accept="application/json") == b"json"
    assert body(answers, accept="image/png") == b"else"


@pytest.mark.parametrize(
    "entry", [None, 3, [], ["x"], {"status": "200"}, {"status": {}}, {"status": [302]}, {"body_base64": "!"}]
)
def test_a_damaged_answer_is_a_failed_fetch(entry: Any) -> None:
    assert isinstance(kept(entry), Missing)


def test_files_lie_below_the_bundle(tmp_path: Path) -> None:
    inside = tmp_path / "bundle"
    inside.mkdir()
    (inside / "a.json").write_bytes(b"{}")
    (tmp_path / "secret").write_bytes(b"secret")
    (inside / "link").symlink_to(tmp_path / "secret")
    names = {"a.json": b"{}", "../secret": None, str(tmp_path / "secret"): None, "link": None, "gone": None}
    for name, expected in names.items():
        found = BundleFetcher({URL: {"status": 200, "file": name}}, inside).fetch(URL)
        assert (found.body if isinstance(found, Resource) else None) == expected, name


def test_a_bundle_is_opened_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps({"resources": {URL: answer(b"x")}}))
    found = BundleFetcher.from_file(path).fetch(URL)
    assert isinstance(found, Resource)
    with pytest.raises(Unavailable):
        BundleFetcher.from_file(tmp_path / "none.json")
    path.write_text("[]")
    with pytest.raises(Malformed):
        BundleFetcher.from_file(path)


def test_a_recorded_verification_runs_again_to_the_same_report(tmp_path: Path) -> None:
    recorder = RecordingFetcher(BundleFetcher(badge_web()))
    data = badges.dumped(badges.assertion())
    first = verify(data, fetcher=recorder, now=NOW)
    recorder.save(tmp_path / "out.json")
    again = verify(data, fetcher=BundleFetcher.from_file(tmp_path / "out.json"), now=NOW)
    assert first.verdict is Verdict.TOTAL_PASSED
    assert again.to_dict() == first.to_dict()


def test_saving_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        RecordingFetcher(BundleFetcher({})).save(tmp_path / "no" / "such" / "folder.json")


@given(
    st.dictionaries(
        st.sampled_from(["application/json", "image/png", "text/html"]), st.binary(max_size=40), max_size=3
    )
)
def test_recording_and_replaying_are_inverse(answers: dict[str, bytes]) -> None:
    web = {URL: [{**answer(content), "accept": accept} for accept, content in answers.items()]}
    recorder = RecordingFetcher(BundleFetcher(web))
    first = {accept: recorder.fetch(URL, accept=accept) for accept in answers}
    replay = BundleFetcher(recorder.bundle()["resources"])
    assert {accept: replay.fetch(URL, accept=accept) for accept in answers} == first


def test_every_url_is_asked_once() -> None:
    asked: list[str] = []

    class Counting:
        def fetch(self, url: str, *, accept: str = "") -> Resource | Missing:
            asked.append(url)
            return BundleFetcher(badge_web()).fetch(url, accept=accept)

    verify(badges.ASSERTION.encode(), fetcher=Counting(), now=NOW)
    assert len(asked) == len(set(asked))


def test_a_fetcher_that_raises_has_not_answered() -> None:
    class Raising:
        def fetch(self, url: str, *, accept: str = "") -> Resource | Missing:
            raise RuntimeError(url + accept)

    assert verify(badges.ASSERTION.encode(), fetcher=Raising(), now=NOW).verdict is Verdict.INDETERMINATE


def test_the_web_around_the_sample_is_whole() -> None:
    assert verified(badges.assertion()).verdict is Verdict.TOTAL_PASSED


class Unreachable:
    """Answers nothing, and says why."""

    def fetch(self, url: str, *, accept: str = "") -> Missing:
        del accept
        return Missing(url=url, why="The address did not answer in time.")


def test_why_an_address_did_not_answer_is_told_again() -> None:
    recording = RecordingFetcher(Unreachable())
    told = recording.fetch("https://a.example/b#c")
    again = RecordingFetcher(BundleFetcher.of(recording.bundle()))
    assert again.fetch("https://a.example/b#c") == told
    assert again.bundle() == recording.bundle()
    assert BundleFetcher.of(recording.bundle()).fetch("https://a.example/other") != told
