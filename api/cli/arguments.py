"""The grammar of the command line; imports nothing that takes time."""

from __future__ import annotations

import argparse
from typing import TypeAlias

_SOURCE = (
    "a file, a web address, or - for standard input; a file may hold the document, a token or an address"
)
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no public name
_FORMATS = ("ob2", "edci-xml", "elm-json")


def parser() -> argparse.ArgumentParser:
    """Build the whole grammar."""
    top = argparse.ArgumentParser(
        prog="badgepass",
        description="The open gateway between edubadges (Open Badges 2.0) and Europass credentials "
        "(EDCI XML, ELM v3).",
        epilog="Exit codes: 0 passed or done, 1 failed or refused, 2 not understood, 3 not proven.",
    )
    commands = top.add_subparsers(title="commands", dest="command", required=True, metavar="COMMAND")
    _verify(commands)
    _convert(commands)
    _bulk(commands)
    _inspect(commands)
    _checks(commands)
    _explain(commands)
    _schemas(commands)
    _trust(commands)
    _doctor(commands)
    _mappings(commands)
    _serve(commands)
    _seal(commands)
    _revoke(commands)
    _status(commands)
    _keys(commands)
    _bake(commands)
    _deliver(commands)
    return top


def _command(commands: _Commands, name: str, says: str) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    made.set_defaults(module=name)
    return made


def _world(command: argparse.ArgumentParser) -> None:
    """Add what stands for the world: evidence, network, clock, trust, and whom it should be about."""
    command.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="K=V",
        help="whom it should be about: email=…, id=…, url=… or telephone=…; may be given several times",
    )
    command.add_argument(
        "--evidence",
        metavar="F",
        help="answer every web address from this evidence bundle; what it lacks counts as not answered",
    )
    command.add_argument("--offline", action="store_true", help="ask no web address at all")
    command.add_argument("--at", metavar="TIME", help="the moment it is about, ISO 8601 (default: now)")
    command.add_argument(
        "--trust",
        metavar="DIR",
        help="trust anchors (.pem, .crt, .cer), with .crl and .ocsp files and a denied.txt beside them",
    )
    _trust_lists(command)


def _trust_lists(command: argparse.ArgumentParser) -> None:
    """Add where the trusted lists are kept."""
    command.add_argument("--trust-lists", metavar="DIR", help="where the EU trusted lists are kept")


def _verify(commands: _Commands) -> None:
    command = _command(commands, "verify", "verify a badge or credential")
    command.add_argument("source", metavar="SOURCE", help=_SOURCE)
    command.add_argument("--policy", default="auto", metavar="NAME", help="what to require (default: auto)")
    _world(command)
    _official(command)
    command.add_argument(
        "--accreditations",
        action="append",
        default=[],
        metavar="F[@DAY]",
        help="a file or web address with accreditations (Europass or DEQAR JSON), and the day it is of; "
        "may be given several times",
    )
    command.add_argument("--save-evidence", metavar="F", help="keep every answer of the web in this file")
    _receipts(command)
    command.add_argument("--json", action="store_true", help="print the report as JSON")


def _receipts(command: argparse.ArgumentParser) -> None:
    """Add what signs a verdict, and what is given along with a signed one."""
    command.add_argument("--receipt", metavar="OUT", help="sign the report and write it to this file")
    command.add_argument(
        "--receipt-key",
        metavar="PEM",
        help="the private key and its certificate, in one file (default: $BADGEPASS_RECEIPT_KEY)",
    )
    command.add_argument(
        "--receipt-subject",
        choices=("digest", "whole", "nothing"),
        default="digest",
        help="what the receipt says of the report's subject (default: digest)",
    )
    command.add_argument(
        "--document",
        metavar="F",
        help="with a receipt as SOURCE: the document it should be about; with --evidence too, the verdict "
        "is computed again",
    )


