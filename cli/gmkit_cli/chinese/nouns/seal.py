"""Help of ``gmkit seal`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
