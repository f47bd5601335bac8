"""Makes the examples of the API's description: `python tests/api/example_answers.py`."""

# ruff: noqa: E402 - run as a script, it must find the packages first

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from bundles import NOW, badge_web
from gateway_web import PROFILE, Caller, web_of_badges
from identity_samples import dumped
from samples import badges

from api.app import create_app
from api.gateway.conversion import Order, converted
from api.identity.attempts import TooOften
from api.problems import Forbidden, NotAcceptable, TooLarge, answer, internal
from api.routes.convert import enveloped
from converter.profile import read_profile
from schemas.document import Format
from schemas.errors import Unavailable
from schemas.evidence import Fetcher
from verifier.bundle import BundleFetcher

FOLDER = ROOT / "api" / "examples"


def made() -> dict[str, Any]:
    """Make every example by calling the gateway on invented badges."""
    fetcher = BundleFetcher(web_of_badges())
    caller = Caller(create_app(fetcher=fetcher, clock=lambda: NOW))
    badge = badges.assertion()
    report = caller.post("/v1/verify", content=badges.dumped(badge)).json()
    return {
        "badge": badge,
        "report": report,
        "converted": _converted(fetcher),
        "match": _matched(caller),
        "problems": _problems(caller),
    }


def _converted(fetcher: Fetcher) -> dict[str, Any]:
    """Carry a badge to ELM and take it back out: the smallest answer that is whole."""
    there = Order(target=Format.ELM, profile=read_profile(PROFILE))
    (first,) = converted([badges.dumped(badges.assertion())], there, fetcher=fetcher, now=NOW)
    back = Order(target=Format.OB2)
    (second,) = converted([first.conversion.document], back, fetcher=fetcher, now=NOW)
    return enveloped(second)


def _matched(caller: Caller) -> dict[str, Any]:
    """Ask whether the learner of a credential with an identity is the one in mind."""
    badge = badges.dumped(badges.assertion())
    parts = {"document": badge, "profile": PROFILE, "identity": dumped(recipient={"id": badges.LEARNER})}
    files = {name: (name, value) for name, value in parts.items()}
    credential = caller.post("/v1/convert?to=elm-json", files=files).json()["document"]
    person = {"name": "de Wit, Noor", "birthdate": "1999-02-03"}
    asked = {"document": ("c.json", credential.encode())}
    told: dict[str, Any] = caller.post("/v1/match", files=asked, data=person).json()
    return told


def _problems(caller: Caller) -> dict[str, Any]:
    badge = badges.dumped(badges.assertion())
    gone = Caller(create_app(fetcher=BundleFetcher(badge_web(assertion=badges.revoked())), clock=lambda: NOW))
    answers = [
        caller.post("/v1/verify?recipient=noor", content=badge),
        caller.get("/v1/credentials"),
        caller.get("/v1/nothing"),
        gone.post("/v1/convert?to=elm-json", content=badge),
        caller.post("/v1/verify", content=b"Dear sir or madam"),
        caller.post("/v1/convert?to=edci-xml", content=badge),
    ]
    told = {str(one.status_code): one.json() for one in answers}
    why = "The address did not answer in time."
    rest = (
        answer(Forbidden("The token may not seal.")),
        answer(NotAcceptable("The answer is application/json or application/xml.")),
        answer(TooOften(3600)),
        answer(TooLarge(22_020_096)),
        internal(RuntimeError()),
        answer(Unavailable("https://badges.example.nl/public/assertions/1", why)),
    )
    told |= {str(one.status_code): json.loads(bytes(one.body)) for one in rest}
    return told


def main() -> None:
    """Write the examples."""
    for name, value in made().items():
        text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
