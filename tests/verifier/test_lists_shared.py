"""Real trusted lists of 2019 and 2020, pivots, and lists spoilt on purpose."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from shared_files import SHARED

from schemas.trusted_list import ListArchive, ListSnapshot
from verifier.trust.list_anchors import anchors
from verifier.trust.lists import Brought, ListRefusal, publications, snapshot_of
from verifier.trust.qualification import qualified_for_seal, qualified_timestamp

pytestmark = pytest.mark.shared
HALCOM, ANF_TEST, ZETES = "fb3a5beaa9b8", "bcbb184dd8e6", "6d41a2b46463"
NUMBERS = {"AT": 42, "BE": 43, "EL": 42, "ES": 88, "FI": 32, "IE": 17, "NL": 41, "SI": 37}


def folder(name: str) -> Path:
    assert SHARED is not None
    return SHARED / "official" / "trusted-lists" / name


def national(name: str) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in folder(name).glob("??.xml") if path.stem != "EU"}


def brought(name: str, lists: dict[str, bytes] | None = None) -> Brought:
    data = (folder(name) / "EU.xml").read_bytes()
    return Brought(lotl=data, lists=national(name) if lists is None else lists)


@cache
def shot(name: str) -> ListSnapshot:
    return snapshot_of(brought(name), known=publications(), archive=ListArchive())


def archive() -> ListArchive:
    return ListArchive(snapshots=(shot("2019-09"), shot("2020-04")))


def certificate(name: str) -> x509.Certificate:
    assert SHARED is not None
    path = SHARED / "samples" / "edci-xml" / "certs" / f"{name}.cer"
    return x509.load_der_x509_certificate(path.read_bytes())


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


def test_all_lists_of_2019_are_authenticated_from_the_official_journal() -> None:
    found = shot("2019-09")
    assert found.lotl.sequence == 248
    assert {one.territory: one.sequence for one in found.lists} == NUMBERS
    assert not found.faults


def test_all_lists_of_2020_are_authenticated_from_the_official_journal() -> None:
    found = shot("2020-04")
    assert found.lotl.sequence == 264
    assert {one.territory: one.sequence for one in found.lists} == {"BE": 46, "IE": 20}
    assert not found.faults


def test_a_list_belongs_to_the_list_of_lists_of_its_time() -> None:
    """Slovenia's signer of 2019 (a certificate until 2020-05-21) was no longer named in April 2020."""
    mixed = snapshot_of(brought("2020-04", national("2019-09")), known=publications(), archive=ListArchive())
    assert [territory for territory, _ in mixed.faults] == ["SI"]
    assert {one.territory for one in mixed.lists} == NUMBERS.keys() - {"SI"}


FAULTY = {
    "CZ_broken-sig.xml": "was changed",
    "CZ_no-sig.xml": "is not signed",
    "CZ_not-parsable.xml": "not well-formed",
    "CZ_two-sigs.xml": "more than one signature",
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_national_list_is_refused_with_its_reason(name: str) -> None:
    lists = {"CZ": (folder("faulty") / name).read_bytes()}
    found = snapshot_of(brought("2019-09", lists), known=publications(), archive=ListArchive())
    assert not found.lists
    ((territory, why),) = found.faults
    assert territory == "CZ"
    assert FAULTY[name] in why


@pytest.mark.parametrize(
    ("name", "code"), [("eu-lotl_broken-sig.xml", "signature"), ("eu-lotl_not-parsable.xml", "unreadable")]
)
def test_a_faulty_list_of_lists_is_refused(name: str, code: str) -> None:
    data = (folder("faulty") / name).read_bytes()
    with pytest.raises(ListRefusal) as caught:
        snapshot_of(Brought(lotl=data, lists={}), known=publications(), archive=ListArchive())
    assert caught.value.code == code


def pivots() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder("pivots").glob("*.xml")}


def test_the_pivots_of_2021_to_2023_lead_from_the_notice_of_2019() -> None:
    files = pivots()
    newest = files["eu-lotl-pivot-335.xml"]
    found = snapshot_of(
        Brought(lotl=newest, lists={}, pivots=files), known=publications(), archive=ListArchive()
    )
    assert found.lotl.sequence == 335
    (announced,) = {one.sha256 for one in publications() if "2019" in one.reference}
    assert found.lotl.signer not in announced


