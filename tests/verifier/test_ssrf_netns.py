"""The guarded client in a network of its own: real names, real routes, real TLS, and every packet watched.

Public addresses are played by a namespace of ours; nothing leaves the machine. What the client must never do
is to send a packet behind the wall, so that is what is looked at, and not only its answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from conftest import skip_or_fail
from netns_world import NAME_SERVER, CannotError, Player, playing, two_namespaces

from verifier.address import literal, public

pytestmark = pytest.mark.netns

MARGIN = 3.0
GOOD, SECOND, SIX = "93.184.216.34", "93.184.216.35", "2606:2800:220:1::1"
DEAD = "93.184.216.99"  # nobody has it: the world drops what comes
CLOSED = "93.184.216.98"  # nobody listens
LOCAL = "10.0.0.5"
HOSTS: dict[str, dict[str, Any]] = {
    GOOD: {
        "names": ["good.example", "rebound.example", "partly.example", "93.184.216.34"],
        "does": "answers",
    },
    SECOND: {"names": ["good.example"], "does": "answers"},
    SIX: {"names": ["six.example"], "does": "answers"},
    "93.184.216.40": {"names": ["inward.example"], "does": f"moved:https://{LOCAL}/secret"},
    "93.184.216.41": {
        "names": ["metadata.example"],
        "does": "moved:https://169.254.169.254/latest/meta-data/",
    },
    "93.184.216.42": {"names": ["plain.example"], "does": "moved:http://good.example/"},
    "93.184.216.43": {"names": ["named.example"], "does": "moved:https://inner.example/"},
    "93.184.216.44": {"names": ["decimal.example"], "does": "moved:https://167772165/"},
    "93.184.216.45": {"names": ["mapped.example"], "does": "moved:https://[::ffff:10.0.0.5]/"},
    "93.184.216.46": {"names": ["multicast.example"], "does": "moved:https://224.0.0.251/"},
    "93.184.216.47": {"names": ["carrier.example"], "does": "moved:https://100.64.0.1/"},
    "93.184.216.48": {"names": ["port.example"], "does": "moved:https://good.example:8443/"},
    "93.184.216.49": {"names": ["onward.example"], "does": "moved:https://good.example/"},
    "93.184.216.50": {"names": ["turning.example"], "does": "moved:https://turning.example/"},
    "93.184.216.60": {"names": ["loris.example"], "does": "headers that drip"},
    "93.184.216.61": {"names": ["endless.example"], "does": "a body without end"},
    "93.184.216.62": {"names": ["bomb.example"], "does": "a gzip bomb"},
    "93.184.216.63": {"does": "a handshake that drips", "heard": False},
    "93.184.216.64": {"does": "silent", "heard": False},
    "93.184.216.70": {"names": ["other.example"], "does": "answers"},
    "93.184.216.71": {"names": ["self.example"], "does": "answers", "tls": {"self_signed": True}},
    "93.184.216.72": {"names": ["old.example"], "does": "answers", "tls": {"oldest": True}},
    "93.184.216.73": {"names": ["expired.example"], "does": "answers", "tls": {"expired": True}},
    LOCAL: {"names": ["inner.example", "rebound.example", LOCAL], "does": "answers"},
    "169.254.169.254": {"names": ["169.254.169.254"], "does": "answers"},
    "100.64.0.1": {"names": ["100.64.0.1"], "does": "answers"},
}
ZONE: dict[str, dict[str, Any]] = {
    "good.example": {"A": [[GOOD]]},
    "six.example": {"AAAA": [[SIX]]},
    "inner.example": {"A": [[LOCAL]]},
    "looped.example": {"A": [["127.0.0.1"]]},
    "nothing.example": {"A": [["0.0.0.0"]]},  # noqa: S104 - nobody listens, it is asked for
    "mixed.example": {"A": [[GOOD, LOCAL]]},
    "mixed-last.example": {"A": [[LOCAL, GOOD]]},
    "rebound.example": {"A": [[GOOD], [LOCAL]]},
    "bound.example": {"A": [[LOCAL], [GOOD]]},
    "cloud.example": {"A": [["169.254.169.254"]]},
    "carried.example": {"A": [["100.64.0.1"]]},
    "everybody.example": {"A": [["255.255.255.255"]]},
    "group.example": {"A": [["224.0.0.251"]]},
    "mapped6.example": {"AAAA": [["::ffff:10.0.0.5"]]},
    "mapped6-loop.example": {"AAAA": [["::ffff:127.0.0.1"]]},
    "nat64.example": {"AAAA": [["64:ff9b::a00:5"]]},
    "six-to-four.example": {"AAAA": [["2002:a00:5::1"]]},
    "unique.example": {"AAAA": [["fd00:ec2::254"]]},
    "loop6.example": {"AAAA": [["::1"]]},
    "both.example": {"A": [[GOOD]], "AAAA": [["fd00:ec2::254"]]},
    "alias.example": {"alias": "localhost", "A": [["127.0.0.1"]]},
    "silent.example": {"silent": True},
    "dead.example": {"A": [[DEAD]]},
    "partly.example": {"A": [[CLOSED, GOOD]]},
    **{
        name: {"A": [[address]]}
        for address, host in HOSTS.items()
        for name in host.get("names", [])[:1]
        if address.startswith("93.") and name != "good.example"
    },
    "turning.example": {"A": [["93.184.216.50"], [LOCAL]]},
    "mute.example": {"A": [["93.184.216.64"]]},
    "shaking.example": {"A": [["93.184.216.63"]]},
    "stranger.example": {"A": [["93.184.216.70"]]},
}


@dataclass
class Net:
    """Everyone who plays: who asks, the world, and the loopback of the one who asks."""

    asker: Player
    world: Player
    inside: Player
    six: bool

    def ask(self, url: str, *, seconds: float = 5.0) -> Any:
        """Ask one URL; whatever comes of it, no packet went where none may go, and it took no longer."""
        self.world.says("forget")
        self.inside.says("forget")
        answer = self.asker.says({"url": url, "seconds": seconds})
        assert answer["took"] < seconds + MARGIN
        for address in self.world.says("seen")["packets"]:
            known = literal(address)
            assert known is not None
            assert address == NAME_SERVER or public(known), f"a packet went to {address}"
        assert not self.inside.says("seen")["packets"], "a packet went to this machine itself"
        return answer


@pytest.fixture(scope="module")
def net() -> Iterator[Net]:
    with ExitStack() as opened:
        try:
            asker, world, six = opened.enter_context(two_namespaces([*HOSTS, NAME_SERVER, CLOSED]))
        except CannotError as error:
            skip_or_fail("netns", str(error))
        players = [
            opened.enter_context(playing(namespace, script))
            for namespace, script in ((asker, "asker.py"), (world, "world.py"), (asker, "world.py"))
        ]
        hosts = [{"address": address, **host} for address, host in HOSTS.items() if six or ":" not in address]
        plan = {"watch": ["in"], "name_server": NAME_SERVER, "zone": ZONE, "hosts": hosts}
        authority = players[1].says(plan)["authority"]
        listening = [{"address": "127.0.0.1", "names": ["looped.example"], "does": "answers"}]
        players[2].says({"watch": ["lo"], "hosts": listening})
        assert players[0].process.stdin is not None
        players[0].process.stdin.write(f"{_json(authority)}\n")
        yield Net(asker=players[0], world=players[1], inside=players[2], six=six)


def _json(text: str) -> str:
    return '"' + text.replace("\n", "\\n") + '"'


def test_a_public_host_is_answered(net: Net) -> None:
    assert net.ask("https://good.example/")["body"] == '{"a": 1}'
    assert net.ask(f"https://{GOOD}/")["status"] == 200
    assert net.world.says("seen")["packets"][GOOD] >= 1, "the watch sees what is begun"


def test_a_public_host_of_the_sixth_version_is_answered(net: Net) -> None:
    if not net.six:
        pytest.skip("this kernel has no IPv6")
    assert net.ask("https://six.example/")["status"] == 200


def test_a_redirect_to_another_public_host_is_followed(net: Net) -> None:
    assert net.ask("https://onward.example/")["status"] == 200


INNER = [
    "inner",
    "looped",
    "nothing",
    "mixed",
    "mixed-last",
    "cloud",
    "carried",
    "everybody",
    "group",
    "mapped6",
    "mapped6-loop",
    "nat64",
    "six-to-four",
    "unique",
    "loop6",
    "both",
    "alias",
    "poisoned",
]


@pytest.mark.parametrize("name", INNER)
def test_a_name_that_points_behind_the_wall_is_refused(net: Net, name: str) -> None:
    answer = net.ask(f"https://{name}.example/")
    assert answer.get("refused") is True, answer
    assert set(net.world.says("seen")["packets"]) <= {NAME_SERVER}, "not even its public address is asked"


@pytest.mark.parametrize(
    "name", ["inward", "metadata", "plain", "named", "decimal", "mapped", "multicast", "carrier", "port"]
)
def test_a_redirect_behind_the_wall_is_refused(net: Net, name: str) -> None:
    answer = net.ask(f"https://{name}.example/")
    assert answer.get("refused") is True, answer


@pytest.mark.parametrize(
    "host",
    [LOCAL, "167772165", "0xa000005", "012.0.0.5", "10.5", "[::ffff:a00:5]", "127.0.0.1", "0", "localhost"],
)
def test_an_address_behind_the_wall_is_refused_without_a_packet(net: Net, host: str) -> None:
    assert net.ask(f"https://{host}/").get("refused") is True
    assert not net.world.says("seen")["packets"]


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_asked(net: Net) -> None:
    assert net.ask("https://rebound.example/")["status"] == 200
    seen = net.world.says("seen")
    assert seen["asked"]["rebound.example A"] == 1
    assert set(seen["packets"]) == {NAME_SERVER, GOOD}


def test_a_name_that_turns_inward_between_a_redirect_and_the_next_is_refused(net: Net) -> None:
    answer = net.ask("https://turning.example/")
    assert answer.get("refused") is True, answer
    assert net.world.says("seen")["asked"]["turning.example A"] == 2


def test_a_name_that_was_inward_and_turns_public_is_refused_at_the_first_look(net: Net) -> None:
    assert net.ask("https://bound.example/").get("refused") is True
    assert net.world.says("seen")["asked"]["bound.example A"] == 1


@pytest.mark.parametrize("name", ["silent", "dead", "mute", "shaking", "loris"])
def test_who_never_answers_is_left_in_time(net: Net, name: str) -> None:
    answer = net.ask(f"https://{name}.example/", seconds=0.7)
    assert "in time" in answer["why"], answer


@pytest.mark.parametrize("name", ["endless", "bomb"])
def test_who_says_too_much_is_cut_off(net: Net, name: str) -> None:
    answer = net.ask(f"https://{name}.example/")
    assert "larger" in answer["why"], answer


@pytest.mark.parametrize("name", ["stranger", "self", "old", "expired"])
def test_a_certificate_that_proves_nothing_is_not_believed(net: Net, name: str) -> None:
    answer = net.ask(f"https://{name}.example/")
    assert "reached" in answer["why"], answer


def test_a_name_that_does_not_exist_is_no_answer(net: Net) -> None:
    assert "reached" in net.ask("https://nowhere.example/")["why"]


def test_a_closed_address_gives_way_to_the_next(net: Net) -> None:
    assert net.ask("https://partly.example/")["status"] == 200
