"""
Fields of records that are no receipts, sealed under the keys of a vault.

::

    sealed field   "gmv1." base64url(handle (16) || box)      SM4-GCM, bound to person and field name
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeGuard

from gmkit import sm4
from gmkit.errors import DecryptionError, EncodingError
from gmkit.receipts.base64url import octets_of, text_of
from gmkit.receipts.canonical import Value
from gmkit.receipts.vault.people import HANDLE_BYTES
from gmkit.receipts.vault.vault import Vault

__all__ = ["open_fields", "seal_fields"]

_MARK = "gmv1."


def seal_fields(
    vault: Vault, subject: str, record: Mapping[str, Value], names: Iterable[str], *, now: datetime
) -> dict[str, Value]:
    """
    Seal fields of any record under a person's key; each becomes a text that only the vault opens.

    Args:
        vault: Where the key lies.
        subject: Whom the fields are about.
        record: The record.
        names: The fields to seal; one that is absent is passed over.
        now: The time, with its zone.

    Returns:
        A copy of the record with sealed fields.

    Raises:
        DataUnavailable: The person's data was erased.
        EncodingError: A value is not JSON.
    """
    made = dict(record)
    handle, secret = vault.key_for(subject, now=now)
    for name in names:
        if name in made:
            try:
                value = json.dumps(made[name], ensure_ascii=False, allow_nan=False).encode()
            except (TypeError, ValueError) as fault:
                raise EncodingError(
                    f"the field {name!r} is not JSON: {fault}", what="field"
                ) from fault
            made[name] = _MARK + text_of(
                handle + sm4.seal(secret, value, aad=_context(handle, name))
            )
    return made


def open_fields(
    vault: Vault, record: Mapping[str, Value], names: Iterable[str] | None = None
) -> dict[str, Value]:
    """
    Open the sealed fields of a record.

    Args:
        vault: Where the keys lie.
        record: As :func:`seal_fields` made it.
        names: Which; by default all that are sealed.

    Returns:
        A copy of the record with open fields.

    Raises:
        DataUnavailable: The person's data may only be stored, or was erased.
        DecryptionError: A field was changed, or moved to another name.
        EncodingError: A field that was named is not sealed.
    """
    made = dict(record)
    wanted = [name for name, value in made.items() if _is_sealed(value)] if names is None else names
    for name in wanted:
        value = made.get(name)
        octets = octets_of(value.removeprefix(_MARK)) if _is_sealed(value) else None
        if octets is None or len(octets) <= HANDLE_BYTES:
            raise EncodingError(f"the field {name!r} is not sealed", what="sealed field")
        handle, box = octets[:HANDLE_BYTES], octets[HANDLE_BYTES:]
        try:
            made[name] = json.loads(sm4.open(vault.key_of(handle), box, aad=_context(handle, name)))
        except DecryptionError:
            raise DecryptionError(
                f"the field {name!r} does not open",
                hint="it was changed, or moved from another field",
            ) from None
    return made


def _is_sealed(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value.startswith(_MARK)


def _context(handle: bytes, name: str) -> bytes:
    return b"gmkit field" + handle + name.encode()
