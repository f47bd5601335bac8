"""Badges of our making before the reference validator and openbadgeslib, each in a Python of its own."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
from badges_made import MAIL, PLACES, RECIPIENT, SALT, assertion, signed, web
from bundles import answer
from conftest import skip_or_fail

from converter.baking import bake
from converter.hosting import host

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "badge_peers"
KEPT = Path(__file__).parents[2] / "var" / "peers"
EXTENSION = "https://api.edubadges.nl/extensions/InstitutionCountryExtension"
CONTEXT = {
    "@context": {
        "obi": "https://w3id.org/openbadges#",
        "extensions": "https://w3id.org/openbadges/extensions#",
        "InstitutionCountry": "extensions:InstitutionCountry",
    },
    "obi:validation": [
        {
            "obi:validatesType": "extensions:InstitutionCountryExtension",
            "obi:validationSchema": f"{EXTENSION}/schema.json",
        }
    ],
}
SCHEMA = {"type": "object", "properties": {"InstitutionCountry": {"type": "string"}}}
"""Context and schema of the one extension the badges have, written anew here, where nobody is asked."""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'
PEERS = {
    "openbadges": (
        "reference_validator.py",
        (
            ("setuptools<58",),
            ("openbadges==1.1.2",),
            ("pycryptodome>=3.20", "python-jose==3.2.0", "pytz>=2023.3"),
        ),
    ),
    "openbadgeslib": ("openbadgeslib_verifier.py", (("openbadgeslib>=4.6",),)),
}
"""What is installed step by step: the validator's own pins do not load on this Python, later ones do."""


def _python(peer: str) -> Path:
    """Make the peer's own environment, once; skip with the reason where that cannot be done."""
    folder = KEPT / peer
    python = folder / "bin" / "python"
    if not (folder / "whole").exists():
        venv.create(folder, with_pip=True, clear=True)
        for step in PEERS[peer][1]:
            if why := _not_installed(python, step):
                skip_or_fail(peer, f"it cannot be installed here: {why}")
        (folder / "whole").touch()
    return python


def _not_installed(python: Path, packages: tuple[str, ...]) -> str:
    """Install packages; say why it could not be done."""
    try:
        done = subprocess.run(  # noqa: S603 - packages named above
            [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages],
            check=False,
            capture_output=True,
            text=True,
            timeout=240,
        )
    except subprocess.TimeoutExpired:
        return "it took too long"
    return done.stderr[-300:] if done.returncode else ""


def opinion(
    peer: str, badge: bytes, on: dict[str, Any], image: str = "", email: str = MAIL
) -> dict[str, Any]:
    known = {
        **on,
        f"{EXTENSION}/context.json": answer(CONTEXT),
        f"{EXTENSION}/schema.json": answer(SCHEMA),
    }
    asked = {"badge_base64": base64.b64encode(badge).decode(), "web": known, "image": image, "email": email}
    done = subprocess.run(  # noqa: S603 - our own script
        [str(_python(peer)), str(HERE / PEERS[peer][0])],
        input=json.dumps(asked),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def badge(kind: str) -> tuple[bytes, dict[str, Any]]:
    if kind == "signed":
        return signed("RS256")
    made = host(assertion(), PLACES, RECIPIENT, SALT)
    return made.assertion, web(made)


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("kind", ["hosted", "signed"])
def test_a_badge_of_ours_is_accepted_and_is_about_its_recipient_alone(peer: str, kind: str) -> None:
    data, on = badge(kind)
    told = opinion(peer, data, on)
    assert told["valid"], told["errors"]
    assert not opinion(peer, data, on, email="somebody@else.example")["valid"]


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("image", ["png", "svg"])
def test_a_baked_badge_of_ours_is_accepted(peer: str, image: str) -> None:
    data, on = badge("signed")
    made = host(assertion(), PLACES, RECIPIENT, SALT)
    picture = (
        SVG if image == "svg" else next(one.body for one in made.documents if one.media_type == "image/png")
    )
    told = opinion(peer, bake(data, picture), on, image)
    assert told["valid"], told["errors"]


@pytest.mark.parametrize("peer", PEERS)
def test_a_changed_badge_is_not(peer: str) -> None:
    data, on = badge("signed")
    head, body, value = data.split(b".")
    assert not opinion(peer, b".".join((head, body, value[:-8] + b"AAAAAAAA")), on)["valid"]


def test_this_python_is_the_one_the_peers_are_known_to_run_on() -> None:
    assert sys.version_info >= (3, 11)
