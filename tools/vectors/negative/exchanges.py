"""Key agreements; empty until the exchange has landed."""

from form import VectorFile


def files() -> list[VectorFile]:
    """None yet."""
    return []
