"""Help of ``gmkit vault`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
