"""
Transcripts: what a person would see, executed.

In ``tests/cli/*.txt``: ``$ command`` is run by bash in a folder of its own for each transcript, ``> `` goes
on with it on another line; the lines after it are its standard output, those that begin with ``2> `` its standard error, and ``? N``
its exit code (0 when absent). ``...`` stands for any text inside a line, a line ``...`` for any lines.
A line that begins with ``#`` says what is guarded.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.glob("*.txt"))


@dataclass
class Step:
    line: int
    command: str
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    code: int = 0


def parse(text: str) -> list[Step]:
    steps: list[Step] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("$ "):
            steps.append(Step(number, line[2:]))
        elif line.startswith("> "):
            steps[-1].command += "\n" + line[2:]
        elif line.startswith("? "):
            steps[-1].code = int(line[2:])
        elif line.startswith("2> "):
            steps[-1].stderr.append(line[3:])
        elif line.startswith("#") or (not line and not steps):
            continue
        elif line:
            steps[-1].stdout.append(line)
    return steps


def pattern(expected: list[str]) -> re.Pattern[str]:
    parts = [
        r"(?:.*\n)*?" if line == "..." else ".*?".join(map(re.escape, line.split("..."))) + r"\n"
        for line in expected
    ]
    return re.compile("".join(parts))


def test_there_are_transcripts():
    assert TRANSCRIPTS


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path, tmp_path):
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "DATA": str(HERE / "data"),
    }
    steps = parse(path.read_text(encoding="utf-8"))
    assert steps, "a transcript without a command"
    for step in steps:
        ran = subprocess.run(
            ["bash", "-c", step.command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        shown = (
            f"{path.name}:{step.line}: $ {step.command}\n{ran.stdout}{ran.stderr}? {ran.returncode}"
        )
        assert "Traceback" not in ran.stderr, shown
        assert ran.returncode == step.code, shown
        # Empty lines carry no meaning in a transcript.
        stdout, stderr = (re.sub(r"\n{2,}", "\n", s).lstrip("\n") for s in (ran.stdout, ran.stderr))
        assert pattern(step.stdout).fullmatch(
            stdout + "\n" * (bool(stdout) and stdout[-1] != "\n")
        ), shown
        assert pattern(step.stderr).fullmatch(stderr), shown
