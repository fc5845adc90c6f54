"""The `openssl` program as a peer."""

from __future__ import annotations

import shutil
import subprocess

import pytest

__all__ = ["openssl", "openssl_fails"]


def _run(arguments: tuple[object, ...], stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("NOT CHECKED against OpenSSL: there is no openssl program on this machine")
    command = [program, *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


def openssl(*arguments: object, stdin: bytes = b"") -> bytes:
    """Standard output of a call that succeeds."""
    ran = _run(arguments, stdin)
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    return ran.stdout


def openssl_fails(*arguments: object, stdin: bytes = b"") -> str:
    """Standard error of a call that fails."""
    ran = _run(arguments, stdin)
    assert ran.returncode != 0, ran.stdout.decode(errors="replace")
    return ran.stderr.decode(errors="replace")
