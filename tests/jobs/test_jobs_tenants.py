"""Whose jobs they are: tokens, keys that are made and ended, access tokens of an issuer, and messages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from answering import Answer, Asked, answering
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from gateway_web import Caller, problem
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from samples import authorities as ca
from samples import exports

from api.app import create_app
from api.cli.main import main
from api.jobs.bounds import Bounds
from api.jobs.messages import Messenger
from api.jobs.running import Runner
from api.settings import Service, Settings
from api.storage.audit import chain_fault
from api.storage.jobs import JobState, claim, find
from api.storage.messages import WAITS, MessageState, of_job
from api.tenants import read_tenants
from verifier.bundle import BundleFetcher

START = datetime(2026, 11, 27, 9, tzinfo=UTC)
SECRET = base64.b64encode(b"a secret of a test, no more").decode()
TOKENS = {name: f"token-of-{name}" for name in ("polder", "reader", "zee")}
EXPORT = b"\n".join(exports.lines(2))
_TENANTS = """
[[tenants]]
name = "{name}"
base_url = "https://{name}.example"
key = {{ kind = "pem", path = "key.pem" }}
{more}
"""
_CALLER = """
[[tenants.tokens]]
name = "{name}"
sha256 = "{digest}"
scopes = {scopes}
"""


class Ground:
    """A gateway of two tenants, its clock, and what its services heard."""

    def __init__(self, folder: Path, base: str) -> None:
        self.now = START
        self.folder = folder
        self.heard: list[Asked] = []
        self.statuses: list[int] = []
        one = ca.seal()
        private = one.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = (one, ca.middle(), ca.root())
        (folder / "key.pem").write_bytes(
            private + b"".join(each.certificate.public_bytes(Encoding.PEM) for each in chain)
        )
        webhook = f'webhook = {{ url = "{base}/hook", secret = "POLDER_HOOK" }}'
        tokens = _token("polder", "convert") + _token("reader", "revoke")
        tenants = _TENANTS.format(name="polder", more=webhook) + tokens + _authorization(base)
        tenants += _TENANTS.format(name="zee", more="") + _token("zee", "convert")
        (folder / "tenants.toml").write_text(tenants)
        self.settings = Settings(
            tenants=read_tenants(folder / "tenants.toml"),
            database=f"sqlite:///{folder / 'gateway.db'}",
            jobs=Bounds(folder=folder / "jobs", workers=1),
            offline=True,
            secrets={"POLDER_HOOK": f"whsec_{SECRET}"},
        )
        app = create_app(self.settings, fetcher=BundleFetcher({}), clock=lambda: self.now)
        self.service: Service = app.state.service
        self.caller = Caller(app)

    def ask(self, method: str, path: str, token: str = TOKENS["polder"], **how: Any) -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return self.caller.request(method, path, headers=headers, **how)

    def hand_in(self, token: str = TOKENS["polder"]) -> Any:
        return self.ask("POST", "/v1/jobs", token, params={"verify": "true"}, content=EXPORT)

    def work(self) -> None:
        """Do one job here and now; workers would be other processes."""
        assert self.service.jobs is not None
        runner = Runner(self.service.jobs.store, self.settings, self.service.jobs.bounds, self.service.clock)
        assert runner.once()

    def messenger(self) -> Messenger:
        assert self.service.jobs is not None
        return Messenger(self.service.jobs.store, self.settings, lambda: self.now)

    @property
    def store(self) -> Any:
        assert self.service.jobs is not None
        return self.service.jobs.store


def _token(name: str, scope: str) -> str:
    digest = hashlib.sha256(TOKENS[name].encode()).hexdigest()
    return _CALLER.format(name=name, digest=digest, scopes=f'["{scope}"]')


def _authorization(base: str) -> str:
    return (
        f'\n[tenants.authorization]\nissuer = "https://login.example"\njwks = "{base}/jwks"\n'
        'audience = "https://gateway.example"\nclients = ["student-system"]\n'
    )


KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    made: list[Ground] = []
    published = {"keys": [KEY.as_dict(private=False)]}

    def answer(asked: Asked) -> Answer:
        if asked.path == "/jwks":
            return 200, "application/json", json.dumps(published).encode()
        made[0].heard.append(asked)
        return (made[0].statuses.pop(0) if made[0].statuses else 204), "text/plain", b""

    with answering(answer) as base:
        made.append(Ground(tmp_path, base))
        made[0].published = published  # type: ignore[attr-defined]
        yield made[0]


def test_a_job_is_its_tenants_alone(ground: Ground) -> None:
    problem(ground.hand_in(""), 401, "request.token")
    problem(ground.hand_in("nobody"), 401, "request.token")
    problem(ground.hand_in(TOKENS["reader"]), 403, "request.scope")
    name = ground.hand_in().json()["id"]
    assert ground.ask("GET", f"/v1/jobs/{name}").status_code == 200
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/rows"), ("GET", "/documents")):
        problem(ground.ask(method, f"/v1/jobs/{name}{path}", TOKENS["zee"]), 404, "request.path")
    assert ground.ask("GET", "/v1/jobs", TOKENS["zee"]).json()["jobs"] == []
    ground.work()
    assert ground.ask("GET", f"/v1/jobs/{name}").json()["state"] == "done"
    assert chain_fault(ground.store) == ""


def test_a_key_is_made_listed_rotated_and_ended(
    ground: Ground, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BADGEPASS_TENANTS", str(ground.folder / "tenants.toml"))
    monkeypatch.setenv("BADGEPASS_DATABASE", ground.settings.database)

    def keys(*words: str) -> list[str]:
        assert main(["keys", *words]) == 0
        return capsys.readouterr().out.splitlines()

    (whole,) = keys("new", "--tenant", "polder", "--name", "student system", "--scope", "convert")
    assert whole.startswith("bpk_")
    assert whole.encode() not in (ground.folder / "gateway.db").read_bytes()
    ground.now = datetime.now(UTC)
    assert ground.hand_in(whole).status_code == 202
    problem(ground.hand_in(whole[:-1] + ("A" if whole[-1] != "A" else "B")), 401, "request.token")
    name = whole.split("_")[1]
    (line,) = keys("list", "--tenant", "polder")
    assert line.startswith(f"{name}  student system  convert  without an end")
    (successor,) = keys("rotate", name, "--overlap", "1")
    assert ground.hand_in(whole).status_code == ground.hand_in(successor).status_code == 202
    ground.now += timedelta(hours=2)
    problem(ground.hand_in(whole), 401, "request.token")
    assert ground.hand_in(successor).status_code == 202
    assert keys("end", successor.split("_")[1]) == []
    problem(ground.hand_in(successor), 401, "request.token")
    assert main(["keys", "new", "--tenant", "else", "--name", "x", "--scope", "seal"]) == 2
    assert main(["keys", "end", "0123"]) == 2
    assert chain_fault(ground.store) == ""


def access(key: Any = KEY, alg: str = "RS256", typ: str = "at+jwt", **changes: Any) -> str:
    claims = {
        "iss": "https://login.example",
        "aud": "https://gateway.example",
        "client_id": "student-system",
        "scope": "openid badgepass:convert",
        "iat": int(START.timestamp()),
        "exp": int(START.timestamp()) + 300,
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": alg, "typ": typ, "kid": "one"}, kept, key, algorithms=[alg])


def test_an_access_token_of_the_tenants_issuer_opens(ground: Ground) -> None:
    assert ground.hand_in(access()).status_code == 202
    assert ground.hand_in(access(client_id=None, azp="student-system")).status_code == 202
    listed = ground.ask("GET", "/v1/jobs", access()).json()["jobs"]
    assert len(listed) == 2
    assert find(ground.store, listed[0]["id"]).actor == "student-system"
    problem(ground.hand_in(access(scope="badgepass:revoke")), 403, "request.scope")
    problem(ground.hand_in(access(scope="convert")), 403, "request.scope")


def _forged() -> str:
    """Sign with the public key as if it were a secret, which a careless reader of `alg` believes."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"at+jwt","kid":"one"}').rstrip(b"=")
    signed = head + b"." + access().split(".")[1].encode()
    value = hmac.digest(KEY.as_pem(private=False), signed, "sha256")
    return (signed + b"." + base64.urlsafe_b64encode(value).rstrip(b"=")).decode()


