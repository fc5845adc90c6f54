"""JSON of strangers: one value for one name, and no number that is none."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["loads"]


def loads(data: bytes | str) -> Any:
    """
    As :func:`json.loads`, without what it lets pass beyond RFC 8259.

    Where a name stands twice, one reader takes the first value and another the last: what was judged would
    not be what is used.

    Raises:
        ValueError: Not JSON in UTF-8, a name that stands twice in one object, NaN or Infinity, or half of a
            surrogate pair, which is no text that could be hashed or written again.
        RecursionError: Nested too deeply.
    """
    text = data if isinstance(data, str) else data.decode("utf-8-sig")
    found = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    if "\\ud" in text.lower():
        json.dumps(found, ensure_ascii=False).encode()  # a UnicodeEncodeError is a ValueError
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
