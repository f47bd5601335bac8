"""Other people's certificates: the test authority of the attack files, and what real seals carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from shared_files import shared_cases

from converter.read import read
from schemas.document import Document
from schemas.seal_trust import PathAnswer
from verifier.sealing import certificates, examine
from verifier.trust.carried import Revocations
from verifier.trust.certificate_facts import facts_of
from verifier.trust.path import Purpose, validate_path
from verifier.trust.questions import questions
from verifier.trust.times import embedded, seal_times

pytestmark = pytest.mark.shared

NOW = datetime(2026, 11, 25, tzinfo=UTC)
GOOD = (True, "")
LATER = (None, "TRY_LATER")


def found(answer: PathAnswer) -> tuple[bool | None, str]:
    return answer.holds, answer.indication


class Attacked:
    """The test authority of the attack files: its certificates, its two lists and its two OCSP answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lists = tuple((folder / name).read_bytes() for name in ("ica.crl", "root.crl"))
        self.answers = tuple((folder / name).read_bytes() for name in ("seal.ocsp", "revoked.ocsp"))

    def certificate(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self._folder / f"{name}.pem").read_bytes())

    def path(
        self,
        name: str,
        *,
        anchor: str = "ica",
        moment: datetime = NOW,
        purpose: Purpose = "seal",
        revocations: Revocations | None = None,
        **more: Any,
    ) -> PathAnswer:
        return validate_path(
            self.certificate(name),
            purpose=purpose,
            moment=moment,
            now=NOW,
            pool=[self.certificate("ica"), self.certificate("ocsp")],
            anchors=[self.certificate(anchor)],
            revocations=revocations or Revocations(crls=self.lists),
            **more,
        )


@pytest.fixture
def attacked(shared: Path) -> Attacked:
    return Attacked(shared / "corpus/seal-attacks/pki")


REVOKED_ON = datetime(2026, 10, 24, tzinfo=UTC)
EXPIRED_ON = datetime(2026, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize("anchor", ["ica", "root"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("seal", GOOD),
        ("ecseal", GOOD),
        ("esign", GOOD),  # a person's, and
        ("nonqc", GOOD),  # not qualified: both are questions of qualification, the path is in order
        ("expired", (None, "OUT_OF_BOUNDS_NO_POE")),
        ("revoked", (None, "REVOKED_NO_POE")),
        ("tsa", (None, "CHAIN_CONSTRAINTS_FAILURE")),
        ("ocsp", (None, "CHAIN_CONSTRAINTS_FAILURE")),
    ],
)
def test_each_certificate_of_the_attacks_is_what_it_was_made_to_be(
    attacked: Attacked, anchor: str, name: str, expected: tuple[bool | None, str]
) -> None:
    answer = attacked.path(name, anchor=anchor)
    assert found(answer) == expected
    assert answer.revoked_at == (REVOKED_ON if name == "revoked" else None)


def test_the_time_stamping_unit_of_the_attacks_is_one(attacked: Attacked) -> None:
    assert found(attacked.path("tsa", purpose="timestamp")) == GOOD


def test_the_revoked_seal_of_the_attacks_is_good_for_what_was_proven_before(attacked: Attacked) -> None:
    before, after = datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)
    answers = Revocations(ocsps=attacked.answers)
    for known in (None, answers):
        assert found(attacked.path("revoked", moment=before, proven=True, revocations=known)) == GOOD
        late = attacked.path("revoked", moment=after, proven=True, revocations=known)
        assert found(late) == (None, "REVOKED_NO_POE")
        made = attacked.path("revoked", moment=after, proven=True, made_after=after, revocations=known)
        assert found(made) == (False, "REVOKED")


def test_the_ocsp_answer_of_the_attacks_reaches_as_far_as_it_says(attacked: Attacked) -> None:
    known = Revocations(ocsps=attacked.answers)  # nextUpdate 2026-11-23 12:00, by a delegated responder
    within = datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert found(attacked.path("seal", moment=within, proven=True, revocations=known)) == GOOD
    assert found(attacked.path("seal", revocations=known)) == LATER


