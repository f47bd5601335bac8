"""`badgepass inspect`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from api.cli.files import source_bytes
from api.cli.terminal import print_json, print_lines, text_of
from api.gateway.inspection import inspected
from verifier.fetch import HttpFetcher


def run(asked: Namespace) -> int:
    """Say what one source is."""
    seen = inspected(source_bytes(asked.source), fetcher=HttpFetcher(), now=datetime.now(UTC))
    if asked.json:
        print_json(seen)
    else:
        print_lines(*_lines(seen, ""))
    return 0


def _lines(seen: dict[str, Any], indent: str) -> Iterator[str]:
    wrapped = " in ".join(reversed(seen.get("containers", []))) or "plain"
    if seen["kind"] == "bundle":
        yield f"{indent}holds {len(seen['parts'])} documents  (container: {wrapped})"
        for part in seen["parts"]:
            yield f"{indent}- {part['name']}"
            yield from _lines(part, indent + "  ")
        return
    if seen["kind"] == "document":
        variant = f" ({seen['variant']})" if seen["variant"] else ""
        yield f"{indent}format:     {seen['format']} {seen['version']}{variant}"
        yield f"{indent}container:  {wrapped}"
        yield f"{indent}seal:       {seen['seal'] or 'none'}"
        yield f"{indent}id:         {text_of(seen['id']) or '(none)'}"
        yield f"{indent}title:      {text_of(seen['title']) or '(not in the document itself)'}"
        issuer = seen["issuer"]
        name = text_of(issuer.get("name")) or text_of(issuer.get("id"))
        yield f"{indent}issuer:     {name or '(not in the document itself)'}"
    elif seen["kind"] == "pointer":
        yield f"{indent}points at {seen['url']}, which gave no document  (container: {wrapped})"
    else:
        yield f"{indent}{seen['kind']}"
    for problem in seen.get("problems", []):
        place = f" (at {problem['where']})" if problem["where"] else ""
        yield f"{indent}noticed:    {problem['code']}: {problem['message']}{place}"
