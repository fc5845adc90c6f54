"""Base64url without padding (RFC 7515, section 2), in its one spelling."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

__all__ = ["octets_of", "text_of"]


def text_of(octets: bytes) -> str:
    """The one spelling of these octets."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def octets_of(text: str) -> bytes | None:
    """The octets of *text*, or None if it is not their one spelling."""
    try:
        octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    # Encoding again finds blanks, strange characters, padding and non-zero spare bits alike.
    return octets if text_of(octets) == text else None
