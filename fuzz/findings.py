"""What ended a turn: made small, told apart, and kept as an input that the tests replay from then on."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from fuzz.replay import REGRESSIONS
from fuzz.turn import HERE, binary

__all__ = ["keep"]

_ATTEMPTS = 200
_TIME = 60  # seconds for one replay


def keep(name: str, artefact: Path) -> bool:
    """
    Keep the input of a finding, smaller if the same fault stays.

    Returns:
        Whether it is new: not if nothing is wrong with it where nothing is counted, or if it is there already.
    """
    wanted = _fault(name, artefact)
    if wanted is None:
        return False
    data = _smaller(artefact.read_bytes(), lambda less: _fault_of(name, artefact, less) == wanted)
    folder = REGRESSIONS / name
    place = folder / hashlib.sha256(wanted.encode()).hexdigest()[:12]
    if place.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    print(f"{name}: {wanted}: {place.relative_to(HERE.parent)}", file=sys.stderr)
    return True


def _smaller(data: bytes, same: Callable[[bytes], bool]) -> bytes:
    """Pieces left out, half of it at first, as long as the fault is the same."""
    attempts = 0
    piece = len(data) // 2
    while piece and attempts < _ATTEMPTS:
        start = 0
        while start < len(data) and attempts < _ATTEMPTS:
            less = data[:start] + data[start + piece :]
            attempts += 1
            if same(less):
                data = less
            else:
                start += piece
        piece //= 2
    return data


def _fault_of(name: str, artefact: Path, data: bytes) -> str | None:
    trial = artefact.with_name(f"{artefact.name}.trial")
    trial.write_bytes(data)
    try:
        return _fault(name, trial)
    finally:
        trial.unlink()


def _fault(name: str, file: Path) -> str | None:
    """What is wrong with an input, in a process of its own: it may take that with it."""
    language, _, target = name.partition("/")
    line = [sys.executable, "-m", "fuzz.replay", target]
    line = line if language == "python" else [binary(name)]
    try:
        done = subprocess.run(
            [*line, str(file)], cwd=HERE.parent, capture_output=True, text=True, timeout=_TIME,
            errors="replace", check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "hangs"
    if done.returncode == 0:
        return None
    if language == "python":
        return done.stdout.strip().partition(": ")[2] or f"ended with {done.returncode}"
    # The place of the panic; a crash of another kind is told apart by its number.
    panics = [each for each in done.stderr.splitlines() if "panicked at" in each]
    return panics[0].partition("panicked at ")[2] if panics else f"ended with {done.returncode}"
