"""Help of ``gmkit receipt`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