def _convert(commands: _Commands) -> None:
    command = _command(commands, "convert", "convert badges or credentials to another format")
    command.add_argument("sources", metavar="SOURCE", nargs="+", help=_SOURCE)
    command.add_argument("--to", required=True, choices=_FORMATS, help="the format wanted")
    command.add_argument(
        "--profile-file", metavar="F", help="what the institution says about itself and the learner (TOML)"
    )
    command.add_argument("--identity", metavar="F", help="who the learner is, with proof of it (JSON)")
    _world(command)
    command.add_argument("--strict", action="store_true", help="refuse when something would be left out")
    command.add_argument("--seal", metavar="TENANT", help="seal the result with this tenant's key")
    command.add_argument(
        "--form",
        choices=("signed", "hosted"),
        default="signed",
        help="of a sealed badge: signed with the tenant's key, or hosted by the gateway (default: signed)",
    )
    _sealing(command)
    shape = command.add_mutually_exclusive_group()
    shape.add_argument("--bundle", action="store_true", help="make one credential of all sources")
    shape.add_argument("--split", action="store_true", help="make one badge for each achievement")
    command.add_argument(
        "--enclose",
        choices=("document", "original", "nothing"),
        default="document",
        help="what travels along: the document, the whole file it came in, or nothing (default: document)",
    )
    command.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        default="-",
        help="the file to write, a folder (needed where several documents are made), or - for stdout",
    )
    command.add_argument("--report", metavar="F", help="write what became of every value to this file (JSON)")


def _bulk(commands: _Commands) -> None:
    command = _command(commands, "bulk", "convert or verify a whole export, row by row")
    command.add_argument(
        "input",
        metavar="INPUT",
        help="a folder, a ZIP, lines of JSON or links, or a listing of edubadges; .gz and .zst too",
    )
    task = command.add_mutually_exclusive_group(required=True)
    task.add_argument("--to", choices=_FORMATS, help="the format wanted")
    task.add_argument("--verify", action="store_true", help="make a report of each row instead")
    command.add_argument(
        "--profile-file", metavar="F", help="what the institution says about itself (TOML); no [learner]"
    )
    command.add_argument("--people", metavar="F", help="who each assertion is about (CSV)")
    command.add_argument(
        "--carrier",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="let each original travel with what is made of it (default: no)",
    )
    command.add_argument(
        "--individual-pages",
        action="store_true",
        help="draw a page for each learner, and not one for each badge class",
    )
    command.add_argument("--strict", action="store_true", help="refuse a row that would lose something")
    command.add_argument(
        "--sample-official",
        type=int,
        default=0,
        metavar="N",
        help="hold one of N documents against the official schemas in the cache (default: none)",
    )
    _official(command)
    command.add_argument("--seal", metavar="TENANT", help="verify each row, and seal what is made of it")
    command.add_argument(
        "--override", choices=("indeterminate",), help="seal also what is not proven, and record that"
    )
    _records(command)
    command.add_argument("--evidence", metavar="F", help="answer every web address from this evidence bundle")
    command.add_argument("--offline", action="store_true", help="ask no web address at all")
    command.add_argument("--at", metavar="TIME", help="the moment it is about, ISO 8601 (default: now)")
    command.add_argument("--trust", metavar="DIR", help="trust anchors, as for `verify`")
    _trust_lists(command)
    command.add_argument(
        "-o", "--output", metavar="OUT", required=True, help=".ndjson, .zip or a folder; each also .zst"
    )
    command.add_argument("--engine", choices=("local", "ray"), default="local", help="what runs the workers")
    command.add_argument("--workers", type=int, default=0, metavar="N", help="default: one for each core")
    command.add_argument(
        "--shard-rows", type=int, default=0, metavar="N", help="rows in one piece of work (default: 2000)"
    )
    command.add_argument("--resume", action="store_true", help="finish the run that was begun to OUT")


def _inspect(commands: _Commands) -> None:
    command = _command(commands, "inspect", "say what something is, without judging it")
    command.add_argument("source", metavar="SOURCE", help=_SOURCE)
    command.add_argument("--json", action="store_true", help="print it as JSON")


def _checks(commands: _Commands) -> None:
    command = _command(commands, "checks", "list every check, what passing it means, and its clause")
    command.add_argument("--json", action="store_true", help="print the list as JSON")


def _explain(commands: _Commands) -> None:
    command = _command(commands, "explain", "say what a check is about, and how to mend what it tells")
    command.add_argument("code", metavar="CODE", help="a code as reports give it, such as hosted.scope")
    command.add_argument("--json", action="store_true", help="print it as JSON")


def _schemas(commands: _Commands) -> None:
    command = _command(commands, "schemas", "list our own schemas, and keep the official ones at hand")
    tasks = command.add_subparsers(title="tasks", dest="task", required=True, metavar="TASK")
    listed = tasks.add_parser("list", help="list our schemas, and what the cache holds of the official ones")
    fetched = tasks.add_parser("fetch", help="download the official schemas; pinned digests guard them")
    for task in (listed, fetched):
        _official(task)
        task.add_argument("--json", action="store_true", help="print it as JSON")
    fetched.add_argument("names", metavar="NAME", nargs="*", help="only these files (default: all)")
    _mirror(fetched)
    shown = tasks.add_parser("show", help="print one of our own schemas")
    shown.add_argument("name", metavar="NAME", help="as `schemas list` names it, such as ob2/assertion")


