"""Answers that must not be taken for a bool."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["NoTruthValue"]


class NoTruthValue:
    """
    Base of answers that hold more than yes and no.

    An object is true in Python unless it says otherwise, so ``if verify(...):`` would take *invalid* for
    *valid*. With this base it raises TypeError instead.
    """

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        name = type(self).__name__
        message = f"a {name} has no truth value: compare its outcome with Outcome.VALID"
        raise TypeError(message)
