"""The one form of a vector file: a head that says where the numbers come from, then groups of tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Test = dict[str, Any]

# Flags that need no more than a sentence; sources with flags of their own bring their notes along.
COMMON_NOTES: dict[str, dict[str, str]] = {
    "Normal": {"bugType": "BASIC", "description": "Ordinary input, fixed answer."},
    "Standard": {
        "bugType": "BASIC",
        "description": "Worked example printed in the standard or RFC itself.",
    },
    "EdgeCase": {
        "bugType": "EDGE_CASE",
        "description": "A length, a carry or a wrap-around that short tests do not reach.",
    },
    "Invalid": {
        "bugType": "AUTH_BYPASS",
        "description": "Changed after it was made: it must be refused.",
    },
}


@dataclass
class Group:
    """Tests that share a kind and, for keys and sizes, constants."""

    type: str
    constants: dict[str, Any] = field(default_factory=dict)
    tests: list[Test] = field(default_factory=list)

    def add(
        self, values: Test, *, comment: str = "", flags: list[str] | None = None, valid: bool = True
    ) -> None:
        """One more test; its number is given when the file is written."""
        self.tests.append(
            {
                "comment": comment,
                "flags": flags or ["Normal"],
                **values,
                "result": "valid" if valid else "invalid",
            }
        )


@dataclass
class VectorFile:
    """One file under `vectors/`."""

    path: str
    schema: str
    algorithm: str
    source: dict[str, str]
    licence: str
    verified_with: list[str]
    groups: list[Group]
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The file: numbered tests, only the notes that are used, the same bytes on every run."""
        groups = []
        number = 0
        used: set[str] = set()
        for group in self.groups:
            tests = []
            for test in group.tests:
                number += 1
                used |= set(test["flags"])
                tests.append({"tcId": number, **test})
            if tests:
                groups.append({"type": group.type, **group.constants, "tests": tests})
        if not number:
            raise ValueError(f"{self.path}: no tests came out of {self.source}")
        known = {**COMMON_NOTES, **self.notes}
        head = {
            "algorithm": self.algorithm,
            "schema": self.schema,
            "source": self.source,
            "licence": self.licence,
            "verified_with": self.verified_with,
            "numberOfTests": number,
            "notes": {flag: known[flag] for flag in sorted(used)},
            "testGroups": groups,
        }
        return (json.dumps(head, indent=1, ensure_ascii=True) + "\n").encode()


def lower(text: str) -> str:
    """Hex in the one spelling used here: lower case, no blanks, even length."""
    text = text.strip().lower()
    bytes.fromhex(text)
    return text