def _doctor(commands: _Commands) -> None:
    command = _command(commands, "doctor", "tell what is older than the world: readings, pins, what runs us")
    command.add_argument(
        "--ask", action="store_true", help="ask what is published now, and compare it with the pinned digests"
    )
    _mirror(command)
    _official(command)
    _trust_lists(command)
    command.add_argument("--at", metavar="TIME", help="the moment it is about, ISO 8601 (default: now)")
    command.add_argument("--json", action="store_true", help="print it as JSON")


def _mirror(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--mirror",
        metavar="URL",
        help="ask this folder on the web for every file instead; the digests still decide",
    )


def _trust(commands: _Commands) -> None:
    command = _command(commands, "trust", "keep the EU trusted lists at hand, and tell how new they are")
    tasks = command.add_subparsers(title="tasks", dest="task", required=True, metavar="TASK")
    refresh = tasks.add_parser("refresh", help="fetch the list of lists and all national lists")
    show = tasks.add_parser("show", help="tell which lists are at hand, and what they reach")
    bring = tasks.add_parser("import", help="take lists from a folder with EU.xml and national lists")
    bring.add_argument("folder", metavar="DIR", help="where the files are")
    refresh.add_argument("--lotl", metavar="URL", help="ask for the list of lists there instead")
    for task in (refresh, bring):
        task.add_argument(
            "--signers",
            metavar="F",
            help="who may sign the list of lists, instead of the notices of the Official Journal (TOML)",
        )
    for task in (refresh, show, bring):
        _trust_lists(task)
        task.add_argument("--at", metavar="TIME", help="the moment it is about, ISO 8601 (default: now)")
        task.add_argument("--json", action="store_true", help="print it as JSON")


def _official(command: argparse.ArgumentParser) -> None:
    """Add where the official schemas are kept and which digests they must have."""
    command.add_argument("--cache", metavar="DIR", help="where the official schemas are kept")
    command.add_argument(
        "--pins", metavar="F", help="further accepted digests and addresses of official schemas (TOML)"
    )


def _mappings(commands: _Commands) -> None:
    command = _command(commands, "mappings", "show how a format is mapped")
    command.add_argument("format", metavar="FORMAT", nargs="?", choices=_FORMATS, help=", ".join(_FORMATS))
    command.add_argument("--json", action="store_true", help="print it as JSON")


def _serve(commands: _Commands) -> None:
    command = _command(commands, "serve", "serve the page and the HTTP API")
    command.add_argument("--port", type=int, default=8000, metavar="N", help="default: 8000")
    command.add_argument("--host", default="127.0.0.1", metavar="H", help="default: 127.0.0.1")


def _sealing(command: argparse.ArgumentParser) -> None:
    """Add where tenants and records are, and somebody's word for what is not proven."""
    _records(command)
    command.add_argument(
        "--override",
        choices=("indeterminate",),
        default="",
        help="seal a source that is not proven; it is recorded, and only some tenants may",
    )


