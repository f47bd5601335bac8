"""Hostile input at every door: a verdict, a conversion or a named problem; never a breakdown of ours."""

from __future__ import annotations

import base64
import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from bundles import LEARNER, NOW, answer, badge_web
from fuzz_grounds import (
    PROFILES,
    anything,
    badge_texts,
    bitten,
    edci_texts,
    elm_texts,
    json_damaged,
    sound_json,
    sound_xml,
    xml_damaged,
)
from fuzz_settings import scaled
from gateway_web import Caller, web_of_badges
from hypothesis import given
from hypothesis import strategies as st
from samples import badges

from api.app import create_app
from api.cli.main import main
from benchmarks.documents import profile
from converter.convert import Options, Source, convert
from converter.read import read
from schemas.document import FORMATS, Document, Format
from schemas.errors import DocumentError
from verifier import Report, verify
from verifier.bundle import BundleFetcher
from verifier.fetch import OfflineFetcher

pytestmark = pytest.mark.slow

_WEB = web_of_badges()


def _sound(report: Report) -> None:
    assert "internal.error" not in {finding.check for finding in report.findings}, report.findings
    json.dumps(report.to_dict())


@scaled(0.8)
@given(anything(), st.booleans())
def test_verifying_anything(data: bytes, offline: bool) -> None:  # noqa: FBT001 - a drawn value
    fetcher = OfflineFetcher() if offline else BundleFetcher(_WEB)
    with contextlib.suppress(DocumentError):
        _sound(verify(data, fetcher=fetcher, now=NOW, recipients=LEARNER))


_BODIES = {
    url: base64.b64decode(one["body_base64"]) for url, one in badge_web().items() if one["body_base64"]
}
_DOCUMENTS = (badges.dumped(badges.assertion()), badges.signed(badges.signed_assertion()))


@scaled(0.8)
@given(st.data(), st.sampled_from(_DOCUMENTS), st.sampled_from(sorted(_BODIES)))
def test_verifying_on_a_damaged_web(data: st.DataObject, document: bytes, url: str) -> None:
    body = _BODIES[url]
    damage = bitten((body,))
    if body.startswith(b"{"):
        damage |= json_damaged((body,))
    status = data.draw(st.sampled_from([200, 200, 200, 404, 410, 500, 302]))
    media = data.draw(st.sampled_from(["application/ld+json", "image/png", "text/html", "", "\x00;;"]))
    web = {**badge_web(), url: answer(data.draw(damage), status=status, media=media)}
    with contextlib.suppress(DocumentError):
        _sound(verify(document, fetcher=BundleFetcher(web), now=NOW, recipients=LEARNER))


_OPTIONS: dict[str, Any] = {"now": NOW, "profile": profile(), "recipient": ("email", "a@b.example")}


@scaled(0.3)
@given(
    json_damaged(sound_json(badge_texts()))
    | xml_damaged(sound_xml(edci_texts()))
    | json_damaged(sound_json(elm_texts())),
    st.sampled_from(list(FORMATS)),
    st.sampled_from(["document", "nothing"]),
)
def test_converting_what_is_damaged(data: bytes, target: Format, enclose: str) -> None:
    with contextlib.suppress(DocumentError):
        document = read(data)
        if not isinstance(document, Document):
            return
        made = convert(Source(document=document), target, Options(**_OPTIONS, enclose=enclose))
        json.dumps(made.report.to_dict())
        again = read(made.document)
        assert isinstance(again, Document)
        assert again.format is target


_CALLER = Caller(create_app(fetcher=BundleFetcher(_WEB), clock=lambda: NOW))
_TYPES = (
    "application/json",
    "application/xml",
    "image/png",
    "text/plain; charset=klingon",
    "multipart/form-data",
    "multipart/form-data; boundary=b",
    "application/x-www-form-urlencoded",
    "x",
)
_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content-type": st.sampled_from(_TYPES),
        "accept": st.sampled_from(["*/*", "application/xml", "application/ld+json;q=x", "a/b;;q=,", ""]),
        "content-encoding": st.sampled_from(["gzip", "x"]),
        "origin": st.sampled_from(["https://a.example", "null"]),
    },
)


def _form(document: bytes, extra: bytes) -> bytes:
    """Lay bytes in a multipart form; the boundary may well stand in them."""
    head = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="f"\r\n\r\n%s\r\n'
    return head % (b"document", document) + head % (b"profile", extra) + b"--b--\r\n"


@scaled(0.4)
@given(st.data(), st.sampled_from(["/v1/verify", "/v1/convert"]), _HEADERS)
def test_the_http_door(data: st.DataObject, path: str, headers: dict[str, str]) -> None:
    body = data.draw(anything())
    if headers.get("content-type", "").endswith("=b"):
        body = data.draw(st.sampled_from([body, _form(body, data.draw(bitten(PROFILES)))]))
    query = data.draw(
        st.dictionaries(
            st.sampled_from(["to", "recipient", "policy", "strict", "bundle", "split", "enclose", "x"]),
            st.sampled_from(
                ["elm-json", "edci-xml", "ob2", "true", "email=a@b.c", "auto", "document", "\x00"]
            ),
            max_size=3,
        )
    )
    got = _CALLER.post(path, content=body, headers=headers, params=query)
    assert got.status_code < 500, got.text
    if got.status_code != 200:
        assert got.headers["content-type"] == "application/problem+json"
        assert got.json()["status"] == got.status_code


@scaled(0.3)
@given(
    anything(),
    st.sampled_from(
        [
            ["verify", "--json"],
            ["verify"],
            ["inspect"],
            ["inspect", "--json"],
            ["convert", "--to", "ob2", "--recipient", "email=a@b.example"],
            ["convert", "--to", "elm-json", "--strict"],
            ["convert", "--to", "edci-xml", "--enclose", "original"],
        ]
    ),
    st.booleans(),
)
def test_the_command(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    command: list[str],
    as_evidence: bool,  # noqa: FBT001 - a drawn value
) -> None:
    folder = _folder(tmp_path_factory)
    thing, sound = folder / "thing", folder / "sound"
    thing.write_bytes(data)
    sound.write_bytes(_DOCUMENTS[0])
    offline = command[0] != "inspect"
    arguments = [*command, str(thing), *(["--offline"] if offline else [])]
    if as_evidence and offline:
        arguments = [*command, str(sound), "--evidence", str(thing)]
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    assert code in (0, 1, 2, 3)
    assert "internal.error" not in err.getvalue()
    assert "Traceback" not in err.getvalue()


def _folder(factory: pytest.TempPathFactory) -> Path:
    folder = factory.getbasetemp() / "fuzz"
    folder.mkdir(exist_ok=True)
    return folder
