"""
The numbers under which a SQLite ledger finds its entries: 8 bytes for an identifier, 8 for a place in an order.

::

    identifier       first 8 bytes of SM3(kid ‖ id)
    place in order   first 5 bytes of SM3(order) ‖ 3 bytes out of signer and sequence

Whoever looks something up reads the entry itself afterwards, so two that share a number cost a look and
nothing else. Numbers of random and of time-ordered identifiers are spread alike; they are written sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from zlib import crc32

from gmkit import sm3
from gmkit.receipts.ledger.entry import id_key

__all__ = ["id_numbers", "of_whole_order", "order_numbers", "span"]

_SPOTS = (1 << 24) - 1
_NUMBER = Struct(">q24x")  # of a digest
_SEQUENCE = Struct(">q")


def id_numbers(names: Sequence[tuple[bytes, str]]) -> list[int]:
    """Of pairs of signer and identifier."""
    return _numbers([id_key(key_id, identifier) for key_id, identifier in names])


def order_numbers(places: Sequence[tuple[bytes, str, int | None]]) -> list[int]:
    """Of signer, order, and sequence in it."""
    orders = {order: 0 for _, order, _ in places}
    orders = dict(zip(orders, _numbers([_octets(order) for order in orders]), strict=True))
    return [
        of_whole_order(orders[order])
        | (0 if sequence is None else crc32(_SEQUENCE.pack(sequence), crc32(key_id)) & _SPOTS)
        for key_id, order, sequence in places
    ]


def of_whole_order(number: int) -> int:
    """What all numbers of an order have in common: the first of them."""
    return number & ~_SPOTS


def span(order: str) -> tuple[int, int]:
    """First and last number of an order."""
    (number,) = _numbers([_octets(order)])
    return of_whole_order(number), number | _SPOTS


def _numbers(texts: list[bytes]) -> list[int]:
    return [number for (number,) in _NUMBER.iter_unpack(b"".join(sm3.digest_batch(texts)))]


def _octets(order: str) -> bytes:
    return order.encode(errors="surrogatepass")
