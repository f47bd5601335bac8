"""A key that signs, wherever it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cryptography import x509


class Key(Protocol):
    """Signs in the form JOSE wants; nobody sees the private part."""

    @property
    def algorithm(self) -> str:
        """JOSE name of the one algorithm it signs by (RFC 7518 §3.1, RFC 8037 §3.1)."""

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The certificate of this key first, then those above it, as far as they are known."""

    def sign(self, message: bytes) -> bytes:
        """Sign; ECDSA as r and s side by side (RFC 7518 §3.4)."""
