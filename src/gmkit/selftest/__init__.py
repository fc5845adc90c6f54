"""
The self-test: known answers of every algorithm, on the CPU path in use.

They are computed before the first operation of a process, without being asked; ``run`` computes them again
and reports. One wrong answer puts the module out of service: from then on every operation raises
``SelfTestError``.
"""

from __future__ import annotations

import secrets

from gmkit import __version__
from gmkit._native import cpu as _cpu
from gmkit._native import selftest as _selftest
from gmkit.selftest.report import Outcome, Report

__all__ = ["Outcome", "Report", "run"]


def run(*, cross: bool = False, cases: int = 20, seed: bytes | None = None) -> Report:
    """
    Compute every known answer now, and on request compare with other implementations.

    Args:
        cross: Also compare with OpenSSL, through ``cryptography``, and with ``gmssl`` if it is installed
            (``pip install gmkit[cross]``), on random input. A difference is reported and puts nothing out
            of service: it may be theirs.
        cases: Random inputs for each comparison.
        seed: Where those inputs come from, 16 bytes or more; fresh randomness if None. The report names
            it, so that a difference can be looked at again.

    Returns:
        The report. Where a known answer failed, every operation of this process raises
        ``SelfTestError`` from now on.
    """
    outcomes = [
        Outcome(name, "known answer", "passed" if held else "failed", 1)
        for name, held in _selftest.run()
    ]
    if cross and all(outcome.status == "passed" for outcome in outcomes):
        from gmkit.selftest.cross import compare  # noqa: PLC0415  others' packages, when asked for

        seed = secrets.token_bytes(16) if seed is None else seed
        outcomes += compare(seed, cases)
    return Report(
        __version__,
        _cpu.active(),
        tuple(_cpu.available()),
        tuple(outcomes),
        seed.hex() if cross and seed is not None else None,
    )
