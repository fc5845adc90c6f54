"""JuneAndGreen/sm-crypto: SM3 of texts, many of them Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from form import Group, VectorFile, lower
from raw import Raw


def files(shared: Path) -> Iterator[VectorFile]:
    """SM3."""
    raw = Raw(shared / "vectors-raw/JuneAndGreen-sm-crypto")
    group = Group("DigestTest")
    for test in raw.json("sm3.json")["tests"]:
        group.add({"msg": lower(test["msg"]), "digest": lower(test["digest"])})
    origin = raw.origin("sm3.json")
    yield VectorFile(
        path="sm3/juneandgreen_sm_crypto.json",
        schema="digest",
        algorithm="SM3",
        source=origin.source,
        licence=origin.licence,
        verified_with=["independent recomputation", "tests/reference"],
        groups=[group],
    )
