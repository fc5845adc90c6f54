"""Answers one JSON request a line with one JSON answer a line. Octets are hex. Needs nothing but Python."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["Operation", "serve"]

Operation = Callable[[dict[str, Any]], dict[str, Any]]

_TEXT = {"operation", "form", "family", "hash", "policy", "status", "subject"}


def serve(version: str, operations: dict[str, Operation]) -> None:
    """Until the input ends."""
    for line in sys.stdin:
        request = _read(json.loads(line))
        operation = operations.get(request["operation"])
        if request["operation"] == "hello":
            answer: dict[str, Any] = {"version": version, "operations": sorted(operations)}
        elif operation is None:
            answer = {"error": "no such operation"}
        else:
            try:
                answer = _written(operation(request))
            except Exception as fault:  # noqa: BLE001  whatever a library throws is its answer
                answer = {"error": f"{type(fault).__name__}: {fault}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _read(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: bytes.fromhex(value) if isinstance(value, str) and name not in _TEXT
        else [_read(one) for one in value] if isinstance(value, list)
        else value
        for name, value in fields.items()
    }  # fmt: skip


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _written(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_written(one) for one in value]
    return bytes(value).hex() if isinstance(value, bytes | bytearray) else value
