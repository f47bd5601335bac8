"""Two network namespaces, one that asks and one that is the world, and the way to talk to both."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_ETC = Path("/etc/netns")
NAME_SERVER = "192.0.2.53"


@dataclass
class Player:
    """A process inside a namespace that answers a line with a line."""

    process: subprocess.Popen[str]

    def says(self, line: object) -> Any:
        """Send a line and return the answer."""
        text = line if isinstance(line, str) else json.dumps(line)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"a process inside the namespace ended: {text[:200]}"
        return json.loads(answer)


class CannotError(Exception):
    """Namespaces cannot be made here; the message says why."""


def _ip(*arguments: str) -> None:
    program = shutil.which("ip") or "/usr/sbin/ip"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise CannotError(f"`ip {' '.join(arguments[:3])}` fails: {done.stderr.strip()[:200]}")


@contextmanager
def two_namespaces(addresses: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Make a namespace that asks and a world with these addresses; yield their names and whether IPv6 works.

    Raises:
        CannotError: not root, no `ip`, or the kernel says no.
    """
    if os.geteuid() != 0:
        raise CannotError("making network namespaces takes root")
    if shutil.which("ip") is None and not Path("/usr/sbin/ip").exists():
        raise CannotError("there is no program `ip` (Debian package iproute2)")
    asker, world = f"bpa{os.getpid()}", f"bpw{os.getpid()}"
    with ExitStack() as undone:
        for name in (asker, world):
            _ip("netns", "add", name)
            undone.callback(_gone, name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", asker, "link", "add", "out", "type", "veth", "peer", "name", "in", "netns", world)
        _ip("-n", asker, "addr", "add", "198.18.0.1/30", "dev", "out")
        _ip("-n", world, "addr", "add", "198.18.0.2/30", "dev", "in")
        _ip("-n", asker, "link", "set", "out", "up")
        _ip("-n", world, "link", "set", "in", "up")
        _ip("-n", asker, "route", "add", "default", "via", "198.18.0.2")
        for address in addresses:
            if ":" not in address:
                _ip("-n", world, "addr", "add", f"{address}/32", "dev", "lo")
        six = _six(asker, world, [address for address in addresses if ":" in address])
        (_ETC / asker).mkdir(parents=True)
        undone.callback(_unlisted, asker)
        (_ETC / asker / "resolv.conf").write_text(f"nameserver {NAME_SERVER}\n")
        (_ETC / asker / "hosts").write_text("127.0.0.1 localhost\n127.0.0.1 poisoned.example\n")
        yield asker, world, six


def _six(asker: str, world: str, addresses: list[str]) -> bool:
    try:
        _ip("-n", asker, "addr", "add", "2001:db8:5::1/64", "dev", "out", "nodad")
        _ip("-n", world, "addr", "add", "2001:db8:5::2/64", "dev", "in", "nodad")
        _ip("-n", asker, "-6", "route", "add", "default", "via", "2001:db8:5::2")
        for address in addresses:
            _ip("-n", world, "addr", "add", f"{address}/128", "dev", "lo", "nodad")
    except CannotError:
        return False
    return True


def _gone(name: str) -> None:
    with suppress(CannotError):
        _ip("netns", "del", name)


def _unlisted(name: str) -> None:
    shutil.rmtree(_ETC / name, ignore_errors=True)
    with suppress(OSError):
        _ETC.rmdir()


@contextmanager
def playing(namespace: str, script: str) -> Iterator[Player]:
    """Run a script of ours inside a namespace until the block ends."""
    program = shutil.which("ip") or "/usr/sbin/ip"
    paths = os.pathsep.join([str(_HERE.parent), str(_HERE)])
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
        [program, "netns", "exec", namespace, sys.executable, str(_HERE / "netns" / script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    try:
        yield Player(process=process)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
