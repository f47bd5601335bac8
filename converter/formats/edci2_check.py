"""EDCI XML checked: the verdict of our XSD, where it fails why, and what no XSD says."""

from __future__ import annotations

from itertools import islice

from lxml import etree

from converter.formats.edci2_explain import MOST_PROBLEMS, credentials, explain_edci
from converter.formats.edci2_rules import dangling, languages, location, twins
from converter.formats.edci2_schema import broken_rules, holds, holds_by_the_standard, schema_file
from schemas.edci import Model
from schemas.errors import Problem


def check_edci(
    root: etree._Element, model: Model, variant: str = "generic", *, data: bytes | None = None
) -> tuple[Problem, ...]:
    """Check a credential or a presentation: by the XSD of its version and variant, and by what no XSD says.

    Args:
        root: of the document.
        model: of its version.
        variant: of the credential.
        data: the document as it came, where that is known.

    Returns:
        What is wrong, each with the path of the element, its line and the rule; at most a hundred of a kind.
        `format.schema` stands among them exactly where the published schema finds a fault too, a reference
        leads nowhere, or the schema location is not one pair.
    """
    file = schema_file(root, model, variant)
    raw = etree.tostring(root) if data is None else data
    broken = (
        () if holds(root, file, raw) else explain_edci(root, model) or _unexplained(root, raw, file, model)
    )
    sound = not broken
    found = [*broken, *location(root, model)]
    for credential in credentials(root, model):
        if sound:
            found += islice(dangling(root, credential, model), MOST_PROBLEMS)
        found += islice(twins(credential, model), MOST_PROBLEMS)
        found += languages(credential, model)
    return tuple(found)


def _unexplained(root: etree._Element, raw: bytes, file: str, model: Model) -> tuple[Problem, ...]:
    return () if holds_by_the_standard(root, file) else broken_rules(root, raw, file, model.version)
