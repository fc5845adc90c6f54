"""Help of ``gmkit cms`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
