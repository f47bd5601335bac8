"""Which representation of a converted document the caller wants: the envelope, or the bare bytes."""

from __future__ import annotations

from collections.abc import Collection

from api.problems import NotAcceptable

ENVELOPE = "application/json"


def wants_bare(accept: str, types: Collection[str]) -> bool:
    """Tell whether the bare document is preferred over the JSON envelope (RFC 9110 §12.5.1).

    Only a type that is named asks for the bare document; a wildcard is content with the envelope.

    Args:
        accept: the header, empty where there was none.
        types: the media types the bare document may be called by.

    Raises:
        NotAcceptable: neither is wanted.
    """
    weights = _weights(accept) or {"*/*": 1.0}
    bare = max((weights.get(one, 0.0) for one in types), default=0.0)
    wildcard = weights.get("application/*", weights.get("*/*", 0.0))
    envelope = weights.get(ENVELOPE, wildcard)
    if bare > 0 and bare >= weights.get(ENVELOPE, 0.0):
        return True
    if envelope > 0:
        return False
    raise NotAcceptable(f"The answer is {ENVELOPE} or {' or '.join(sorted(types))}.")


def _weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            weights[name] = max(weights.get(name, 0.0), _quality(parameters))
    return weights


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
