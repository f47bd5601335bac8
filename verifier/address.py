"""Which addresses we ask at all: public https hosts, and nothing behind the wall."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "2001::/23",  # Teredo, ORCHID and other protocol assignments
        "2001:db8::/32",
        "3fff::/20",
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
_UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that was ever handed out, RFC 4291 §2.4
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_UNWRITTEN = re.compile(r"[\x00-\x20\x7f\\]")
_AUTHORITY = re.compile(r"(?:\[[0-9A-Fa-f:.]*\]|[^\[\]:]*)(?::\d*)?", re.ASCII)
"""Readers differ about `[::1]2`: some take the last digits for a port, some leave them away. A zone behind an
IPv6 address means something on one machine alone, and may hold signs that no reader can send."""
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion")
_MAX_URL = 2048

OCSP_ANSWER = "application/ocsp-response"
REVOCATION_LIST = "application/pkix-crl"
CERTIFICATE = "application/pkix-cert"
SIGNED_IN_ITSELF = frozenset({OCSP_ANSWER, REVOCATION_LIST, CERTIFICATE})
"""What is asked over plain http too, by its Accept: each answer is signed by an authority and believed for
that alone, and the certificates name http addresses on purpose, since fetching over https would need the very
status that is asked for (RFC 5280 §8, RFC 6960 appendix A.1, RFC 5280 §4.2.2.1)."""


def embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address carries (mapped, 6to4, NAT64), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet (RFC 6890 and its successors)."""
    inner = embedded(address)
    if any(inner.version == network.version and inner in network for network in _NEVER):
        return False
    if inner.version == _UNICAST.version and inner not in _UNICAST:
        return False
    return inner.is_global and not inner.is_multicast


def literal(host: str) -> Address | None:
    """Return the address a host name spells out, also in short forms resolvers accept (`127.1`)."""
    bare = host.strip("[]")
    bare = bare.partition("%")[0] if ":" in bare else bare  # a zone, which only IPv6 has
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        return _loose_ipv4(bare)


def _loose_ipv4(host: str) -> Address | None:
    parts = host.rstrip(".").split(".")
    try:
        numbers = [int(part, 0) if not _octal(part) else int(part, 8) for part in parts]
    except ValueError:
        return None
    *head, last = numbers
    if len(parts) > 4 or any(not 0 <= number < 256 for number in head):  # noqa: PLR2004 - octets
        return None
    if not 0 <= last < 256 ** (5 - len(parts)):
        return None
    value = last
    for place, number in enumerate(head):
        value += number << (8 * (3 - place))
    return ipaddress.IPv4Address(value)


def _octal(part: str) -> bool:
    return len(part) > 1 and part.isdigit() and part.startswith("0")


def loopback(host: str) -> bool:
    """Tell whether a host name means this machine."""
    address = literal(host)
    if address is not None:
        return embedded(address).is_loopback
    return host.rstrip(".").lower() == "localhost"


def refusal(url: str, *, allow_loopback: bool = False, accept: str = "") -> str:
    """Say in one sentence why a URL is never asked; empty when nothing in the URL itself forbids it.

    Only https on port 443 to a public name or address; no user information. `allow_loopback` lets
    http and any port through to this machine alone, for tests and trials. `accept` lets http on port 80
    through where it is one of `SIGNED_IN_ITSELF`, to the same public names and addresses.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "The address is not a well-formed URL."
    if len(url) > _MAX_URL or _UNWRITTEN.search(url):
        return "The address is not a well-formed URL."
    if parts.netloc and not _AUTHORITY.fullmatch(parts.netloc.rpartition("@")[2]):
        return "The address is not a well-formed URL."
    if allow_loopback and host and loopback(host) and parts.scheme in {"http", "https"}:
        return ""
    return _scheme_refusal(parts, port, plain=accept in SIGNED_IN_ITSELF) or _host_refusal(host)


def _scheme_refusal(parts: SplitResult, port: int | None, *, plain: bool) -> str:
    if parts.scheme not in {"http", "https"}:
        return "The address is not a web address."
    if parts.scheme == "http" and not plain:
        return "The address is not https, so its answer could be anybody's."
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        return "The address carries user information."
    usual = 80 if parts.scheme == "http" else 443
    if port not in {None, usual}:
        return f"The address names a port other than {usual}."
    return ""


def _host_refusal(host: str) -> str:
    name = _spelled_out(host)
    if not name:
        return "The address names no host."
    address = literal(name)
    if address is not None:
        return "" if public(address) else "The address is not on the public internet."
    if not _NAME.fullmatch(name):
        return "The address is not a well-formed URL."
    if "." not in name or any(name == local or name.endswith("." + local) for local in _LOCAL_NAMES):
        return "The address is not on the public internet."
    return ""


def _spelled_out(host: str) -> str:
    """Return a host as a reader may take it: an international name in its ASCII form, its odd dots as dots.

    Full-width digits, circled letters and percent signs become what they stand for, so that none hides an
    address; what has no such form stays as it is, and is no name.
    """
    plain = host if ":" in host else unquote(host)
    try:
        bare = plain if plain.isascii() else plain.encode("idna").decode("ascii")
    except UnicodeError:
        bare = plain
    return bare.rstrip(".").lower()


def origin(url: str) -> str:
    """Return the authority of a URL, lower-cased, without a default port or user information; else empty."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return ""
    default = {"http": 80, "https": 443}[parts.scheme]
    return host if port in {None, default} else f"{host}:{port}"


def without_fragment(url: str) -> str:
    """Return the part of a URL that is asked."""
    return url.partition("#")[0]


def redirected(here: str, location: object) -> str:
    """Return where a redirect leads (RFC 9110 §10.2.2); where it names no address, what it says itself.

    Nothing that is said there can be asked then, and `refusal` says why.
    """
    said = str(location)
    try:
        return urljoin(here, said)
    except ValueError:
        return said
