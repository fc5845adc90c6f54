"""Reads the collected files: their provenance first, then JSON or `Key = value` text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple


class Origin(NamedTuple):
    """What PROVENANCE.md says of one file."""

    source: dict[str, str]
    licence: str


class Raw:
    """One folder of collected files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        text = (folder / "PROVENANCE.md").read_text(encoding="utf-8")
        commits = dict(re.findall(r"(\S+/\S+) ([0-9a-f]{40})", text))
        self._origins = {}
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) >= 6 and re.fullmatch(r"[0-9a-f]{12}", cells[3]):
                name, repository, path, commit, licence = cells[:5]
                full = commits.get(repository, commit)
                self._origins[name] = Origin(
                    {"repository": repository, "path": path, "commit": full}, licence
                )

    def origin(self, name: str) -> Origin:
        """Provenance of one file; refuses what we must not lay out anew."""
        origin = self._origins[name]
        if re.search(r"GPL|none|repository licence", origin.licence):
            raise ValueError(
                f"{self.folder.name}/{name}: licence {origin.licence!r}: not taken over"
            )
        return origin

    def json(self, name: str) -> dict[str, Any]:
        """A JSON file of the collection."""
        loaded: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return loaded

    def blocks(self, name: str) -> list[dict[str, str]]:
        """
        The blocks of a `Key = value` text, as OpenSSL's and NIST's test files have them.

        Blank lines end a block; `#` begins a comment; a `[Key = value]` line holds for the rest. Keys in
        lower case. A PEM text inside becomes the value of "pem".
        """
        blocks: list[dict[str, str]] = []
        common: dict[str, str] = {}
        current: dict[str, str] = {}
        pem: list[str] | None = None
        text = (self.folder / name).read_text(encoding="utf-8")
        for line in [*map(str.strip, text.splitlines()), ""]:
            if pem is not None or line.startswith("-----BEGIN"):
                pem = [*(pem or []), line]
                if line.startswith("-----END"):
                    current["pem"] = "".join(pem[1:-1])
                    pem = None
            elif not line:
                if current:
                    blocks.append({**common, **current})
                current = {}
            elif header := re.fullmatch(r"\[(\w+) = ([^\]]*)\]", line):
                common[header[1].lower()] = header[2]
            elif not line.startswith(("#", "[")):
                key, _, value = line.partition("=")
                current[key.strip().lower()] = value.strip()
        return blocks


def octets(value: str) -> str:
    """A value of OpenSSL's test files: quoted text or hex, as lower-case hex."""
    if value.startswith('"'):
        return value.strip('"').encode().hex()
    return bytes.fromhex(value).hex()
