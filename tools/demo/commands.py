"""Running gmkit as a person would, and showing it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["Ran", "fail", "gmkit", "say", "step"]

PROGRAM = Path(sys.executable).parent / "gmkit"
PASSWORD_FD = "3"
SHOWN_LINES = 8  # of standard error of one command


@dataclass(frozen=True)
class Ran:
    """
    What a command did.

    Attributes:
        code: Its exit code.
        result: What it printed under ``--json``; empty without.
        seconds: Wall time.
        processor: Seconds of processor time, all cores together.
    """

    code: int
    result: dict[str, Any]
    seconds: float
    processor: float


def say(words: str = "") -> None:
    """Print a line now, and not when the buffer is full."""
    print(words, flush=True)


def step(title: str) -> None:
    """The head of a step."""
    say(f"\n== {title}")


def fail(words: str) -> NoReturn:
    """End the demo with one line."""
    raise SystemExit(f"demo: {words}")


def gmkit(
    *arguments: object, expect: int = 0, password: bytes | None = None, parse: bool = False
) -> Ran:
    """
    Run ``gmkit`` with these arguments.

    Args:
        arguments: As on the command line.
        expect: The exit code that the story needs; another one ends the demo.
        password: What the command reads from file descriptor 3, once for each ``…-fd 3`` in it.
        parse: Ask for ``--json`` and read it; otherwise the output is shown.
    """
    words = [*map(str, arguments), *(["--json"] if parse else [])]
    say("$ gmkit " + shlex.join(words))
    command = [str(PROGRAM), *words]
    before, started = os.times(), time.monotonic()
    # Without a pipe the command itself sees the terminal, and draws its progress bar.
    shown = None if sys.stderr.isatty() else subprocess.PIPE
    process = subprocess.Popen(
        ["bash", "-c", f'exec "$@" {PASSWORD_FD}<&0 0</dev/null', "gmkit", *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=shown,
    )  # fmt: skip
    lines = 1 + sum(word == PASSWORD_FD for word in words)
    output, noise = process.communicate((password + b"\n") * lines if password else b"")
    seconds, after = time.monotonic() - started, os.times()
    _show((noise or b"").decode(), SHOWN_LINES)
    if not parse:
        _show(output.decode(), 1000)
    if process.returncode != expect:
        fail(f"gmkit ended with exit code {process.returncode}, not {expect}")
    used = sum(getattr(after, n) - getattr(before, n) for n in ("children_user", "children_system"))
    return Ran(process.returncode, json.loads(output)["result"] if parse else {}, seconds, used)


def _show(text: str, most: int) -> None:
    lines = text.splitlines()
    for line in lines[: most - 2] if len(lines) > most else lines:
        say(f"  {line}")
    if len(lines) > most:
        say(f"  … {len(lines) - most + 1} more like this …")
        say(f"  {lines[-1]}")
