"""What is appended, what comes of it, and what both ways of writing have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gmkit.receipts.ledger.links import Link, Links
from gmkit.receipts.ledger.lookup import ByHeart

__all__ = [
    "Again",
    "Appended",
    "Placed",
    "Refusal",
    "Row",
    "There",
    "Writer",
    "fitting",
    "place_in_order",
    "sorted_out",
    "told_again",
]

Row = tuple[Any, ...]
"""The columns of an entry after its number, in the order of the table."""
Placed = tuple[int, int, Row]
"""Place in the result, line in the input, and columns."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A receipt that was not appended.

    Attributes:
        line: Its line or place in the input, from 1.
        reason: As of :class:`gmkit.receipts.Reason`, or ``duplicate-id`` (another receipt has the
            identifier), ``order-fork`` (another receipt has its place in the order, or names the same
            entry as the one before it), ``order-gap`` (the entry it names is not one of its order), or
            ``checkpoint`` (the ledger has another tree than the one it names).
        id: What it calls itself, if that can be read.
    """

    line: int
    reason: str
    id: str | None = None


@dataclass
class Appended:
    """
    What came of receipts.

    Attributes:
        places: For each receipt its place in the ledger; None if it was refused.
        added: How many are new.
        known: How many were in the ledger already.
        refused: The others.
    """

    places: list[int | None] = field(default_factory=list)
    added: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)


class Writer(ByHeart, Protocol):
    """Writes to a ledger, in the way of its database."""

    def write(self, rows: list[Placed], links: Mapping[int, Link], result: Appended) -> set[int]:
        """
        Write rows in one transaction; those that are there already get their place, and those in conflict
        with others, or with what they state of the ledger, are refused.

        Args:
            rows: What to write.
            links: What receipts state of the ledger, by their place in the result.
            result: Gets the places and the refusals.

        Returns:
            Of those that are new their place in the result.

        Raises:
            StorageError: Nothing was written.
        """

    def one(self, row: Row) -> int | None:
        """
        Write a row that states nothing of the ledger, if nothing can stand against it.

        Returns:
            Its place; None if it has to be looked at closer: then nothing was written.

        Raises:
            StorageError: Nothing was written.
        """

    def settle(self) -> None:
        """See :meth:`gmkit.receipts.ledger.Ledger.settle`."""


@dataclass
class There:
    """
    Entries with which rows may be in conflict.

    Attributes:
        names: Place, e and signature by signer and identifier.
        spots: Places in orders: signer, order, sequence.
    """

    names: dict[tuple[bytes, str], tuple[int, bytes, bytes]] = field(default_factory=dict)
    spots: set[tuple[bytes, str, int]] = field(default_factory=set)


Again = list[tuple[Placed, Placed]]
"""Pairs of rows of which the first repeats the second."""


def sorted_out(rows: list[Placed], there: There, result: Appended) -> tuple[list[Placed], Again]:
    """
    The rows that can be appended, and those that repeat one of them.

    Of the others, those that are there already get their place.
    """
    fresh: list[Placed] = []
    again: Again = []
    mine: dict[tuple[bytes, str], Placed] = {}
    for place, line, row in rows:
        name, content, spot = (row[0], row[1]), (row[7], row[8]), place_in_order(row)
        known = there.names.get(name)
        if known is not None and known[1:] == content:
            result.known += 1
            result.places[place] = known[0]
        elif name in mine and mine[name][2][7:9] == content:
            again.append(((place, line, row), mine[name]))
        elif known is not None or name in mine:
            result.refused.append(Refusal(line, "duplicate-id", row[1]))
        elif spot is not None and spot in there.spots:
            result.refused.append(Refusal(line, "order-fork", row[1]))
        else:
            mine[name] = (place, line, row)
            if spot is not None:
                there.spots.add(spot)
            fresh.append((place, line, row))
    return fresh, again


def fitting(
    rows: list[Placed], known: Links, links: Mapping[int, Link], number: int, result: Appended
) -> list[Placed]:
    """The rows whose receipts state of a ledger of *number* entries what is so."""
    fit = []
    for place, line, row in rows:
        link = links.get(place)
        fault = link and known.fault(link, row[0], row[3], number)
        if fault:
            result.refused.append(Refusal(line, fault, row[1]))
            continue
        known.take(row, link, number)
        fit.append((place, line, row))
        number += 1
    return fit


def told_again(again: Again, result: Appended) -> None:
    """What repeats another row has its place, or is refused for the same reason."""
    why = {each.line: each.reason for each in result.refused}
    for (place, line, row), (first, first_line, _) in again:
        result.places[place] = result.places[first]
        if first_line in why:
            result.refused.append(Refusal(line, why[first_line], row[1]))
        else:
            result.known += 1
    result.refused.sort(key=lambda refusal: refusal.line)


def place_in_order(row: Row) -> tuple[bytes, str, int] | None:
    """Signer, order and sequence of a row; None if it has none."""
    return None if row[3] is None or row[4] is None else (row[0], row[3], row[4])
