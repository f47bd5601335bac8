"""`badgepass explain`."""

from __future__ import annotations

import textwrap
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from api.cli.terminal import print_json, print_lines
from api.gateway.explaining import explanation

_WIDTH = 100
_READERS = {"issuer": "the issuer", "holder": "the holder", "asker": "whoever asks"}


def run(asked: Namespace) -> int:
    """Explain one code."""
    told = explanation(asked.code)
    if asked.json:
        print_json(told)
    else:
        print_lines(*_lines(told))
    return 0


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['code']}: {told['says']}"
    if told["note"]:
        yield f"({told['note']})"
    yield ""
    yield from textwrap.wrap(told["rule"], _WIDTH)
    yield from _list("It says:", told["outcomes"])
    yield from _list("To mend it:", {_READERS[one]: text for one, text in told["mend"].items()})
    yield ""
    yield f"Written in: {told['cite']}"
    yield f"EC check:   {told['edc_name']} <{told['edc_type']}>"
    if told["above"]:
        yield f"Above it:   {told['above']}"
    if told["below"]:
        yield from textwrap.wrap(
            f"Below it:   {', '.join(told['below'])}", _WIDTH, subsequent_indent=" " * 12
        )


def _list(title: str, texts: Mapping[str, str]) -> Iterator[str]:
    yield from ("", title)
    for name, text in texts.items():
        yield from textwrap.wrap(f"  {name:<15} {text}", _WIDTH, subsequent_indent=" " * 18)
