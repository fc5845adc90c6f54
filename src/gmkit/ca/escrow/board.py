"""The board: who may approve a recovery, and how many of them must."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from gmkit import sm3
from gmkit.ca import audit, records, schema
from gmkit.ca.escrow.sealing import Member, decode, encode
from gmkit.ca.escrow.sharing import MOST
from gmkit.ca.records import Status
from gmkit.errors import InvalidArgument
from gmkit.sm2 import SM2PublicKey
from gmkit.x509 import Certificate

__all__ = ["Board", "board_of", "establish", "in_office", "standing"]


@dataclass(frozen=True, slots=True)
class Board:
    """
    Those who approve.

    Attributes:
        number: Of the board, from 1.
        threshold: How many must approve.
        members: The approvers.
        created: Since when, UTC.
    """

    number: int
    threshold: int
    members: tuple[Member, ...]
    created: datetime


def establish(
    connection: Connection,
    approvers: Sequence[Sequence[Certificate]],
    threshold: int,
    now: datetime,
) -> Board:
    """
    Put a board into office; keys that are escrowed from now on are under it, older ones stay under theirs.

    Args:
        connection: A writing transaction.
        approvers: The certificates of each: one that signs and one that encrypts, issued by this authority.
        threshold: How many must approve, at least 2.
        now: The present.

    Raises:
        InvalidArgument: They are too few or too many, lack a certificate, are not good, or one comes twice.
    """
    if not 2 <= threshold <= len(approvers) <= MOST:
        raise InvalidArgument(
            f"{threshold} of {len(approvers)} is no board: at least 2 must approve, of at most {MOST}"
        )
    members = [_member(number, each) for number, each in enumerate(approvers, 1)]
    for what in ("signing", "encryption"):
        if len({getattr(each, what).public_key_info for each in members}) < len(members):
            raise InvalidArgument("a key comes twice: each approver must be another person")
    if len({each.name for each in members}) < len(members):
        raise InvalidArgument("a name comes twice: each approver must be another person")
    for each in members:
        if (why := standing(connection, each, now)) != "good":
            raise InvalidArgument(f"the certificate of {each.name} is {why}")
    document = audit.canonical(
        {
            "members": [
                {
                    "number": each.number,
                    "name": each.name,
                    "signing": encode(each.signing.der),
                    "encryption": encode(each.encryption.der),
                }
                for each in members
            ]
        }
    )
    values = {"threshold": threshold, "members": document, "created": int(now.timestamp())}
    table = schema.escrow_boards
    number = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    act = {
        "act": "escrow-init",
        "board": number,
        "threshold": threshold,
        "members": [each.name for each in members],
        "document": sm3.digest(document).hex(),
    }
    audit.record(connection, now, [act])
    return Board(number, threshold, tuple(members), now)


def in_office(connection: Connection) -> Board | None:
    """The newest board, or None."""
    table = schema.escrow_boards
    row = connection.execute(select(table).order_by(table.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _board(row)


def board_of(connection: Connection, number: int) -> Board:
    """The board of this number."""
    table = schema.escrow_boards
    return _board(connection.execute(select(table).where(table.c.id == number)).one())


def standing(connection: Connection, member: Member, now: datetime) -> str:
    """``good`` if both certificates of a member are; otherwise why not."""
    for certificate in (member.signing, member.encryption):
        found = list(records.find(connection, serial=certificate.serial, limit=1))
        if not found or found[0].der != certificate.der:
            return "not of this authority"
        if found[0].status is not Status.GOOD or (why := found[0].standing(now)) != "good":
            return found[0].standing(now) if found[0].status is not Status.GOOD else why
    return "good"


def _member(number: int, certificates: Sequence[Certificate]) -> Member:
    chosen: dict[str, Certificate] = {}
    for certificate in certificates:
        usage = certificate.key_usage
        names = set(usage.names) if usage else set()
        if "keyCertSign" in names or not isinstance(certificate.public_key(), SM2PublicKey):
            continue
        if "digitalSignature" in names:
            chosen.setdefault("signing", certificate)
        if names & {"keyEncipherment", "dataEncipherment"}:
            chosen.setdefault("encryption", certificate)
    if len(chosen) < 2:
        raise InvalidArgument(
            f"approver {number} needs a certificate that signs and one that encrypts",
            hint="gmkit ca pair issues both",
        )
    common = [each.text for each in chosen["signing"].subject.attributes if each.label == "CN"]
    if not common or chosen["signing"].subject != chosen["encryption"].subject:
        raise InvalidArgument(f"the certificates of approver {number} are of two subjects")
    return Member(number, common[0], chosen["signing"], chosen["encryption"])


def _board(row: Row[Any]) -> Board:
    members = tuple(
        Member(
            each["number"],
            each["name"],
            Certificate(decode(each["signing"])),
            Certificate(decode(each["encryption"])),
        )
        for each in json.loads(row.members)["members"]
    )
    created = datetime.fromtimestamp(row.created, timezone.utc)
    return Board(row.id, row.threshold, members, created)
