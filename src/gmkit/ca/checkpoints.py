"""What the authority signs about its audit log: how many acts there are, and the root of the tree over them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from sqlalchemy import Connection, delete, insert, select

from gmkit.ca import audit
from gmkit.ca.schema import checkpoints
from gmkit.errors import EncodingError, VerificationError
from gmkit.keys import Signer
from gmkit.merkle import Checkpoint, SignedCheckpoint, parse_checkpoint
from gmkit.sm2 import SM2PublicKey
from gmkit.x509 import Certificate

__all__ = ["checked", "latest", "make", "moment_of", "origin", "stored"]

_TIME = "time "
_FORM = "%Y-%m-%dT%H:%M:%SZ"


def origin(issuing: Certificate, epoch: int = 0) -> str:
    """
    Name of an authority's log.

    Args:
        issuing: The certificate of the issuing authority, whose key signs.
        epoch: How often acts were lost in a restore; after each the log is another one.
    """
    name = f"gmkit-ca/{issuing.fingerprint().hex()[:32]}"
    return f"{name}/{epoch}" if epoch else name


def make(
    connection: Connection, key: Signer, issuing: Certificate, now: datetime
) -> SignedCheckpoint:
    """
    Sign what the log is now, and write that down.

    Args:
        connection: A writing transaction.
        key: The issuing key.
        issuing: Its certificate.
        now: The present; it stands in the checkpoint.
    """
    frontier, epoch = audit.head(connection), audit.epoch(connection)
    name = origin(issuing, epoch)
    line = f"{_TIME}{now.astimezone(timezone.utc):{_FORM}}"
    made = Checkpoint(name, frontier.size, frontier.root(), (line,)).sign(key, name=name)
    # Where nothing has happened since the last one, this one takes its place.
    connection.execute(
        delete(checkpoints).where(checkpoints.c.epoch == epoch, checkpoints.c.size == frontier.size)
    )
    row = {
        "epoch": epoch,
        "size": frontier.size,
        "moment": int(now.timestamp()),
        "note": made.to_bytes(),
    }
    connection.execute(insert(checkpoints).values(row))
    return made


def checked(note: bytes, issuing: Certificate, *, epoch: int | None = None) -> Checkpoint:
    """
    A checkpoint of this authority's log, its signature verified.

    Args:
        note: As it was handed out.
        issuing: The certificate of the issuing authority.
        epoch: Which of its logs; None: any.

    Raises:
        EncodingError: It is no checkpoint.
        VerificationError: It is of another log, or not signed by this authority.
    """
    signed = parse_checkpoint(note)
    name, key = signed.checkpoint.origin, issuing.public_key()
    own = origin(issuing) if epoch is None else origin(issuing, epoch)
    if name != own and not (epoch is None and _is_later_epoch(name, own)):
        raise VerificationError(
            f"the checkpoint is of the log {name}, not of {own}", reason="checkpoint-origin"
        )
    assert isinstance(key, SM2PublicKey)
    return signed.verify({name: key})


def moment_of(checkpoint: Checkpoint) -> datetime:
    """
    When it was signed.

    Raises:
        EncodingError: It does not say so.
    """
    for line in checkpoint.extensions:
        if line.startswith(_TIME):
            try:
                return datetime.strptime(line[len(_TIME) :], _FORM).replace(tzinfo=timezone.utc)
            except ValueError:
                break
    raise EncodingError("the checkpoint says no time", what="checkpoint", offset=None)


def latest(connection: Connection) -> bytes | None:
    """The newest checkpoint of the present log, as it was handed out; None if there is none."""
    query = (
        select(checkpoints.c.note)
        .where(checkpoints.c.epoch == audit.epoch(connection))
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    )
    note = connection.execute(query).scalar()
    return None if note is None else bytes(note)


def stored(connection: Connection) -> Iterator[bytes]:
    """All checkpoints of the present log, oldest first."""
    query = (
        select(checkpoints.c.note)
        .where(checkpoints.c.epoch == audit.epoch(connection))
        .order_by(checkpoints.c.size)
    )
    with connection.execute(query) as rows:
        for row in rows:
            yield bytes(row.note)


def _is_later_epoch(name: str, own: str) -> bool:
    head, _, number = name.rpartition("/")
    return head == own and number.isascii() and number.isdigit()