WRONG: dict[str, Callable[[], str]] = {
    "another issuer": lambda: access(iss="https://other.example"),
    "another audience": lambda: access(aud="https://other.example"),
    "another client": lambda: access(client_id="somebody"),
    "no client": lambda: access(client_id=None),
    "over": lambda: access(exp=int(START.timestamp()) - 61),
    "without an end": lambda: access(exp=None),
    "not yet": lambda: access(nbf=int(START.timestamp()) + 120),
    "another kind of token": lambda: access(typ="secevent+jwt"),
    "another key": lambda: access(RSAKey.generate_key(2048, {"kid": "one"})),
    "no signature": lambda: access().rpartition(".")[0] + ".",
    "the public key as a secret": _forged,
}


@pytest.mark.parametrize("what", WRONG)
def test_any_other_opens_nothing(ground: Ground, what: str) -> None:
    problem(ground.hand_in(WRONG[what]()), 401, "request.token")


def test_an_issuers_new_key_is_found(ground: Ground) -> None:
    assert ground.hand_in(access()).status_code == 202
    ground.published["keys"] = [OTHER.as_dict(private=False)]  # type: ignore[attr-defined]
    token = jwt.encode(
        {"alg": "ES256", "typ": "at+jwt", "kid": "two"},
        json.loads(_claims(access())),
        OTHER,
        algorithms=["ES256"],
    )
    problem(ground.hand_in(token), 401, "request.token")  # asked a moment ago
    ground.now += timedelta(seconds=31)
    assert ground.hand_in(token).status_code == 202


