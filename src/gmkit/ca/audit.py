"""
The audit log: every act is a leaf of an SM3 Merkle tree, written in the transaction of the act itself.

An entry is JSON with sorted keys and without blanks. Whoever holds an older root can have it proved that
nothing before it was changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from gmkit.ca.schema import audit, audit_head
from gmkit.errors import StorageError
from gmkit.merkle import Frontier, leaf_hashes

__all__ = ["begin", "head", "record"]


def begin(connection: Connection) -> None:
    """Start an empty log."""
    connection.execute(insert(audit_head).values(id=1, frontier=Frontier().to_bytes()))


def record(connection: Connection, moment: datetime, acts: Sequence[Mapping[str, object]]) -> None:
    """
    Append *acts* of one moment.

    Args:
        connection: A writing transaction, the one in which the acts themselves are written.
        moment: When.
        acts: What, by whom, to what; the key ``act`` says which kind.
    """
    frontier = head(connection)
    at = int(moment.timestamp())
    entries = [
        json.dumps(
            {**act, "at": at}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()
        for act in acts
    ]
    leaves = leaf_hashes(entries)
    rows = [
        {"number": number, "entry": entry, "leaf": leaf}
        for number, (entry, leaf) in enumerate(zip(entries, leaves, strict=True), frontier.size)
    ]
    frontier.extend(leaves)
    connection.execute(insert(audit), rows)
    connection.execute(update(audit_head).values(frontier=frontier.to_bytes()))


def head(connection: Connection) -> Frontier:
    """The right edge of the tree: its size and root."""
    frontier = connection.execute(select(audit_head.c.frontier)).scalar()
    if frontier is None:
        raise StorageError("the store has no audit log; it was not made by gmkit, or it is damaged")
    return Frontier.from_bytes(frontier)
