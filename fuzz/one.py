"""
One Python target under atheris.

Coverage is counted in gmkit's own modules; under that counting everything takes several times as long as it does
bare, and the bound here allows for it. :mod:`fuzz.replay`, without it, has the bound that is promised.
"""

from __future__ import annotations

import gc
from typing import NoReturn

import atheris

__all__ = ["fuzz", "load"]

_SLOWDOWN = 8  # of counted Python code, at most


def load() -> list[str]:
    """
    Import gmkit so that it is counted, and make the world of the targets: once, for all of them.

    Returns:
        The names of the targets.
    """
    with atheris.instrument_imports(include=["gmkit"]):
        # Whatever imports gmkit has to come here.
        from fuzz.targets import targets  # noqa: PLC0415

        for target in targets().values():
            for data in target.good:  # what is imported late is counted as well
                target.read(data)
    # The world stays: no collection needs to go through it, in no child that is forked from here.
    gc.collect()
    gc.freeze()
    return list(targets())


def fuzz(name: str, arguments: list[str]) -> NoReturn:
    """
    Fuzz with libFuzzer's arguments, and end the process.

    What is not among the refusals of the target ends it at once, and so does an input that takes too long.
    """
    from fuzz.replay import took  # noqa: PLC0415
    from fuzz.targets import targets  # noqa: PLC0415

    target = targets()[name]

    def one(data: bytes) -> None:
        taken = took(target, data)
        if taken > target.seconds * _SLOWDOWN:
            raise TimeoutError(f"{taken:.3f} s, where {target.seconds} s are promised")

    atheris.Setup([name, *arguments, f"-max_len={target.longest}"], one)
    atheris.Fuzz()
    raise SystemExit(0)