@pytest.mark.parametrize("name", ["eu-lotl-pivot-282.xml", "eu-lotl-pivot-300.xml"])
def test_a_missing_pivot_breaks_the_chain(name: str) -> None:
    files = pivots()
    newest = files["eu-lotl-pivot-335.xml"]
    del files[name]
    with pytest.raises(ListRefusal) as caught:
        snapshot_of(Brought(lotl=newest, lists={}, pivots=files), known=publications(), archive=ListArchive())
    assert caught.value.code == "pivot"


def test_the_notices_are_eight_and_six_certificates_of_which_one_is_in_both() -> None:
    newer, older = publications()
    assert (len(newer.sha256), len(older.sha256), len(newer.sha256 & older.sha256)) == (6, 8, 1)
    assert older.until is not None
    assert newer.since < older.until


# --- qualification: the expected answers are read from the lists and certificates by eye -------------


def test_the_halcom_seal_was_qualified_in_january_2020() -> None:
    """SI 37: `Halcom CA PO e-seal 1`, granted since 2017-06-30, ForeSeals.

    Its policy 1.3.6.1.4.1.5939.5.3.1 has QCWithQSCD, QCForLegalPerson, QCForESeal and QCStatement.
    """
    seal = certificate(HALCOM)
    ask = {"issued_at": seal.not_valid_before_utc, "archive": archive()}
    answer = qualified_for_seal(seal, moment=day(2020, 1, 30), **ask)
    assert (answer.qualified, answer.kind, answer.device, answer.territory) == (True, "eSeal", True, "SI")
    assert "Halcom CA PO e-seal 1" in answer.service
    late = qualified_for_seal(seal, moment=day(2020, 2, 21), **ask)
    assert late.qualified is None, "the list was to be renewed by 2020-02-20"
    assert "2019-08-20" in late.sentence


@pytest.mark.parametrize("moment", [day(2021, 6, 1), day(2022, 7, 25)])
def test_the_anf_test_seal_is_beyond_what_the_list_of_2019_reaches(moment: datetime) -> None:
    seal = certificate(ANF_TEST)
    answer = qualified_for_seal(seal, issued_at=seal.not_valid_before_utc, moment=moment, archive=archive())
    assert answer.qualified is None
    assert answer.territory == "ES"
    assert "2019-08-08" in answer.sentence
    assert "2020-02-08" in answer.sentence


def test_a_belgian_time_stamping_authority_is_found_by_its_own_certificate() -> None:
    """BE 46 has `ZetesConfidens EC Qualified TSU11`, TSA/QTST, granted since 2019-09-06; BE 43 not yet."""
    signer = certificate(ZETES)
    lists = archive()

    def qualified(moment: datetime) -> bool | None:
        return qualified_timestamp(signer, moment=moment, archive=lists).qualified

    assert qualified(day(2020, 5, 1)) is True
    assert qualified(day(2019, 10, 1)) is True
    assert qualified(day(2019, 9, 1)) is False
    assert qualified(day(2021, 5, 1)) is None
    assert signer in anchors(lists, kind="timestamp", moment=day(2020, 5, 1), near=[signer])


def test_the_authority_of_a_seal_is_an_anchor_while_its_list_reaches() -> None:
    seal = certificate(HALCOM)
    (anchor,) = anchors(archive(), kind="seal", moment=day(2020, 1, 30), near=[seal])
    assert anchor.subject == seal.issuer
    assert anchors(archive(), kind="seal", moment=day(2021, 1, 30), near=[seal]) == ()


def test_every_service_of_the_real_lists_is_read_whole() -> None:
    services = [one for found in shot("2019-09").lists for one in found.services]
    assert all(one.periods and one.name and one.provider for one in services)
    assert all(one.certificates or one.key_identifiers for one in services)
    qualifiers = {
        name
        for one in services
        for period in one.periods
        for element in period.qualifications
        for name in element.qualifiers
    }
    assert all(name.startswith("http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/") for name in qualifiers)
    unknown = [
        element
        for one in services
        for period in one.periods
        for element in period.qualifications
        if element.criteria.unknown
    ]
    assert unknown == [], "every criterion in use is understood"
    takers = {period.taken_over_by for one in services for period in one.periods if period.taken_over_by}
    assert "KPN B.V." in takers
