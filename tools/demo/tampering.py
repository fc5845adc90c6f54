"""Changing one amount in one receipt, as somebody with an editor would."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Tampered", "tamper"]


@dataclass(frozen=True)
class Tampered:
    """
    What was changed.

    Attributes:
        line: The line of the receipt in the file.
        id: The identifier of its record.
        before: The amount in it, in cents.
        after: What now stands there.
    """

    line: int
    id: str
    before: int
    after: int


def tamper(source: Path, target: Path, *, number: int) -> Tampered:
    """
    Copy a receipts file with one amount lowered by a cent.

    Args:
        source: The receipts.
        target: The copy.
        number: Which receipt, from 0.
    """
    tampered = None
    with source.open("rb") as old, target.open("wb") as new:
        for line, data in enumerate(old, 1):
            if b" " not in data:
                if number == 0:
                    tampered, data = _lowered(line, data)  # noqa: PLW2901
                number -= 1
            new.write(data)
    if tampered is None:
        raise SystemExit("demo: there are not so many receipts")
    return tampered


def _lowered(line: int, data: bytes) -> tuple[Tampered, bytes]:
    header, payload, signature = data.split(b".")
    record = json.loads(urlsafe_b64decode(payload + b"=="))
    before, after = record["amt"], record["amt"] - 1
    record["amt"] = after
    changed = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    encoded = urlsafe_b64encode(changed.encode()).rstrip(b"=")
    return Tampered(line, record["id"], before, after), b".".join([header, encoded, signature])
