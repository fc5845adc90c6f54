"""
The canonical form of a record: RFC 8785 (JCS), restricted until every encoder agrees on it.

ASCII keys, integers within ±(2^53−1), valid Unicode, no floating-point numbers, no duplicate keys,
at most 32 levels. In that subset sorting keys by code point and by UTF-16 unit is the same, and no
rule about printing numbers is needed. What does not fit is refused, never rounded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from gmkit.errors import RecordError

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_INTEGER", "Value", "encode", "encode_checked", "parse"]

Value: TypeAlias = bool | int | str | list["Value"] | dict[str, "Value"] | None

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32
MAX_BYTES = 1 << 20
MAX_DIGITS = 17  # of an integer with its sign; longer ones are out of range, and slow to convert


def parse(text: bytes) -> dict[str, Value]:
    """
    Read one JSON object, in any layout, that has a canonical form.

    Args:
        text: UTF-8, at most 1 MiB.

    Returns:
        The object.

    Raises:
        RecordError: If it is no JSON object, or has no canonical form; *field* says where.
    """
    value = _load(text)
    _check(value, "", MAX_DEPTH)
    if not isinstance(value, dict):
        raise RecordError(f"a record is a JSON object, not {_kind(value)}")
    return value


def encode(value: Mapping[str, Value]) -> bytes:
    """
    The canonical form of an object.

    Args:
        value: Nested dict, list, str, int, bool and None.

    Returns:
        UTF-8, keys sorted, no blanks, no escapes but the necessary ones.

    Raises:
        RecordError: If it has no canonical form, or one longer than 1 MiB; *field* says where.
    """
    plain = dict(value)
    _check(plain, "", MAX_DEPTH)
    return encode_checked(plain)


def encode_checked(value: dict[str, Value]) -> bytes:
    """As :func:`encode`, for an object of which every value comes from :func:`parse`."""
    text = _ENCODER.encode(value).encode()
    if len(text) > MAX_BYTES:
        raise RecordError(f"the record has {len(text):,} bytes, more than {MAX_BYTES:,}")
    return text


class _Inexact(str):
    """A number that JSON text writes as a float, kept as written for the message."""

    __slots__ = ()


# ensure_ascii off: JCS escapes only quotation mark, backslash and control characters, as this does.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def _load(text: bytes) -> Value:
    if len(text) > MAX_BYTES:
        raise RecordError(f"the record has {len(text):,} bytes, more than {MAX_BYTES:,}")
    try:
        characters = text.decode()
    except UnicodeDecodeError as fault:
        raise RecordError(f"not UTF-8: byte 0x{text[fault.start]:02x} at {fault.start}") from None
    try:
        value: Value = _DECODER.decode(characters)
    except json.JSONDecodeError as fault:
        raise RecordError(
            f"not JSON: {fault.msg[:1].lower()}{fault.msg[1:]} at character {fault.pos}"
        ) from None
    except RecursionError:
        # The scanner counts its depth and gives up long before the stack does.
        raise RecordError(f"nested deeper than {MAX_DEPTH} levels") from None
    return value


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RecordError("the field appears twice", field=_shown(twice))
    return result


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS or digits == "-0":
        # Returned as a marker, so that the check can say in which field it stands.
        return _Inexact(digits)  # type: ignore[return-value]
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_Inexact, parse_int=_integer, parse_constant=_Inexact
)


def _check(value: object, path: str, levels: int) -> None:  # noqa: C901  one branch a type
    """Raise RecordError if *value*, found at *path*, has no canonical form."""
    kind = type(value)
    if kind is str:
        if not value.isascii():  # type: ignore[attr-defined]
            _check_unicode(value, path)  # type: ignore[arg-type]
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:  # type: ignore[operator]
            raise RecordError(
                "the integer is beyond ±(2^53−1), which not every reader keeps exactly",
                field=path,
            )
    elif kind is dict:
        if not levels:
            raise RecordError(f"nested deeper than {MAX_DEPTH} levels", field=_shown(path))
        for name, item in value.items():  # type: ignore[attr-defined]
            if type(name) is not str or not name.isascii():
                raise RecordError("field names are ASCII", field=_join(path, str(name)))
            _check(item, f"{path}.{name}" if path else name, levels - 1)
    elif kind is list:
        if not levels:
            raise RecordError(f"nested deeper than {MAX_DEPTH} levels", field=_shown(path))
        for index, item in enumerate(value):  # type: ignore[arg-type]
            _check(item, f"{path}[{index}]", levels - 1)
    elif value is not None and kind is not bool:
        raise _unrepresentable(value, path)


def _check_unicode(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RecordError("the text holds half of a surrogate pair", field=_shown(path)) from None


def _unrepresentable(value: object, path: str) -> RecordError:
    field = _shown(path)
    if isinstance(value, float | _Inexact):
        shown = str(value)
        if shown.lstrip("-").isdigit() and shown != "-0":
            return RecordError("the integer is beyond ±(2^53−1)", field=field)
        return RecordError(
            f"{shown[:40]} is not an integer",
            field=field,
            hint="write money in minor units, other quantities as integers of a small unit or as text",
        )
    return RecordError(f"{_kind(value)} has no place in a record", field=field)


def _kind(value: object) -> str:
    names = {
        str: "text", int: "an integer", list: "a list", dict: "an object", bool: "a boolean",
        type(None): "null", _Inexact: "a number", bytes: "a string of bytes",
    }  # fmt: skip
    return names.get(type(value), f"a value of type {type(value).__name__}")


def _join(path: str, name: str) -> str:
    return _shown(f"{path}.{name}" if path else name)


def _shown(path: str) -> str:
    """A path for a message: what others wrote, cut to a line and without half characters."""
    text = path.encode(errors="backslashreplace").decode()
    return text if len(text) <= 120 else f"{text[:60]}…{text[-40:]}"
