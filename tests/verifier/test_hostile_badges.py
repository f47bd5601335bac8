"""Whatever a host answers: a report comes out, no check breaks down, and nothing broken passes."""

from __future__ import annotations

import copy
from typing import Any

from bundles import LEARNER, answer, badge_web, verified
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import badges

from schemas.errors import DocumentError
from verifier import Outcome, Verdict

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(
        [
            "",
            "x",
            badges.ASSERTION,
            badges.ISSUER,
            "https://evil.example/a",
            "urn:x:y",
            "data:image/png,",
            "http://[",
            "T",
        ]
    )
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "@id", "type", "@value", "badge", "image", "@context"]), inner
        )
    ),
    max_leaves=6,
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List every place in a tree."""
    found = [path] if path else []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found += places(value, (*path, key))
    return found


def changed(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy with another value at one place."""
    tree = copy.deepcopy(tree)
    at = tree
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return tree


NODES = {
    "assertion": badges.assertion(),
    "badge_class": badges.badge_class(
        endorsement="https://quality.example.nl/e", related=[{"id": "urn:a:b"}]
    ),
    "issuer": badges.issuer(
        publicKey=[badges.KEY],
        revocationList="https://l.example/r",
        verification={"startsWith": [badges.HOST]},
    ),
    "key": badges.key_document(),
}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_answer_gets_a_report(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(NODES)))
    path = data.draw(st.sampled_from(places(NODES[name])))
    broken = changed(NODES[name], path, data.draw(values))
    signed = data.draw(st.booleans())
    document: object = badges.assertion()
    if signed and name == "assertion":
        document = badges.signed(changed(badges.signed_assertion(), ("badge",), data.draw(values)))
    elif signed:
        document = badges.signed(badges.signed_assertion())
    try:
        report = verified(document, badge_web(**{name: answer(broken)}), recipients=LEARNER)
    except DocumentError:
        return
    assert "internal.error" not in {finding.check for finding in report.findings}, report.findings
    assert isinstance(report.to_dict(), dict)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_badge_without_one_of_its_required_parts_never_passes(data: st.DataObject) -> None:
    name, path = data.draw(
        st.sampled_from(
            [("assertion", term) for term in ("id", "recipient", "badge", "verification", "issuedOn", "type")]
            + [("badge_class", term) for term in ("id", "name", "description", "image", "criteria", "issuer")]
            + [("issuer", term) for term in ("id", "name", "url", "email", "type")]
        )
    )
    wrong = data.draw(st.none() | st.integers() | st.booleans() | st.just([]) | st.just(["x", "y"]))
    web = badge_web(**{name: answer(changed(NODES[name], (path,), wrong))})
    report = verified(badges.assertion(), web)
    assert report.verdict is not Verdict.TOTAL_PASSED


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.sampled_from([b"[]", b"3", b'"x"', b"{}", b"{" * 100, b'{"a":NaN}']))
def test_any_bytes_at_the_badges_address_get_a_report(body: bytes) -> None:
    report = verified(badges.assertion(), badge_web(**{badges.ASSERTION: answer(body)}))
    assert report.verdict is not Verdict.TOTAL_PASSED
    assert any(f.check == "hosted.fetched" and f.outcome is Outcome.FAILED for f in report.findings)
