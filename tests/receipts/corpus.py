"""The frozen receipts of format 1, and everything needed to judge them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from gmkit import sm2
from gmkit.receipts import Signers
from gmkit.x509 import Certificate
from tests.vectors import loader


@dataclass(frozen=True)
class Case:
    """One receipt and why it is refused, if it is."""

    number: int
    flag: str
    comment: str
    receipt: bytes
    reason: str | None


@dataclass(frozen=True)
class Corpus:
    """All of them, and whom to trust."""

    cases: tuple[Case, ...]
    keys: tuple[sm2.SM2PublicKey, ...]
    roots: tuple[Certificate, ...]
    certificates: tuple[Certificate, ...]
    time: datetime

    def signers(self) -> Signers:
        return Signers(
            roots=self.roots, certificates=self.certificates, keys=self.keys, time=self.time
        )


@cache
def corpus() -> Corpus:
    (group,) = loader.checked(loader.FOLDER / "receipts/v1.json")["testGroups"]
    cases = [
        Case(
            test["tcId"],
            test["flags"][0],
            test["comment"],
            octets_of(test["receipt"]),
            test.get("reason"),
        )
        for test in group["tests"]
    ]
    return Corpus(
        tuple(cases),
        tuple(sm2.SM2PublicKey.from_bytes(bytes.fromhex(key)) for key in group["publicKeys"]),
        tuple(Certificate.from_der(bytes.fromhex(der)) for der in group["roots"]),
        tuple(Certificate.from_der(bytes.fromhex(der)) for der in group["certificates"]),
        datetime.fromisoformat(group["time"].replace("Z", "+00:00")),
    )


def octets_of(stored: str | dict[str, list[object]]) -> bytes:
    """The octets of a receipt as the file has it."""
    if isinstance(stored, str):
        return stored.encode()
    characters, times = stored["repeat"]
    return str(characters).encode() * int(str(times))
