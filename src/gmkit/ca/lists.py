"""Making revocation lists: whole ones, deltas, and partitions by serial number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, text

from gmkit import sm3
from gmkit.ca import audit
from gmkit.ca.schema import certificates, lists
from gmkit.errors import InvalidArgument, IssuingError
from gmkit.pki.issue import Issuer
from gmkit.pki.reasons import Refused
from gmkit.pki.signatures import SignatureVerifier
from gmkit.x509 import CertificateList, Extension
from gmkit.x509.builder import CertificateListBuilder
from gmkit.x509.building import extensions

__all__ = ["Partition", "make_list", "shards_in_use"]


@dataclass(frozen=True, slots=True)
class Partition:
    """
    What a list covers.

    Attributes:
        authority: Row of whoever issued the certificates.
        shard: Number of the partition.
        urls: Its addresses if it is one of several, which then stand in the list; otherwise none.
    """

    authority: int
    shard: int
    urls: tuple[str, ...] = ()


def make_list(
    connection: Connection,
    issuer: Issuer,
    partition: Partition,
    *,
    now: datetime,
    good_for: timedelta,
    delta: bool = False,
) -> CertificateList:
    """
    A revocation list, numbered, signed, read back, and written down in the transaction.

    Args:
        connection: A writing transaction.
        issuer: Who signs.
        partition: What it covers.
        now: When it is made.
        good_for: Until there must be another.
        delta: Only what changed since the last whole list of the partition.

    Raises:
        InvalidArgument: A delta, and there is no whole list yet.
        IssuingError: What came out is not what went in.
        StorageError: The clock runs backwards.
    """
    whole = _last_whole(connection, partition)
    if delta and whole is None:
        raise InvalidArgument("a delta adds to a whole list, and there is none yet")
    number = _next_number(connection, partition.authority)
    if delta and whole is not None:
        base: int | None = whole.number
        count, entries = _changes(connection, partition, whole)
    else:
        base = None
        count, entries = _revoked(connection, partition, whole)
    moment = now.replace(microsecond=0)
    made = CertificateListBuilder(
        issuer=issuer.certificate.subject,
        this_update=moment,
        next_update=moment + good_for,
        revoked=(entries,),
        extensions=_extensions(issuer, partition, number, base),
    ).sign(issuer.key, user_id=issuer.user_id)
    _check(made, issuer, number, count)
    act = {
        "act": "list",
        "number": number,
        "shard": partition.shard,
        "base": base,
        "entries": count,
        "issuer": str(issuer.certificate.subject),
        "fingerprint": sm3.digest(made.der).hex(),
    }
    acts = audit.record(connection, now, [act])
    row = {
        "authority": partition.authority,
        "number": number,
        "shard": partition.shard,
        "base": base,
        "this_update": made.this_update_seconds,
        "next_update": made.next_update_seconds,
        "acts": acts,
        "fingerprint": sm3.digest(made.der),
    }
    connection.execute(insert(lists).values(row))
    return made


@dataclass(frozen=True, slots=True)
class _Whole:
    number: int
    acts: int
    this_update: int


def _last_whole(connection: Connection, partition: Partition) -> _Whole | None:
    query = (
        select(lists.c.number, lists.c.acts, lists.c.this_update)
        .where(
            lists.c.authority == partition.authority,
            lists.c.shard == partition.shard,
            lists.c.base.is_(None),
        )
        .order_by(lists.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _Whole(*row)


def _next_number(connection: Connection, authority: int) -> int:
    # Whole lists and deltas count together (RFC 5280, clause 5.2.3).
    query = select(func.max(lists.c.number)).where(lists.c.authority == authority)
    return (connection.execute(query).scalar() or 0) + 1


def _revoked(
    connection: Connection, partition: Partition, whole: _Whole | None
) -> tuple[int, bytes]:
    """
    Entries of a whole list: how many, and all of them one after the other.

    A certificate leaves it only after it has stood on one that was made after it expired (RFC 5280,
    clause 3.3).
    """
    # Written out, so that the database sees that the partial index serves.
    wanted: list[Any] = [text("status <> 0")]
    if whole is not None:
        expired_later = certificates.c.not_after >= whole.this_update
        wanted.append(or_(expired_later, certificates.c.changed >= whole.acts))
    return _entries(connection, partition, wanted)


def _changes(connection: Connection, partition: Partition, whole: _Whole) -> tuple[int, bytes]:
    """Entries of a delta: what was revoked, held or released since the whole list."""
    return _entries(connection, partition, [certificates.c.changed >= whole.acts])


def _entries(connection: Connection, partition: Partition, wanted: list[Any]) -> tuple[int, bytes]:
    # Joined by the database: a hundred thousand rows are not to become objects one by one.
    entry = certificates.c.entry
    if connection.dialect.name == "sqlite":
        joined: Any = func.group_concat(func.hex(entry), text("''"))
    else:
        joined = func.string_agg(entry, text("''::bytea"))
    query = select(func.count(), joined).where(
        certificates.c.authority == partition.authority,
        certificates.c.shard == partition.shard,
        *wanted,
    )
    count, octets = connection.execute(query).one()
    if isinstance(octets, str):
        return count, bytes.fromhex(octets)
    return count, bytes(octets or b"")


def _extensions(
    issuer: Issuer, partition: Partition, number: int, base: int | None
) -> tuple[Extension, ...]:
    identifier = issuer.certificate.subject_key_identifier
    assert identifier is not None
    made = [extensions.authority_key_identifier(identifier), extensions.crl_number(number)]
    if base is not None:
        made.append(extensions.delta_crl_indicator(base))
    elif issuer.freshest_crl_urls:
        made.append(extensions.crl_distribution_points(issuer.freshest_crl_urls, freshest=True))
    if partition.urls:
        made.append(extensions.issuing_distribution_point(partition.urls))
    return tuple(made)


def _check(made: CertificateList, issuer: Issuer, number: int, entries: int) -> None:
    if made.findings or len(made) != entries or made.number != number:
        raise IssuingError("the new list is not what was decided; it was not issued")
    verifier = SignatureVerifier(issuer.user_id)
    try:
        verifier.verify(made.tbs, made.algorithm, made.signature, issuer.certificate.key_info)
    except Refused:
        raise IssuingError("the new list's signature does not verify; it was not issued") from None


def shards_in_use(connection: Connection, authority: int) -> int:
    """How many partitions need a list: those with revoked certificates, and those that had one before."""
    # Each is one step into an index.
    revoked = select(func.max(certificates.c.shard)).where(
        certificates.c.authority == authority, certificates.c.status != 0
    )
    listed = select(func.max(lists.c.shard)).where(lists.c.authority == authority)
    highest = [connection.execute(query).scalar() for query in (revoked, listed)]
    return max(-1 if shard is None else shard for shard in highest) + 1
