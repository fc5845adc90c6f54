"""Which tests see which line, and how long each takes: one run of the suite under coverage."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import coverage
import pytest

ARGUMENTS = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "--no-header")


class Recorder:
    """Tells coverage which test is running, and keeps the seconds of those that pass."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self._start = 0.0
        self.seconds: dict[str, float] = {}
        self._spoiled: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        """Around set-up, call and tear-down of one test."""
        self._measured.switch_context(item.nodeid)
        self._start = time.monotonic()
        result = yield
        self._measured.switch_context("")
        if item.nodeid not in self._spoiled:
            self.seconds[item.nodeid] = time.monotonic() - self._start
        return result

    def pytest_runtest_logreport(self, report):
        """A test that fails or skips here can judge no mutant."""
        if not report.passed:
            self._spoiled.add(report.nodeid)


@dataclass
class Selection:
    """The tests of a package by the lines they run."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    def of(self, path: str, line: int, last: int, longest: float) -> list[str]:
        """
        The tests that run any of these lines, the fastest first. Lines that run at import, and those
        that no test runs by itself, get every test of the file.
        """
        by_line = self.lines.get(path, {})
        names = {name for at in range(line, last + 1) for name in by_line.get(at, ())} - {""}
        if not names:
            names = {name for several in by_line.values() for name in several} - {""}
        return sorted(
            (name for name in names if self.seconds.get(name, longest + 1) <= longest),
            key=self.seconds.__getitem__,
        )

    @classmethod
    def measure(cls, root: Path, sources: list[Path], tests: list[str]) -> Selection:
        """Run the tests once under coverage, in this process; start it in one of its own."""
        measured = coverage.Coverage(
            data_file=None, config_file=False, include=[str(one) for one in sources]
        )
        recorder = Recorder(measured)
        arguments = [argument for argument in ARGUMENTS if argument != "-x"]
        measured.start()
        pytest.main([*arguments, *tests], plugins=[recorder])
        measured.stop()
        data = measured.get_data()
        lines: dict[str, dict[int, list[str]]] = {}
        for source in sources:
            by_line: dict[int, list[str]] = defaultdict(list)
            for line, contexts in data.contexts_by_lineno(str(source)).items():
                by_line[line] = [name for name in contexts if name in recorder.seconds]
            lines[str(source.relative_to(root))] = dict(by_line)
        return cls(recorder.seconds, lines)

    def write(self, path: Path) -> None:
        """For the runs after this one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_text(json.dumps([self.seconds, self.lines]), encoding="utf-8")
        scratch.replace(path)

    @classmethod
    def read(cls, path: Path) -> Selection:
        """What :meth:`write` wrote."""
        seconds, lines = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            seconds,
            {
                name: {int(line): tests for line, tests in by_line.items()}
                for name, by_line in lines.items()
            },
        )
