"""Changes to the parts of a signed package."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from gmkit.verdict import Verdict
from tests.ofd.world import (
    edit,
    judge,
    sealed,
    signed,
)

Change = Callable[[dict[str, bytes]], None]


LIST = "Doc_0/Signs/Signatures.xml"


XML = "Doc_0/Signs/Sign_0/Signature.xml"


VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"


ESL = "Doc_0/Signs/Sign_0/Seal.esl"


SEALED, SIGNED = sealed(), signed()


def after(change: Change, data: bytes = SEALED) -> Verdict:
    return judge(edit(data, change))


def b64(octets: bytes) -> bytes:
    return b64encode(octets)


def put(name: str, data: bytes) -> Change:
    return lambda parts: parts.__setitem__(name, data)


def swap(name: str, old: bytes, new: bytes) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return change
