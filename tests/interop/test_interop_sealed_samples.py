"""Every shared sample that can be converted, sealed: it passes, here and with EU DSS, and fits its schema."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import skip_or_fail
from conversions import options, sample_paths, sample_source
from cryptography.hazmat.primitives.serialization import Encoding
from interop.cases import Case
from interop.dss_opinion import dss_opinions, why_not
from interop.opinions import Crypto, Indication
from interop.xmlsec_opinion import xmlsec_holds
from official_edci import xsd_faults
from official_elm import shacl_problems
from samples import authorities, sealing, timestamps
from samples.sealed_conversions import sealing as facts_of
from samples.sealing import NOW, means, organisation_key

from converter.convert import convert
from schemas.document import Format
from schemas.errors import DocumentError
from schemas.stamper import Level
from verifier import Outcome, Verdict, verify
from verifier.fetch import OfflineFetcher
from verifier.sealing.making import seal_edci, seal_elm

pytestmark = [pytest.mark.slow, pytest.mark.shared]

LEAST = 70
"""So many there were to seal when this was written; fewer would show less than it seems to."""
_MAKERS = {Format.ELM: seal_elm, Format.EDCI: seal_edci}


@dataclass(frozen=True, kw_only=True)
class Made:
    name: str
    target: Format
    document: bytes


@pytest.fixture(scope="module")
def made() -> list[Made]:
    """Convert every sample to both Europass formats with the original inside, and seal it at level LTA."""
    return _made("document")


@pytest.fixture(scope="module")
def alone() -> list[Made]:
    """Make the same without the original inside."""
    return _made("nothing")


def _made(enclose: str) -> list[Made]:
    found = []
    key = organisation_key()
    facts = facts_of(key.certificates[0], at=NOW)
    for path in sample_paths():
        for target, seal in _MAKERS.items():
            document = _converted(path, target, facts, enclose)
            if document is not None:
                sealed = seal(document, replace(means(), key=key), Level.LTA)
                found.append(Made(name=f"{path.name}", target=target, document=sealed))
    return found


def _converted(path: Path, target: Format, facts: object, enclose: str) -> bytes | None:
    source = sample_source(path)
    if source is None:
        return None
    try:
        return convert(
            source, target, options(source, use_carrier=False, sealing=facts, enclose=enclose)
        ).document
    except DocumentError:
        return None


def test_there_is_much_to_seal(made: list[Made]) -> None:
    assert len(made) >= LEAST


def test_our_verifier_passes_every_one_that_has_not_expired(alone: list[Made]) -> None:
    told = {(one.name, one.target): set(_unproven(one)) for one in alone}
    expired = {name for name, why in told.items() if "time.expired" in why}
    assert {name: why for name, why in told.items() if why and name not in expired} == {}
    assert len(told) - len(expired) >= LEAST
    assert len(expired) < 10


def test_with_the_original_inside_only_its_own_proof_is_asked_for_in_vain(
    made: list[Made], alone: list[Made]
) -> None:
    """Nobody answers for the invented originals here, and nothing else makes a difference."""
    without = {(one.name, one.target): set(_unproven(one)) for one in alone}
    for one in made:
        more = set(_unproven(one)) - without[one.name, one.target]
        assert more <= {"custody.original", "custody.source"}, one.name


def _unproven(one: Made) -> list[str]:
    """Verify as a stranger would; list what kept the verdict from TOTAL-PASSED."""
    later = NOW + timedelta(hours=1)
    report = verify(one.document, fetcher=OfflineFetcher(), now=later, trust=sealing.trust())
    if report.verdict is Verdict.TOTAL_PASSED:
        return []
    weighed = (*report.required, "custody")
    return [
        each.check
        for each in report.findings
        if each.outcome in (Outcome.FAILED, Outcome.UNDECIDED)
        and any(each.check == code or each.check.startswith(f"{code}.") for code in weighed)
    ] or [str(report.verdict)]


def test_the_official_schemas_find_no_fault(made: list[Made]) -> None:
    told = {}
    for one in made:
        check = shacl_problems if one.target is Format.ELM else xsd_faults
        if faults := check(one.document):
            told[one.name, one.target] = faults[:3]
    assert told == {}


def test_eu_dss_passes_every_one_and_the_xml_security_library_too(made: list[Made], tmp_path: Path) -> None:
    if reason := why_not():
        skip_or_fail("dss", reason)
    anchors = []
    for name, certificate in (("seals", authorities.root().certificate), ("times", timestamps.root())):
        anchors.append(tmp_path / f"{name}.pem")
        anchors[-1].write_bytes(certificate.public_bytes(Encoding.PEM))
    news = []
    for number, word in enumerate(sealing.words(at=NOW + timedelta(hours=1))):
        news.append(tmp_path / f"{number}.crl")
        news[-1].write_bytes(word)
    cases = []
    for number, one in enumerate(made):
        path = tmp_path / f"{number}.{'json' if one.target is Format.ELM else 'xml'}"
        path.write_bytes(one.document)
        at = f"{NOW + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        cases.append(Case(name=str(number), path=path, anchors=tuple(anchors), crls=tuple(news), at=at))
    told = dss_opinions(cases)
    assert {(one.crypto, one.indication, one.why) for one in told.values()} == {
        (Crypto.HOLDS, Indication.PASSED, "")
    }
    levels = {one.level for case, one in told.items() if made[int(case)].target is Format.EDCI}
    assert levels == {"XAdES-BASELINE-LTA"}
    assert all(xmlsec_holds(one.document) for one in made if one.target is Format.EDCI)
