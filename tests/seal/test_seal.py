"""Seals read and written: every field comes back, damage is a typed error, pictures are what they say."""

from __future__ import annotations

import struct
from datetime import timedelta
from random import Random

import pytest

from gmkit import asn1, seal
from gmkit.errors import EncodingError, GmkitError, InvalidArgument
from gmkit.seal import Layout, Seal, SealSignature, Users, picture_of
from gmkit.seal.describe import seal_dict, seal_text
from gmkit.seal.usage import usable
from tests.documents.people import NOW, SIGNER, YEAR
from tests.ofd.world import MAKER, PLAIN, SEAL, SVG, make_seal

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 300, 150) + bytes(20)


@pytest.mark.parametrize("layout", Layout)
def test_every_field_comes_back(layout: Layout) -> None:
    made = make_seal(layout=layout, id="42", name="财务章", vendor="somebody", type=2)
    read = Seal.parse(made)
    assert (read.der, read.layout, read.notes) == (made, layout, ())
    assert read.maker == MAKER.der
    info = read.info
    assert (info.id, info.name, info.vendor, info.type) == ("42", "财务章", "somebody", 2)
    assert info.version == layout.value
    assert info.users.certificates == (SIGNER.certificate.der,)
    assert info.valid_from.value == NOW - timedelta(days=30)
    assert info.valid_to.value == NOW + YEAR
    assert info.picture == picture_of(SVG)
    assert (info.picture.width, info.picture.height) == (40, 40)


def test_users_by_digest() -> None:
    users = Seal.parse(make_seal(listing=Users.DIGESTS)).info.users
    assert users.certificates == ()
    assert users.digests == (("SM3", SIGNER.certificate.fingerprint()),)


@pytest.mark.parametrize("layout", Layout)
def test_damage_is_a_typed_error(layout: Layout) -> None:
    made = make_seal(layout=layout)
    signed = seal.sign_with_seal(
        b"content", made, key=SIGNER.key, certificate=SIGNER.certificate,
        property_info="/x", time=NOW,
    )  # fmt: skip
    random = Random(layout.value)
    for data, read in ((made, Seal.parse), (signed, SealSignature.parse)):
        for length in range(0, len(data), 7):
            with pytest.raises(EncodingError):
                read(data[:length])
        for _ in range(400):
            changed = bytearray(data)
            changed[random.randrange(len(data))] = random.randrange(256)
            try:
                read(bytes(changed))
            except GmkitError:
                continue


def test_a_signature_is_not_a_seal_nor_the_other_way_round() -> None:
    with pytest.raises(EncodingError):
        SealSignature.parse(SEAL)
    with pytest.raises(EncodingError):
        Seal.parse(asn1.sequence(asn1.sequence(), asn1.sequence()))


def test_when_a_seal_may_be_used() -> None:
    read = Seal.parse(SEAL)
    assert usable(read, NOW) == ()
    assert [one.code for one in usable(read, NOW + 2 * YEAR)] == ["seal-expired"]
    assert [one.code for one in usable(read, NOW - YEAR)] == ["seal-not-yet-valid"]


def test_descriptions() -> None:
    read = Seal.parse(SEAL)
    described = seal_dict(read)
    assert described["name"] == "合同专用章"
    assert described["users"] == ["CN=Signer, number a"]
    assert "\n".join(seal_text(read)).startswith("合同专用章  [GB/T 38540-2020, version 4]")


@pytest.mark.parametrize(
    ("data", "kind", "width", "height"),
    [
        (PNG, "png", 40, 20),
        (SVG, "svg", 40, 40),
        (SVG.replace(b"0 0 40 40", b"0,0,10,30"), "svg", 40, 120),
        (b"<?xml version='1.0'?>\n<!-- x -->\n" + SVG, "svg", 40, 40),
        (SVG.replace(b"viewBox", b"other"), "svg", 40, 40),
        (PLAIN, "ofd", 40, 40),
    ],
)
def test_pictures(data: bytes, kind: str, width: int, height: int) -> None:
    made = picture_of(data)
    assert (made.type, made.width, made.height, made.data) == (kind, width, height, data)
    assert (picture_of(data, width=10, height=20).width, picture_of(data, height=7).height) == (
        10,
        7,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        PNG[:20],
        PNG.replace(struct.pack(">I", 300), bytes(4)),
        b"<html/>",
        b"<!DOCTYPE svg []>" + SVG,
        SVG.replace(b"<circle", b"<script>alert(1)</script><circle"),
        SVG.replace(b"<circle", b"<circle onload='x()'"),
        b"PK\x03\x04 something else",
    ],
)
def test_what_is_no_picture_for_a_seal(data: bytes) -> None:
    with pytest.raises(EncodingError):
        picture_of(data)


def test_bounds_of_pictures() -> None:
    for given in ({"width": 0}, {"width": 301}, {"height": 0}, {"type": "png"}):
        with pytest.raises(InvalidArgument):
            picture_of(SVG, **given)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="at most 8 MiB"):
        picture_of(bytes((8 << 20) + 1))
