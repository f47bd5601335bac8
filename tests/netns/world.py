"""The internet of a network namespace: name server, hosts at public addresses, and a watch on every packet.

Reads a plan as one line of JSON, answers with a line, and from then on a line with what it saw for every line
it is sent. Ends with its input. Nothing here leaves the namespaces it runs between.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import struct
import sys
import threading
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import hostile_web
from cryptography.hazmat.primitives.serialization import Encoding
from hostile_web import Behaviour, behaving, moved, says, whole
from samples import tls

_TYPES = {"A": 1, "AAAA": 28}
_SYN, _SYN_ACK = 0x02, 0x12
_ETHERTYPES = {0x0800: (4, 30, 34), 0x86DD: (6, 38, 54)}


def main() -> None:
    """Play the world until the input ends."""
    plan = json.loads(sys.stdin.readline())
    seen: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for device in plan["watch"]:
        _watch(device, seen)
    if "zone" in plan:
        _name_server(plan["name_server"], plan["zone"], asked)
    with ExitStack() as open_doors:
        webs = {host["address"]: open_doors.enter_context(_host(host)) for host in plan.get("hosts", [])}
        _tell({"authority": tls.authority().public_bytes(Encoding.PEM).decode()})
        for line in sys.stdin:
            if line.strip() == "forget":
                seen.clear()
                asked.clear()
            calls = {address: web.calls for address, web in webs.items()}
            _tell({"packets": dict(seen), "asked": dict(asked), "calls": calls})


def _tell(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _host(host: dict[str, Any]) -> Any:
    server = tls.serving(*host["names"], **host.get("tls", {})) if host.get("names") else None
    behaviour = _behaviour(host["does"])
    heard = host.get("heard", True)
    return behaving(behaviour, tls=server, address=(host["address"], host.get("port", 443)), heard=heard)


def _behaviour(does: str) -> Behaviour:
    if does.startswith("moved:"):
        return says(moved(does.removeprefix("moved:")))
    known = {
        **hostile_web.SLOW,
        **hostile_web.FLOODS,
        "answers": says(whole(b'{"a": 1}')),
        "silent": hostile_web.silent,
        "a handshake that drips": hostile_web.drips(hostile_web.FLIGHT, b"\0"),
    }
    return known[does]


def _watch(device: str, seen: Counter[str]) -> None:
    """Count the destination of every datagram and of every connection begun; what ends one may come late."""
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind((device, 0))

    def listen() -> None:
        while True:
            packet, sender = wire.recvfrom(65_535)
            kind = _ETHERTYPES.get(struct.unpack_from(">H", packet, 12)[0])
            if kind is None or sender[2] == socket.PACKET_OUTGOING or len(packet) < kind[2]:
                continue
            protocol, start = (packet[20], 54) if kind[0] == 6 else (packet[23], 14 + (packet[14] & 15) * 4)
            begins = len(packet) > start + 13 and packet[start + 13] & _SYN_ACK == _SYN
            if protocol == socket.IPPROTO_UDP or (protocol == socket.IPPROTO_TCP and begins):
                seen[str(ipaddress.ip_address(packet[kind[1] : kind[2]]))] += 1

    threading.Thread(target=listen, daemon=True).start()


def _name_server(address: str, zone: dict[str, Any], asked: Counter[str]) -> None:
    """Answer from a zone: `{name: {"A": [[first answer], [second answer], …]}}`; the last one stays.

    A name with `silent` is never answered, and one with `alias` is an alias of that.
    """
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind((address, 53))

    def serve() -> None:
        while True:
            query, sender = line.recvfrom(4096)
            name, kind, end = _question(query)
            times = asked[f"{name} {kind}"]
            asked[f"{name} {kind}"] += 1
            entry = zone.get(name)
            if entry is not None and entry.get("silent"):
                continue
            answers = entry.get(kind, [[]]) if entry else [[]]
            records = b"" if entry is None or not entry.get("alias") else _alias(entry["alias"])
            chosen = answers[min(times, len(answers) - 1)]
            records += b"".join(_record(kind, one, aliased=bool(records)) for one in chosen)
            count = len(chosen) + (1 if entry and entry.get("alias") else 0)
            code = 0x8180 if entry is not None else 0x8183
            head = query[:2] + struct.pack(">HHHHH", code, 1, count, 0, 0)
            line.sendto(head + query[12:end] + records, sender)

    threading.Thread(target=serve, daemon=True).start()


def _question(query: bytes) -> tuple[str, str, int]:
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1").lower())
        at += 1 + query[at]
    (number,) = struct.unpack_from(">H", query, at + 1)
    kind = next((kind for kind, value in _TYPES.items() if value == number), "other")
    return ".".join(labels), kind, at + 5


def _labels(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def _alias(name: str) -> bytes:
    target = _labels(name)
    return b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 0, len(target)) + target


def _record(kind: str, address: str, *, aliased: bool) -> bytes:
    """Write one record for the name that was asked; of an alias the records stand under its target's name."""
    packed = ipaddress.ip_address(address).packed
    owner = _labels("localhost") if aliased else b"\xc0\x0c"
    return owner + struct.pack(">HHIH", _TYPES[kind], 1, 0, len(packed)) + packed


if __name__ == "__main__":
    main()
