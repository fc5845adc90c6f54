"""The numbers of the entries that are in no table of keys yet: what a writer knows of them by heart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gmkit.receipts.ledger.entry import id_key
from gmkit.receipts.ledger.keys import (
    WHOLE,
    id_numbers,
    number_in,
    number_of,
    octets_of_order,
    order_numbers,
)
from gmkit.receipts.ledger.tree import raw_entry
from gmkit.sm3 import digest_batch

__all__ = ["Numbers", "Recent", "digested", "keys_of", "numbers_of"]

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


def digested(row: Sequence[Any]) -> tuple[Numbers, bytes]:
    """The numbers of one row of an entry's columns after the first, and its leaf hash, with one call for all hashes."""
    key_id, identifier, kind, order, sequence, _, _, e, signature, *_ = row
    texts = [b"\0" + raw_entry(kind, e, signature, key_id), id_key(key_id, identifier)]
    if order is None:
        leaf, name = digest_batch(texts)
        return (number_of(name), None, False), leaf
    leaf, name, whole = digest_batch([*texts, octets_of_order(order)])
    place = number_in(number_of(whole), key_id, sequence)
    return (number_of(name), place, sequence is not None), leaf


class Recent:
    """
    Entries from *first* to before *end*. Nothing but whole numbers is kept of them: the collector of garbage
    need not look at these.

    Args:
        first: Before which entry everything is in the table of keys.
    """

    def __init__(self, first: int) -> None:
        self.first = self.end = first
        self._places: dict[int, int] = {}
        self._more: list[tuple[int, int]] = []  # of numbers that another entry has already
        self._orders: dict[int, int] = {}  # the last entry of each order
        self._before: dict[int, int] = {}  # and the one before it

    def __len__(self) -> int:
        return self.end - self.first

    def add(self, entries: Iterable[Numbers]) -> None:
        """The next entries."""
        places, orders = self._places, self._orders
        at = self.end
        for number, order, _ in entries:
            if places.setdefault(number, at) != at:
                self._more.append((number, at))
            if order is not None:
                if places.setdefault(order, at) != at:
                    self._more.append((order, at))
                whole = order & WHOLE
                before = orders.get(whole)
                if before is not None:
                    self._before[at] = before
                orders[whole] = at
            at += 1
        self.end = at

    def has(self, numbers: Iterable[int | None]) -> bool:
        """Whether an entry has one of these numbers."""
        return not self._places.keys().isdisjoint(numbers)

    def places(self, numbers: Iterable[int]) -> list[int]:
        """Where entries with these numbers are."""
        wanted = self._places.keys() & set(numbers)
        found = [self._places[number] for number in wanted]
        return found + [place for number, place in self._more if number in wanted]

    def places_of_order(self, number: int) -> list[int]:
        """Where entries of an order are, from any of its numbers."""
        found = []
        at = self._orders.get(number & WHOLE)
        while at is not None:
            found.append(at)
            at = self._before.get(at)
        return found

    def sorted(self) -> list[int]:
        """The numbers there are."""
        return sorted(self._places)

    def pairs(self, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Of numbers out of :meth:`sorted`, with the first entry that has each."""
        return zip(numbers, map(self._places.__getitem__, numbers), strict=True)

    def more(self, end: int) -> list[tuple[int, int]]:
        """The further entries before *end* that have a number, sorted."""
        return sorted(pair for pair in self._more if pair[1] < end)

    def drop(self, end: int) -> None:
        """The entries before *end* are in the table now."""
        self.first = end
        if end >= self.end:
            self.end = end
            self._places, self._more, self._orders, self._before = {}, [], {}, {}
            return
        self._places = {number: at for number, at in self._places.items() if at >= end}
        more, self._more = self._more, []
        for number, at in more:
            if at >= end and self._places.setdefault(number, at) != at:
                self._more.append((number, at))
        self._orders = {number: at for number, at in self._orders.items() if at >= end}
        self._before = {at: before for at, before in self._before.items() if before >= end}
