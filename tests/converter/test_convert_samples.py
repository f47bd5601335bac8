"""Every shared sample to every other format: a document its own officials accept, or exactly why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from conversions import EDUBADGES, NOW, PARTS, converted_sample, sample_paths, sample_source
from official_edci import xsd_faults
from official_elm import shacl_problems

from converter.convert import Conversion
from schemas.document import FORMATS, Format
from verifier import verify
from verifier.fetch import OfflineFetcher
from verifier.finding import Outcome

pytestmark = pytest.mark.shared

OK = ""
SAME = "convert.same"
UNMAPPABLE = "convert.unmappable"
INVALID = "convert.invalid"
ACHIEVEMENT = "convert.missing achievement"
CLAIM = "convert.missing claim"

BADGES = {
    **dict.fromkeys((*EDUBADGES, *PARTS), (SAME, OK, OK)),
    # parts of badges and keys
    "01_regular_badgeclass.json": (SAME, UNMAPPABLE, UNMAPPABLE),
    "01_regular_issuer.json": (SAME, UNMAPPABLE, UNMAPPABLE),
    "02_microcredential_badgeclass.json": (SAME, UNMAPPABLE, UNMAPPABLE),
    "02_microcredential_badgeclass_expand_micro.json": (SAME, UNMAPPABLE, UNMAPPABLE),
    "03_extracurricular_badgeclass.json": (SAME, UNMAPPABLE, UNMAPPABLE),
    "08_signed_issuer_with_key.json": (SAME, UNMAPPABLE, UNMAPPABLE),
    "08_signed_public_key.json": (SAME, UNMAPPABLE, UNMAPPABLE),
    # known to be revoked
    "05_revoked_assertion_http200.json": ("status.revoked /revoked",) * 3,
    # their classes are on no server any more, or on none that was asked
    "07_regular_assertion_v1_1.json": (SAME, UNMAPPABLE, UNMAPPABLE),
    "Test Issuer - Software Developer - 2021-10-08.png": (SAME, UNMAPPABLE, UNMAPPABLE),
    "badge.json": (SAME, UNMAPPABLE, UNMAPPABLE),
    "baked_svg_edubadge.svg": (SAME, UNMAPPABLE, UNMAPPABLE),
    "introduction_to_political_science_edubadge.png": (SAME, UNMAPPABLE, UNMAPPABLE),
    "test_badge_interoperability.png": (SAME, UNMAPPABLE, UNMAPPABLE),
}
EDCI = {
    # nothing achieved, done or entitled to stands in these
    "01_generic_1.2_minimal_contactpoint_OK.xml": (ACHIEVEMENT, SAME, CLAIM),
    "03_generic_1.2_WileECoyote_simple.xml": (ACHIEVEMENT, SAME, CLAIM),
    "13_accreditation_issuer_true.xml": (ACHIEVEMENT, SAME, CLAIM),
    "14_accreditation_issuer_false.xml": (ACHIEVEMENT, SAME, CLAIM),
    "46_HEAD_corrupted_contactpoint_OK.xml": (ACHIEVEMENT, SAME, CLAIM),
    "47_HEAD_validXMLCredential.xml": (ACHIEVEMENT, SAME, CLAIM),
    "20_generic_1.1_seal_test_credential.xml": (ACHIEVEMENT, OK, CLAIM),
    "21_generic_1.1_cred_and.xml": (ACHIEVEMENT, OK, CLAIM),
    "27_generic_1.0_basic_signed_LT.xml": (ACHIEVEMENT, OK, CLAIM),
    "44_VP_shared_1.1_checks.xml": (ACHIEVEMENT, OK, CLAIM),
    # an activity and no achievement
    "04_generic_1.2_participation_ACT.xml": (ACHIEVEMENT, SAME, OK),
    "05_diplomasupp_1.2_degree.xml": (OK, SAME, OK),
    "07_generic_1.2_template.xml": (OK, SAME, OK),
    "09_accreditation_step1_true.xml": (OK, SAME, OK),
    "10_accreditation_false.xml": (OK, SAME, OK),
    "11_accreditation_awardingBody_issuerTrue.xml": (OK, SAME, OK),
    "12_accreditation_awardingBody_false.xml": (OK, SAME, OK),
    "35_viewer_full_2MB.xml": (OK, SAME, OK),
    "42_VP_mandated_1.2_digest_mismatch.xml": (OK, SAME, OK),
    "43_VP_mandated_dp_1.2_digest_mismatch.xml": (OK, SAME, OK),
    "15_generic_1.1_master.xml": (OK, OK, OK),
    "16_generic_1.1_sewing_unsigned.xml": (OK, OK, OK),
    "17_generic_1.1_sewing_course_signed_LT.xml": (OK, OK, OK),
    "22_generic_1.1_date_pipe.xml": (OK, OK, OK),
    "23_generic_1.0_master.xml": (OK, OK, OK),
    "24_generic_1.0_signed_reformatted_broken.xml": (OK, OK, OK),
    "40_VP_mandated_1.0_digest_mismatch.xml": (OK, OK, OK),
    "45_VP_mandated_1.0_unsigned.xml": (OK, OK, OK),
    # an organisation without a country
    "26_generic_1.0_Ildiko_signed_LT.xml": (
        OK,
        OK,
        'convert.missing [organisation."urn:epass:org:1"] country',
    ),
    "29_generic_1.0_legacy_location.xml": (
        OK,
        OK,
        'convert.missing [organisation."urn:epass:org:3"] country',
    ),
    # break their own schema
    "31_multipleSchemaLocation.xml": (
        OK,
        INVALID,
        'convert.missing [organisation."urn:epass:org:1"] country',
    ),
    "34_specialchars.xml": (ACHIEVEMENT, INVALID, OK),
    # layouts from before 1.0
    "32_legacy_0.8.xml": (UNMAPPABLE,) * 3,
    "33_withSubCred.xml": (UNMAPPABLE,) * 3,
    "36_legacy_0.8_Ildiko_signed.xml": (UNMAPPABLE,) * 3,
    "37_issuer_credential_QSeal_prestd.xml": (UNMAPPABLE,) * 3,
    "38_noNS_signed_LT_minimal.xml": (UNMAPPABLE,) * 3,
}
ELM = {
    "ebsi2024_mc_vcdm2.json": (OK, OK, SAME),
    "ec2023_mc_annex1_signed.jsonld": (OK, OK, SAME),
    "ec2023_mc_annex1_unsigned.jsonld": (OK, OK, SAME),
    "ec2023_mc_annex1_uploadable.json": (OK, OK, SAME),
    "ec2025_MC_signed.jsonld": (OK, OK, SAME),
    "ec2025_MC_uploadable.json": (OK, OK, SAME),
    "edci_credFlatten.jsonld": (OK, OK, SAME),
    "edci_credential_signed_2022.jsonld": (OK, OK, SAME),
    "edci_seal_test_uploadable.json": (OK, OK, SAME),
    # activities and no achievement
    "ec2023_certofpart_signed.jsonld": (ACHIEVEMENT, OK, SAME),
    "ec2023_certofpart_unsigned.jsonld": (ACHIEVEMENT, OK, SAME),
    "ec2023_certofpart_uploadable.json": (ACHIEVEMENT, OK, SAME),
    "ec2025_certofpart_signed.jsonld": (ACHIEVEMENT, OK, SAME),
    "ec2025_certofpart_uploadable.json": (ACHIEVEMENT, OK, SAME),
    "edci_cred1_min.jsonld": (ACHIEVEMENT, OK, SAME),
    "velocert2026_cas_signed.jsonld": (ACHIEVEMENT, OK, SAME),
    "velocert2026_cps_signed.jsonld": (ACHIEVEMENT, OK, SAME),
    "velocert2026_dc_signed.jsonld": (ACHIEVEMENT, OK, SAME),
    "velocert2026_matriculation_signed.jsonld": (ACHIEVEMENT, OK, SAME),
    # organisations without a registration, which EDCI XML demands
    "edci_noLegalName_shouldFail.jsonld": (
        OK,
        'convert.missing [organisation."urn:epass:org:3"] registration',
        SAME,
    ),
    "edci_regularCred.jsonld": (OK, 'convert.missing [organisation."urn:epass:org:1"] registration', SAME),
    "elm_rdf_minimal_sample.jsonld": (OK, "convert.missing [awarding_body] registration", SAME),
    "minimal_valid_converted_NL.json": (OK, "convert.missing [awarding_body] registration", SAME),
    "minimal_valid_generic_full_NL.json": (OK, "convert.missing [awarding_body] registration", SAME),
    # presentations without a credential of ours in them
    "edci_vp_sealed_adotst.json": (UNMAPPABLE, UNMAPPABLE, SAME),
    "edci_vp_sealed_x5c3.json": (UNMAPPABLE, UNMAPPABLE, SAME),
}
OUTCOMES = {**BADGES, **EDCI, **ELM}
"""Read by eye: the first problem, or none, for Open Badges, EDCI XML and ELM in turn."""

SLOW = {"35_viewer_full_2MB.xml"}
"""Two megabytes of base64 take the official validator twenty seconds."""

CASES = [
    pytest.param(path, target, id=f"{path.name}-{target.value}")
    for path in sample_paths()
    if path.name in OUTCOMES
    for target in FORMATS
]


def _official(cases: list[tuple[Path, Format]]) -> list[object]:
    return [
        pytest.param(
            path,
            target,
            id=f"{path.name}-{target.value}",
            marks=[pytest.mark.slow] if path.name in SLOW and target is Format.ELM else [],
        )
        for path, target in cases
    ]


def test_the_table_names_every_sample_that_can_be_read() -> None:
    readable = {path.name for path in sample_paths() if sample_source(path) is not None}
    assert readable == OUTCOMES.keys()


@pytest.mark.parametrize(("path", "target"), CASES)
def test_a_sample_is_converted_or_refused_for_the_reason_it_should_be(path: Path, target: Format) -> None:
    made = converted_sample(path, target)
    expected = OUTCOMES[path.name][list(FORMATS).index(target)]
    if isinstance(made, Conversion):
        assert expected == OK
        assert made.format is target
        assert not made.given_back
    else:
        first = made.problems[0]
        assert f"{first.code} {first.where}".strip() == expected
        assert all(problem.message.endswith(".") for problem in made.problems)


@pytest.mark.parametrize(
    ("path", "target"),
    _official(
        [
            (path, target)
            for path in sample_paths()
            for target in FORMATS
            if OUTCOMES.get(path.name, ("no", "no", "no"))[list(FORMATS).index(target)] == OK
        ]
    ),
)
def test_what_was_converted_passes_the_official_rules(path: Path, target: Format) -> None:
    made = converted_sample(path, target)
    assert isinstance(made, Conversion)
    if target is Format.EDCI:
        assert xsd_faults(made.document) == []
    elif target is Format.ELM:
        assert shacl_problems(made.document, "converted") == []
    else:
        report = verify(made.document, fetcher=OfflineFetcher(), now=NOW)
        model = {one.check: one.outcome for one in report.findings if one.check.startswith("format.")}
        assert model["format.schema"] is Outcome.PASSED
        assert Outcome.FAILED not in model.values()
