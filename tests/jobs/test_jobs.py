"""A whole export through the API: handed in, watched, fetched, erased; once, and also when it is killed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from gateway_web import PROFILE
from samples import exports
from samples.authority_web import authority_web
from serving import TOKEN, Serve, Serving, configured, serving

OWN_PROFILE = PROFILE[: PROFILE.index(b"[learner]")]
PLANTED = "Zwaantje Planted"


def export(count: int, *, faulty: float = 0.0) -> bytes:
    return b"\n".join(exports.lines(count, classes=3, faulty=faulty)) + b"\n"


def people(count: int) -> bytes:
    rows = [exports.HEADER]
    for number in range(count):
        _, who = exports.assertion(number, classes=3)
        rows.append(f"{exports.entity(number)};Noor{number};de Wit;2000-01-01;;;NL;{who};")
    return "\n".join(rows).encode()


def parts(count: int, **how: Any) -> dict[str, tuple[str, bytes]]:
    return {
        "input": ("export.ndjson", export(count, **how)),
        "people": ("people.csv", people(count)),
        "profile": ("profile.toml", OWN_PROFILE),
    }


def handed_in(on: Serving, count: int, **query: str) -> dict[str, Any]:
    answer = on.client.post("/v1/jobs", params={"to": "edci-xml", **query}, files=parts(count))
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{body['id']}"
    assert answer.headers["retry-after"]
    return body


def problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert code in {one["code"] for one in answer.json()["problems"]}, answer.text


def documents(on: Serving, name: str) -> list[dict[str, str]]:
    answer = on.client.get(f"/v1/jobs/{name}/documents")
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_an_export_is_handed_in_watched_fetched_and_erased(serve: Serve, tmp_path: Path) -> None:
    on = serve()
    count = 60
    answer = on.client.post("/v1/jobs", params={"to": "edci-xml"}, files=parts(count, faulty=0.2))
    name = answer.json()["id"]
    with on.client.stream("GET", f"/v1/jobs/{name}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = [line for line in stream.iter_lines() if line]
    assert told[-2] == "event: end"
    job = json.loads(told[-1].removeprefix("data: "))
    assert job["state"] == "done"
    counts = job["counts"]
    assert counts["rows"] == count
    assert counts["made"] + counts["failed"] == count
    assert counts["failed"] == sum(counts["failures"].values()) > 0
    found = documents(on, name)
    assert len(found) == counts["made"]
    assert all(one["document"].startswith("<?xml") for one in found)
    failed = on.client.get(f"/v1/jobs/{name}/rows", params={"outcome": "failed", "limit": 1000}).json()
    assert len(failed["rows"]) == counts["failed"]
    assert all(one["problems"][0]["code"] and one["row"] for one in failed["rows"])
    assert not (tmp_path / "jobs" / name / "input").exists()
    assert not (tmp_path / "jobs" / name / "people.csv").exists()
    assert on.client.delete(f"/v1/jobs/{name}").status_code == 204
    assert not (tmp_path / "jobs" / name).exists()
    assert on.client.get(f"/v1/jobs/{name}").json()["state"] == "cancelled"
    problem(on.client.get(f"/v1/jobs/{name}/documents"), 409, "job.state")


def test_results_come_in_parts_and_with_an_etag(serve: Serve) -> None:
    on = serve()
    job = handed_in(on, 5)
    assert on.ended(job["id"])["state"] == "done"
    path = f"/v1/jobs/{job['id']}/documents"
    whole = on.client.get(path)
    part = on.client.get(path, headers={"range": "bytes=10-109"})
    assert (part.status_code, part.content) == (206, whole.content[10:110])
    assert part.headers["etag"] == whole.headers["etag"]
    late = on.client.get(path, headers={"range": "bytes=10-", "if-range": '"another"'})
    assert (late.status_code, late.content) == (200, whole.content)
    summary = on.client.get(f"/v1/jobs/{job['id']}/summary").json()
    assert summary["rows"] == 5


def test_asked_twice_with_one_key_it_is_one_job(serve: Serve, tmp_path: Path) -> None:
    on = serve()

    def ask(count: int, to: str = "edci-xml") -> httpx.Response:
        return on.client.post(
            "/v1/jobs", params={"to": to}, files=parts(count), headers={"idempotency-key": "year 2026"}
        )

    first, second = ask(3), ask(3)
    assert first.json()["id"] == second.json()["id"]
    assert second.status_code == 202
    problem(ask(4), 409, "job.key")
    problem(ask(3, "elm-json"), 409, "job.key")
    assert len(on.client.get("/v1/jobs").json()["jobs"]) == 1
    on.ended(first.json()["id"])
    assert [one.name for one in (tmp_path / "jobs").iterdir()] == [first.json()["id"]]


def test_pages_of_jobs_are_stable(serve: Serve) -> None:
    on = serve()
    names = [handed_in(on, 1)["id"] for _ in range(5)]
    first = on.client.get("/v1/jobs", params={"limit": 2}).json()
    second = on.client.get("/v1/jobs", params={"limit": 2, "before": first["next"]}).json()
    third = on.client.get("/v1/jobs", params={"limit": 2, "before": second["next"]}).json()
    told = [one["id"] for page in (first, second, third) for one in page["jobs"]]
    assert told == sorted(names, reverse=True)
    assert third["next"] == ""


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ({"other": ("x", b"x")}, 400, "request.part"),
        ({"people": ("x", b"assertion_id;given_name;family_name\n")}, 400, "request.document"),
        ({"input": ("x", b"{}"), "profile": ("p", b"not toml [")}, 422, "profile.read"),
        ({"input": ("x", b"{}"), "profile": ("p", PROFILE)}, 400, "request.profile"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_stays(
    serve: Serve, tmp_path: Path, files: Any, status: int, code: str
) -> None:
    on = serve()
    problem(on.client.post("/v1/jobs", params={"to": "edci-xml"}, files=files), status, code)
    assert list((tmp_path / "jobs").iterdir()) == []
    assert on.client.get("/v1/jobs").json()["jobs"] == []


def test_other_requests_that_make_no_sense(serve: Serve, tmp_path: Path) -> None:
    on = serve(BADGEPASS_JOBS_MAX_BYTES="1000")
    problem(on.client.post("/v1/jobs", content=b"{}"), 400, "request.target")
    both = {"to": "ob2", "verify": "true"}
    problem(on.client.post("/v1/jobs", params=both, content=b"{}"), 400, "request.target")
    problem(on.client.post("/v1/jobs", params={"to": "pdf"}, content=b"{}"), 400, "request.parameter")
    problem(on.client.post("/v1/jobs", params={"to": "ob2"}, content=b"x" * 1001), 413, "request.size")

    def chunks() -> Any:
        yield from (b"x" * 400,) * 3

    problem(on.client.post("/v1/jobs", params={"to": "ob2"}, content=chunks()), 413, "request.size")
    cut = b'--b\r\nContent-Disposition: form-data; name="input"\r\n\r\n{}'
    kind = {"content-type": "multipart/form-data; boundary=b"}
    problem(on.client.post("/v1/jobs", params={"to": "ob2"}, content=cut, headers=kind), 400, "request.form")
    problem(on.client.get(f"/v1/jobs/job_{'0' * 28}"), 404, "request.path")
    problem(on.client.get("/v1/jobs/..%2f..%2fetc"), 404, "http.404")
    assert list((tmp_path / "jobs").iterdir()) == []


def test_an_input_that_is_none_fails_the_job_in_words(serve: Serve) -> None:
    on = serve()
    answer = on.client.post("/v1/jobs", params={"to": "ob2"}, content=b"PK\x03\x04 and no more")
    job = on.ended(answer.json()["id"])
    assert (job["state"], job["code"]) == ("failed", "request.source")
    assert "cannot be read" in str(job["why"])


def test_there_are_no_more_jobs_than_may_wait(serve: Serve) -> None:
    on = serve(BADGEPASS_JOBS_MAX_WAITING="1")
    first = handed_in(on, 4000)
    answer = on.client.post("/v1/jobs", params={"to": "edci-xml"}, files=parts(1))
    problem(answer, 429, "job.quota")
    assert int(answer.headers["retry-after"]) > 0
    assert on.client.delete(f"/v1/jobs/{first['id']}").status_code == 204
    assert handed_in(on, 1)["state"] == "queued"


def test_calls_are_counted(serve: Serve) -> None:
    on = serve(BADGEPASS_JOBS_CALLS="3")
    statuses = [on.client.get("/v1/jobs").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    problem(on.client.get("/v1/jobs"), 429, "request.rate")


def test_a_job_cancelled_at_work_stops_and_leaves_nothing(serve: Serve, tmp_path: Path) -> None:
    on = serve()
    job = handed_in(on, 20_000)
    _until(lambda: on.client.get(f"/v1/jobs/{job['id']}").json()["state"] == "running")
    assert on.client.delete(f"/v1/jobs/{job['id']}").status_code == 204
    after = handed_in(on, 2)
    assert on.ended(after["id"])["state"] == "done"
    assert [one.name for one in (tmp_path / "jobs").iterdir()] == [after["id"]]


def test_killed_amid_a_job_the_next_service_finishes_it(tmp_path: Path, serve: Serve) -> None:
    undisturbed = serve(
        BADGEPASS_JOBS=str(tmp_path / "calm"), BADGEPASS_DATABASE=f"sqlite:///{tmp_path / 'c.db'}"
    )
    calm = handed_in(undisturbed, 9000)
    undisturbed.ended(calm["id"])
    expected = undisturbed.client.get(f"/v1/jobs/{calm['id']}/documents").content
    on = serve(**FAST)
    job = handed_in(on, 9000)
    ledger = tmp_path / "jobs" / job["id"] / ".documents.ndjson.bulk" / "ledger.sqlite"
    _until(lambda: _shards_done(ledger) >= 1)
    os.kill(on.process.pid, signal.SIGKILL)
    on.process.wait()
    done = _shards_done(ledger)
    assert done >= 1
    after = serve(**FAST)
    ended = after.ended(job["id"], seconds=120)
    assert ended["state"] == "done"
    told = after.client.get(f"/v1/jobs/{job['id']}/documents").content
    assert _without_moment(told, job) == _without_moment(expected, calm)


FAST = {"BADGEPASS_JOBS_LEASE_SECONDS": "3"}


def _shards_done(ledger: Path) -> int:
    if not ledger.exists():
        return 0
    try:
        book = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
        return int(book.execute("SELECT count(*) FROM shard WHERE done = 1").fetchone()[0])
    except sqlite3.Error:
        return 0


def _without_moment(lines: bytes, job: dict[str, Any]) -> list[tuple[str, str]]:
    """Two jobs were made at two moments; the rest is one."""
    moment = job["made"][:19]
    assert moment.encode() in lines
    said = [json.loads(line.replace(moment.encode(), b"")) for line in lines.splitlines()]
    return [(one["id"], hashlib.sha256(one["document"].encode()).hexdigest()) for one in said]


def _until(true: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_two_services_on_one_database_share_the_work_and_outlive_each_other(
    postgres_url: str, tmp_path: Path
) -> None:
    both = {
        "BADGEPASS_DATABASE": postgres_url,
        "BADGEPASS_JOBS": str(tmp_path / "jobs"),
        "BADGEPASS_JOBS_WORKERS": "1",
        "BADGEPASS_OFFLINE": "1",
        **FAST,
    }
    with serving(both) as one, serving(both) as other:
        names = [handed_in(one, 6000)["id"], handed_in(other, 6000)["id"]]
        _until(lambda: all(_state(one, name) == "running" for name in names))
        os.kill(one.process.pid, signal.SIGKILL)
        for name in names:
            ended = other.ended(name, seconds=120)
            assert (ended["state"], ended["counts"]["rows"]) == ("done", 6000)  # type: ignore[index]
            told = documents(other, name)
            assert len({line["id"] for line in told}) == len(told) == 6000


def _state(on: Serving, name: str) -> str:
    return str(on.client.get(f"/v1/jobs/{name}").json()["state"])


def test_no_learner_is_named_in_the_database_or_the_log(serve: Serve, tmp_path: Path) -> None:
    on = serve()
    planted = parts(3)
    planted["people"] = ("p", planted["people"][1].replace(b"Noor1", PLANTED.encode()))
    answer = on.client.post("/v1/jobs", params={"to": "edci-xml"}, files=planted)
    assert on.ended(answer.json()["id"])["state"] == "done"
    on.client.delete(f"/v1/jobs/{answer.json()['id']}")
    on.process.send_signal(signal.SIGTERM)
    _, log = on.process.communicate(timeout=40)
    assert PLANTED not in log
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PLANTED.encode() not in path.read_bytes(), path.name


def test_one_slow_client_does_not_stand_in_the_way_of_the_others(serve: Serve) -> None:
    on = serve()
    over = threading.Event()

    def slow() -> Any:
        yield b"{}\n"
        over.wait(30)

    waiting = threading.Thread(
        target=lambda: httpx.post(
            f"{on.client.base_url}/v1/jobs", params={"to": "ob2"}, content=slow(), timeout=60
        )
    )
    waiting.start()
    started = time.monotonic()
    job = handed_in(on, 2)
    assert on.ended(job["id"])["state"] == "done"
    assert time.monotonic() - started < 25
    over.set()
    waiting.join()


def test_a_tenant_has_a_whole_export_sealed(tmp_path: Path) -> None:
    with authority_web() as authorities:
        environment = configured(tmp_path, authorities, f"sqlite:///{tmp_path / 'gateway.db'}")
        with serving(environment, {"authorization": f"Bearer {TOKEN}"}) as on:
            asked = {"to": "elm-json", "seal": "true", "override": "indeterminate"}
            rows = [line for line in exports.lines(40) if json.loads(line)["issuedOn"] < "2026-11"][:4]
            names = [exports.HEADER.encode()]
            for line in rows:
                badge = json.loads(line)
                given = badge["badge"]["user"].split(" ")[0]
                names.append(f"{badge['id']};{given};de Wit;;;;;;".encode())
            files = {"input": ("x", b"\n".join(rows)), "people": ("y", b"\n".join(names))}
            answer = on.client.post("/v1/jobs", params=asked, files=files)
            assert answer.status_code == 202, answer.text
            job = on.ended(answer.json()["id"])
            assert (job["state"], job["counts"]["made"]) == ("done", 4), str(job)  # type: ignore[index]
            made = {one["id"]: one["document"] for one in documents(on, str(job["id"]))}
            told = on.client.get(f"/v1/jobs/{job['id']}/rows").json()["rows"]
            for row in told:
                record = on.client.get(f"/v1/credentials/{row['seal']}").json()
                assert record["state"] == "sealed"
                assert record["sha256"] == hashlib.sha256(made[row["id"]].encode()).hexdigest()
            problem(
                on.client.post("/v1/jobs", params={"seal": "true", "verify": "true"}), 400, "request.options"
            )
