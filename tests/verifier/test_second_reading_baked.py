"""Second reading: baked images, extensions, and badges made to keep a verifier busy."""

from __future__ import annotations

import json
import struct
import time
import zlib
from typing import Any

import pytest
from second_reading import answer, badge_web, badges, hosted, says, verified

from schemas.errors import DocumentError

ME, HOST = badges.ASSERTION, badges.HOST
BADGE = badges.dumped(badges.assertion())
TOKEN = badges.signed(badges.signed_assertion())


def chunk(kind: bytes, content: bytes, *, damaged: bool = False) -> bytes:
    check = zlib.crc32(kind + content) ^ damaged
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def itxt(text: bytes, *, lang: bytes = b"", keyword: bytes = b"openbadges", translated: bytes = b"") -> bytes:
    return chunk(b"iTXt", keyword + b"\0\0\0" + lang + b"\0" + translated + b"\0" + text)


# --- Open Badges Baking, PNGs
@pytest.mark.parametrize(
    "data",
    [
        badges.png(itxt(BADGE, lang=b"en-US")),
        badges.png(itxt(BADGE, lang=b"nl", translated="vertaald é".encode())),
        badges.png(itxt(b"\xef\xbb\xbf" + BADGE)),
        badges.png(itxt(ME.encode())),
        badges.png(itxt(TOKEN + b"\n")),
        badges.png(itxt(json.dumps(TOKEN.decode()).encode())),
        badges.png(badges.text_chunk(BADGE)),
        badges.png(badges.text_chunk(TOKEN)),
        badges.png(badges.text_chunk(ME.encode())),
        badges.png(itxt(b"other", keyword=b"Comment"), itxt(BADGE)),
        badges.png(itxt(BADGE), itxt(badges.dumped(badges.assertion(id=f"{HOST}/x")))),
        badges.baked_png(BADGE) + b"after the end",
    ],
)
def test_pngs_that_hold_a_badge(data: bytes) -> None:
    says(verified(data, badge_web()), "pass")


@pytest.mark.parametrize(
    "data",
    [
        badges.png(),
        badges.png() + itxt(BADGE),
        badges.png(chunk(b"iTXt", b"openbadges\0\0\0\0\0" + BADGE, damaged=True)),
        badges.png(chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(BADGE))),
        badges.png(itxt(BADGE, keyword=b"OpenBadges")),
        badges.png(itxt(BADGE, keyword=b"openbadges ")),
        badges.png(itxt(b"")),
        badges.png(itxt(b"\xff\xfe\xff")),
        badges.png(itxt(BADGE + b"\0")),
        badges.png(itxt(b"junk"), itxt(BADGE)),
        badges.png(chunk(b"iTXt", b"openbadges\0\0")),
        badges.baked_png(BADGE)[:-12],
        badges.png()[:8],
        badges.png()[:8] + b"\xff\xff\xff\xffiTXt",
    ],
)
def test_pngs_that_do_not(data: bytes) -> None:
    with pytest.raises(DocumentError):
        verified(data, badge_web())


def test_tampered_and_baked() -> None:
    head, _, value = TOKEN.split(b".")
    payload = badges.base64url(json.dumps(badges.signed_assertion(narrative="more")).encode())
    says(verified(badges.baked_png(b".".join((head, payload, value)))), "fail", "seal.signature")


def test_utf8_in_a_legacy_chunk_is_read_as_what_it_is() -> None:
    here = badges.assertion(narrative="één ✓")
    utf8 = json.dumps(here, ensure_ascii=False).encode()
    report = verified(badges.png(badges.text_chunk(utf8)), badge_web(assertion=here))
    says(report, "pass")
    assert not any(finding.check == "hosted.fetched.copy" for finding in report.findings)


# --- Open Badges Baking, SVGs
BODY = BADGE.decode()
EVIL = "https://evil.example/x"


def element(inside: str = "", **attributes: str) -> bytes:
    named = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return badges.svg(f"<openbadges:assertion{named}>{inside}</openbadges:assertion>")


@pytest.mark.parametrize(
    "data",
    [
        element(f"<![CDATA[{BODY}]]>"),
        element(BODY.replace("&", "&amp;").replace("<", "&lt;")),
        element(f"<![CDATA[{BODY[:40]}]]><!-- {EVIL} --><![CDATA[{BODY[40:]}]]>"),
        element(f"<?pi {EVIL}?><![CDATA[{BODY}]]>"),
        element(f"<![CDATA[{BODY}]]>", verify=ME),
        element(verify=ME),
        element(verify=f"  {ME}\n"),
        element(verify=ME.replace("/", "&#47;")),
        element(verify=TOKEN.decode()),
        element(TOKEN.decode()),
        element(f"<![CDATA[{BODY}]]>", verify=TOKEN.decode()),
        badges.svg(
            f"<g><metadata><openbadges:assertion><![CDATA[{BODY}]]></openbadges:assertion></metadata></g>"
        ),
        badges.svg(f'<openbadges:assertion verify="{ME}"/><openbadges:assertion verify="{EVIL}"/>'),
        badges.baked_svg(BADGE, ME, prefix="ob"),
        b"\xef\xbb\xbf" + badges.baked_svg(BADGE, ME),
        badges.baked_svg(BADGE, ME).replace(b"<svg ", b"<!--" + b"x" * 5000 + b"--><svg "),
    ],
)
def test_svgs_that_hold_a_badge(data: bytes) -> None:
    says(verified(data, badge_web()), "pass")


