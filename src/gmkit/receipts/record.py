"""
The record of a transaction: what a merchant states, before anybody signs it.

A person writes a record in full words; the signed payload has short names for the words that every
record has. The two map one to one, and a field that is neither keeps its own name.

=============  ====  =======================================================================
field          wire  value
=============  ====  =======================================================================
``version``    v     1, written by gmkit
``kind``       k     a :class:`Kind`
``id``         id    text of 1 to 128 characters, unique for the signer
``time``       t     claimed time; on the wire milliseconds since 1970-01-01 UTC
``amount``     amt   integer in minor units of the currency (分, cents)
``currency``   cur   three capital letters, as in ISO 4217; exactly when there is an amount
``order``      ord   identifier of the order, text
``sequence``   sq    position in the order, an integer from 0
``seller``     sel   pseudonym of the seller, text
``previous``   prev  of a record with an order: leaf hash of the order's entry before it in the
                     ledger, 32 bytes in base64url
``checkpoint`` ckpt  newest checkpoint of the ledger that the signer had seen: a list of its size, an
                     integer from 0, and its root, 32 bytes in base64url
=============  ====  =======================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime, timedelta, timezone
from enum import Enum
from types import MappingProxyType

from gmkit.errors import RecordError
from gmkit.receipts import canonical
from gmkit.receipts.base64url import octets_of, text_of
from gmkit.receipts.canonical import Value

__all__ = ["MAX_DIGESTS", "VERSION", "Kind", "Record", "check_group_name"]

VERSION = 1
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)
MAX_ID = 128  # characters
MAX_DIGESTS = 64
DIGEST_BYTES = 32


class Kind(Enum):
    """What happened; the value is its name on the wire."""

    ORDER = "order"
    PAYMENT = "pay"
    SHIPMENT = "ship"
    DELIVERY = "recv"
    REFUND = "refund"
    EVALUATION = "eval"
    REPLY = "reply"
    AMENDMENT = "amend"
    ERASURE = "erase"
    REPORT = "report"


_KINDS = {kind.name.lower(): kind for kind in Kind} | {kind.value: kind for kind in Kind}
_WIRE_KINDS = {kind.value: kind for kind in Kind}
_WIRE = {
    "kind": "k", "id": "id", "time": "t", "amount": "amt", "currency": "cur",
    "order": "ord", "sequence": "sq", "seller": "sel", "previous": "prev", "checkpoint": "ckpt",
}  # fmt: skip
_WORDS = {wire: word for word, wire in _WIRE.items()}
# Names with a meaning on the wire that a record does not state itself: `version` and `v` are ours,
# `policy` is kept for retention.
_LATER = {"version", "v", "policy", "pol"}
_TAKEN = (set(_WORDS) - set(_WIRE)) | _LATER


@dataclass(frozen=True, slots=True)
class Record:
    """
    One transaction, checked: whatever exists as a Record can be signed exactly as it is.

    Args:
        kind: What happened.
        id: Its identifier, 1 to 128 characters, unique for the signer.
        time: When, with a time zone; kept in UTC, in whole milliseconds.
        amount: Integer in minor units of the currency, or None.
        currency: Three capital letters; given exactly when there is an amount.
        fields: Whatever else belongs to the record: text, integers, booleans, lists, objects.
        digests: Of groups that are withheld (:mod:`gmkit.receipts.disclosure`), 32 bytes each; kept
            sorted.

    Raises:
        RecordError: If a value cannot be represented exactly; *field* says which.
    """

    kind: Kind
    id: str
    time: datetime
    amount: int | None = None
    currency: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    digests: tuple[bytes, ...] = ()
    _payload: bytes = field(init=False, repr=False, compare=False)
    _parsed: InitVar[bool] = False  # every value comes from canonical.parse: not looked at twice

    def __post_init__(self, _parsed: bool) -> None:
        _check_id(self.id)
        _check_money(self.amount, self.currency)
        if self.time.tzinfo is None:
            raise RecordError("the time has no time zone", field="time")
        time = self.time.astimezone(timezone.utc)
        if time.microsecond % 1000:
            raise RecordError("the time is finer than a millisecond", field="time")
        for name in self.fields:
            _check_name(name)
        _check_standard(self.fields)
        # Frozen: the checked and normalised values replace the given ones once, here.
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))
        object.__setattr__(self, "digests", _checked_digests(self.digests))
        encode = canonical.encode_checked if _parsed else canonical.encode
        object.__setattr__(self, "_payload", encode(self._wire()))

    @classmethod
    def from_json(cls, text: bytes) -> Record:
        """
        Read a record as people write it: one JSON object in full words, time as RFC 3339 text.

        Args:
            text: UTF-8, at most 1 MiB.

        Raises:
            RecordError: If it is no record, or cannot be represented exactly.
        """
        return cls._from_words(canonical.parse(text), parsed=True)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Value]) -> Record:
        """
        Take a record from a mapping in full words.

        Args:
            mapping: ``kind``, ``id``, ``time`` (RFC 3339 text with a zone, or a datetime), ``amount``
                and ``currency`` if money moved, and any further fields.

        Raises:
            RecordError: If it is no record, or cannot be represented exactly.
        """
        return cls._from_words(mapping, parsed=False)

    @classmethod
    def _from_words(cls, mapping: Mapping[str, Value], *, parsed: bool) -> Record:
        rest = dict(mapping)
        kind, identifier, time = (_required(rest, name) for name in ("kind", "id", "time"))
        return cls(
            kind=_kind(kind),
            id=_check_id(identifier),
            time=time if isinstance(time, datetime) else _time(time),
            amount=rest.pop("amount", None),  # type: ignore[arg-type]  # checked by the class
            currency=rest.pop("currency", None),  # type: ignore[arg-type]
            fields=rest,
            _parsed=parsed,
        )

    def to_mapping(self) -> dict[str, Value]:
        """The record in full words, as :meth:`from_mapping` takes it."""
        money: dict[str, Value] = (
            {} if self.amount is None else {"amount": self.amount, "currency": self.currency}
        )
        time = self.time.isoformat(timespec="milliseconds" if self.time.microsecond else "seconds")
        return {
            "kind": self.kind.name.lower(),
            "id": self.id,
            "time": time.replace("+00:00", "Z"),
            **money,
            **self.fields,
        }

    def to_payload(self) -> bytes:
        """The canonical payload: what is signed."""
        return self._payload

    def _wire(self) -> dict[str, Value]:
        payload: dict[str, Value] = {_WIRE.get(n, n): value for n, value in self.fields.items()}
        payload |= {
            "v": VERSION,
            "k": self.kind.value,
            "id": self.id,
            "t": (self.time - EPOCH) // MILLISECOND,
        }
        if self.amount is not None:
            payload |= {"amt": self.amount, "cur": self.currency}
        if self.digests:
            payload |= {"_sd": [text_of(each) for each in self.digests], "_sd_alg": "sm3"}
        return payload

    @classmethod
    def from_payload(cls, payload: bytes) -> Record:
        """
        Read a signed payload.

        Raises:
            RecordError: If it is not canonical, or not a record of this version.
        """
        wire = canonical.parse(payload)
        if wire.get("v") != VERSION or wire["v"] is True:
            raise RecordError("unknown version of the payload", field="v")
        for name in wire:
            if (name in _WIRE and name != "id") or (name in _LATER and name != "v"):
                raise RecordError("a name that this version does not have", field=name)
        del wire["v"]
        digests = _digests_in(wire)
        kind = wire.pop("k", None)
        if not isinstance(kind, str) or kind not in _WIRE_KINDS:
            raise RecordError("unknown kind of record", field="k")
        time = wire.pop("t", None)
        if type(time) is not int:
            raise RecordError("the time is an integer in milliseconds", field="t")
        try:
            moment = EPOCH + time * MILLISECOND
        except OverflowError:
            raise RecordError("the time is beyond the year 9999", field="t") from None
        record = cls(
            kind=_WIRE_KINDS[kind],
            id=_check_id(wire.pop("id", None)),
            time=moment,
            amount=wire.pop("amt", None),  # type: ignore[arg-type]  # checked by the class
            currency=wire.pop("cur", None),  # type: ignore[arg-type]
            fields={_WORDS.get(name, name): value for name, value in wire.items()},
            digests=digests,
            _parsed=True,
        )
        if record.to_payload() != payload:
            raise RecordError("the payload is not in canonical form")
        return record


def _required(mapping: dict[str, Value], name: str) -> Value:
    if name not in mapping:
        raise RecordError("the field is missing", field=name)
    return mapping.pop(name)


def _kind(value: object) -> Kind:
    if isinstance(value, Kind):
        return value
    if not isinstance(value, str) or value not in _KINDS:
        known = ", ".join(kind.name.lower() for kind in Kind)
        raise RecordError("unknown kind of record", field="kind", hint=f"one of {known}")
    return _KINDS[value]


def _check_id(value: object) -> str:
    if not isinstance(value, str):
        raise RecordError("an identifier is text", field="id", hint='write it in quotes: "1001"')
    if not 1 <= len(value) <= MAX_ID:
        raise RecordError(f"an identifier has 1 to {MAX_ID} characters", field="id")
    return value


_CURRENCY = re.compile(r"[A-Z]{3}")


def _check_money(amount: object, currency: object) -> None:
    if amount is None and currency is None:
        return
    if currency is None:
        raise RecordError("an amount needs a currency", field="currency")
    if amount is None:
        raise RecordError("a currency needs an amount", field="amount")
    if type(amount) is not int:
        raise RecordError(
            "an amount is an integer in minor units",
            field="amount",
            hint="write 12.34 as 1234; a float cannot hold money exactly",
        )
    if not -canonical.MAX_INTEGER <= amount <= canonical.MAX_INTEGER:
        raise RecordError("the amount is beyond ±(2^53−1)", field="amount")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise RecordError("a currency is three capital letters", field="currency")


def _check_name(name: object) -> None:
    if not isinstance(name, str):
        raise RecordError("field names are text", field=str(name))
    if name in _TAKEN or name.startswith("_") or not name:
        word = f"write {_WORDS[name]!r}" if name in _WORDS else "choose another name"
        raise RecordError("the name has a meaning in receipts", field=name, hint=word)


def check_group_name(name: str) -> None:
    """
    Raises:
        RecordError: If a field of this name cannot be withheld: it has a meaning of its own.
    """
    _check_name(name)
    if name in _WIRE or name == "...":
        raise RecordError("a standard field cannot be withheld", field=name)


def _checked_digests(digests: tuple[bytes, ...]) -> tuple[bytes, ...]:
    in_order = tuple(sorted(digests, key=text_of))
    if len(in_order) > MAX_DIGESTS or len(set(in_order)) != len(in_order):
        raise RecordError(f"at most {MAX_DIGESTS} digests, each once", field="_sd")
    if any(len(each) != DIGEST_BYTES for each in in_order):
        raise RecordError(f"a digest has {DIGEST_BYTES} bytes", field="_sd")
    return in_order


def _digests_in(wire: dict[str, Value]) -> tuple[bytes, ...]:
    """Takes ``_sd`` and ``_sd_alg`` out of a payload."""
    if "_sd" not in wire and "_sd_alg" not in wire:
        return ()
    texts, algorithm = wire.pop("_sd", None), wire.pop("_sd_alg", None)
    if algorithm != "sm3" or not isinstance(texts, list) or not texts:
        raise RecordError("digests are a list, made with sm3", field="_sd")
    octets = [octets_of(each) if isinstance(each, str) else None for each in texts]
    if None in octets:
        raise RecordError("a digest is base64url in its one spelling", field="_sd")
    return tuple(each for each in octets if each is not None)


def _check_standard(fields: Mapping[str, Value]) -> None:
    for name in ("order", "seller"):
        if name in fields and not isinstance(fields[name], str):
            raise RecordError("the field is an identifier, text", field=name)
    sequence = fields.get("sequence", 0)
    if type(sequence) is not int or sequence < 0:
        raise RecordError("the field is an integer from 0", field="sequence")
    if "previous" in fields:
        if "order" not in fields:
            raise RecordError("an entry before it needs an order", field="previous")
        if not _is_hash(fields["previous"]):
            raise RecordError("the field is 32 bytes in base64url", field="previous")
    if "checkpoint" in fields:
        match fields["checkpoint"]:
            case [size, root] if type(size) is int and size >= 0 and _is_hash(root):
                pass
            case _:
                raise RecordError(
                    "a checkpoint is a list of its size and its root", field="checkpoint"
                )


def _is_hash(value: object) -> bool:
    octets = octets_of(value) if isinstance(value, str) else None
    return octets is not None and len(octets) == DIGEST_BYTES


_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))",
    re.ASCII,
)


def _time(text: object) -> datetime:
    """A time as RFC 3339 writes it, with its zone; exact to the millisecond or refused."""
    match = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise RecordError(
            "a time is text such as 2026-01-31T08:00:00Z, with its zone", field="time"
        )
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction = (match[7] or "").rstrip("0")
    if len(fraction) > 3:
        raise RecordError("the time is finer than a millisecond", field="time")
    offset = timedelta()
    if match[8]:
        hours, minutes = int(match[9]), int(match[10])
        if hours > 23 or minutes > 59:
            raise RecordError("no such time zone", field="time")
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if match[8] == "-" else 1)
    try:
        local = datetime(
            year, month, day, hour, minute, second,
            int(fraction.ljust(3, "0")) * 1000, tzinfo=timezone.utc,
        )  # fmt: skip
        return local - offset
    except (ValueError, OverflowError):
        raise RecordError("no such date or time", field="time") from None
