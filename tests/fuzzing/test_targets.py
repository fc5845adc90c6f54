"""What is fuzzed still runs: every Python target over its good inputs, over small changes, over what was found."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fuzz.replay import REGRESSIONS, fault
from fuzz.targets import GROUPS, group, targets

FOUND = sorted((REGRESSIONS / "python").glob("*/*"))


@pytest.fixture(autouse=True)
def _not_counted() -> Iterator[None]:
    """The bounds are those of the code as it is used: while coverage is counted it takes several times as long."""
    counting = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(counting)


@pytest.mark.parametrize("name", GROUPS)
def test_every_target_takes_its_good_inputs(name: str) -> None:
    for which, target in group(name).items():
        assert target.good, which
        for data in target.good:
            assert len(data) <= target.longest, which
            target.read(data)


@pytest.mark.parametrize("name", GROUPS)
def test_changed_inputs_are_taken_or_refused(name: str) -> None:
    for which, target in group(name).items():
        choose = random.Random(which)
        for _ in range(10):
            data = bytearray(choose.choice(target.good))
            data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
            assert fault(target, bytes(data)) is None, which
            assert fault(target, bytes(data[: choose.randrange(len(data))])) is None, which


@pytest.mark.parametrize("file", FOUND, ids=["/".join(path.parts[-2:]) for path in FOUND])
def test_what_was_found_stays_mended(file: Path) -> None:
    assert fault(targets()[file.parent.name], file.read_bytes()) is None


def test_a_fault_is_seen() -> None:
    """The harness itself: an exception of another kind, slowness and memory are told apart."""
    good = targets()["asn1"]

    def wrong(data: bytes) -> None:
        raise ZeroDivisionError

    def slow(data: bytes) -> None:
        sum(range(20_000_000))

    kinds = {
        "ZeroDivisionError": good._replace(read=wrong),
        "slow": good._replace(read=slow),
        "memory": good._replace(read=lambda data: len(bytearray(64 << 20))),
    }
    for kind, target in kinds.items():
        told = fault(target, b"")
        assert told is not None
        assert told.startswith(kind)
    assert fault(good, good.good[0]) is None
