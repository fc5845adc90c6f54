"""Help of ``gmkit tsa`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
