"""Help of ``gmkit evidence`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
