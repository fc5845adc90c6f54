"""
The whole audit log checked: its tree, the checkpoints, and that the store says what the log says.

The log is walked once. Certificates and lists were written in the order of their acts, so both are read side by
side; what changed the standing of a certificate is remembered and compared at the end. Whoever changes a row,
or the log, or both without the key of the checkpoints, is found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from gmkit import sm3
from gmkit.ca import audit, schema
from gmkit.ca.records import Status
from gmkit.errors import EncodingError
from gmkit.merkle import Checkpoint, Frontier, leaf_hashes
from gmkit.x509 import Certificate

__all__ = ["Fault", "replay"]

_CHUNK = 10_000
_STANDING = {"revoke": Status.REVOKED, "hold": Status.HELD, "release": Status.GOOD}


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Something in the log or the store that cannot have come from this program.

    Attributes:
        code: Stable identifier.
        message: What was met.
    """

    code: str
    message: str


@dataclass(slots=True)
class _Walk:
    """What was met so far."""

    rows: Iterator[Any]
    lists: Iterator[Any]
    escrowed: Iterator[Any]
    standing: dict[str, tuple[int, Status, dict[str, Any]]] = field(default_factory=dict)
    claimed: dict[str, Row[Any]] = field(default_factory=dict)


def replay(connection: Connection, trusted: Iterable[Checkpoint] = ()) -> Iterator[Fault]:
    """
    Everything that is wrong; the tree of a log that was cut or bent says so once, not for each act.

    Args:
        connection: A reading transaction.
        trusted: Checkpoints, verified before, whose log this must continue.
    """
    frontier, head = Frontier(), audit.head(connection)
    wanted: dict[int, list[bytes]] = {}
    for checkpoint in trusted:
        wanted.setdefault(checkpoint.size, []).append(checkpoint.root)
    yield from _reached(frontier, wanted)
    walk = _Walk(_certificates(connection), _lists(connection), _escrowed(connection))
    for chunk in _chunks(connection, sorted(wanted)):
        gap = next((row for n, row in enumerate(chunk, frontier.size) if row.number != n), None)
        if gap is not None:
            yield Fault("audit-gap", f"act {gap.number} follows a gap in the audit log")
            return
        entries = [bytes(row.entry) for row in chunk]
        leaves = leaf_hashes(entries)
        for row, leaf in zip(chunk, leaves, strict=True):
            if bytes(row.leaf) != leaf:
                yield Fault("audit-changed", f"act {row.number} of the audit log was changed")
        for number, entry in enumerate(entries, frontier.size):
            yield from _follow(walk, number, entry)
        frontier.extend(leaves)
        yield from _reached(frontier, wanted)
    if (frontier.size, frontier.root()) != (head.size, head.root()):
        yield Fault("audit-changed", "the audit log was changed: its tree has another root")
    for size in sorted(size for size in wanted if size > frontier.size):
        yield Fault(
            "audit-rollback",
            f"the audit log ends after {frontier.size} acts; a checkpoint was signed over {size}",
        )
    yield from _leftovers(walk)


def _reached(frontier: Frontier, wanted: dict[int, list[bytes]]) -> Iterator[Fault]:
    if any(root != frontier.root() for root in wanted.get(frontier.size, ())):
        yield Fault(
            "audit-checkpoint",
            f"the first {frontier.size} acts are not those of the checkpoint signed over them",
        )


def _chunks(connection: Connection, stops: Sequence[int]) -> Iterator[list[Row[Any]]]:
    """The log in pieces, none of which reaches across one of *stops*."""
    table = schema.audit
    query = select(table).order_by(table.c.number)
    waiting: list[Row[Any]] = []
    ends, done = iter([*stops, None]), 0
    end = next(ends)
    with connection.execute(query.execution_options(yield_per=_CHUNK)) as rows:
        for row in rows:
            while end is not None and done >= end:
                end = next(ends)
            waiting.append(row)
            done += 1
            if len(waiting) == _CHUNK or done == end:
                yield waiting
                waiting = []
    if waiting:
        yield waiting


