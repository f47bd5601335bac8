"""What an examination adds up while it goes, whichever kind of seal it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509

from verifier.sealing import algorithms
from verifier.sealing.fault import Refusal, broken, unsupported


@dataclass(slots=True, kw_only=True)
class Tally:
    """What an examination has found so far; the seal holds only if nothing was."""

    faults: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False
    algorithms: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)

    def note(self, refusal: Refusal) -> None:
        """Take down one fault."""
        self.faults.append((refusal.code, refusal.sentence))
        self.broken = self.broken or refusal.broken

    def use(self, name: str, *, weak: bool) -> None:
        """Take down an algorithm that was met."""
        self.algorithms.append(name)
        if weak:
            self.weak.append(name)

    @property
    def intact(self) -> bool | None:
        """The answer: broken by one fault, undecided by one that is not, else intact."""
        if self.broken:
            return False
        return None if self.faults else True


def check_value(
    scheme: algorithms.Scheme, signer: x509.Certificate, value: bytes, message: bytes, tally: Tally
) -> None:
    """Verify one signature value with the signer's key, and take down what is wrong with it."""
    key = signer.public_key()
    if weakness := algorithms.weak_key(key):
        tally.use(weakness, weak=True)
    try:
        if not algorithms.holds(scheme, key, value, message):
            tally.note(broken("value", "The signature value does not match what was signed."))
    except algorithms.KeyMismatchError:
        tally.note(broken("algorithm", "The signature algorithm does not belong to the certificate's key."))
    except algorithms.UnsupportedKeyError:
        tally.note(unsupported("algorithm", "The certificate's key cannot be computed with here."))


def instant(text: str) -> datetime | None:
    """Read an ISO 8601 moment; None where it is none or names no time zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
