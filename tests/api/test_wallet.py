"""Deposits in a Europass wallet: a real server by the documented contract takes them or says why not."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from gateway_web import BADGE, LEARNER, problem
from samples import edci_documents, elm_cases
from samples.sealing import means
from sealing_gateway import SealingGateway, sealing_gateway
from wallet_stub import WalletStub, wallet_stub

from api.exchange import OperatorExchange
from api.wallet import Delivered, Deposit, WalletAccess, deposit, upload_form
from api.wallet.deposit import WAITS
from converter.read import read
from schemas.document import Document
from schemas.errors import Refused
from schemas.stamper import Level
from verifier.sealing.making import seal_edci, seal_elm

ELM = json.dumps(elm_cases.good()).encode()
MAIL = "noor.de.wit@polder.example"
NOOR = Deposit(user="noor")


@pytest.fixture
def wallet() -> Iterator[WalletStub]:
    with wallet_stub() as running:
        yield running


def put(
    wallet: WalletStub, data: bytes, to: Deposit = NOOR, *, key: str = "", waited: list[float] | None = None
) -> Delivered:
    access = WalletAccess(url=wallet.base, key=key or wallet.key, notify=True)
    slept = waited if waited is not None else []
    return deposit(data, to, access, OperatorExchange([wallet.base]), wait=slept.append)


@pytest.mark.parametrize("form", ["elm", "edci"])
def test_a_sealed_credential_is_taken_once_and_known_the_second_time(wallet: WalletStub, form: str) -> None:
    seal, document = (seal_elm, ELM) if form == "elm" else (seal_edci, edci_documents.credential())
    data = seal(document, means(), Level.LTA)
    first = put(wallet, data)
    assert (first.state, first.status, first.viewer) == ("delivered", 200, "https://wallet.example/view/1")
    assert put(wallet, data).state == "already there"
    assert wallet.mails == ["noor"]


def test_a_mail_address_finds_its_way_whatever_is_in_it(wallet: WalletStub) -> None:
    odd = "noor+de/wit?x=1&y#z@polder.example"
    done = put(wallet, seal_elm(ELM, means(), Level.LTA), Deposit(email=odd, locale="nl"))
    assert done.state == "delivered"
    assert list(wallet.held) == [odd]
    assert wallet.asked[0].endswith("?sendEmail=true&locale=nl")


def test_what_a_wallet_refuses_is_refused_with_its_reason(wallet: WalletStub) -> None:
    low = put(wallet, seal_elm(ELM, means(), Level.B))
    assert (low.state, low.status, low.attempts) == ("failed", 400, 1)
    broken = seal_elm(ELM, means(), Level.LTA).replace(b"Dijkinspectie", b"Dijkinspektie", 1)
    assert put(wallet, broken).status == 400
    assert put(wallet, seal_elm(ELM, means(), Level.LTA), Deposit(user="nobody")).status == 404
    assert put(wallet, seal_elm(ELM, means(), Level.LTA), key="wrong").status == 401
    assert not any(wallet.held.values())


def test_what_no_wallet_takes_is_not_sent(wallet: WalletStub) -> None:
    nameless = {name: value for name, value in elm_cases.good().items() if name != "id"}
    for data, code in (
        (ELM, "deliver.unsealed"),
        (BADGE, "deliver.format"),
        (seal_elm(json.dumps(nameless).encode(), means(), Level.LTA), "deliver.id"),
    ):
        with pytest.raises(Refused) as caught:
            put(wallet, data)
        assert caught.value.problems[0].code == code
    for nobody in (Deposit(), Deposit(user="noor", email=MAIL)):
        with pytest.raises(Refused) as caught:
            put(wallet, seal_elm(ELM, means(), Level.LTA), nobody)
        assert caught.value.problems[0].code == "deliver.recipient"
    assert wallet.asked == []


def test_what_may_pass_is_tried_again_later_each_time(wallet: WalletStub) -> None:
    data, waited = seal_elm(ELM, means(), Level.LTA), list[float]()
    wallet.trouble = [503, 429, 502]
    done = put(wallet, data, waited=waited)
    assert (done.state, done.attempts, waited) == ("delivered", 4, list(WAITS[:3]))
    wallet.trouble = [500] * 9
    done = put(wallet, data)
    assert (done.state, done.attempts, done.status) == ("failed", 5, 500)
    gone = replace(wallet, base="http://127.0.0.1:9/api")
    assert put(gone, data).answer == "The wallet did not answer."


def test_the_form_of_the_commissions_issuer_is_read_back() -> None:
    form = upload_form(ELM, [MAIL])
    assert json.loads(form)["deliveryDetails"] == {"deliveryAddress": [MAIL]}
    again = read(form)
    assert isinstance(again, Document)
    assert again.tree["id"] == elm_cases.good()["id"]
    with pytest.raises(Refused) as caught:
        upload_form(seal_elm(ELM, means(), Level.B), [MAIL])
    assert caught.value.problems[0].code == "deliver.sealed"


@pytest.fixture
def polder(tmp_path: Path, wallet: WalletStub) -> Iterator[SealingGateway]:
    with sealing_gateway(tmp_path, wallet=wallet.base) as running:
        yield running


def test_from_badge_to_wallet_and_nobody_is_remembered(
    polder: SealingGateway, wallet: WalletStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = polder.convert(BADGE, to="elm-json", seal="polder", recipient=LEARNER)
    sealed = made.json()["document"].encode()

    def deliver(document: bytes, *whom: str, who: str = "polder") -> httpx.Response:
        parts = [("document", ("d", document)), *(("recipient", (None, one.encode())) for one in whom)]
        return polder.ask("POST", "/v1/deliveries", who, files=parts)

    answer = deliver(sealed, f"email={MAIL}")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["state"], told["attempts"]) == ("delivered", 1)
    kept = polder.ask("GET", f"/v1/deliveries/{told['id']}").json()
    assert kept == {**told, "viewer": ""}
    assert deliver(sealed, f"email={MAIL}").json()["state"] == "already there"
    assert deliver(sealed, "id=noor").json()["state"] == "delivered"
    assert set(wallet.held) == {MAIL, "noor"}
    problem(polder.ask("GET", f"/v1/deliveries/{told['id']}", "zee"), 404, "request.path")
    problem(deliver(sealed, "id=noor", who="polder-reader"), 403, "request.scope")
    problem(deliver(sealed), 409, "deliver.recipient")
    problem(deliver(sealed, "id=noor", f"email={MAIL}"), 409, "deliver.recipient")
    problem(deliver(BADGE, "id=noor"), 409, "deliver.format")
    everything = b"".join(one.read_bytes() for one in polder.folder.glob("gateway.db*"))
    assert MAIL.encode() not in everything
    assert MAIL not in caplog.text
