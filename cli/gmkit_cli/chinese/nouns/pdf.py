"""Help of ``gmkit pdf`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
