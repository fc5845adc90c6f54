"""
Personal data beside a receipt instead of inside it: salted digests, as in SD-JWT (RFC 9901), with SM3.

::

    group       a field of the record, with all it holds: "buyer", "ship", "pay", …
    disclosure  base64url(["salt","group",value])       16 random bytes of salt, canonical JSON
    digest      base64url(SM3(disclosure))              one entry of "_sd" in the signed payload
    receipt     M "." base64url(r || s) "~" disclosure "~" … "~"

Whoever holds the receipt shows the groups he chooses and leaves the others out. Without salt and value
nothing can be learnt from a digest, so that erasing the disclosures erases the data while signature and
proofs stay as they are. Digests are sorted, and decoys among them hide how many groups there were.
"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from gmkit import sm3
from gmkit.errors import RecordError
from gmkit.receipts import canonical
from gmkit.receipts.base64url import octets_of, text_of
from gmkit.receipts.canonical import Value
from gmkit.receipts.record import MAX_DIGESTS, Record, check_group_name
from gmkit.receipts.verdict import Reason, rejected

__all__ = ["Disclosure", "conceal", "disclosed_by"]

SALT_BYTES = 16
MIN_SALT = 22  # characters of base64url: 128 bits
_SALT = re.compile(r"[A-Za-z0-9_-]{22,86}")
_RESERVED = ("_sd", "...")  # where SD-JWT would look for further digests


@dataclass(frozen=True, slots=True)
class Disclosure:
    """
    One group of a record, shown.

    Attributes:
        text: As it stands behind a receipt, ASCII.
        name: The field of the record.
        value: What it holds.
        digest: SM3 over the text, 32 bytes.
    """

    text: str
    name: str
    value: Value
    digest: bytes

    @classmethod
    def make(cls, name: str, value: Value, *, salt: bytes) -> Disclosure:
        """
        Args:
            name: The field of the record.
            value: What it holds.
            salt: 16 random bytes, used once.

        Raises:
            RecordError: If name or value have no canonical form.
        """
        check_group_name(name)
        _refuse_nested(value, name)
        wrapped = canonical.encode({"d": [text_of(salt), name, value]})
        return cls._of(text_of(wrapped[len(b'{"d":') : -1]), name, value)

    @classmethod
    def parse(cls, text: str) -> Disclosure:
        """
        Read a disclosure, accepting its one spelling only.

        Raises:
            RecordError: If it is not one.
        """
        octets = octets_of(text)
        if octets is None:
            raise RecordError("a disclosure is base64url in its one spelling")
        whole = b'{"d":%b}' % octets
        members = canonical.parse(whole).get("d")
        match members:
            case [str() as salt, str() as name, value]:
                pass
            case _:
                raise RecordError("a disclosure is a list of salt, name and value")
        if not _SALT.fullmatch(salt):
            raise RecordError(
                "the salt of a disclosure has at least 128 bits in base64url", field=name
            )
        check_group_name(name)
        _refuse_nested(value, name)
        if canonical.encode_checked({"d": members}) != whole:
            raise RecordError("the disclosure is not in canonical form", field=name)
        return cls._of(text, name, value)

    @classmethod
    def _of(cls, text: str, name: str, value: Value) -> Disclosure:
        return cls(text, name, value, sm3.digest(text.encode()))


def conceal(
    record: Record,
    groups: Iterable[str],
    *,
    decoys: int = 0,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> tuple[Record, tuple[Disclosure, ...]]:
    """
    Take groups of personal data out of a record, before it is signed.

    Args:
        record: The record as it is.
        groups: Names of its fields to withhold; one that the record does not have is passed over.
            The standard fields (kind, id, time, amount, currency, order, sequence, seller) stay.
        decoys: Further digests that belong to nothing.
        randomness: Gives so many random bytes; the default is the operating system's.

    Returns:
        The record to sign, with digests in place of the groups, and the disclosures to keep.

    Raises:
        RecordError: If a group is a standard field, or there are more than 64 digests.
    """
    fields = dict(record.fields)
    disclosures = []
    for name in dict.fromkeys(groups):
        check_group_name(name)
        if name in fields:
            salt = randomness(SALT_BYTES)
            disclosures.append(Disclosure.make(name, fields.pop(name), salt=salt))
    digests = [each.digest for each in disclosures]
    if digests:
        digests += [sm3.digest(urlsafe_b64encode(randomness(32))) for _ in range(decoys)]
    if len(digests) > MAX_DIGESTS:
        raise RecordError(f"a record has at most {MAX_DIGESTS} digests", field="_sd")
    made = replace(record, fields=fields, digests=(*record.digests, *digests), _parsed=False)
    return made, tuple(disclosures)


def disclosed_by(record: Record, disclosures: Iterable[str]) -> Mapping[str, Value]:
    """
    What the disclosures behind a receipt show, each checked against the digests in the signed record.

    Args:
        record: The record whose signature was verified.
        disclosures: Their texts, as they stand behind the receipt.

    Returns:
        The groups by name.

    Raises:
        ReceiptRejected: One is malformed, belongs to another receipt, or comes twice (reason
            ``disclosure``).
    """
    left = set(record.digests)
    shown: dict[str, Value] = {}
    for number, text in enumerate(disclosures, 1):
        try:
            one = Disclosure.parse(text)
        except RecordError as fault:
            where = f"field {fault.field}: " if fault.field else ""
            raise rejected(
                Reason.DISCLOSURE, f"disclosure {number}: {where}{fault.message}"
            ) from fault
        if one.digest not in left:
            raise rejected(
                Reason.DISCLOSURE,
                f"disclosure {number} ({one.name}) does not belong to this receipt, or comes twice",
                hint="it was changed, or taken from another receipt",
            )
        if one.name in shown or one.name in record.fields:
            raise rejected(Reason.DISCLOSURE, f"disclosure {number}: {one.name} stands there twice")
        left.remove(one.digest)
        shown[one.name] = one.value
    return shown


def _refuse_nested(value: Value, path: str) -> None:
    """No digests inside a group: a reader of SD-JWT would look for disclosures of them."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name in _RESERVED:
                raise RecordError("the name has a meaning in receipts", field=f"{path}.{name}")
            _refuse_nested(item, path)
    elif isinstance(value, list):
        for item in value:
            _refuse_nested(item, path)
