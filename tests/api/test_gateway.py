"""What all doors share: the words of a question, the trust folder, and the story of a conversion."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from bundles import NOW
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from gateway_web import PROFILE, web_of_badges
from hypothesis import given
from hypothesis import strategies as st
from samples import badges
from shared_files import SHARED

from api.accepting import wants_bare
from api.gateway.asking import NotUnderstood, asked_enclosure, asked_moment, asked_recipients, asked_target
from api.gateway.conversion import MAX_SOURCES, Converted, Order, converted
from api.gateway.trusting import read_trust
from api.problems import NotAcceptable
from converter.profile import read_profile
from schemas.document import Format
from schemas.errors import Malformed, Refused, Unavailable
from schemas.evidence import Recipient
from verifier.bundle import BundleFetcher

BADGE = badges.dumped(badges.assertion())
ORDER = Order(target=Format.ELM, profile=read_profile(PROFILE))


def made(*inputs: bytes, order: Order = ORDER, **web: object) -> tuple[Converted, ...]:
    return converted(inputs, order, fetcher=BundleFetcher(web_of_badges(**web)), now=NOW)


# --- asking ---------------------------------------------------------------------------------------


@given(
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))])).map(
        lambda moment: moment.replace(microsecond=0)
    )
)
def test_a_moment_is_read_as_the_instant_it_is(moment: datetime) -> None:
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:
        return
    assert asked_moment(moment.isoformat(), "at") == expected


def test_a_moment_without_offset_is_utc_and_fractions_are_cut_off() -> None:
    assert asked_moment("2026-03-01", "at") == datetime(2026, 3, 1, tzinfo=UTC)
    assert asked_moment("2026-03-01T10:00:00.987Z", "at") == datetime(2026, 3, 1, 10, tzinfo=UTC)


FIXED = "A recipient is asked as kind=value, the kind one of email, id, url, telephone."


@given(st.text(max_size=40))
def test_any_text_is_a_recipient_or_one_sentence_that_does_not_quote_it(text: str) -> None:
    try:
        (recipient,) = asked_recipients([text], "recipient")
    except NotUnderstood as error:
        (problem,) = error.problems
        assert problem.message.endswith(".")
        assert text in FIXED or text not in problem.message
    else:
        assert text.startswith(f"{recipient.kind}=")


def test_every_recipient_that_is_none_is_told() -> None:
    with pytest.raises(NotUnderstood) as caught:
        asked_recipients(["email=", "shoe=44", "id=x"], "recipient")
    assert len(caught.value.problems) == 2
    assert asked_recipients(["url=https://a.example/?b=c"], "") == (
        Recipient(kind="url", value="https://a.example/?b=c"),
    )


def test_formats_and_enclosures_are_closed_lists() -> None:
    assert asked_target("ob2", "to") is Format.OB2
    assert asked_enclosure("nothing", "enclose") == "nothing"
    for ask in (asked_target, asked_enclosure):
        with pytest.raises(NotUnderstood):
            ask("everything", "x")


# --- accepting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "bare"),
    [
        ("", False),
        ("*/*", False),
        ("application/*", False),
        ("application/json", False),
        ("application/xml", True),
        ("application/XML ; q=0.9", True),
        ("application/xml, application/json", True),
        ("application/xml;q=0.4, application/json;q=0.5", False),
        ("application/xml, */*;q=0.1", True),
        ("application/xml;q=nonsense, application/json", False),
        ("text/plain, */*;q=0.1", False),
    ],
)
def test_only_a_named_type_asks_for_the_bare_document(accept: str, *, bare: bool) -> None:
    assert wants_bare(accept, {"application/xml"}) is bare


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "application/xml;q=0, image/png"])
def test_what_cannot_be_met_is_said(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="application/xml"):
        wants_bare(accept, {"application/xml"})


@given(st.text(max_size=60))
def test_no_accept_header_breaks_anything(accept: str) -> None:
    with contextlib.suppress(NotAcceptable):
        assert wants_bare(accept, {"application/xml"}) in (True, False)


# --- trust ----------------------------------------------------------------------------------------


def _authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Polder Trust")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate, key, crl.public_bytes(serialization.Encoding.DER)


def test_a_trust_folder_is_read_in_pem_and_der_and_keys_are_passed_over(tmp_path: Path) -> None:
    certificate, key, crl = _authority()
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "a.pem").write_bytes(secret + pem + pem)
    (tmp_path / "b.cer").write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    (tmp_path / "key.pem").write_bytes(secret)
    (tmp_path / "c.crl").write_bytes(crl)
    (tmp_path / "d.crl").write_bytes(x509.load_der_x509_crl(crl).public_bytes(serialization.Encoding.PEM))
    (tmp_path / "notes.txt").write_text("not looked at")
    trust = read_trust(tmp_path)
    assert trust.anchors == (certificate,) * 3
    assert trust.crls == (crl, crl)


def test_every_file_of_a_trust_folder_that_is_not_what_it_says_is_named(tmp_path: Path) -> None:
    for name in ("a.pem", "b.crl", "c.cer"):
        (tmp_path / name).write_bytes(b"0 not it")
    with pytest.raises(NotUnderstood) as caught:
        read_trust(tmp_path)
    assert len(caught.value.problems) == 3
    assert "a.pem" in caught.value.problems[0].message


@pytest.mark.shared
def test_the_shared_authority_is_read_whole() -> None:
    assert SHARED is not None
    trust = read_trust(SHARED / "corpus" / "seal-attacks" / "pki")
    assert (len(trust.crls), len(trust.ocsps)) == (2, 2)
    assert len(trust.anchors) >= 9


# --- converting -----------------------------------------------------------------------------------


def test_a_zip_of_two_is_two_sources() -> None:
    bag = badges.zipped({"a.json": BADGE, "b.png": badges.baked_png(BADGE)})
    assert len(made(bag)) == 2


def test_one_bad_source_among_good_ones_stops_all_of_them() -> None:
    with pytest.raises(Malformed):
        made(BADGE, b"{")


def test_too_many_sources_are_refused_before_any_is_asked() -> None:
    with pytest.raises(NotUnderstood):
        made(*[BADGE] * (MAX_SOURCES + 1))


def test_a_source_that_its_host_reports_gone_is_refused() -> None:
    gone = {"status": 410, "content_type": "application/json", "body_base64": ""}
    for source in (BADGE, badges.ASSERTION.encode()):
        with pytest.raises(Refused) as caught:
            made(source, assertion=gone)
        assert caught.value.problems[0].code == "status.revoked"


def test_a_private_badge_is_unavailable_by_address_and_undecided_in_hand() -> None:
    private = {"status": 404, "content_type": "application/json", "body_base64": ""}
    with pytest.raises(Unavailable):
        made(badges.ASSERTION.encode(), assertion=private)
    (one,) = made(badges.dumped(badges.expanded()), assertion=private)
    assert one.sources[0].verdict == "INDETERMINATE"


def test_the_conversion_rests_on_the_answers_the_verdict_rests_on() -> None:
    """One gathering serves both: every address is asked once."""
    asked: list[str] = []

    class Counting(BundleFetcher):
        def fetch(self, url: str, **how: str):  # noqa: ANN202 - as the fetcher's own
            asked.append(url)
            return super().fetch(url, **how)

    converted([BADGE], ORDER, fetcher=Counting(web_of_badges()), now=NOW)
    assert len(asked) == len(set(asked))
    assert badges.BADGE_CLASS in asked
