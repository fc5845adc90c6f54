"""The right edge of a ledger's tree, out of its tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from gmkit.errors import StorageError
from gmkit.merkle import Frontier
from gmkit.receipts.ledger import schema

__all__ = ["Ask", "asking", "edge_of", "edges", "grown"]

Ask = Callable[..., Sequence[Any]]
"""Rows of a statement with its values, from a connection of SQLAlchemy or a cursor of the driver."""
HASH = 32
PEAKS = "SELECT seq, peak FROM ledger_entries WHERE seq IN (SELECT value FROM json_each(?))"


def asking(connection: Connection) -> Ask:
    """Questions within a transaction."""
    return lambda statement, *values: connection.exec_driver_sql(statement, values or None).all()


def edges(connection: Connection) -> list[Frontier]:
    """
    Every edge that is kept: over all entries, and the one over those whose keys are merged.

    Raises:
        StorageError: The one over all entries is not there.
        EncodingError: What is there is none.
    """
    ask = asking(connection)
    ((octets,),) = ask("SELECT frontier FROM ledger")
    return [Frontier.from_bytes(bytes(octets)), edge_of(ask)]


def edge_of(ask: Ask) -> Frontier:
    """
    The edge over all entries, within a transaction.

    Raises:
        StorageError: It is not there.
        EncodingError: What is there is none.
    """
    ((version, octets),) = ask("SELECT version, frontier FROM ledger")
    edge = Frontier.from_bytes(bytes(octets))
    return edge if version == schema.INDEXED else grown(ask, edge)


def grown(ask: Ask, edge: Frontier) -> Frontier:
    """
    The edge over all entries of a merged ledger, from an earlier one.

    An entry carries the root of the largest subtree that ends with it, if the edge had that when it was
    committed; every later edge is made of such roots, for what an edge drops it never needs again.

    Raises:
        StorageError: A root is missing.
    """
    ((last,),) = ask("SELECT max(seq) FROM ledger_entries")
    size = edge.size if last is None else max(last + 1, edge.size)
    roots = dict(edge.peaks())
    ends = Frontier.ends(size)
    wanted = [end - 1 for end in ends if end not in roots]
    if wanted:
        roots |= {seq + 1: bytes(peak) for seq, peak in ask(PEAKS, str(wanted))}
    peaks = [roots.get(end, b"") for end in ends]
    if any(len(peak) != HASH for peak in peaks):
        raise StorageError("the edge of the tree is missing", hint="run the audit")
    return Frontier.from_bytes(size.to_bytes(8, "big") + b"".join(peaks))
