"""What is asked about a certificate, how, and what is read out of the answers."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import authorities as ca
from samples.authorities import NOW, Holder, Word, authority, holder, middle, root, seal

from schemas.evidence import Missing, Resource
from verifier.address import CERTIFICATE, OCSP_ANSWER, REVOCATION_LIST
from verifier.bundle import BundleFetcher, RecordingFetcher
from verifier.trust.path import validate_path
from verifier.trust.questions import MOST_QUESTIONS, Question, answered, questions

OCSP, CRL, ISSUER = (
    "http://ocsp.example/status/",
    "http://crl.example/zegel.crl",
    "http://ca.example/zegel.cer",
)


def placed(issuer: Holder | None = None, **form: object) -> Holder:
    """Issue a seal that says where to ask about it."""
    extensions = (
        (ca.access(responders=(OCSP,), issuers=(ISSUER,)), False),
        (ca.points("ldap://crl.example/cn=zegel", CRL), False),
    )
    return holder("Met adressen", issuer or middle(), **({"extensions": extensions} | form))  # type: ignore[arg-type]


def asked(
    one: Holder, *, pool: tuple[Holder, ...] = (), anchors: tuple[Holder, ...] = ()
) -> tuple[Question, ...]:
    return questions(
        one.certificate,
        pool=[each.certificate for each in pool],
        anchors=[each.certificate for each in anchors],
    )


def test_the_responder_is_asked_by_get_and_the_list_where_it_is() -> None:
    one = placed()
    first, second = asked(one, anchors=(middle(),))
    assert second == (CRL, REVOCATION_LIST)
    assert first.accept == OCSP_ANSWER
    place, _, request = first.url.rpartition("/")
    assert place == OCSP.rstrip("/")
    assert "/" not in request
    assert "+" not in request
    said = ocsp.load_der_ocsp_request(base64.b64decode(unquote(request)))
    usual = ocsp.OCSPRequestBuilder().add_certificate(one.certificate, middle().certificate, ca.SHA1)
    assert said.public_bytes(Encoding.DER) == usual.build().public_bytes(Encoding.DER)
    assert len(list(said.extensions)) == 0


def test_without_its_issuer_only_who_that_is_can_be_asked() -> None:
    assert asked(placed()) == ((ISSUER, CERTIFICATE),)


def test_an_issuer_of_the_same_name_who_did_not_sign_is_none() -> None:
    impostor = authority("Voorbeeld Zegel CA", key_name="a stranger's")
    assert asked(placed(), pool=(impostor,)) == ((ISSUER, CERTIFICATE),)


def test_every_certificate_up_to_the_anchor_is_asked_about_and_the_anchor_is_not() -> None:
    above = "http://crl.example/wortel.crl"
    upper = authority("Met punt boven", root(), extensions=((ca.points(above), False),))
    one = placed(upper)
    assert [each.url for each in asked(one, pool=(upper,), anchors=(root(),))][1:] == [CRL, above]
    assert [each.url for each in asked(one, pool=(upper,), anchors=(upper,))][1:] == [CRL]


def test_who_needs_no_word_is_not_asked_about() -> None:
    assured = placed(extensions=((ca.unknown(ca.ASSURED), False), (ca.points(CRL), False)))
    assert asked(assured, anchors=(middle(),)) == ()
    assert asked(root()) == ()


def test_the_questions_are_few_and_only_to_the_web() -> None:
    many = [f"http://crl.example/{number}" for number in range(40)]
    access = ca.access(responders=many, issuers=["ftp://a.example/", "file:///etc/passwd", *many])
    last = root()
    pool = []
    for number in range(6):
        last = authority(f"Met veel {number}", last, extensions=((access, False), (ca.points(*many), False)))
        pool.append(last)
    found = asked(placed(last, extensions=((access, False),)), pool=tuple(pool), anchors=(root(),))
    assert len(found) == MOST_QUESTIONS
    assert all(each.url.startswith("http") for each in found)


def served(*bodies: bytes, status: int = 200) -> list[Resource | Missing]:
    return [
        Resource(url=f"http://a.example/{number}", status=status, content_type="text/html", body=body)
        for number, body in enumerate(bodies)
    ]


def armoured(kind: str, data: bytes) -> bytes:
    text = base64.encodebytes(data).decode()
    return f"-----BEGIN {kind}-----\n{text}-----END {kind}-----\n".encode()


def test_answers_are_told_apart_by_content() -> None:
    listed, said = ca.crl(middle()), ca.answer(Word(subject=seal(), issuer=middle()), signer=middle())
    chain = pkcs7.serialize_certificates([middle().certificate, root().certificate], Encoding.DER)
    found = answered(served(listed, said, seal().der, chain))
    assert (found.crls, found.ocsps) == ((listed,), (said,))
    assert found.certificates == (seal().certificate, middle().certificate, root().certificate)
    wrapped = served(
        armoured("X509 CRL", listed),
        armoured("CERTIFICATE", seal().der) + armoured("CERTIFICATE", root().der),
    )
    found = answered(wrapped)
    assert found.crls == (listed,)
    assert found.certificates == (seal().certificate, root().certificate)


def test_what_is_no_answer_holds_nothing() -> None:
    listed = ca.crl(middle())
    error = bytes.fromhex("30030a0106")
    bad: list[Resource | Missing] = [
        *served(b"", b"<html>", error, listed[:-1], b"-----BEGIN X509 CRL-----\nAA\n-----END X509 CRL-----"),
        *served(listed, status=404),
        Missing(url="http://a.example/", why="No."),
    ]
    found = answered(bad)
    assert (found.crls, found.ocsps, found.certificates) == ((), (), ())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_from_the_web_are_read_without_a_crash(body: bytes) -> None:
    answered(served(body, b"0" + body, b"-----BEGIN CERTIFICATE-----" + body, armoured("CERTIFICATE", body)))


class Web:
    """Answers as authorities would, by what it is asked for."""

    def __init__(self, **answers: bytes) -> None:
        self._answers = answers

    def fetch(self, url: str, *, accept: str = "") -> Resource | Missing:
        for start, body in self._answers.items():
            if start in url:
                return Resource(url=url, status=200, content_type=accept, body=body)
        return Missing(url=url, why="Nobody there.")


def test_what_was_asked_is_kept_in_the_evidence_and_leads_to_the_same_answer_later(tmp_path: Path) -> None:
    one = placed()
    said = ca.answer(Word(subject=one, issuer=middle()), signer=middle())
    web = Web(ca=middle().der, ocsp=said, crl=ca.crl(middle()))
    recording = RecordingFetcher(web)

    def verdict(fetcher: RecordingFetcher | BundleFetcher) -> bool | None:
        first = answered(fetcher.fetch(each.url, accept=each.accept) for each in asked(one))
        pool = first.certificates
        more = questions(one.certificate, pool=pool, anchors=[middle().certificate])
        found = answered(fetcher.fetch(each.url, accept=each.accept) for each in more)
        return validate_path(
            one.certificate,
            purpose="seal",
            moment=NOW,
            now=NOW,
            pool=pool,
            anchors=[middle().certificate],
            revocations=found,
        ).holds

    assert verdict(recording) is True
    recording.save(tmp_path / "evidence.json")
    assert len(json.loads((tmp_path / "evidence.json").read_text("utf-8"))["resources"]) == 3
    assert verdict(BundleFetcher.from_file(tmp_path / "evidence.json")) is True
    assert verdict(BundleFetcher({})) is None


@pytest.mark.parametrize("accept", [OCSP_ANSWER, REVOCATION_LIST, CERTIFICATE])
def test_a_bundle_replays_plain_http_for_what_is_signed_in_itself_alone(accept: str) -> None:
    bundle = BundleFetcher({CRL: {"status": 200, "body_base64": ""}})
    assert isinstance(bundle.fetch(CRL, accept=accept), Resource)
    for other in ("application/json", f"{accept}, application/json", "*/*", ""):
        answer = bundle.fetch(CRL, accept=other)
        assert isinstance(answer, Missing)
        assert answer.refused


def test_the_certificates_of_an_answer_are_x509() -> None:
    (found,) = answered(served(middle().der)).certificates
    assert isinstance(found, x509.Certificate)