def test_the_expired_seal_of_the_attacks_was_not_vouched_for_when_it_lasted(attacked: Attacked) -> None:
    # The list is from three months after it expired and says nothing of expired certificates.
    moment = datetime(2026, 8, 1, tzinfo=UTC)
    assert found(attacked.path("expired", moment=moment, proven=True)) == LATER


def lt_samples() -> list[Path]:
    """List samples that carry revocation data of their own seal: one of each set of data."""
    names = ("edci-xml/09_*", "edci-xml/12_*", "edci-xml/17_*", "edci-xml/24_*", "edci-xml/26_*")
    names += ("edci-xml/27_*", "edci-xml/36_*", "edci-xml/37_*", "edci-xml/38_*")
    names += ("elm-v3/velocert2026_dc_signed*", "elm-v3/ec2023_*_signed*", "elm-v3/edci_*_2022*")
    names += ("elm-v3/edci_vp_*.json",)
    return [path for name in names for path in shared_cases(f"samples/{name}")]


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """What a sample holds, taken out once."""

    signer: x509.Certificate
    moment: datetime
    carried: Revocations
    pool: tuple[x509.Certificate, ...]

    def path(self, anchor: x509.Certificate, **more: Any) -> PathAnswer:
        form: dict[str, Any] = {"moment": self.moment, "proven": True, "revocations": self.carried} | more
        return validate_path(self.signer, purpose="seal", now=NOW, pool=self.pool, anchors=[anchor], **form)

    def issuers(self, one: x509.Certificate) -> list[x509.Certificate]:
        facts = facts_of(one)
        assert facts is not None
        others = {each: facts_of(each) for each in self.pool if each != one}
        return [each for each, other in others.items() if other and other.subject == facts.issuer]


@cache
def sealed(path: Path) -> Sealed:
    document = read(path.read_bytes())
    assert isinstance(document, Document)
    seal = examine(document)
    assert seal is not None
    assert seal.signer is not None
    carried = embedded(document)
    moments = [one.moment for one in seal_times(document) if one.kind == "signature" and one.moment]
    beside = certificates.load_all(one.read_bytes() for one in shared_cases("samples/edci-xml/certs/*.cer"))
    pool = tuple(dict.fromkeys((*carried.certificates, *seal.certificates, *beside)))
    return Sealed(signer=seal.signer, moment=min(moments), carried=carried, pool=pool)


@pytest.mark.parametrize("path", lt_samples(), ids=lambda path: path.stem)
def test_what_a_real_seal_carries_tells_that_it_was_good_below_its_issuer(path: Path) -> None:
    """The authorities' answers are real: OCSP by a delegated responder (ANF), CRLs by the issuer (Halcom)."""
    one = sealed(path)
    for issuer in one.issuers(one.signer):
        assert found(one.path(issuer)) == GOOD
        assert found(one.path(issuer, revocations=Revocations())) == LATER
        # Without a trusted proof of when it was made, nothing old counts.
        assert one.path(issuer, proven=False).holds is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("17_generic_1.1_sewing_course_signed_LT.xml", GOOD),  # two OCSP answers: seal and authority
        ("38_noNS_signed_LT_minimal.xml", GOOD),
        ("37_issuer_credential_QSeal_prestd.xml", GOOD),  # a CRL of the authority and one of the root
        ("26_generic_1.0_Ildiko_signed_LT.xml", LATER),  # no CRL of the root
        ("10_accreditation_false.xml", LATER),  # no word on the authority
    ],
)
def test_below_the_root_the_authority_in_between_must_be_vouched_for_too(
    shared: Path, name: str, expected: tuple[bool | None, str]
) -> None:
    one = sealed(shared / "samples/edci-xml" / name)
    (issuer,) = one.issuers(one.signer)
    for root in one.issuers(issuer):
        answer = one.path(root)
        assert found(answer) == expected
        assert len(answer.chain) == 3


def test_every_certificate_beside_the_samples_is_read_and_says_what_to_ask(shared: Path) -> None:
    folder = shared / "samples/edci-xml/certs"
    pool = certificates.load_all(path.read_bytes() for path in sorted(folder.glob("*.cer")))
    for one in pool:
        facts = facts_of(one)
        assert facts is not None
        assert not facts.unreadable
        assert not facts.unknown_critical
        for question in questions(one, pool=pool, anchors=()):
            assert question.url.startswith(("http://", "https://"))
