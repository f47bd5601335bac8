"""`badgepass convert`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from api.cli import world
from api.cli.files import STANDARD, file_bytes, source_bytes, write_files, write_standard
from api.cli.terminal import as_json, plain
from api.gateway.asking import not_understood
from api.gateway.conversion import Converted, Order, converted
from converter.identity_reading import Handed, read_identity
from converter.profile import read_profile
from schemas.document import Format
from schemas.evidence import Fetcher
from schemas.institution import InstitutionProfile

if TYPE_CHECKING:
    from api.gateway.seal_orders import SealOrder

MOST_TOLD = 20
"""So many values that are left out are named on the terminal."""


def run(asked: Namespace) -> int:
    """Convert the sources; 0 when everything asked for was written."""
    _refuse_mixed_up(asked)
    fetcher, now = world.fetcher(asked), world.moment(asked)
    seal = _seal(asked, fetcher)
    order = Order(
        target=Format(asked.to),
        profile=_profile(asked) if asked.profile_file or seal is None else seal.sealer.profile,
        recipients=world.recipients(asked),
        trust=seal.sealer.trust if seal is not None else world.trust(asked),
        strict=asked.strict,
        bundle=asked.bundle,
        split=asked.split,
        enclose=asked.enclose,
        seal=seal,
        identity=_identity(asked, now),
    )
    inputs = [source_bytes(source) for source in asked.sources]
    made = converted(inputs, order, fetcher=fetcher, now=now)
    _deliver(asked, made)
    for one in made:
        _tell(one)
    return 0


def _seal(asked: Namespace, fetcher: Fetcher) -> SealOrder | None:
    if asked.seal is None:
        if asked.override:
            message = "Without a seal there is nothing to override."
            raise not_understood("request.options", message, "--override")
        return None
    from api.cli.sealers import sealers  # noqa: PLC0415 - the database takes time to load
    from api.gateway.seal_orders import SealOrder  # noqa: PLC0415 - likewise

    sealer = sealers(asked, fetcher).of(asked.seal, "--seal")
    return SealOrder(sealer=sealer, override=asked.override, form=asked.form)


def _profile(asked: Namespace) -> InstitutionProfile:
    if asked.profile_file is None:
        return InstitutionProfile()
    return read_profile(file_bytes(asked.profile_file, "request.profile"))


def _identity(asked: Namespace, now: datetime) -> Handed | None:
    if asked.identity is None:
        return None
    data = file_bytes(asked.identity, "request.identity")
    if b'"register"' not in data:
        return read_identity(data, now=now)
    from api.identity.handing import handed_identity  # noqa: PLC0415 - the way to registers takes time to load
    from api.identity.sources.configuration import registers_of  # noqa: PLC0415 - likewise

    return handed_identity(data, registers_of(os.environ), lambda _: None, now=now)


def _refuse_mixed_up(asked: Namespace) -> None:
    """Refuse, before anything is asked, what would lose a source or give one name to two things."""
    if asked.sources.count(STANDARD) > 1:
        raise not_understood("request.source", "Standard input can be only one of the sources.", "SOURCE")
    if asked.report == STANDARD == asked.output:
        message = "The document and its report cannot both go to standard output."
        raise not_understood("request.output", message, "--report")
    written = [
        Path(name).resolve() for name in (asked.output, asked.report) if name is not None and name != STANDARD
    ]
    if len(written) != len(set(written)):
        raise not_understood("request.output", "The document and its report are the same file.", "--report")
    given = (*asked.sources, asked.profile_file, asked.identity, asked.evidence)
    read = {Path(name).resolve() for name in given if name}
    if read & set(written):
        raise not_understood("request.output", "The output would replace what is being read.", "--output")


def _deliver(asked: Namespace, made: Sequence[Converted]) -> None:
    files: dict[Path, bytes] = {}
    folder = Path(asked.output)
    several = len(made) > 1
    if asked.output != STANDARD and (several or folder.is_dir()):
        if not folder.is_dir():
            message = f"These are {len(made)} documents, so the output must be a folder that is there."
            raise not_understood("request.output", message, asked.output)
        for name, one in zip(_names(made), made, strict=True):
            files[folder / name] = one.conversion.document
    elif asked.output != STANDARD:
        files[folder] = made[0].conversion.document
    elif several:
        message = f"These are {len(made)} documents; name a folder for them with -o."
        raise not_understood("request.output", message, "--output")
    report = f"{as_json(_report(made))}\n".encode()
    if asked.report not in (None, STANDARD):
        files[Path(asked.report)] = report
    write_files(files)
    if asked.output == STANDARD:
        write_standard(made[0].conversion.document)
    if asked.report == STANDARD:
        write_standard(report)


def _report(made: Sequence[Converted]) -> dict[str, Any]:
    """Return the report; of several documents, each by the name it was written under."""
    if len(made) == 1:
        return made[0].report()
    return {
        "documents": [{"file_name": n, **one.report()} for n, one in zip(_names(made), made, strict=True)]
    }


def _names(made: Sequence[Converted]) -> list[str]:
    """Name each document after its title; a number tells equal ones apart."""
    taken: dict[str, int] = {}
    names = []
    for one in made:
        # A name that an enclosed original brought along must not lead out of the folder.
        name = PurePath(one.conversion.file_name.replace("\\", "/")).name or "document"
        taken[name] = taken.get(name, 0) + 1
        stem, suffix = PurePath(name).stem, PurePath(name).suffix
        names.append(name if taken[name] == 1 else f"{stem}-{taken[name]}{suffix}")
    return names


def _tell(one: Converted) -> None:
    """Say on standard error what a person must know before relying on the result."""
    report = one.report()
    counts = ", ".join(
        f"{len(report[name])} {name.replace('_', ' ')}"
        for name in ("mapped", "approximated", "left_out", "added")
    )
    how = "the enclosed original, given back byte for byte" if one.conversion.given_back else "unsigned"
    _note(f"{one.conversion.file_name}: {how}; {counts}.")
    for source in report["sources"]:
        _note(f"The source's verdict is {source['verdict']}.")
        for outcome in ("failed", "undecided"):
            for finding in source[outcome]:
                _note(f"{outcome}: {finding['check']}: {finding['message']}")
    left_out = report["left_out"]
    for entry in left_out[:MOST_TOLD]:
        _note(f"left out: {entry['source']}: {entry['note']}")
    if len(left_out) > MOST_TOLD:
        _note(f"left out: {len(left_out) - MOST_TOLD} more; --report names them all.")
    for note in one.conversion.notes:
        _note(note)


def _note(text: str) -> None:
    print(f"badgepass: {plain(text)}", file=sys.stderr)
