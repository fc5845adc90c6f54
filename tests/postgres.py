"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket there, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FINDER = Path(__file__).resolve().parents[1] / "tools" / "postgres.sh"


class Server:
    """Gives out stores: each is a schema of its own, empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def url(self) -> str:
        """The URL of a new, empty store."""
        import psycopg

        self._count += 1
        name = f"store{self._count}"
        where = f"host={self._folder} user=gmkit dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"postgresql://gmkit@/postgres?host={self._folder}&options=-csearch_path%3D{name}"


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """
    A running server; the test that asks is skipped, loudly, where there can be none.

    Nobody waits for the disk unless *durable*.
    """
    found = subprocess.run([str(FINDER)], capture_output=True, text=True, check=False)
    if found.returncode:
        words = f"PostgreSQL is not tested: {found.stderr.strip()}"
        warnings.warn(pytest.PytestWarning(words), stacklevel=2)
        pytest.skip(words)
    programs = Path(found.stdout.strip())
    with tempfile.TemporaryDirectory(prefix="gmkit-pg-", dir=_place(durable)) as place:
        folder = Path(place)
        os.chown(folder, *_owner())
        _run(
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "gmkit",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C",
        )
        options = f"-k {folder} -c listen_addresses='' -c max_connections=40 -c shared_buffers=64MB"
        if not durable:
            options += " -c fsync=off -c full_page_writes=off"
        control = [programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-s"]
        _run(*control, "-o", options, "start")
        try:
            yield Server(folder)
        finally:
            _run(*control, "-m", "immediate", "stop")
            shutil.rmtree(folder / "data", ignore_errors=True)


def _place(durable: bool) -> str:
    """In memory where nobody waits for the disk and there is room; the name of a socket must be short."""
    memory = Path("/dev/shm")
    if not durable and memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30:
        return str(memory)
    return "/tmp"


def _owner() -> tuple[int, int]:
    """Who the server runs as: never root, which it refuses."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    pytest.skip("PostgreSQL is not tested: there is no user but root to run it as")


def _run(*command: object) -> None:
    user, group = _owner()
    more = {} if os.getuid() else {"user": user, "group": group, "extra_groups": []}
    ran = subprocess.run(
        [str(part) for part in command], cwd="/", stdin=subprocess.DEVNULL, check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=120, **more,
    )  # fmt: skip
    assert ran.returncode == 0, f"{command[0]}: {ran.stderr}"
