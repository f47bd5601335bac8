"""The command `badgepass`: which command, its exit code, and one sentence for whatever goes wrong."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Sequence

from api.cli.arguments import parser
from api.cli.terminal import plain

PASSED, FAILED, NOT_UNDERSTOOD, INDETERMINATE = 0, 1, 2, 3
_INTERRUPTED = 130  # what a shell reports for a process ended by Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never shows a traceback.

    Returns:
        0 passed or done, 1 failed or refused, 2 not understood, 3 not proven (for `convert`:
        the source's address gave nothing).
    """
    try:
        asked = parser().parse_args(arguments)
    except SystemExit as leaving:  # argparse has said why
        return leaving.code if isinstance(leaving.code, int) else NOT_UNDERSTOOD
    logging.basicConfig(format="badgepass: %(name)s: %(message)s")
    try:
        command = importlib.import_module(f"api.cli.{asked.module}")
        code = int(command.run(asked))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PASSED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, a person gets one sentence
        return _explained(error)
    return code


def _explained(error: Exception) -> int:
    from api.gateway.asking import NotUnderstood  # noqa: PLC0415 - only when something is wrong
    from schemas.errors import DocumentError, Problem, Refused, Unavailable  # noqa: PLC0415

    if isinstance(error, (DocumentError, NotUnderstood)):
        for problem in error.problems:
            _say(problem.code, problem.message, problem.where)
        return FAILED if isinstance(error, Refused) else NOT_UNDERSTOOD
    if isinstance(error, Unavailable):
        _say("source.unavailable", error.why, error.url)
        return INDETERMINATE
    # Its own words may hold a learner's data; its kind and place do not.
    problem = Problem(
        code="internal.error",
        message=f"badgepass itself broke down ({type(error).__name__}); nothing is decided.",
        where=_place(error),
    )
    _say(problem.code, problem.message, problem.where)
    return INDETERMINATE


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"


def _say(code: str, message: str, where: str) -> None:
    place = f" (at {plain(where)})" if where else ""
    print(f"badgepass: {code}: {plain(message)}{place}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
