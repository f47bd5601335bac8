"""The life of what was sealed: watched, its keys rolled over, a compromise survived, a copy put back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from gateway_web import BADGE, LEARNER, web_of_badges
from samples import badges
from sealing_gateway import SealingGateway, opened, sealing_gateway

from api.settings import Service
from api.storage.backup import back_up, restored
from api.storage.credentials import revoke_all
from api.watching import Watcher
from verifier import Outcome, Report, Verdict
from verifier.sealing.certificates import fingerprint


@pytest.fixture
def polder(tmp_path: Path) -> Iterator[SealingGateway]:
    with sealing_gateway(tmp_path) as running:
        yield running


def sealed(polder: SealingGateway, target: str = "elm-json") -> tuple[bytes, str]:
    answer = polder.convert(BADGE, to=target, seal="polder", recipient=LEARNER)
    assert answer.status_code == 200, answer.text
    return answer.json()["document"].encode(), answer.json()["report"]["seal"]["id"]


def service(polder: SealingGateway) -> Service:
    found: Service = polder.caller.app.state.service
    return found


def failed(report: Report) -> set[str]:
    return {one.check for one in report.findings if one.outcome is Outcome.FAILED}


def again(polder: SealingGateway, former: str = "", database: str = "") -> SealingGateway:
    """Start the gateway anew, as after a change of its configuration."""
    arguments: tuple[Any, ...] = (polder.authorities, polder.holders, polder.world)
    return opened(polder.folder, database, *arguments, lambda: polder.now, polder.clock, former)


def test_the_watcher_takes_back_what_rests_on_a_revoked_source(polder: SealingGateway) -> None:
    document, name = sealed(polder)
    running = service(polder)
    watcher = Watcher(running.sealers, polder.world, running.trust, running.clock)
    (noticed,) = watcher.once()
    assert (noticed.source, noticed.done) == ("good", "")
    assert watcher.once() == ()
    polder.world.badges = web_of_badges(**{badges.ASSERTION: badges.revoked()})
    polder.clock[:] = [polder.now.replace(year=polder.now.year + 1)]
    (noticed,) = watcher.once()
    assert (noticed.source, noticed.done) == ("revoked", "revoke")
    polder.clock.clear()
    assert polder.ask("GET", f"/v1/credentials/{name}").json()["state"] == "revoked"
    assert "status.revoked" in failed(polder.verify(document))


def test_a_new_certificate_seals_and_what_the_former_sealed_stays_good(polder: SealingGateway) -> None:
    before, _ = sealed(polder)
    (polder.folder / "former.pem").write_bytes(
        polder.holders["polder"].certificate.public_bytes(Encoding.PEM)
    )
    polder.holders["polder"] = polder.authorities.issue_seal(
        "Polder University", key_name="another key", identifier="NTRNL-12345678"
    )
    polder = again(polder, former='"former.pem"')
    after, _ = sealed(polder)
    for document in (before, after):
        report = polder.verify(document)
        assert report.verdict is Verdict.TOTAL_PASSED, failed(report)


def test_after_a_compromise_all_is_revoked_and_issued_again(polder: SealingGateway) -> None:
    stolen = polder.holders["polder"]
    documents = [sealed(polder)[0] for _ in range(3)]
    names = revoke_all(
        service(polder).sealers.store,
        "polder",
        fingerprint(stolen.certificate),
        "key compromised",
        now=polder.now,
    )
    assert len(names) == 3
    polder.authorities.revoke(stolen)
    (polder.folder / "former.pem").write_bytes(stolen.certificate.public_bytes(Encoding.PEM))
    polder.holders["polder"] = polder.authorities.issue_seal(
        "Polder University", key_name="fresh key", identifier="NTRNL-12345678"
    )
    polder = again(polder, former='"former.pem"')
    for document in documents:
        report = polder.verify(document)
        assert report.verdict is Verdict.TOTAL_FAILED
        assert "status.revoked" in failed(report)
    fresh, _ = sealed(polder)
    assert polder.verify(fresh).verdict is Verdict.TOTAL_PASSED


def test_a_copy_put_back_serves_what_it_knows_and_suspends_what_it_does_not(polder: SealingGateway) -> None:
    known, _ = sealed(polder)
    store = service(polder).sealers.store
    back_up(store, polder.folder / "copy.db")
    unknown, _ = sealed(polder)
    store.close()
    shutil.copy(polder.folder / "copy.db", polder.folder / "back.db")
    polder = again(polder, database=f"sqlite:///{polder.folder / 'back.db'}")
    restored(service(polder).sealers.store, now=polder.now)
    assert polder.verify(known).verdict is Verdict.TOTAL_PASSED
    assert failed(polder.verify(unknown)) == {"status.suspended"}
    later, _ = sealed(polder)
    assert polder.verify(later).verdict is Verdict.TOTAL_PASSED
