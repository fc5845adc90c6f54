"""One mutant on trial: a forked process imports it and runs the tests that see it, the fastest first."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from overlay import Overlay, code_with
from selection import ARGUMENTS

KILLED, SURVIVED, TIMEOUT, UNSEEN = "killed", "survived", "timeout", "unseen"
NONE = -1  # the number of no fault: the control
MEMORY = 8 << 30
STANDSTILL = 900  # seconds by the wall clock, for a fault that waits for ever
PASSED, FAILED, NOT_COLLECTED, NO_CONFTEST = 0, 1, 2, 4  # pytest's exit codes


@dataclass(frozen=True)
class Mutant:
    """Fault *number* of a module, whose text is kept: the file may change; and the tests that may notice."""

    path: str
    source: str = field(repr=False)
    number: int
    line: int
    text: str
    tests: tuple[str, ...] = field(repr=False)
    seconds: float

    @property
    def module(self) -> str:
        """The name it is imported by."""
        parts = Path(self.path).with_suffix("").parts[1:]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class _Chosen:
    """Of what was collected, the chosen tests in the chosen order."""

    def __init__(self, tests: tuple[str, ...]) -> None:
        self._rank = {name: rank for rank, name in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        """Pytest asks this once everything is collected."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._rank),
            key=lambda item: self._rank[item.nodeid],
        )


@dataclass
class Trial:
    """A running one."""

    mutant: Mutant
    pid: int
    deadline: float

    @classmethod
    def start(cls, root: Path, mutant: Mutant, log: Path) -> Trial:
        """Fork; the child never returns."""
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                code = _judge(root, mutant, log)
            except Exception:  # noqa: BLE001
                traceback.print_exc()  # the child must not go on as its parent
            finally:
                os._exit(code)
        return cls(mutant, pid, time.monotonic() + STANDSTILL)

    def outcome(self) -> str | None:
        """What became of it; None while it runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            if time.monotonic() < self.deadline:
                return None
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            return TIMEOUT
        code = os.waitstatus_to_exitcode(status)
        if code == -signal.SIGXCPU:
            return TIMEOUT
        if code == PASSED:
            return SURVIVED
        # A signal: the fault took the process down.
        if code in (FAILED, NOT_COLLECTED, NO_CONFTEST) or code < 0:
            return KILLED
        raise RuntimeError(f"a trial went wrong with exit status {code}: {self.mutant}")


def _judge(root: Path, mutant: Mutant, log: Path) -> int:
    os.setpgid(0, 0)  # one group with what the tests start, to end it with
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # Processor time: on a loaded machine the wall clock would call slow what is right.
    limit = 20 + int(5 * mutant.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(root)
    path = root / mutant.path
    if mutant.number != NONE:
        Overlay(mutant.module, path, code_with(mutant.source, path, mutant.number)).install()
    files = sorted({name.partition("::")[0] for name in mutant.tests})
    return int(pytest.main([*ARGUMENTS, "--tb=line", *files], plugins=[_Chosen(mutant.tests)]))
