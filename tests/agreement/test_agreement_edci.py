"""Our XSDs and the official ones, on sound documents and on damaged ones: the same verdict, always.

`make agreement` runs two thousand mutants for each version, variant and kind of presentation; the default
suite a tenth of them, the same ones every time. What the findings say beyond the verdict is held to
docs/schema-differences.md.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree
from mutants_edci import DEEDS, mutant
from official_edci import schema
from samples.edci_complete import complete
from samples.edci_complete_seal import complete_seal
from shared_files import shared_cases

from converter.formats.edci2_check import check_edci
from converter.formats.edci2_schema import _parts, holds, schema_file
from schemas.edci import model
from schemas.edci.files import entry
from schemas.errors import Problem

FULL = 2000
TENTH = 200
_TYPE = "http://data.europa.eu/snb/credential/"
_PRESENTATION = "http://data.europa.eu/snb/verifiable-presentation/"
_PRESENTED = {"": "", "mandated": f"{_PRESENTATION}c_825cddc0", "shared": f"{_PRESENTATION}c_409018f7"}


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of document that has a schema, ours and the official one."""

    version: str
    variant: str
    presentation: str
    official: str
    type_uri: str

    def __str__(self) -> str:
        return "-".join(filter(None, (self.presentation, self.variant, self.version)))

    @property
    def ours(self) -> str:
        return entry(self.version, self.variant, self.presentation)


def kinds() -> list[Kind]:
    generic, short = f"{_TYPE}e34929035b", {"generic": "generic", "accreditation": "accred"}
    short["diploma-supplement"] = "dp"
    uris = {
        "generic": generic,
        "accreditation": f"{_TYPE}6cf8e68c43",
        "diploma-supplement": f"{_TYPE}6dff8a0f87",
    }
    found = []
    for version in ("1.0", "1.1", "1.2"):
        for variant, file in model(version).schema_files.items():
            found.append(Kind(version, variant, "", file, uris[variant]))
            for word in ("mandated", "shared"):
                middle = f"{short[variant]}_" if version == "1.2" else ""
                name = f"{word}schema_{middle}{version}.xsd"
                found.append(Kind(version, variant, word, name, uris[variant]))
    return found


@functools.cache
def grounds(kind: Kind) -> list[bytes]:
    """Return sound documents: complete ones, with a complete seal too, and real ones not too large."""
    made = []
    for newest in (None, False, True):
        root = complete(kind.version, kind.type_uri, presented=_PRESENTED[kind.presentation])
        if newest is not None:
            next(root.iterchildren("{*}proof")).append(complete_seal(newest=newest))
        made.append(etree.tostring(root))
    real = [
        path.read_bytes() for path in shared_cases("samples/edci-xml/*.xml") if path.stat().st_size < 160_000
    ]
    wrapped = b"verifiablePresentation "
    official = schema(kind.official)
    for data in real:
        if (wrapped in data[:2000]) == bool(kind.presentation) and not data.lstrip().startswith(b"<!DOCTYPE"):
            try:
                sound = official.validate(etree.fromstring(data))
            except etree.XMLSyntaxError:
                continue
            if sound:
                made.append(data)
    return made


def ground(kind: Kind, seed: int) -> bytes:
    """Choose what to damage: four times of five ours, which is small and has everything."""
    own, real = grounds(kind)[:3], grounds(kind)[3:]
    return real[seed % len(real)] if seed % 5 == 0 and real else own[seed % 3]


def findings(data: bytes, kind: Kind) -> tuple[bool, list[Problem]]:
    """Return whether our findings leave the schema's verdict standing, and the ones that do not.

    Two are ours alone: a reference that leads nowhere though no key says so, and the schema location.
    """
    root = etree.fromstring(data)
    told = [
        one
        for one in check_edci(root, model(kind.version), kind.variant, data=data)
        if one.code == "format.schema"
    ]
    beyond = ("The reference leads to nothing", "xsi:schemaLocation ")
    return not told, [one for one in told if not one.message.startswith(beyond)]


