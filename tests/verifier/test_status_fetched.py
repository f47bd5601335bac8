"""Status lists over the guarded client, from servers on this machine that do not always behave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from official_server import publishing
from samples import status_lists
from samples.status_lists import credential, entry, jades, list_credential
from shared_files import SHARED

from verifier import Outcome, verify
from verifier.bundle import RecordingFetcher
from verifier.fetch import HttpFetcher, OfflineFetcher

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CODE = "status.revoked"


def told(published: bytes | int | str, **changes: Any) -> tuple[Outcome, str, list[str]]:
    """Verify a credential whose list lies on a server of ours; say the outcome, why, and what was asked."""
    with publishing({"list": published, "elsewhere": b"", **changes}) as web:
        place = f"{web.base}/list"
        if published == b"sealed":
            web.files["list"] = jades(list_credential(id=place))
        if "elsewhere" in changes:
            web.files["elsewhere"] = jades(list_credential([7], id=place))
        document = credential(entry(statusListCredential=place))
        fetcher = HttpFetcher(allow_loopback=True, total_seconds=2.0)
        report = verify(document, fetcher=fetcher, now=NOW)
        (found,) = [one for one in report.findings if one.check == CODE]
        return found.outcome, found.message, web.asked


def test_a_list_is_asked_once_and_taken() -> None:
    outcome, _, asked = told(b"sealed")
    assert (outcome, asked) == (Outcome.PASSED, ["list"])


def test_a_redirect_within_the_web_is_followed() -> None:
    outcome, _, asked = told("moved:/elsewhere", elsewhere=b"")
    assert (outcome, asked) == (Outcome.FAILED, ["list", "elsewhere"])


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (404, "404"),
        (410, "410"),
        (503, "503"),
        (b"", "no status list"),
        (b"{", "no status list"),
        (b"[]", "no status list"),
        (b"eyJ.e30.", "no status list"),
        ("cut:500", "reached"),
        ("slow:30", "in time"),
        ("moved:/list", "redirects"),
        ("moved:https://192.168.0.1/list", "public"),
        ("moved:http://status.example.org/list", "https"),
        (b'{"a": "' + b"x" * (5 << 20) + b'"}', "larger"),
    ],
)
def test_what_does_not_come_decides_nothing(published: bytes | int | str, said: str) -> None:
    outcome, message, _ = told(published)
    assert outcome is Outcome.UNDECIDED
    assert said in message


def test_what_was_asked_is_recorded() -> None:
    with publishing({}) as web:
        place = f"{web.base}/list"
        web.files["list"] = jades(list_credential([7], id=place))
        recording = RecordingFetcher(HttpFetcher(allow_loopback=True))
        verify(credential(entry(statusListCredential=place)), fetcher=recording, now=NOW)
    assert list(recording.bundle()["resources"]) == [place]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["cas", "cps", "dc", "matriculation"])
def test_statuses_of_the_wild_are_known_and_undecided_until_asked(name: str) -> None:
    assert SHARED is not None
    sample = SHARED / "samples" / "elm-v3" / f"velocert2026_{name}_signed.jsonld"
    report = verify(sample.read_bytes(), fetcher=OfflineFetcher(), now=NOW)
    said = {one.check: one for one in report.findings if one.check.startswith("status.")}
    assert said[CODE].outcome is said["status.suspended"].outcome is Outcome.UNDECIDED
    assert {said[CODE].where, said["status.suspended"].where} == {"/status/0", "/status/1"}
    assert "offline" in said[CODE].message
    assert said["status.notice"].outcome is Outcome.NOT_APPLICABLE


def test_the_size_of_a_list_is_bounded_whatever_it_expands_to() -> None:
    with publishing({}) as web:
        place = f"{web.base}/list"
        tree = list_credential(id=place, subject={"encodedList": status_lists.bomb()})
        web.files["list"] = jades(tree)
        fetcher = HttpFetcher(allow_loopback=True)
        report = verify(credential(entry(statusListCredential=place)), fetcher=fetcher, now=NOW)
    (found,) = [one for one in report.findings if one.check == CODE]
    assert "larger than 16 MB" in found.message
