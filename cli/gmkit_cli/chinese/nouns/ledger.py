"""Help of ``gmkit ledger`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS: dict[str, str] = {}
