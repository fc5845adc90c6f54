"""Signing some hundred records at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gmkit._native import receipts as _native
from gmkit.errors import RecordError
from gmkit.keys import Signer
from gmkit.receipts.bulk.sources import Item
from gmkit.receipts.bulk.withholding import Concealed, Withholding
from gmkit.receipts.receipt import TYPE, TYPE_WITHHOLDING, header_for, join, signing_input
from gmkit.receipts.sign import key_id, sign_many

__all__ = ["Done", "Made", "chunk_signer"]


@dataclass(frozen=True, slots=True)
class Made:
    """A receipt, and what it withholds."""

    line: int
    id: str
    text: str
    concealed: Concealed | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A chunk after the work: for each record its receipt, or the refusal, and where it ends."""

    items: list[Made | RecordError]
    line: int
    position: int


def chunk_signer(key: Signer, withholding: Withholding | None) -> Callable[[list[Item]], Done]:
    """What signs a chunk; called from several threads at once."""
    kind = TYPE if withholding is None else TYPE_WITHHOLDING
    header = header_for(key_id(key.public_key()), kind)

    def work(items: list[Item]) -> Done:
        if withholding is not None:
            return _sign_concealed(items, key, header, withholding)
        return _sign_chunk(items, key, header)

    return work


def _sign_chunk(items: list[Item], key: Signer, header: str) -> Done:
    inputs = _signing_inputs(items, header)
    messages = [each[0] for each in inputs if not isinstance(each, RecordError)]
    signatures = iter(sign_many(messages, key))
    done: list[Made | RecordError] = [
        each
        if isinstance(each, RecordError)
        else Made(item.line, each[1], join(each[0], next(signatures)))
        for item, each in zip(items, inputs, strict=True)
    ]
    return Done(done, items[-1].line, items[-1].position)


def _sign_concealed(items: list[Item], key: Signer, header: str, withholding: Withholding) -> Done:
    made = withholding.conceal(items, header)
    messages = [each.signed for each in made if isinstance(each, Concealed)]
    signatures = iter(sign_many(messages, key))
    done: list[Made | RecordError] = [
        each
        if isinstance(each, RecordError)
        else Made(item.line, each.id, join(each.signed, next(signatures), ()), each)
        for item, each in zip(items, made, strict=True)
    ]
    return Done(done, items[-1].line, items[-1].position)


def _signing_inputs(items: list[Item], header: str) -> list[tuple[bytes, str] | RecordError]:
    """
    For each record what is signed and its identifier, or why it is refused.

    JSON goes through the native core at once; what that does not take is looked at here one by one,
    and refused with its reason, or taken after all.
    """
    texts = [each.value for each in items if isinstance(each.value, bytes)]
    made = iter(_native.signing_inputs(header.encode(), texts))
    result: list[tuple[bytes, str] | RecordError] = []
    for item in items:
        one = next(made) if isinstance(item.value, bytes) else None
        if one is not None:
            result.append(one)
            continue
        try:
            record = item.record()
        except RecordError as fault:
            result.append(fault)
        else:
            result.append((signing_input(header, record.to_payload()), record.id))
    return result