def _records(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tenants", metavar="F", help="who seals (TOML; default: $BADGEPASS_TENANTS)")
    command.add_argument(
        "--database",
        metavar="URL",
        help="where records are kept (default: $BADGEPASS_DATABASE, else a file of your own)",
    )


def _seal(commands: _Commands) -> None:
    command = _command(commands, "seal", "seal a finished Europass credential, or renew a seal")
    tasks = command.add_subparsers(title="tasks", dest="task", required=True, metavar="TASK")
    for name, says in (
        ("document", "seal a finished credential (ELM v3 or EDCI XML) of your own"),
        ("renew", "add an archive timestamp before the last one's certificate ends"),
    ):
        task = tasks.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
        task.add_argument("source", metavar="FILE", help="the document")
        task.add_argument("--tenant", required=True, metavar="T", help="whose seal")
        task.add_argument("-o", "--output", required=True, metavar="OUT", help="the file to write, or -")
        task.add_argument(
            "--offline", action="store_true", help="ask no web address but the tenant's services"
        )
        _records(task)
    due = tasks.add_parser("due", help="list what must be renewed soon")
    due.add_argument("--days", type=int, default=60, metavar="N", help="within so many days (default: 60)")
    _records(due)


def _revoke(commands: _Commands) -> None:
    command = _command(commands, "revoke", "take back what was sealed")
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("id", metavar="ID", nargs="?", help="the id that sealing told")
    what.add_argument(
        "--all-of", metavar="SHA256", help="everything that the certificate of this fingerprint sealed"
    )
    command.add_argument("--tenant", required=True, metavar="T", help="whose")
    command.add_argument("--reason", required=True, metavar="WORDS", help="why; published for badges")
    how = command.add_mutually_exclusive_group()
    how.add_argument("--suspend", action="store_true", help="only until further notice")
    how.add_argument("--reinstate", action="store_true", help="end a suspension")
    _records(command)


def _status(commands: _Commands) -> None:
    command = _command(commands, "status", "publish status lists, and look after the records")
    tasks = command.add_subparsers(title="tasks", dest="task", required=True, metavar="TASK")
    publish = tasks.add_parser("publish", help="write every signed status list of a tenant into a folder")
    publish.add_argument("--tenant", required=True, metavar="T", help="whose")
    publish.add_argument("-o", "--output", required=True, metavar="DIR", help="the folder")
    backup = tasks.add_parser("backup", help="write a whole copy of an SQLite database, while it is used")
    backup.add_argument("-o", "--output", required=True, metavar="F", help="the file to write")
    tasks.add_parser("restored", help="say that the database was put back from a copy")
    tasks.add_parser("audit", help="tell whether the log is whole")
    for task in tasks.choices.values():
        _records(task)


def _keys(commands: _Commands) -> None:
    command = _command(commands, "keys", "make, list and end the keys of a tenant's systems")
    tasks = command.add_subparsers(title="tasks", dest="task", required=True, metavar="TASK")
    new = tasks.add_parser("new", help="make a key, and show it this once")
    new.add_argument("--tenant", required=True, metavar="T", help="whose")
    new.add_argument("--name", required=True, metavar="N", help="of the system that gets it, for the log")
    new.add_argument(
        "--scope",
        action="append",
        required=True,
        choices=("convert", "seal", "revoke", "deliver"),
        help="what it may do; may be given several times",
    )
    new.add_argument("--days", type=int, default=0, metavar="N", help="so long it opens (default: no end)")
    every = tasks.add_parser("list", help="list the keys of a tenant, without the keys")
    every.add_argument("--tenant", required=True, metavar="T", help="whose")
    rotate = tasks.add_parser("rotate", help="make a successor, and let the key end a little later")
    rotate.add_argument("key", metavar="ID", help="the key's id, as `keys list` shows it")
    rotate.add_argument(
        "--overlap", type=int, default=24, metavar="HOURS", help="so long both open (default: 24)"
    )
    end = tasks.add_parser("end", help="let a key open nothing more")
    end.add_argument("key", metavar="ID", help="the key's id")
    for task in tasks.choices.values():
        _records(task)


def _bake(commands: _Commands) -> None:
    bake = _command(commands, "bake", "write a badge into an image")
    bake.add_argument("badge", metavar="BADGE", help="a file with the badge: a JWS, or an assertion in JSON")
    bake.add_argument("image", metavar="IMAGE", help="a PNG or SVG file")
    unbake = _command(commands, "unbake", "take the badge out of an image")
    unbake.add_argument("image", metavar="IMAGE", help="a PNG or SVG file with a badge")
    unbake.set_defaults(module="bake")
    for command in (bake, unbake):
        command.add_argument("-o", "--output", required=True, metavar="OUT", help="the file to write, or -")


def _deliver(commands: _Commands) -> None:
    command = _command(commands, "deliver", "put a sealed credential into a wallet")
    tasks = command.add_subparsers(title="wallets", dest="task", required=True, metavar="WALLET")
    europass = tasks.add_parser("europass", help="a Europass wallet, through its REST interface")
    europass.add_argument("source", metavar="FILE", help="the sealed credential")
    europass.add_argument("--tenant", metavar="T", help="whose wallet service is asked")
    whom = europass.add_mutually_exclusive_group(required=True)
    whom.add_argument("--user", metavar="ID", help="the wallet's user")
    whom.add_argument("--email", metavar="ADDRESS", help="of the learner")
    europass.add_argument("--locale", default="", metavar="L", help="language of the wallet's message")
    europass.add_argument(
        "--upload-form",
        metavar="OUT",
        help="write the form that the Commission's issuer takes for an unsealed credential, and send nothing",
    )
    _records(europass)
