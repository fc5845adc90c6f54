"""The numbers of the entries that are in no table of keys yet: what a writer knows of them by heart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gmkit.receipts.ledger.keys import id_numbers, of_whole_order, order_numbers

__all__ = ["Numbers", "Recent", "keys_of", "numbers_of"]

Numbers = tuple[int, int | None, bool]
"""Of an entry: that of its identifier, that of its order if it has one, and whether the order has one place for it."""


def numbers_of(rows: Sequence[Sequence[Any]]) -> list[Numbers]:
    """Of rows of signer, identifier, order and sequence."""
    ids = id_numbers([(row[0], row[1]) for row in rows])
    orders = iter(order_numbers([(row[0], row[2], row[3]) for row in rows if row[2] is not None]))
    return [
        (number, None, False) if row[2] is None else (number, next(orders), row[3] is not None)
        for number, row in zip(ids, rows, strict=True)
    ]


def keys_of(rows: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """Pairs of number and place, sorted, of rows of signer, identifier, order, sequence and place."""
    pairs = []
    for row, (number, order, _) in zip(rows, numbers_of([row[:4] for row in rows]), strict=True):
        pairs.append((number, row[4]))
        if order is not None:
            pairs.append((order, row[4]))
    return sorted(pairs)


class Recent:
    """
    Entries from *first* to before *end*.

    Args:
        first: Before which entry everything is in the table of keys.
    """

    def __init__(self, first: int) -> None:
        self.first = self.end = first
        self._places: dict[int, int] = {}
        self._more: list[tuple[int, int]] = []  # of numbers that another entry has already
        self._orders: dict[int, list[int]] = {}

    def __len__(self) -> int:
        return self.end - self.first

    def add(self, entries: Iterable[Numbers]) -> None:
        """The next entries."""
        places, orders = self._places, self._orders
        for at, (number, order, _) in enumerate(entries, self.end):
            if places.setdefault(number, at) != at:
                self._more.append((number, at))
            if order is not None:
                if places.setdefault(order, at) != at:
                    self._more.append((order, at))
                orders.setdefault(of_whole_order(order), []).append(at)
            self.end = at + 1

    def has(self, numbers: Iterable[int]) -> bool:
        """Whether an entry has one of these numbers."""
        return not self._places.keys().isdisjoint(numbers)

    def places(self, numbers: Iterable[int]) -> list[int]:
        """Where entries with these numbers are."""
        wanted = self._places.keys() & set(numbers)
        found = [self._places[number] for number in wanted]
        return found + [place for number, place in self._more if number in wanted]

    def places_of_order(self, number: int) -> list[int]:
        """Where entries of an order are, from any of its numbers."""
        return self._orders.get(of_whole_order(number), [])

    def sorted(self) -> list[int]:
        """The numbers there are."""
        return sorted(self._places)

    def pairs(self, numbers: Iterable[int]) -> list[tuple[int, int]]:
        """Of numbers out of :meth:`sorted`, with the first entry that has each."""
        return [(number, self._places[number]) for number in numbers]

    def more(self, end: int) -> list[tuple[int, int]]:
        """The further entries before *end* that have a number, sorted."""
        return sorted(pair for pair in self._more if pair[1] < end)

    def drop(self, end: int) -> None:
        """The entries before *end* are in the table now."""
        self.first = end
        self._places = {number: at for number, at in self._places.items() if at >= end}
        more, self._more = self._more, []
        for number, at in more:
            if at >= end and self._places.setdefault(number, at) != at:
                self._more.append((number, at))
        self._orders = {
            number: rest
            for number, places in self._orders.items()
            if (rest := [at for at in places if at >= end])
        }
        self.end = max(self.end, end)
