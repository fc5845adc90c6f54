"""
What is fuzzed in Python: every reader of strangers' octets, and good inputs to begin with.

The small readers are those of ``tests.known_attacks.parsers``; here are those that need a world around them:
documents, receipts with their ledger, the files of the authority. A reader that looks at what it read says so
by doing it: what is looked at late is looked at here as well.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from gmkit import asn1
from gmkit.errors import GmkitError
from tests.known_attacks.parsers import parsers

__all__ = ["GROUPS", "MIB", "Target", "group", "targets"]

MIB = 1 << 20


# What opens with a password takes as long as the file asks for, up to the bounds of the parsers.
_GUESSED = ("protected key", "PKCS#12")
_ITERATIONS = 1000  # beyond this it is not waited for here


class Target(NamedTuple):
    """
    A reader and what is promised of it.

    Attributes:
        read: Takes octets; returns, or raises one of *refusals*.
        good: Inputs that it takes, at least one.
        seconds: Of processor time, at most, for one input of *longest* octets.
        refusals: What may leave it.
        longest: Octets of an input.
        memory: Octets that Python may hold at once, beside four times the input.
    """

    read: Callable[[bytes], Any]
    good: tuple[bytes, ...]
    seconds: float = 0.1
    refusals: tuple[type[Exception], ...] = (GmkitError,)
    longest: int = 16 << 10
    memory: int = 16 * MIB


def _small() -> dict[str, Target]:
    small = {name: Target(each.read, (each.good,)) for name, each in parsers().items()}
    return small | {name: small[name]._replace(read=_cheap(small[name].read)) for name in _GUESSED}


GROUPS = ("parsers", "documents", "receipts", "authority")


@cache
def group(name: str) -> dict[str, Target]:
    """The targets of one of the :data:`GROUPS`, by name. Its world is made here."""
    if name == "parsers":
        return _small()
    made: dict[str, Target] = importlib.import_module(f"fuzz.{name}").targets()
    return made


@cache
def targets() -> dict[str, Target]:
    """All of them, by name."""
    pairs = [pair for name in GROUPS for pair in group(name).items()]
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("two targets have one name")
    return found


def _cheap(read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Without the inputs that ask for many iterations."""

    def act(data: bytes) -> Any:
        waiting = [asn1.decode_lenient(data, what="fuzzed")]
        while waiting:
            element = waiting.pop()
            if (
                element.tag == asn1.Tag.INTEGER
                and int.from_bytes(element.content, "big") > _ITERATIONS
            ):
                return None
            waiting += element.children() if element.tag & 0x20 else ()
        return read(data)

    return act
