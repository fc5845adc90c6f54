"""
An act of a program with a fault at one system call: killed in front of it, or the call fails.

A process that has everything loaded forks a worker; strace attaches to it, counts its calls of one kind, and
lets the fault happen at the call that was chosen. What the worker says goes through a socket, whose calls are
not among those counted.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gmkit.errors import GmkitError

# Every call by which files and folders change; "?" lets strace pass over what a processor does not have.
CALLS = (
    "openat", "write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate", "fallocate",
    "link", "linkat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir",
)  # fmt: skip
_TRACED = ",".join(f"?{call}" for call in CALLS)


class NoStraceError(Exception):
    """strace is not there, or may not trace."""


@dataclass(frozen=True)
class Fault:
    """
    What happens, and where.

    Attributes:
        kind: ``KILL``: killed before the call; ``EIO``: this call fails once; ``ENOSPC``: it fails, and so
            does every later one of its name (but for ``openat``, by which files are read as well).
        call: Name of the system call.
        number: Which of them, from 1.
    """

    kind: str
    call: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind} at {self.call} {self.number}"

    @property
    def options(self) -> list[str]:
        """For strace."""
        what = "signal=KILL" if self.kind == "KILL" else f"error={self.kind}"
        # A full disk stays full; but it does not keep anybody from opening what is there.
        lasting = self.kind == "ENOSPC" and self.call != "openat"
        when = f"{self.number}+" if lasting else f"{self.number}"
        return ["-e", f"inject={self.call}:{what}:when={when}"]


class Steps:
    """What a worker does, one step after the other; each tells how it ended."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def __call__(self, name: str, step: Callable[[], object]) -> None:
        """Take a step: ``done NAME RESULT``, or ``refused NAME`` for an error of gmkit."""
        try:
            result = step()
        except GmkitError as error:
            self.refused(name, error)
        else:
            self._say(f"done {name} {result}")

    def refused(self, name: str, error: GmkitError) -> None:
        """A step that ended with an error as it should be."""
        self._say(f"refused {name} {error.code} {error}")

    def broken(self) -> None:
        """An exception that is not one of gmkit: a fault to mend."""
        self._say("broken " + traceback.format_exc().replace("\n", " | "))

    def _say(self, line: str) -> None:
        self._channel.sendall(line.replace("\n", " ").encode() + b"\n")


@dataclass(frozen=True)
class Told:
    """
    What became of a worker.

    Attributes:
        lines: What it said.
        killed: Whether it was killed before it came to its end.
    """

    lines: tuple[str, ...]
    killed: bool

    def done(self, name: str) -> list[str]:
        """The results of the steps of this name that were acknowledged."""
        head = f"done {name} "
        return [line.removeprefix(head) for line in self.lines if line.startswith(head)]


def calls_of(act: Callable[[Steps], None], record: Path) -> Counter[str]:
    """How often an act makes which call; *record* is a file to write to."""
    told = perform(act, ["-o", str(record)])
    assert not told.killed
    assert all(line.startswith("done ") for line in told.lines), told.lines
    named = re.findall(r"^(?:\d+ +)?(\w+)\(", record.read_text(errors="replace"), re.MULTILINE)
    return Counter(name for name in named if name in CALLS)


def faults(counted: Counter[str], kinds: tuple[str, ...]) -> Iterator[Fault]:
    """A fault of each kind at each call."""
    for kind in kinds:
        for call in sorted(counted):
            for number in range(1, counted[call] + 1):
                yield Fault(kind, call, number)


def perform(act: Callable[[Steps], None], options: list[str]) -> Told:
    """
    Let a worker act, with strace attached.

    Raises:
        NoStraceError: It cannot attach.
    """
    if (strace := shutil.which("strace")) is None:
        raise NoStraceError("strace is not installed")
    ours, theirs = socket.socketpair()
    worker = os.fork()
    if worker == 0:
        ours.close()
        _work(act, theirs)
    theirs.close()
    command = [strace, "-f", "-e", f"trace={_TRACED}", "-p", str(worker), *options]
    if "-o" not in options:
        command += ["-o", os.devnull]
    try:
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            _wait(tracer)
            ours.sendall(b".")
            said = b"".join(iter(lambda: ours.recv(1 << 16), b""))
            _, status = os.waitpid(worker, 0)
    except BaseException:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        raise
    finally:
        ours.close()
    lines = said.decode().splitlines()
    return Told(tuple(lines), killed=os.WIFSIGNALED(status))


def _wait(tracer: subprocess.Popen[str]) -> None:
    """Until strace has attached."""
    assert tracer.stderr is not None
    if "attached" not in (line := tracer.stderr.readline()):
        raise NoStraceError(line.strip())


def _work(act: Callable[[Steps], None], channel: socket.socket) -> None:
    steps = Steps(channel)
    try:
        if channel.recv(1):  # strace is attached; nothing if it could not
            act(steps)
    except GmkitError as error:  # between the steps: what is there could not be opened
        steps.refused("open", error)
    except BaseException:  # noqa: BLE001  told, and judged where the worker is watched
        steps.broken()
    finally:
        os._exit(0)
