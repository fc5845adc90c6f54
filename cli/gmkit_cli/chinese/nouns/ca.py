"""Help of ``gmkit ca`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
