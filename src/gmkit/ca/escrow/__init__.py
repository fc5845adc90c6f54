"""
Escrow of encryption keys, and their recovery when enough of the approvers agree (GM/T 0034-2014, clause 12).

The key of the encryption half of a dual pair is kept so that its owner, who lost it, can read what was encrypted
for it. It lies under a key of its own, in shares of which each approver holds one; *m* of *n* must approve a
request before whoever it names as receiver, and nobody else, can put the shares together. Signing keys
never come here. Every step is an act in the audit log.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from gmkit import sm3
from gmkit.ca import audit, records, schema
from gmkit.ca.escrow.board import Board, board_of, establish, in_office, standing
from gmkit.ca.escrow.sealing import Member, Sealed, decode, encode, seal
from gmkit.ca.records import Status
from gmkit.ca.store import Store
from gmkit.errors import InvalidArgument, InvalidSignature, VerificationError
from gmkit.keys import PrivateKey, Signer
from gmkit.sm2 import SM2PrivateKey, SM2PublicKey
from gmkit.x509 import Certificate

__all__ = ["Board", "Escrow", "Member", "Request", "keep"]

_VALID = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Request:
    """
    Somebody asks for an escrowed key.

    Attributes:
        number: Of the request, from 1.
        serial: The certificate of the key.
        receiver: The certificate of whoever is to get it.
        reason: Why.
        by: Who asked.
        made: When, UTC.
        state: ``open``, ``approved``, ``recovered``, ``withdrawn`` or ``expired``.
        threshold: How many must approve.
        approved: Names of those who have.
    """

    number: int
    serial: int
    receiver: Certificate
    reason: str
    by: str
    made: datetime
    state: str
    threshold: int
    approved: tuple[str, ...]


class Escrow:
    """The escrow of one authority."""

    def __init__(self, store: Store) -> None:
        """
        Args:
            store: Of the authority.
        """
        self._store = store

    def establish(
        self, approvers: Sequence[Sequence[Certificate]], *, threshold: int, now: datetime
    ) -> Board:
        """
        Put a board into office: :func:`gmkit.ca.escrow.board.establish`.

        Raises:
            InvalidArgument: It is no board.
        """
        with self._store.writing() as connection:
            return establish(connection, approvers, threshold, now)

    def board(self) -> Board | None:
        """The board in office; None: nothing goes into escrow."""
        with self._store.reading() as connection:
            return in_office(connection)

    def count(self) -> int:
        """How many keys are in escrow."""
        with self._store.reading() as connection:
            query = select(func.count()).select_from(schema.escrow_keys)
            return int(connection.execute(query).scalar_one())

    def members(self, now: datetime) -> list[tuple[Board, dict[str, str]]]:
        """Every board that keys are under, with the standing of its members: ``good``, or why not."""
        with self._store.reading() as connection:
            query = (
                select(schema.escrow_keys.c.board).distinct().order_by(schema.escrow_keys.c.board)
            )
            numbers = set(connection.execute(query).scalars())
            if (newest := in_office(connection)) is not None:
                numbers.add(newest.number)
            boards = [board_of(connection, number) for number in sorted(numbers)]
            return [
                (board, {each.name: standing(connection, each, now) for each in board.members})
                for board in boards
            ]

    def request(
        self, serial: int, *, receiver: Certificate, reason: str, by: str, now: datetime
    ) -> Request:
        """
        Ask for a key. It is valid for 30 days.

        Args:
            serial: The certificate of the key.
            receiver: The certificate of whoever is to get it, of this authority and good; its private key
                puts the shares together.
            reason: Why; the approvers read it.
            by: Who asks.
            now: The present.

        Raises:
            InvalidArgument: The key is not in escrow, or the receiver's certificate is not good.
        """
        with self._store.writing() as connection:
            row = _key_row(connection, serial)
            _check_receiver(connection, receiver, now)
            document = audit.canonical(
                {
                    "serial": f"{serial:x}",
                    "receiver": encode(receiver.der),
                    "reason": reason,
                    "by": by,
                    "made": int(now.timestamp()),
                }
            )
            values = {"key": row.id, "request": document, "created": int(now.timestamp())}
            table = schema.escrow_requests
            number = connection.execute(
                insert(table).values(values).returning(table.c.id)
            ).scalar_one()
            _log(
                connection, now, "escrow-request", number, serial,
                reason=reason, by=by, receiver=f"{receiver.serial:x}",
                document=sm3.digest(document).hex(),
            )  # fmt: skip
            return _request(connection, number, now)

    def requests(self, now: datetime) -> list[Request]:
        """All requests, oldest first."""
        with self._store.reading() as connection:
            query = select(schema.escrow_requests.c.id).order_by(schema.escrow_requests.c.id)
            return [_request(connection, n, now) for n in connection.execute(query).scalars().all()]

    def approve(
        self, number: int, *, signing: Signer, encryption: PrivateKey, now: datetime
    ) -> Request:
        """
        Approve a request: an approver gives the receiver the one share that belongs to this key.

        Args:
            number: Of the request.
            signing: The approver's key for signatures: it signs the approval.
            encryption: The approver's key for encryption: it opens the share.
            now: The present.

        Raises:
            InvalidArgument: The request is not open, the keys are no approver's, the approver's certificates
                are not good, or this approver has approved before.
            DecryptionError: The share is damaged.
        """
        with self._store.writing() as connection:
            request = _open_request(connection, number, now)
            row = _key_row(connection, request.serial)
            board = board_of(connection, row.board)
            member = _member(board, signing, encryption)
            if (why := standing(connection, member, now)) != "good":
                raise InvalidArgument(f"the certificate of {member.name} is {why}")
            if member.name in request.approved:
                raise InvalidArgument(f"{member.name} has approved request {number} already")
            _check_receiver(connection, request.receiver, now)
            share = Sealed(bytes(row.sealed)).share(member.number, encryption)
            approval = audit.canonical(
                {
                    "act": "escrow-approve",
                    "request": _fingerprint(connection, number),
                    "member": member.number,
                    "share": encode(_sm2_key(request.receiver).encrypt(share)),
                    "at": int(now.timestamp()),
                }
            )
            signed = audit.canonical(
                {"approval": approval.decode(), "signature": encode(signing.sign(approval))}
            )
            connection.execute(
                insert(schema.escrow_approvals).values(
                    request=number, member=member.number, approval=signed
                )
            )
            _log(
                connection, now, "escrow-approve", number, request.serial,
                member=member.name, document=sm3.digest(signed).hex(),
            )  # fmt: skip
            return _request(connection, number, now)

    def recover(self, number: int, *, receiver: PrivateKey, now: datetime) -> SM2PrivateKey:
        """
        The key of an approved request; the request is closed and the act is on the disk when this returns.

        Args:
            number: Of the request.
            receiver: The private key of the receiver's certificate.
            now: The present.

        Raises:
            InvalidArgument: The request is not open, or the key is not the receiver's.
            VerificationError: Too few have approved, or an approval is not signed by its approver.
            DecryptionError: The shares do not open the key.
        """
        with self._store.writing() as connection:
            request = _open_request(connection, number, now)
            if receiver.public_key() != request.receiver.public_key():
                raise InvalidArgument(f"the key is not that of {request.receiver.subject}")
            row = _key_row(connection, request.serial)
            board = board_of(connection, row.board)
            shares = {}
            for member, encrypted in _approvals(connection, number, board):
                shares[member.number] = receiver.decrypt(encrypted)
            [owner] = records.find(connection, serial=request.serial, limit=1)
            key = Sealed(bytes(row.sealed)).open(shares, owner.certificate)
            _close(connection, number, int(now.timestamp()))
            _log(
                connection, now, "escrow-recover", number, request.serial,
                approved=list(request.approved),
            )  # fmt: skip
        return key

    def withdraw(self, number: int, *, now: datetime) -> None:
        """
        Close a request without recovery.

        Raises:
            InvalidArgument: It is not open.
        """
        with self._store.writing() as connection:
            request = _open_request(connection, number, now)
            _close(connection, number, -int(now.timestamp()))
            _log(connection, now, "escrow-withdraw", number, request.serial)


def keep(
    connection: Connection, board: Board, key: SM2PrivateKey, certificate: Certificate
) -> dict[str, object]:
    """
    Put a key into escrow, in the transaction in which its certificate was written.

    Returns:
        The act for the audit log.

    Raises:
        InvalidArgument: It is a key that signs.
    """
    sealed = seal(key, certificate, board.members, board.threshold)
    table = schema.certificates
    query = select(table.c.id).where(table.c.serial == certificate.serial_octets)
    values = {
        "certificate": connection.execute(query).scalar_one(),
        "board": board.number,
        "sealed": sealed,
    }
    connection.execute(insert(schema.escrow_keys).values(values))
    return {
        "act": "escrow",
        "serial": f"{certificate.serial:x}",
        "board": board.number,
        "sealed": sm3.digest(sealed).hex(),
    }


def _key_row(connection: Connection, serial: int) -> Any:
    keys, table = schema.escrow_keys, schema.certificates
    query = (
        select(keys.c.id, keys.c.board, keys.c.sealed)
        .join(table, keys.c.certificate == table.c.id)
        .where(table.c.serial == records.serial_octets(serial))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise InvalidArgument(f"the key of {serial:x} is not in escrow")
    return row


def _request(connection: Connection, number: int, now: datetime) -> Request:
    table = schema.escrow_requests
    row = connection.execute(select(table).where(table.c.id == number)).one_or_none()
    if row is None:
        raise InvalidArgument(f"there is no request {number}")
    document = json.loads(row.request)
    serial = int(document["serial"], 16)
    board = board_of(connection, _key_row(connection, serial).board)
    approvals = schema.escrow_approvals
    query = select(approvals.c.member).where(approvals.c.request == number).order_by(approvals.c.id)
    names = {member.number: member.name for member in board.members}
    approved = tuple(names.get(member, "?") for member in connection.execute(query).scalars())
    made = datetime.fromtimestamp(row.created, timezone.utc)
    if row.closed is not None:
        state = "recovered" if row.closed >= 0 else "withdrawn"
    elif now > made + _VALID:
        state = "expired"
    else:
        state = "approved" if len(approved) >= board.threshold else "open"
    return Request(
        number, serial, Certificate(decode(document["receiver"])), document["reason"],
        document["by"], made, state, board.threshold, approved,
    )  # fmt: skip


def _open_request(connection: Connection, number: int, now: datetime) -> Request:
    request = _request(connection, number, now)
    if request.state not in {"open", "approved"}:
        raise InvalidArgument(f"request {number} is {request.state}")
    return request


def _approvals(connection: Connection, number: int, board: Board) -> list[tuple[Member, bytes]]:
    """Every approver with the encrypted share, each approval verified."""
    table = schema.escrow_approvals
    query = select(table.c.member, table.c.approval).where(table.c.request == number)
    fingerprint = _fingerprint(connection, number)
    found = []
    for row in connection.execute(query.order_by(table.c.id)):
        signed = json.loads(row.approval)
        approval = signed["approval"].encode()
        said = json.loads(approval)
        member = next((each for each in board.members if each.number == row.member), None)
        if member is None or (said["request"], said["member"]) != (fingerprint, row.member):
            raise VerificationError("an approval is of another request", reason="escrow-approval")
        try:
            _sm2_key(member.signing).verify(decode(signed["signature"]), approval)
        except InvalidSignature:
            raise VerificationError(
                f"the approval of {member.name} is not signed by {member.name}",
                reason="escrow-approval",
            ) from None
        found.append((member, decode(said["share"])))
    return found


def _member(board: Board, signing: Signer, encryption: PrivateKey) -> Member:
    for each in board.members:
        if (
            each.signing.public_key() == signing.public_key()
            and each.encryption.public_key() == encryption.public_key()
        ):
            return each
    raise InvalidArgument("these are not the two keys of one of the approvers of this key")


def _check_receiver(connection: Connection, receiver: Certificate, now: datetime) -> None:
    _sm2_key(receiver)
    found = list(records.find(connection, serial=receiver.serial, limit=1))
    if not found or found[0].der != receiver.der:
        raise InvalidArgument("the receiver's certificate is not of this authority")
    if found[0].status is not Status.GOOD or found[0].standing(now) != "good":
        raise InvalidArgument(f"the receiver's certificate is {found[0].standing(now)}")


def _sm2_key(certificate: Certificate) -> SM2PublicKey:
    key = certificate.public_key()
    if not isinstance(key, SM2PublicKey):
        raise InvalidArgument(f"{certificate.subject} has no SM2 key")
    return key


def _fingerprint(connection: Connection, number: int) -> str:
    table = schema.escrow_requests
    query = select(table.c.request).where(table.c.id == number)
    return sm3.digest(connection.execute(query).scalar_one()).hex()


def _close(connection: Connection, number: int, moment: int) -> None:
    table = schema.escrow_requests
    statement = update(table).where(table.c.id == number).values(closed=moment)
    connection.execute(statement)


def _log(
    connection: Connection, now: datetime, act: str, number: int, serial: int, **more: object
) -> None:
    audit.record(
        connection, now, [{"act": act, "request": number, "serial": f"{serial:x}", **more}]
    )
