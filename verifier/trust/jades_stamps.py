"""What a JAdES seal carries along, and the octets its timestamps are about (TS 119 182-1 §5.2.6, §5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.strict import load_json
from schemas.errors import Malformed
from verifier.sealing import certificates
from verifier.sealing.fault import Refusal
from verifier.sealing.jws import Token, decode_base64url, protected_header, take_apart
from verifier.trust.carried import MOST_STAMPS, MOST_VALUES, Carried, Kind, Revocations, Stamp, each_der

_MOST_COMPONENTS = 1024
_UNKNOWN_ENCODING = "The timestamp is written in a way that is not known."
_SIGD = "The timestamp is about content outside the document, which is not looked at."
_CLEAR = "The timestamp is about parts of the seal in a form that is not canonicalized here."
_PREVIOUS = "The timestamp is about a part of the seal only, which is not supported."


def carried_by_jades(raw: bytes, place: int | None = None) -> Carried:
    """Take out of a JWS what one seal carries; nothing where it cannot be taken apart.

    Args:
        raw: the JWS.
        place: which of its `signatures`; without it the only one.

    Raises:
        Malformed: the JSON around the seal cannot be taken apart.
    """
    try:
        token = take_apart(raw, place)
        header = protected_header(token)
    except Refusal:
        return Carried()
    components = list(_components(token.header))
    stamps = [*_content_stamps(token, header), *_unsigned_stamps(token, header, components)]
    return Carried(stamps=tuple(stamps[:MOST_STAMPS]), revocations=_revocations(header, components))


def _components(header: dict[str, Any]) -> Iterator[tuple[int, str, Any]]:
    """Give place, name and value of each component of `etsiU` (§5.3.1); what cannot be read is left out."""
    entries = header.get("etsiU")
    for place, entry in enumerate(entries[:_MOST_COMPONENTS] if isinstance(entries, list) else []):
        component = entry
        if isinstance(entry, str):
            try:
                component = load_json(decode_base64url(entry, "A component"))
            except (Refusal, Malformed):
                continue
        if isinstance(component, dict) and len(component) == 1:
            yield place, *next(iter(component.items()))


def _content_stamps(token: Token, header: dict[str, Any]) -> Iterator[Stamp]:
    """Read `adoTst`: over the payload as it is signed (§5.2.6)."""
    if _outside(token, header):
        yield from _stamps("content", header.get("adoTst"), None, _SIGD)
    else:
        yield from _stamps("content", header.get("adoTst"), (token.text.encode(),))


def _unsigned_stamps(
    token: Token, header: dict[str, Any], components: list[tuple[int, str, Any]]
) -> Iterator[Stamp]:
    for place, name, value in components:
        if name == "sigTst":
            # §5.3.4: the signature value as it is written
            yield from _stamps("signature", value, (token.value.encode(),))
        elif name == "arcTst":
            yield from _archive_stamps(token, header, place, value)


def _archive_stamps(token: Token, header: dict[str, Any], place: int, value: Any) -> Iterator[Stamp]:  # noqa: ANN401
    """Read `arcTst`: over payload, protected header, value and every component before it (§5.3.6.3.1).

    The components go in as they are written, with nothing between them.
    """
    before = token.header["etsiU"][:place]
    if _outside(token, header):
        yield from _stamps("archive", value, None, _SIGD)
    elif not all(isinstance(one, str) for one in (*before, token.header["etsiU"][place])):
        yield from _stamps("archive", value, None, _CLEAR)
    elif isinstance(value, dict) and value.get("timeStamped", "all") != "all":
        yield from _stamps("archive", value, None, _PREVIOUS)
    else:
        start = f".{token.protected}.{token.value}."
        parts = (token.text.encode(), start.encode(), *(one.encode() for one in before))
        yield from _stamps("archive", value, parts)


def _outside(token: Token, header: dict[str, Any]) -> bool:
    return "sigD" in header or token.payload is None


def _stamps(kind: Kind, container: Any, parts: tuple[bytes, ...] | None, why: str = "") -> Iterator[Stamp]:  # noqa: ANN401
    """Give the tokens of one container (§5.4.3.3); each is about the same octets."""
    tokens = container.get("tstTokens") if isinstance(container, dict) else None
    for one in tokens if isinstance(tokens, list) else []:
        text = one.get("val") if isinstance(one, dict) else None
        if not isinstance(text, str) or "specRef" in one or not _der(one):
            yield Stamp(kind=kind, token=None, parts=parts, why=_UNKNOWN_ENCODING)
        else:
            yield Stamp(kind=kind, token=certificates.decode_base64(text), parts=parts, why=why)


def _der(one: dict[str, Any]) -> bool:
    encoding = one.get("encoding", "http://uri.etsi.org/01903/v1.2.2#DER")
    return encoding in {f"http://uri.etsi.org/01903/v1.2.2#{name}" for name in ("DER", "BER")}


def _revocations(header: dict[str, Any], components: list[tuple[int, str, Any]]) -> Revocations:
    """Collect `x5c`, `xVals`, `rVals`, and the same inside `tstVD`, `anyValData` and for attributes."""
    crls: list[str] = []
    ocsps: list[str] = []
    ders = [one for one in _listed(header.get("x5c")) if isinstance(one, str)]
    holders = [{name: value} for _, name, value in components]
    holders += [
        value for _, name, value in components if name in {"tstVD", "anyValData"} and isinstance(value, dict)
    ]
    for holder in holders:
        for name in ("xVals", "axVals"):
            wrapped = [one.get("x509Cert") for one in _listed(holder.get(name)) if isinstance(one, dict)]
            ders += _texts(wrapped)
        for name in ("rVals", "arVals"):
            values = holder.get(name)
            if isinstance(values, dict):
                crls += _texts(_listed(values.get("crlVals")))
                ocsps += _texts(_listed(values.get("ocspVals")))
    return Revocations(
        crls=each_der(crls[:MOST_VALUES]),
        ocsps=each_der(ocsps[:MOST_VALUES]),
        certificates=certificates.load_all(each_der(ders[:MOST_VALUES])),
    )


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else []


def _texts(wrapped: list[Any]) -> list[str]:
    """Give the base64 text of each pkiOb (§5.4.1)."""
    found = (one.get("val") for one in wrapped if isinstance(one, dict))
    return [text for text in found if isinstance(text, str)]
