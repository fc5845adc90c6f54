"""One turn of one target: a process for a bounded time, with what it used, reached and found."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage

__all__ = ["HERE", "RUST", "WORK", "Turn", "binary", "end", "start"]

HERE = Path(__file__).parent
WORK = HERE / ".work"  # corpora, logs and artefacts; not in the repository
RUST = HERE.parent / "rust" / "fuzz"

_TRIPLE = "x86_64-unknown-linux-gnu"
_MEMORY = 2048  # MiB of a process; the bounds of single inputs are the targets' own
_HANG = 120  # seconds of wall time on a machine that may be busy; slowness is measured in processor time
_STATUS = re.compile(r"cov: (\d+) ft: \d+ corp: (\d+)")
_RUNS = re.compile(r"stat::number_of_executed_units: (\d+)|^#(\d+)\t", re.MULTILINE)


@dataclass(frozen=True)
class Turn:
    """
    What came of it.

    Attributes:
        name: The target, ``python/…`` or ``rust/…``.
        seconds: Of processor time.
        executions: Inputs.
        edges, corpus: As libFuzzer counted them at the end.
        artefacts: Inputs that ended it.
    """

    name: str
    seconds: float
    executions: int
    edges: int
    corpus: int
    artefacts: tuple[Path, ...]


def binary(name: str) -> str:
    """The program of a target ``rust/…``."""
    return str(RUST / "target" / _TRIPLE / "release" / name.partition("/")[2])


def start(name: str, seconds: int, fuzz: Callable[[str, list[str]], object]) -> int:
    """
    Start a process that runs a target for some seconds of wall time.

    It is scheduled when nobody else wants the processor: a busy machine makes it do less.

    Args:
        name: The target.
        seconds: How long.
        fuzz: What runs a target ``python/…``, in a fork of this process.

    Returns:
        Its number.
    """
    corpus, seeds = WORK / "corpus" / name, WORK / "seeds" / name
    for each in (corpus, seeds, _artefacts(name), _log(name).parent):
        each.mkdir(parents=True, exist_ok=True)
    arguments = [
        str(corpus), str(seeds), f"-max_total_time={seconds}", f"-timeout={_HANG}",
        f"-rss_limit_mb={_MEMORY}", f"-artifact_prefix={_artefacts(name)}/", "-print_final_stats=1",
    ]  # fmt: skip
    process = os.fork()
    if process:
        return process
    try:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        log = os.open(_log(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        language, _, target = name.partition("/")
        if language == "rust":
            os.execv(binary(name), [binary(name), *arguments])
        fuzz(target, arguments)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(1)


def end(name: str, status: int, used: struct_rusage) -> Turn:
    """
    What came of a turn that has ended.

    Raises:
        RuntimeError: It did not run.
    """
    text = _log(name).read_text(encoding="utf-8", errors="replace")
    runs = [int(final or running) for final, running in _RUNS.findall(text)]
    edges, corpus = next(reversed(_STATUS.findall(text)), ("0", "0"))
    artefacts = tuple(sorted(_artefacts(name).iterdir()))
    if not runs or (status and not artefacts):
        raise RuntimeError(f"{name} did not run: see {_log(name)}")
    return Turn(
        name,
        used.ru_utime + used.ru_stime,
        max(runs),
        int(edges),
        int(corpus),
        artefacts,
    )


def _artefacts(name: str) -> Path:
    return WORK / "artefacts" / name


def _log(name: str) -> Path:
    return WORK / "logs" / f"{name.replace('/', '-')}.log"
