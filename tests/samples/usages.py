"""What a certificate's key may be used for, of all the samples."""

from __future__ import annotations

from cryptography import x509

_EVERY = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def usage(*bits: str) -> x509.KeyUsage:
    """Make a keyUsage with these bits."""
    return x509.KeyUsage(**{bit: bit in bits for bit in _EVERY})


AUTHORITY_USAGE = usage("key_cert_sign", "crl_sign")
"""Certificates and lists of revocations: readers differ whether it may sign these without saying so."""
