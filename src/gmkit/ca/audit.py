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

__all__ = ["begin", "canonical", "epoch", "head", "record"]


BACKWARDS = 60
"""Seconds by which the clocks of two operators may differ."""


def begin(connection: Connection, moment: datetime) -> None:
    """Start an empty log."""
    frontier = Frontier().to_bytes()
    row = {"id": 1, "frontier": frontier, "moment": int(moment.timestamp())}
    connection.execute(insert(audit_head).values(row))


def record(connection: Connection, moment: datetime, acts: Sequence[Mapping[str, object]]) -> int:
    """
    Append *acts* of one moment.

    Args:
        connection: A writing transaction, the one in which the acts themselves are written.
        moment: When.
        acts: What, by whom, to what; the key ``act`` says which kind.

    Returns:
        The number of the first of them in the log.

    Raises:
        StorageError: *moment* is earlier than the last entry: the clock runs backwards, and what is
            written now would seem older than what it rests on.
    """
    frontier, last = _head(connection)
    at = int(moment.timestamp())
    if at < last - BACKWARDS:
        raise StorageError(
            f"the clock says {moment:%Y-%m-%d %H:%M:%S}, but the last act was {last - at} seconds later",
            hint="set the clock right",
        )
    first = frontier.size
    entries = [canonical({**act, "at": at}) for act in acts]
    leaves = leaf_hashes(entries)
    rows = [
        {"number": number, "entry": entry, "leaf": leaf}
        for number, (entry, leaf) in enumerate(zip(entries, leaves, strict=True), first)
    ]
    frontier.extend(leaves)
    connection.execute(insert(audit), rows)
    head = {"frontier": frontier.to_bytes(), "moment": max(at, last)}
    connection.execute(update(audit_head).values(head))
    return first


def head(connection: Connection) -> Frontier:
    """The right edge of the tree: its size and root."""
    return _head(connection)[0]


def epoch(connection: Connection) -> int:
    """How often acts were lost in a restore."""
    return connection.execute(select(audit_head.c.epoch)).scalar() or 0


def _head(connection: Connection) -> tuple[Frontier, int]:
    row = connection.execute(select(audit_head.c.frontier, audit_head.c.moment)).one_or_none()
    if row is None:
        raise StorageError("the store has no audit log; it was not made by gmkit, or it is damaged")
    return Frontier.from_bytes(row.frontier), row.moment


def canonical(value: Mapping[str, object]) -> bytes:
    """JSON with sorted keys and without blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
