"""Electronic seals and their signatures in DER (GM/T 0031-2014, GB/T 38540-2020)."""

from __future__ import annotations

from gmkit.asn1 import Element
from gmkit.inspect import advice
from gmkit.inspect.layers import Candidate
from gmkit.inspect.report import Damage, Reading
from gmkit.seal import Seal, SealSignature


def _seal(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    del members
    read = Seal.parse(root.raw)
    damage = tuple(Damage(code, text) for code, text in read.notes)
    return advice.thing(
        candidate, "seal", f"electronic seal ({read.layout.standard})",
        details=(f"name {read.info.name}",), damage=damage,
    )  # fmt: skip


def _signature(candidate: Candidate, root: Element, members: list[Element]) -> Reading | None:
    del members
    read = SealSignature.parse(root.raw)
    damage = tuple(Damage(code, text) for code, text in read.notes)
    return advice.thing(
        candidate, "seal-signature", f"signature with an electronic seal ({read.layout.standard})",
        details=(f"seal {read.seal.info.name}",), damage=damage,
    )  # fmt: skip


READERS = (_signature, _seal)
