"""Help of ``gmkit evaluation`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
