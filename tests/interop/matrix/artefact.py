"""A row of the matrix, and how a cell of it is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import Any

from gmkit.errors import GmkitError
from tests.peers import Peer, PeerError

__all__ = ["Artefact", "Case", "Direction", "Mismatch", "run_cell"]

_AT_ONCE = 100


class Mismatch(AssertionError):
    """A case on which the two sides differ."""


class Direction(Enum):
    """Who wrote what the other reads."""

    THEY_READ = "they read what we write"
    WE_READ = "we read what they write"


@dataclass(frozen=True)
class Case:
    """
    One case.

    Attributes:
        fields: What the peer is asked.
        check: Raises if its answer is not what it must be.
    """

    fields: dict[str, Any]
    check: Callable[[dict[str, Any]], None]


Maker = Callable[[Random, Peer], Case]


@dataclass(frozen=True)
class Artefact:
    """
    A row.

    Attributes:
        name: Short, stable.
        title: As the documentation calls it.
        reads: The peer's operation on what we write, and what makes a case.
        writes: The peer's operation that writes, and what makes a case.
    """

    name: str
    title: str
    reads: tuple[str, Maker] | None = None
    writes: tuple[str, Maker] | None = None

    def operation(self, direction: Direction) -> tuple[str, Maker] | None:
        """The one of the direction."""
        return self.reads if direction is Direction.THEY_READ else self.writes


def run_cell(artefact: Artefact, peer: Peer, direction: Direction, count: int, seed: int) -> None:
    """
    Run *count* random cases.

    Raises:
        Mismatch: On the first that fails; the message has what is needed to see it again.
    """
    found = artefact.operation(direction)
    if found is None or found[0] not in peer.operations:
        raise Mismatch(f"{peer.name} has no operation for {artefact.name}")
    operation, make = found
    random = Random(seed)
    for start in range(0, count, _AT_ONCE):
        cases = [make(random, peer) for _ in range(min(_AT_ONCE, count - start))]
        answers = peer.calls(operation, [case.fields for case in cases])
        for number, (case, answer) in enumerate(zip(cases, answers, strict=True), start):
            try:
                if isinstance(answer, PeerError):
                    raise answer
                case.check(answer)
            except (PeerError, GmkitError, AssertionError) as fault:
                raise Mismatch(
                    f"{artefact.name}, {peer.name}, {direction.value}, case {number} of seed {seed}: "
                    f"{type(fault).__name__}: {fault}\nasked: {case.fields}\nanswered: {answer}"
                ) from fault