@pytest.mark.parametrize(
    "data",
    [
        badges.svg(),
        element(),
        element("   "),
        badges.svg(f'<openbadges:assertion openbadges:verify="{ME}"/>'),
        badges.baked_svg(BADGE, ME).replace(b"http://openbadges.org", b"https://openbadges.org"),
        badges.baked_svg(BADGE, ME).replace(b'xmlns:openbadges="http://openbadges.org"', b""),
        badges.baked_svg(BADGE, ME).replace(b"<svg ", b'<!DOCTYPE svg PUBLIC "a" "b"><svg '),
        badges.baked_svg(BADGE, ME).replace(
            b"<svg ", b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg '
        ),
        badges.baked_svg(BADGE, ME)[:-20],
        element(f"<![CDATA[{BODY}]]>&undefined;"),
    ],
)
def test_svgs_that_do_not(data: bytes) -> None:
    with pytest.raises(DocumentError):
        verified(data, badge_web())


# --- Extensions: on any node, of several types, each with its context
CONTEXT, SCHEMA, KEY = "https://x.example/context", "https://x.example/schema", "extensions:Unknown"
STRANGE = {"@context": CONTEXT, "type": ["Extension", KEY], "a": 1}
ECTS = "extensions:ECTSExtension"
BAD = badges.extension("ECTSExtension", "5")
RULE = {"validatesType": KEY, "validationSchema": SCHEMA}
DEMAND = {"type": "object", "required": ["a"], "properties": {"a": {"type": "number"}}}
ASKED = {CONTEXT: answer({"validation": RULE}), SCHEMA: answer(DEMAND)}


@pytest.mark.parametrize(
    ("place", "members", "verdict", "outcome"),
    [
        ("badge_class", {ECTS: BAD}, "fail", "failed"),
        ("badge_class", {ECTS: [badges.extension("ECTSExtension", 5), BAD]}, "fail", "failed"),
        ("badge_class", {f"https://w3id.org/openbadges/{ECTS.replace(':', '#')}": BAD}, "fail", "failed"),
        ("badge_class", {"mine": BAD}, "fail", "failed"),
        ("badge_class", {ECTS: 5}, "fail", "failed"),
        ("badge_class", {KEY: "text"}, "fail", "failed"),
        ("badge_class", {ECTS: {"type": ["Extension", ECTS], "ECTS": 5}}, "fail", "failed"),
        ("badge_class", {ECTS: {"@context": CONTEXT, "ECTS": 5}}, "fail", "failed"),
        ("badge_class", {ECTS: {"@context": CONTEXT, "type": [ECTS], "ECTS": 5}}, "fail", "failed"),
        ("badge_class", {ECTS: badges.extension("EQFExtension", 6)}, "fail", "failed"),
        ("badge_class", {ECTS: {**badges.extension("ECTSExtension", 5), KEY: STRANGE}}, "pass", "passed"),
        (
            "badge_class",
            {ECTS: {**badges.extension("ECTSExtension", 5), KEY: {**STRANGE, "a": "x"}}},
            "fail",
            "failed",
        ),
        ("badge_class", {"type": ["BadgeClass", "Extension", "extensions:ApplyLink"]}, "fail", "failed"),
        ("badge_class", {"alignment": {"targetName": "x", "targetUrl": ME, ECTS: BAD}}, "fail", "failed"),
        ("badge_class", {"criteria": {"narrative": "x", ECTS: BAD}}, "fail", "failed"),
        ("assertion", {"evidence": [{"narrative": "x", ECTS: BAD}]}, "fail", "failed"),
        ("assertion", {"recipient": {**badges.recipient(), ECTS: BAD}}, "fail", "failed"),
        ("assertion", {ECTS: BAD}, "fail", "failed"),
        ("assertion", {KEY: STRANGE}, "pass", "passed"),
        ("assertion", {KEY: {**STRANGE, "@context": [badges.CONTEXT, CONTEXT]}}, "pass", "passed"),
        ("assertion", {KEY: {**STRANGE, "@context": badges.CONTEXT}}, "open", "undecided"),
        ("assertion", {KEY: {**STRANGE, "@context": {"a": "https://x.example/a"}}}, "open", "undecided"),
        ("assertion", {KEY: {**STRANGE, "@context": "https://169.254.169.254/"}}, "open", "undecided"),
        ("assertion", {KEY: {**STRANGE, "a": "x"}}, "fail", "failed"),
        ("assertion", {KEY: {**STRANGE, "type": ["Extension", KEY, ECTS]}}, "fail", "failed"),
        (
            "assertion",
            {KEY: {**STRANGE, "type": ["Extension", KEY, "extensions:Other"]}},
            "open",
            "undecided",
        ),
        ("issuer", {KEY: {**STRANGE, "type": "Extension"}}, "open", "undecided"),
        (
            "issuer",
            {"extensions:InstitutionCountryExtension": badges.extension("InstitutionCountryExtension", 5)},
            "fail",
            "failed",
        ),
    ],
)
def test_extensions(place: str, members: dict[str, Any], verdict: str, outcome: str) -> None:
    says(hosted(**{place: members}, **ASKED), verdict, "extension.valid", outcome)


