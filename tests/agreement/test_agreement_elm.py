"""Three opinions on ELM v3: the official shapes, the shapes of ours, and the compiled checker.

They must give the same verdict on every sample and on seeded mutants, under every profile. What differs for a
reason stands in docs/schema-differences.md with its clause.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from elm_mutants import Mutant, grown, mutants
from official_elm import credential_of, graph_of, official_shapes, our_shapes, violations
from pyld import jsonld
from rdflib.exceptions import ParserError
from shared_files import SHARED, shared_cases

from converter.formats.elm3 import check_elm, read_elm
from schemas.elm import CONTEXT_URLS
from schemas.elm.profile import PROFILES

SEED = 20261123
WHOLE, BATCH = 1200, 30
A_TENTH = range(4)  # of the forty batches
SAMPLES = [
    path
    for path in shared_cases("samples/elm-v3/*.json*")
    if "vcdm2" not in path.name  # a processor refuses it: a protected term is defined anew
]
BASES = (
    "minimal_valid_generic_full_NL.json",
    "minimal_valid_converted_NL.json",
    "ec2023_certofpart_signed.jsonld",
    "ec2025_MC_signed.jsonld",
    "velocert2026_cps_signed.jsonld",
)
pytestmark = pytest.mark.shared


def contextual(data: bytes) -> dict[str, Any]:
    """Take the credential out; where no context stands (upload forms) put the accepted pair in."""
    return {"@context": list(CONTEXT_URLS), **credential_of(data)}


def agreed(document: dict[str, Any], profile: str) -> str:
    """Return how the three differ, or nothing."""
    data = json.dumps(document).encode()
    ours = [one for one in check_elm(read_elm(data).tree, profile) if one.code == "format.profile"]
    try:
        graph = graph_of(document)
    except (jsonld.JsonLdError, ParserError):
        # No processor gives a graph, so that no shape is asked: that must not be passed in silence.
        return "" if read_elm(data).problems else "refused by a processor, and nothing told"
    official = violations(graph, official_shapes(profile))
    third = violations(graph, our_shapes(profile))
    if bool(official) == bool(third) == bool(ours):
        return ""
    return f"official {official[:3]}, our shapes {third[:3]}, ours {[one.message for one in ours[:3]]}"


def disagreements(found: list[Mutant]) -> dict[str, str]:
    told = {f"{one.profile}: {one.done}": agreed(one.document, one.profile) for one in found}
    return {done: differ for done, differ in told.items() if differ}


def batch(number: int) -> list[Mutant]:
    assert SHARED is not None
    bases = [contextual((SHARED / "samples/elm-v3" / name).read_bytes()) for name in BASES]
    return list(mutants(bases, BATCH, SEED + number))


@pytest.mark.parametrize("number", A_TENTH)
def test_agreement_on_a_tenth_of_the_mutants(number: int) -> None:
    assert disagreements(batch(number)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("number", [n for n in range(WHOLE // BATCH) if n not in A_TENTH])
def test_agreement_on_the_other_mutants(number: int) -> None:
    assert disagreements(batch(number)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_agreement_on_every_sample_under_every_profile(path: Path, profile: str) -> None:
    assert not agreed(contextual(path.read_bytes()), profile)


def test_the_mutants_are_good_and_bad_ones() -> None:
    """An agreement says something only if both verdicts occur, and unharmed documents are valid."""
    found = batch(0)
    trees = [(read_elm(json.dumps(one.document).encode()).tree, one.profile) for one in found]
    broken = [any(one.code == "format.profile" for one in check_elm(*pair)) for pair in trees]
    assert BATCH * 0.2 < sum(broken) < BATCH * 0.95
    assert len({one.done.split(" ")[0] for one in found}) > 6
    for seed in range(20):
        data = json.dumps(grown(Random(seed))).encode()  # noqa: S311 - a seed, no secret
        assert [one for one in read_elm(data).problems if one.code == "format.profile"] == []