def _claims(token: str) -> bytes:
    body = token.split(".")[1]
    return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))


def test_a_tenant_is_told_when_a_job_is_over(ground: Ground) -> None:
    name = ground.hand_in().json()["id"]
    ground.work()
    assert ground.messenger().once() == 1
    (heard,) = ground.heard
    body = json.loads(heard.body)
    assert (body["type"], body["data"]["id"], body["data"]["counts"]["rows"]) == ("job.done", name, 2)
    signed = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    value = base64.b64encode(hmac.digest(base64.b64decode(SECRET), signed, "sha256")).decode()
    assert heard.headers["webhook-signature"] == f"v1,{value}"
    assert int(heard.headers["webhook-timestamp"]) == int(START.timestamp())
    (sent,) = ground.ask("GET", f"/v1/jobs/{name}/messages").json()
    assert (sent["id"], sent["state"], sent["attempts"]) == (heard.headers["webhook-id"], "delivered", 1)
    assert ground.ask("POST", f"/v1/jobs/{name}/messages").json() == {"messages": 1}
    assert ground.messenger().once() == 1
    first, again = ground.heard
    assert (again.headers["webhook-id"], again.body) == (first.headers["webhook-id"], first.body)
    assert b"Noor" not in first.body


def test_a_message_that_does_not_arrive_is_sent_again_later_and_given_up_at_last(ground: Ground) -> None:
    name = ground.hand_in().json()["id"]
    ground.work()
    ground.statuses = [500] * 20
    times = []
    for _ in range(30):
        before = len(ground.heard)
        ground.messenger().once()
        if len(ground.heard) > before:
            times.append(ground.now)
        (record,) = of_job(ground.store, name)
        if record.state is not MessageState.PENDING:
            break
        ground.now = record.next
    assert record.state is MessageState.FAILED
    waited = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert waited == list(WAITS[:-1])
    assert len(times) == len(WAITS)


def test_a_service_that_is_gone_is_not_asked_again(ground: Ground) -> None:
    name = ground.hand_in().json()["id"]
    ground.work()
    ground.statuses = [410]
    ground.messenger().once()
    assert [one.state for one in of_job(ground.store, name)] == [MessageState.FAILED]


def test_a_job_on_which_too_many_services_were_lost_is_given_up(ground: Ground) -> None:
    name = ground.hand_in().json()["id"]
    lease = timedelta(seconds=60)
    for _ in range(5):
        assert claim(ground.store, "lost", now=ground.now, lease=lease) is not None
        assert claim(ground.store, "other", now=ground.now, lease=lease) is None
        ground.now += lease + timedelta(seconds=1)
    assert claim(ground.store, "next", now=ground.now, lease=lease) is None
    found = find(ground.store, name)
    assert (found.state, found.code) == (JobState.FAILED, "job.lost")


def test_what_lies_ready_is_erased_after_its_time(ground: Ground) -> None:
    name = ground.hand_in().json()["id"]
    ground.work()
    assert (ground.folder / "jobs" / name / "documents.ndjson").exists()
    ground.now += timedelta(hours=73)
    runner = Runner(ground.store, ground.settings, ground.settings.jobs, ground.service.clock)  # type: ignore[arg-type]
    assert not runner.once()
    assert not (ground.folder / "jobs" / name).exists()
    problem(ground.ask("GET", f"/v1/jobs/{name}/documents"), 404, "request.path")