@pytest.mark.parametrize(
    ("schema", "verdict"),
    [
        ({"$schema": "http://json-schema.org/draft-04/schema#", **DEMAND}, "pass"),
        ({"$schema": "http://json-schema.org/draft-07/schema#", **DEMAND}, "pass"),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", **DEMAND}, "open"),
        ({"$schema": "http://json-schema.org/draft-03/schema#", **DEMAND}, "open"),
        ({"properties": {"a": {"pattern": "(a+)+$"}}}, "open"),
        ({"$ref": "https://evil.example/schema"}, "open"),
        ({"$ref": "#"}, "open"),
        ({"type": 5}, "open"),
        ({"description": "x" * 70_000}, "open"),
    ],
)
def test_schemas_of_strangers(schema: dict[str, Any], verdict: str) -> None:
    web = {**ASKED, SCHEMA: answer(schema)}
    says(
        hosted(assertion={KEY: STRANGE}, **web),
        verdict,
        "extension.valid",
        "passed" if verdict == "pass" else "undecided",
    )


# --- Hostile sizes: every answer in seconds and in a report that a person can read
MANY = 30_000


@pytest.mark.parametrize(
    ("changes", "web"),
    [
        ({"badge_class": {"tags": [0] * MANY}}, {}),
        ({"badge_class": {"alignment": [{"targetName": "a", "targetUrl": None}] * MANY}}, {}),
        ({"badge_class": {"endorsement": [{"type": "Endorsement"}] * MANY}}, {}),
        ({"badge_class": {"endorsement": [f"https://e.example/{n}" for n in range(MANY)]}}, {}),
        ({"badge_class": {"image": [f"https://e.example/{n}" for n in range(MANY)]}}, {}),
        ({"badge_class": {ECTS: [badges.extension("ECTSExtension", 5)] * 5000}}, {}),
        ({"badge_class": {KEY: [STRANGE] * 5000}}, {CONTEXT: answer(b'{"x":"' + b"y" * 4_000_000 + b'"}')}),
        (
            {
                "badge_class": {
                    KEY: {**STRANGE, "type": ["Extension", *(f"extensions:U{n}" for n in range(MANY))]}
                }
            },
            ASKED,
        ),
        (
            {"badge_class": {KEY: {**STRANGE, "a": [0] * MANY}}},
            {**ASKED, CONTEXT: answer({"validation": [RULE] * 500})},
        ),
        (
            {"badge_class": {KEY: {**STRANGE, "a": [{"n": n} for n in range(MANY)]}}},
            {**ASKED, SCHEMA: answer({"properties": {"a": {"uniqueItems": True}}})},
        ),
        ({"assertion": {"evidence": [{"@id": "a", "id": "a"}] * MANY}}, {}),
        ({"assertion": {"@context": [badges.CONTEXT, *["https://x.example"] * MANY]}}, {}),
        ({"issuer": {"verification": {"startsWith": ["https://x.example/"] * MANY}}}, {}),
    ],
)
def test_a_badge_made_to_keep_us_busy(changes: dict[str, Any], web: dict[str, Any]) -> None:
    begun = time.monotonic()
    report = hosted(**changes, **web)
    assert report.verdict != "TOTAL-PASSED"
    assert len(report.findings) < 600
    assert time.monotonic() - begun < 10


def test_a_list_of_keys_is_bounded() -> None:
    listed = badges.issuer(publicKey=[f"https://k.example/{n}" for n in range(MANY)])
    unsaid = badges.signed_assertion()
    unsaid["verification"] = {"type": "SignedBadge"}
    says(verified(badges.signed(unsaid), badge_web(issuer=listed)), "open", "seal.signature", "undecided")
