"""Which addresses are never asked, however they are written."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.address import embedded, origin, public, refusal

NEVER = [
    "http://issuer.example/a",
    "ftp://issuer.example/a",
    "file:///etc/passwd",
    "https://user@issuer.example/",
    "https://user:secret@issuer.example/",
    "https://issuer.example@127.0.0.1/",
    "https://issuer.example:8443/",
    "https://issuer.example:80/",
    "https://issuer.example:99999/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://printer/",
    "https://db.internal/",
    "https://nas.local/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://10.1.2.3/",
    "https://172.20.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://224.0.0.251/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[2a00:1450::1%25eth0]/",
    "https://[::ffff:2.0.0.1%\xff\xff00]",
    "https://[fd00::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[ff02::1]/",
    "https://",
    "https:///path",
    "https://issuer.example/\\evil",
    "https://issuer.example/a b",
    "https://issuer.example/\r\nHost: evil",
    "https://issuer.example/" + "a" * 3000,
    "https://[::1",
    "https://112<.0.0.1/",
    "https://[::ffff:11.0.0.1]2/",
    "https://[2606:2800:220:1::1]22/",
    "https://[2606:2800:220:1::1]x/",
    "https://[2606:2800:220:1::1/",
    "https://x[2606:2800:220:1::1]/",
    "https://10%2e0.0.1/",
    "https://db%2einternal/",
    "https://10.0.0.1%25eth0/",
    "https://10.0.0.1%eth0/",
    "https://issuer%2fexample.org/",
    "https://issuer%00.example/",
    "https://issuer%ff.example/",
    "https://10\u30020.0.1/",
    "https://db.\u24d8nternal/",
    "https://[::ffff:0:10.0.0.1]/",
    "https://[5f00::1]/",
    "",
]


@pytest.mark.parametrize("url", NEVER)
def test_never_asked(url: str) -> None:
    assert refusal(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://issuer.example/assertions/1",
        "https://ISSUER.example:443/a?b=c",
        "https://8.8.8.8/",
        "https://[2a00:1450:4001:81b::200e]/",
        "https://xn--bcher-kva.example/",
        "https://b\u00fccher.example/",
        "https://issuer_1.example./",
        "https://[2606:2800:220:1::1]:443/",
        "https://issuer.example:/",
    ],
)
def test_asked(url: str) -> None:
    assert refusal(url) == ""


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/a", "http://localhost:9/", "https://[::1]:1/"])
def test_loopback_is_asked_only_where_it_is_allowed(url: str) -> None:
    assert refusal(url)
    assert refusal(url, allow_loopback=True) == ""


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://issuer.example/", "https://192.168.0.1/"])
def test_allowing_loopback_allows_nothing_else(url: str) -> None:
    assert refusal(url, allow_loopback=True)


@given(st.ip_addresses(v=4))
def test_an_ipv6_address_that_carries_an_ipv4_address_is_as_public_as_that(
    inner: ipaddress.IPv4Address,
) -> None:
    mapped = ipaddress.IPv6Address(f"::ffff:{inner}")
    nat64 = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(inner))
    six_to_four = ipaddress.IPv6Address((0x2002 << 112) + (int(inner) << 80))
    assert public(mapped) == public(nat64) == public(six_to_four) == public(inner)


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    carries_another = embedded(address) != address
    inward = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    assert carries_another or not (inward and public(address))


@given(st.text(max_size=80))
def test_any_text_at_all_gets_an_answer(url: str) -> None:
    assert isinstance(refusal(url), str)
    assert isinstance(origin(url), str)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Issuer.example/a", "issuer.example"),
        ("https://issuer.example:443/a", "issuer.example"),
        ("http://issuer.example:80/a", "issuer.example"),
        ("https://issuer.example:444/a", "issuer.example:444"),
        ("https://issuer.example@evil.example/a", ""),
        ("urn:uuid:0", ""),
    ],
)
def test_origin(url: str, expected: str) -> None:
    assert origin(url) == expected
