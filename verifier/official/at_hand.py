"""The official files that are at hand, put to use on a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from schemas.document import Document
from schemas.errors import DocumentError
from schemas.official import OfficialFault, Opinion, Pin, judged_as, with_imports
from verifier.official.unusable import Unusable

MAX_BYTES = 5 * 1024 * 1024
"""Larger documents are not handed to libraries whose cost we do not bound."""
MAX_TOLD = 20

Judge = Callable[[Document], list[OfficialFault]]


class AtHand:
    """Implements `schemas.official.Official` on files whose digests were already found right."""

    def __init__(self, files: Mapping[str, bytes], pins: tuple[Pin, ...]) -> None:
        """Take the files by name; what is not among them is not at hand.

        Args:
            files: only such as their pin accepts; the others must not come this far.
            pins: of all the official files.
        """
        self._files = {pin.name: files[pin.name] for pin in pins if pin.accepts(files.get(pin.name, b""))}
        self._pins = pins
        self._judges: dict[str, Judge] = {}
        self._lock = Lock()

    def opinion(self, document: Document) -> Opinion | None:
        """Say what the official files say of a document; None where there are none for such documents."""
        kind = judged_as(document)
        pin = next((pin for pin in self._pins if kind in pin.judges), None)
        if pin is None:
            return None
        try:
            return self._asked(pin, document)
        except Unusable as reason:
            return Opinion(conforms=None, said=str(reason), file=pin.name)
        except DocumentError:
            said = "The document cannot be handed to the official files as it stands."
            return Opinion(conforms=None, said=said, file=pin.name)

    def _asked(self, pin: Pin, document: Document) -> Opinion:
        lacking = [one.name for one in with_imports(pin.name, self._pins) if one.name not in self._files]
        if lacking:
            raise Unusable(f"Not in the cache with the digest expected: {', '.join(sorted(lacking))}.")
        if len(document.raw) > MAX_BYTES:
            raise Unusable(f"The official files are run on documents of at most {MAX_BYTES} bytes.")
        with self._lock:  # neither library promises to judge two documents at once
            if pin.name not in self._judges:
                self._judges[pin.name] = _compiled(pin, self._files, self._pins)
            faults = list(dict.fromkeys(self._judges[pin.name](document)))
        if not faults:
            said = f"The official {pin.name} finds nothing wrong."
            return Opinion(conforms=True, said=said, file=pin.name)
        count = "one thing" if len(faults) == 1 else f"{len(faults)} things"
        if len(faults) > MAX_TOLD:
            count = f"more than {MAX_TOLD} things; these are the first"
        told = tuple(faults[:MAX_TOLD])
        said = f"The official {pin.name} objects to {count}."
        return Opinion(conforms=False, said=said, file=pin.name, faults=told)


def _compiled(pin: Pin, files: Mapping[str, bytes], pins: tuple[Pin, ...]) -> Judge:
    if pin.kind == "shapes":
        from verifier.official.shapes import Shapes  # noqa: PLC0415 - only what is needed is loaded

        return Shapes(pin, files, pins)
    from verifier.official.xsd import Xsd  # noqa: PLC0415

    return Xsd(pin, files, pins)