def _certificates(connection: Connection) -> Iterator[Any]:
    table = schema.certificates
    query = select(
        table.c.serial, table.c.status, table.c.changed, table.c.reason, table.c.revoked,
        table.c.entry, table.c.not_after, table.c.der,
    ).order_by(table.c.id)  # fmt: skip
    with connection.execute(query.execution_options(yield_per=_CHUNK)) as rows:
        yield from rows


def _lists(connection: Connection) -> Iterator[Any]:
    table = schema.lists
    query = select(table.c.number, table.c.fingerprint).order_by(table.c.id)
    with connection.execute(query.execution_options(yield_per=_CHUNK)) as rows:
        yield from rows


def _escrowed(connection: Connection) -> Iterator[Any]:
    table = schema.escrow_keys
    query = select(table.c.sealed).order_by(table.c.id)
    with connection.execute(query.execution_options(yield_per=_CHUNK)) as rows:
        yield from rows


def _follow(walk: _Walk, number: int, entry: bytes) -> Iterator[Fault]:
    try:
        act = json.loads(entry)
    except (ValueError, RecursionError):
        act = None
    if not isinstance(act, dict):
        yield Fault("audit-changed", f"act {number} of the audit log is no act")
        return
    kind = act.get("act")
    if kind in {"create", "issue", "lost", "adopt"}:
        yield from _follow_certificate(walk, number, act)
    elif kind in _STANDING:
        walk.standing[str(act.get("serial"))] = (number, _STANDING[str(kind)], act)
    elif kind == "list":
        row = next(walk.lists, None)
        expected = act.get("fingerprint")
        if row is None or row.number != act.get("number"):
            yield Fault("store-list", f"the list of act {number} is not in the store")
        elif expected is not None and bytes(row.fingerprint).hex() != expected:
            yield Fault("store-list", f"the list of act {number} was changed in the store")
    elif kind == "escrow":
        row = next(walk.escrowed, None)
        if row is None or sm3.digest(row.sealed).hex() != act.get("sealed"):
            yield Fault("store-escrow", f"the escrowed key of act {number} was changed or lost")


def _follow_certificate(walk: _Walk, number: int, act: dict[str, Any]) -> Iterator[Fault]:
    if act.get("in_store") is False:  # an authority whose certificate another one keeps
        return
    row = next(walk.rows, None)
    if row is None:
        yield Fault("store-certificate", f"the certificate of act {number} is not in the store")
        return
    serial = f"{int.from_bytes(row.serial, 'big'):x}"
    if row.changed is not None or row.status != Status.GOOD:
        walk.claimed[serial] = row
    if act.get("act") == "lost":
        same = act.get("serial") == serial
    else:
        same = sm3.digest(row.der).hex() == act.get("certificate") and _row_is_its(row)
    if not same:
        yield Fault("store-certificate", f"the certificate {serial} is not the one of act {number}")


def _row_is_its(row: Row[Any]) -> bool:
    try:
        certificate = Certificate(bytes(row.der))
    except EncodingError:
        return False
    return (
        certificate.serial_octets == bytes(row.serial)
        and certificate.not_after_seconds == row.not_after
    )


def _leftovers(walk: _Walk) -> Iterator[Fault]:
    for row in walk.rows:
        number = int.from_bytes(row.serial, "big")
        yield Fault("store-certificate", f"the certificate {number:x} is not in the audit log")
    for row in walk.lists:
        yield Fault("store-list", f"the list {row.number} is not in the audit log")
    for _ in walk.escrowed:
        yield Fault("store-escrow", "an escrowed key is not in the audit log")
    for serial in sorted(walk.standing.keys() | walk.claimed.keys()):
        if not _stands(walk.claimed.get(serial), walk.standing.get(serial)):
            yield Fault("store-status", f"{serial} does not stand in the store as in the audit log")


def _stands(row: Any, logged: tuple[int, Status, dict[str, Any]] | None) -> bool:
    if row is None or logged is None:
        return False
    number, status, act = logged
    expected = act.get("entry")
    return (
        (row.status, row.changed) == (int(status), number)
        and row.reason == act.get("reason")
        and (expected is None or sm3.digest(row.entry or b"").hex() == expected)
    )
