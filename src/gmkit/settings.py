"""Settings files: a dataclass as TOML, for people to edit, and back."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from gmkit.errors import InvalidArgument

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["from_table", "from_toml", "read_toml", "to_toml"]

T = TypeVar("T", bound="DataclassInstance")

_MOST_DOTS = 2000  # names joined by dots take time with the square of their number

_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    str: "a string",
    tuple: "a list of strings",
}


def to_toml(settings: DataclassInstance) -> str:
    """
    What stands in the file, one setting a line.

    Args:
        settings: A dataclass of strings, whole numbers, flags and tuples of strings.
    """
    # JSON of these is TOML, too.
    lines = [
        f"{field.name} = {json.dumps(getattr(settings, field.name), ensure_ascii=False)}"
        for field in fields(settings)
    ]
    return "\n".join(lines) + "\n"


def read_toml(data: bytes) -> dict[str, Any]:
    """
    The table in a TOML file.

    Raises:
        ValueError: It is not TOML in UTF-8, nested too deeply, or holds a number or a name beyond all use.
    """
    if data.count(b".") > _MOST_DOTS:
        raise ValueError(f"more than {_MOST_DOTS} dots")
    try:
        return tomllib.loads(data.decode())
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise
    except ValueError:  # of int(): its words are about Python
        raise ValueError("a number of too many digits") from None


def from_toml(kind: type[T], data: bytes, *, file: str) -> T:
    """
    From the contents of the file; what is not there has its default.

    Args:
        kind: The dataclass; each field has a default.
        data: The contents.
        file: Name of the file, for messages.

    Raises:
        InvalidArgument: It is not TOML, or holds what it must not.
    """
    try:
        table = read_toml(data)
    except ValueError as error:
        raise InvalidArgument(f"{file}: {error}") from None
    return from_table(kind, table, file=file)


def from_table(kind: type[T], table: Mapping[str, Any], *, file: str) -> T:
    """
    From a table that was read already; what is not there has its default.

    Args:
        kind: The dataclass; each field has a default.
        table: The values by name.
        file: Where they stand, for messages.

    Raises:
        InvalidArgument: It holds what it must not.
    """
    known = {field.name: field.default for field in fields(kind)}
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in known:
            raise InvalidArgument(f"{file}: unknown setting {name!r}", hint=", ".join(known))
        wanted = type(known[name])
        if wanted is tuple and isinstance(value, list) and all(isinstance(v, str) for v in value):
            values[name] = tuple(value)
        elif type(value) is wanted:
            values[name] = value
        else:
            raise InvalidArgument(f"{file}: {name} must be {_KINDS[wanted]}")
    return kind(**values)
