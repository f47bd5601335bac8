"""What we seal, before other people's engines: accepted, and at the level we say."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import skip_or_fail
from cryptography.hazmat.primitives.serialization import Encoding
from interop.cases import Case
from interop.dss_opinion import dss_opinions, why_not
from interop.jwcrypto_opinion import jwcrypto_opinion
from interop.opinions import Crypto, Indication, Opinion
from interop.xmlsec_opinion import xmlsec_holds
from samples import authorities, edci_documents, elm_cases, sealing, timestamps
from samples.sealing import NOW, means

from schemas.stamper import Level
from verifier.sealing.making import renew, seal_edci, seal_elm

pytestmark = pytest.mark.slow

_ALGORITHMS = ("ES256", "ES384", "ES512", "RS256", "RS512", "PS256")
_ELM = json.dumps(elm_cases.good(), ensure_ascii=False).encode()
_EDCI = edci_documents.credential()
_LATER = NOW + timedelta(days=40)


def _sealed() -> dict[str, tuple[bytes, datetime]]:
    """Seal both formats by every algorithm at every level, and renew one of each; with when to ask.

    JAdES in both shapes: with `sigT`, as Europass has it, and with `iat`, as the standard has since.
    """
    made: dict[str, tuple[bytes, datetime]] = {}
    for algorithm, level in itertools.product(_ALGORITHMS, Level):
        asked = NOW + timedelta(hours=1)
        newer = replace(means(algorithm), time_member="iat")
        made[f"JAdES-{algorithm}-{level}.json"] = seal_elm(_ELM, newer, level), asked
        made[f"JAdES-{algorithm}-sigT-{level}.json"] = seal_elm(_ELM, means(algorithm), level), asked
        made[f"XAdES-{algorithm}-{level}.xml"] = seal_edci(_EDCI, means(algorithm), level), asked
    for name in ("JAdES-ES256-LTA.json", "XAdES-ES256-LTA.xml"):
        renewed = renew(made[name][0], means(now=_LATER))
        made[name.replace("-LTA", "-renewed-LTA")] = renewed, _LATER + timedelta(hours=1)
    return made


@pytest.fixture(scope="module")
def sealed() -> dict[str, tuple[bytes, datetime]]:
    return _sealed()


@pytest.fixture(scope="module")
def asked(sealed: dict[str, tuple[bytes, datetime]], tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder = tmp_path_factory.mktemp("sealed")
    anchors = _anchors(folder)
    cases = []
    for name, (data, at) in sealed.items():
        path = folder / name
        path.write_bytes(data)
        news = []
        for number, one in enumerate(sealing.words(at=at)):
            news.append(folder / f"{at:%Y%m%d}-{number}.crl")
            news[-1].write_bytes(one)
        moment = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        cases.append(Case(name=name, path=path, anchors=anchors, crls=tuple(news), at=moment))
    return cases


def _anchors(folder: Path) -> tuple[Path, ...]:
    found = []
    for name, one in (("seals", authorities.root().certificate), ("times", timestamps.root())):
        found.append(folder / f"{name}.pem")
        found[-1].write_bytes(one.public_bytes(Encoding.PEM))
    return tuple(found)


@pytest.fixture(scope="module")
def by_dss(asked: list[Case]) -> dict[str, Opinion]:
    if reason := why_not():
        skip_or_fail("dss", reason)
    return dss_opinions(asked)


def test_eu_dss_accepts_every_seal_at_its_level(by_dss: dict[str, Opinion]) -> None:
    told = {name: (one.crypto, one.indication, one.level, one.why) for name, one in by_dss.items()}
    assert told == {name: (Crypto.HOLDS, Indication.PASSED, _level(name), "") for name in told}
    assert len(told) == len(_ALGORITHMS) * len(Level) * 3 + 2


def _level(name: str) -> str:
    """Name the level as DSS does; it names none where `sigT` claims a time after July 2025."""
    level = name.rpartition("-")[2].partition(".")[0]
    return "JSON-NOT-ETSI" if "-sigT-" in name else f"{name[:5]}-BASELINE-{level}"


def test_the_xml_security_library_accepts_every_seal_and_no_damaged_one(
    sealed: dict[str, tuple[bytes, datetime]],
) -> None:
    for name, (data, _) in sealed.items():
        if not name.endswith(".xml") or "-PS" in name:
            continue  # RSASSA-PSS has other names there
        assert xmlsec_holds(data), name
        assert not xmlsec_holds(data.replace(b"Weaving", b"Leaving", 1)), name


def test_jwcrypto_accepts_every_seal(asked: list[Case]) -> None:
    told = {one.name: jwcrypto_opinion(one).crypto for one in asked if one.json}
    assert told
    assert set(told.values()) == {Crypto.HOLDS}
