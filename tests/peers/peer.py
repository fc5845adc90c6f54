"""Talking to a peer."""

from __future__ import annotations

import atexit
import json
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import Any

import pytest

from tests.peers import install

__all__ = ["Peer", "PeerError", "names", "peer"]

# Everything else that is text in an answer is octets in hex.
_TEXT = {
    "error",
    "hash",
    "policy",
    "reason",
    "reason_text",
    "status",
    "subject",
    "version",
    "operations",
}


class PeerError(Exception):
    """The peer refused a case, in its own words."""


class Peer:
    """
    A peer that runs.

    Octets go in and come out as ``bytes``; numbers, flags and names as they are. Operations, where the
    peer's library has them (``operations`` says): ``sign verify encrypt decrypt`` with ``form``; the same
    with ``default.`` in front, as the library does it when nothing is said; ``sm3 hmac sm4.encrypt
    sm4.decrypt``; ``key public certificate request crl ocsp.request ocsp.response pkcs12``, each with
    ``.write`` and ``.read``; ``enveloped.seal enveloped.open``; ``cms.sign cms.verify cms.encrypt
    cms.decrypt``; ``timestamp.request timestamp.respond timestamp.verify``; ``evidence.verify
    evidence.request evidence.renew``.
    """

    def __init__(self, name: str, command: list[str], folder: Path | None = None) -> None:
        self.name = name
        self._complaints = TemporaryFile()  # noqa: SIM115  as long as the process
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            cwd=folder,
        )
        hello = self.call("hello")
        self.version: str = hello["version"]
        self.operations = frozenset(hello["operations"])

    def call(self, operation: str, /, **fields: Any) -> dict[str, Any]:
        """
        One case.

        Raises:
            PeerError: The peer refused it.
        """
        [answer] = self.calls(operation, [fields])
        if isinstance(answer, PeerError):
            raise answer
        return answer

    def calls(
        self, operation: str, cases: Iterable[Mapping[str, Any]]
    ) -> list[dict[str, Any] | PeerError]:
        """Many cases at once; a refusal stands where the answer would."""
        requests = [
            json.dumps({"operation": operation, **_written(case)}).encode() + b"\n"
            for case in cases
        ]
        # Written from a thread, so that neither side waits for the other with full pipes.
        writer = Thread(target=self._write, args=(requests,))
        writer.start()
        answers = [self._read() for _ in requests]
        writer.join()
        return answers

    def close(self) -> None:
        """End the process."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(timeout=10)
        self._complaints.close()

    def _write(self, requests: list[bytes]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.writelines(requests)
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it died: whoever reads the answers says so

    def _read(self) -> dict[str, Any] | PeerError:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._complaints.seek(0)
            said = self._complaints.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"the peer {self.name} died: {said}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            return PeerError(answer["error"])
        return _read_fields(answer)


def _written(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _written_value(value) for name, value in fields.items() if value is not None}


def _written_value(value: Any) -> Any:
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, list):
        return [_written(one) for one in value]
    return value


def _read_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if name in _TEXT else _read_value(value) for name, value in fields.items()}


def _read_value(value: Any) -> Any:
    if isinstance(value, str):
        return bytes.fromhex(value)
    if isinstance(value, list):
        return [_read_fields(one) for one in value]
    return value


def names() -> tuple[str, ...]:
    """The peers there are for algorithms, keys and messages."""
    return tuple(name for name in install.PEERS if name not in install.DOCUMENTS)


@cache
def _start(name: str) -> Peer | str:
    try:
        command = install.PEERS[name]()
    except install.NotInstalled as error:
        return str(error)
    started = Peer(name, command)
    atexit.register(started.close)
    return started


def peer(name: str) -> Peer:
    """
    The peer with this name, installed and started if it does not run yet; the same for the whole process.

    Skips the test, loudly, if what it needs is not on this machine.
    """
    started = _start(name)
    if isinstance(started, str):
        pytest.skip(f"NOT CHECKED against {name}: {started}")
    return started
