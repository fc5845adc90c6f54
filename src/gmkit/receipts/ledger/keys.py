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

from gmkit.receipts.ledger.entry import id_key
from gmkit.sm3 import digest_batch

__all__ = [
    "WHOLE",
    "id_numbers",
    "number_in",
    "number_of",
    "octets_of_order",
    "order_numbers",
    "span",
]

_SPOTS = (1 << 24) - 1
WHOLE = ~_SPOTS
"""What all numbers of an order have in common, and the first of them is."""
_NUMBER = Struct(">q24x")  # of a digest
_SEQUENCE = Struct(">q")


def id_numbers(names: Sequence[tuple[bytes, str]]) -> list[int]:
    """Of pairs of signer and identifier."""
    return _numbers([id_key(key_id, identifier) for key_id, identifier in names])


def order_numbers(places: Sequence[tuple[bytes, str, int | None]]) -> list[int]:
    """Of signer, order, and sequence in it."""
    orders = {order: 0 for _, order, _ in places}
    orders = dict(zip(orders, _numbers([octets_of_order(order) for order in orders]), strict=True))
    return [number_in(orders[order], key_id, sequence) for key_id, order, sequence in places]


def span(order: str) -> tuple[int, int]:
    """First and last number of an order."""
    (number,) = _numbers([octets_of_order(order)])
    return number & WHOLE, number | _SPOTS


def number_of(digest: bytes) -> int:
    """The number out of a digest."""
    number: int = _NUMBER.unpack(digest)[0]
    return number


def number_in(order: int, key_id: bytes, sequence: int | None) -> int:
    """The number of a place in an order, from any number of the order."""
    spot = 0 if sequence is None else crc32(_SEQUENCE.pack(sequence), crc32(key_id)) & _SPOTS
    return order & WHOLE | spot


def octets_of_order(order: str) -> bytes:
    """What of an order is hashed."""
    return order.encode(errors="surrogatepass")


def _numbers(texts: list[bytes]) -> list[int]:
    return [number for (number,) in _NUMBER.iter_unpack(b"".join(digest_batch(texts)))]
