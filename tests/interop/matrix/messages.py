"""Rows: signed and enveloped messages of both families."""

from __future__ import annotations

from random import Random
from typing import Any

from gmkit import cms
from gmkit.cms import Family
from tests.interop.matrix.artefact import Artefact, Case, Maker
from tests.interop.matrix.material import expect, leaf, message
from tests.peers import Peer

__all__ = ["ROWS"]


def _signed_they_read(family: Family, *, detached: bool) -> Maker:
    def make(random: Random, _peer: Peer) -> Case:
        """One in eight is about another content."""
        owner, data = leaf(random), message(random, 400)
        signer = cms.MessageSigner(owner.pair.key, owner.certificate)
        made = cms.sign(data, [signer], family=family, detached=detached)
        if not detached:
            wanted = {"valid": True, "data": data}
            return Case({"der": made}, lambda a: expect(a, wanted))
        good = random.random() > 0.125
        fields = {"der": made, "data": data if good else data + b"!"}

        def check(answer: dict[str, Any]) -> None:
            expect(answer["valid"], good)

        return Case(fields, check)

    return make


def _signed_we_read(family: Family, *, detached: bool) -> Maker:
    def make(random: Random, _peer: Peer) -> Case:
        owner, data = leaf(random), message(random, 400)
        fields = {**owner.fields, "data": data, "family": family.value, "detached": detached}

        def check(answer: dict[str, Any]) -> None:
            read = cms.parse(answer["der"])
            expect(read.content, None if detached else data)
            [found] = cms.verify_signatures(read, content=data if detached else None)
            expect(found.certificate, owner.certificate)

        return Case(fields, check)

    return make


def _enveloped_they_read(family: Family) -> Maker:
    def make(random: Random, _peer: Peer) -> Case:
        owner, data = leaf(random, "keyEncipherment"), message(random, 400)
        made = cms.encrypt(data, [owner.certificate], family=family, authenticated=False)
        return Case({**owner.fields, "der": made}, lambda a: expect(a["data"], data))

    return make


def _enveloped_we_read(family: Family) -> Maker:
    def make(random: Random, _peer: Peer) -> Case:
        owner, data = leaf(random, "keyEncipherment"), message(random, 400)

        def check(answer: dict[str, Any]) -> None:
            read = cms.parse_enveloped(answer["der"])
            expect(read.decrypt(owner.pair.key, owner.certificate), data)

        return Case({**owner.fields, "data": data, "family": family.value}, check)

    return make


_FAMILIES = ((Family.RFC, "RFC 5652"), (Family.GM, "GM/T 0010"))

ROWS = (
    *(
        Artefact(
            f"signed-{family.value}{'-detached' if detached else ''}",
            f"SignedData, {title}{', detached' if detached else ''}",
            ("cms.verify", _signed_they_read(family, detached=detached)),
            ("cms.sign", _signed_we_read(family, detached=detached)),
        )
        for family, title in _FAMILIES
        for detached in (False, True)
    ),
    *(
        Artefact(
            f"enveloped-{family.value}",
            f"EnvelopedData, {title}",
            ("cms.decrypt", _enveloped_they_read(family)),
            ("cms.encrypt", _enveloped_we_read(family)),
        )
        for family, title in _FAMILIES
    ),
)