def agreement(kind: Kind, seeds: range) -> None:
    official = schema(kind.official)
    verdicts: Counter[bool] = Counter()
    deeds: Counter[str] = Counter()
    for seed in seeds:
        done, data = mutant(ground(kind, seed), seed)
        sound = bool(official.validate(etree.fromstring(data)))
        assert holds(etree.fromstring(data), kind.ours, data) == sound, (
            seed,
            done,
            list(official.error_log)[:3],
        )
        none, broken = findings(data, kind)
        if sound:
            assert not broken, (seed, done, broken)
        elif none:
            assert all(official.validate(part) for part in _parts(etree.fromstring(data))), (seed, done)
        verdicts[sound] += 1
        deeds.update(done.split("+"))
    assert min(verdicts[True], verdicts[False]) > len(seeds) / 6, verdicts
    assert deeds.keys() == DEEDS.keys()


@pytest.mark.shared
@pytest.mark.parametrize("kind", kinds(), ids=str)
def test_a_tenth_of_the_mutants_gets_the_official_verdict(kind: Kind) -> None:
    agreement(kind, range(TENTH))


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("kind", kinds(), ids=str)
def test_every_mutant_gets_the_official_verdict(kind: Kind) -> None:
    agreement(kind, range(FULL))


@pytest.mark.shared
@pytest.mark.parametrize("kind", kinds(), ids=str)
def test_every_sound_ground_is_sound_to_both(kind: Kind) -> None:
    assert len(grounds(kind)) > 3
    for data in grounds(kind):
        assert schema(kind.official).validate(etree.fromstring(data))
        assert holds(etree.fromstring(data), kind.ours, data)
        assert not findings(data, kind)[1]


@pytest.mark.shared
@pytest.mark.parametrize("path", shared_cases("samples/edci-xml/[0-9]*.xml"), ids=lambda path: path.stem)
def test_every_sample_gets_the_official_verdict_of_every_version(path: Path) -> None:
    data = path.read_bytes()
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError:
        assert path.stem.startswith("39_")
        return
    for kind in kinds():
        assert holds(root, kind.ours, data) == bool(schema(kind.official).validate(root)), kind


@pytest.mark.shared
@pytest.mark.parametrize(("version", "sound"), [("1.0", False), ("1.1", False), ("1.2", True)])
def test_a_newer_time_stamp_in_the_seal_breaks_the_older_schemas(version: str, sound: bool) -> None:  # noqa: FBT001
    kind = next(one for one in kinds() if str(one) == f"generic-{version}")
    root = etree.fromstring(grounds(kind)[2])
    space = "{http://uri.etsi.org/01903/v1.4.1#}"
    stamp = next(root.iter(f"{space}ArchiveTimeStamp"))
    next(root.iter("{*}UnsignedSignatureProperties")).append(stamp)
    assert bool(schema(kind.official).validate(root)) == holds(root, kind.ours) == sound


def test_a_document_finds_its_schema() -> None:
    for kind in kinds():
        root = complete(kind.version, kind.type_uri, presented=_PRESENTED[kind.presentation])
        assert schema_file(root, model(kind.version), kind.variant) == kind.ours


@pytest.mark.shared
def test_a_child_credential_is_judged_as_far_as_the_official_schema_does() -> None:
    """It may hold anything, and what is known in it is looked into; but its keys are its own."""
    kind = next(one for one in kinds() if str(one) == "generic-1.2")
    verdicts: Counter[bool] = Counter()
    for seed in range(60):
        root = etree.fromstring(grounds(kind)[0])
        holder = next(root.iter("{*}childCredential"))
        holder.set("id", "outer")
        done, child = mutant(grounds(kind)[seed % 3], seed)
        alone = etree.fromstring(child)
        root_of_ours = alone.tag == root.tag
        sound = bool(schema(kind.official).validate(alone))
        holder.append(alone)
        data = etree.tostring(root)
        assert holds(root, kind.ours, data) == bool(schema(kind.official).validate(root)), (seed, done)
        if root_of_ours:
            assert bool(findings(data, kind)[1]) != sound, (seed, done)
        verdicts[sound] += 1
    assert min(verdicts[True], verdicts[False]) > 10, verdicts
