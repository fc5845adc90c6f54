"""Help of ``gmkit ofd`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
