"""Encodings that are not the standard's: read where they leave no doubt, put down, and nothing further."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit import asn1, sm2
from gmkit.errors import EncodingError
from gmkit.seal.lenient import (
    ClaimedTime,
    Notes,
    bit_string,
    claimed_time,
    read_time,
    signature_value,
)
from gmkit.sm2 import SignatureFormat

NOON = datetime(2021, 10, 14, 12, 0, 0, tzinfo=timezone.utc)
NUMBERS = st.integers(1, (1 << 256) - 1)


def der(r: int, s: int) -> bytes:
    return asn1.sequence(asn1.integer(r), asn1.integer(s))


def octets(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def unsigned_der(r: int, s: int) -> bytes:
    """Without the octet that keeps a number positive."""
    parts = [number.to_bytes((number.bit_length() + 7) // 8, "big") for number in (r, s)]
    body = b"".join(bytes([2, len(part)]) + part for part in parts)
    return bytes([0x30, len(body)]) + body


@given(NUMBERS, NUMBERS)
def test_the_standards_form_needs_no_note(r: int, s: int) -> None:
    notes: Notes = []
    assert signature_value(der(r, s), "x", notes) == octets(r, s)
    assert notes == []


@given(NUMBERS, NUMBERS)
def test_numbers_without_their_leading_zero(r: int, s: int) -> None:
    notes: Notes = []
    assert signature_value(unsigned_der(r, s), "x", notes) == octets(r, s)
    negative = sum(number.bit_length() % 8 == 0 for number in (r, s))
    assert [code for code, _ in notes] == ["negative-integer"] * negative


@given(NUMBERS, NUMBERS.map(lambda s: s >> 32 << 32 or 1 << 32), st.integers(0, 4))
def test_zeros_cut_off_at_the_end(r: int, s: int, cut: int) -> None:
    whole, notes = der(r, s), list[tuple[str, str]]()
    assert whole.endswith(bytes(4))
    assert signature_value(whole[: len(whole) - cut], "x", notes) == octets(r, s)
    assert [code for code, _ in notes] == (["bit-string-trimmed"] if cut else [])


@given(st.binary(min_size=60, max_size=64))
def test_64_octets(raw: bytes) -> None:
    notes: Notes = []
    assert signature_value(raw, "x", notes) == raw.ljust(64, b"\0")
    assert notes[0][0] == "raw-signature"
    assert (len(notes) == 2) == (len(raw) < 64)


@given(st.one_of(st.binary(max_size=59), st.binary(min_size=65, max_size=200)))
def test_what_is_no_signature(data: bytes) -> None:
    found = signature_value(data, "x", [])
    assert found is None or len(found) == 64


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x00",
        der(1, 2) + bytes(70),
        asn1.sequence(asn1.integer(1 << 256), asn1.integer(1)),
        asn1.sequence(asn1.integer(1)),
        asn1.sequence(asn1.integer(1), asn1.integer(2), asn1.integer(3)),
    ],
)
def test_structures_that_are_none(data: bytes) -> None:
    assert signature_value(data, "x", []) is None


def test_a_real_signature_in_every_form() -> None:
    key = sm2.generate_private_key()
    made = key.sign(b"content")
    raw = sm2.convert_signature(made, SignatureFormat.DER, SignatureFormat.RAW)
    for form in (made, raw):
        value = signature_value(form, "x", [])
        assert value is not None
        key.public_key().verify(value, b"content", format=SignatureFormat.RAW)


@pytest.mark.parametrize(
    ("text", "zoned"),
    [
        ("20211014120000Z", True),
        ("20211014120000", False),
        ("20211014120000.302Z", True),
        ("20211014200000+0800", True),
        ("2021-10-14 12:00:00", False),
        ("2021-10-14T12:00:00Z", True),
        ("2021-10-14T20:00:00+08:00", True),
        ("211014120000Z", True),
        ("20211014120000Z\0", True),
    ],
)
def test_times_as_they_are_written(text: str, zoned: bool) -> None:
    assert claimed_time(text) == ClaimedTime(NOON, zoned)


@pytest.mark.parametrize(
    "text", ["", "x", "20211314120000Z", "2021", "99999999999999Z", "00000101000000Z", "1" * 100]
)
def test_what_is_no_time(text: str) -> None:
    assert claimed_time(text) is None


@given(st.text(max_size=40))
def test_any_text_as_a_time(text: str) -> None:
    found = claimed_time(text)
    assert found is None or found.value.tzinfo is timezone.utc


def test_a_time_without_a_zone_decides_nothing_near_a_boundary() -> None:
    named, unnamed = ClaimedTime(NOON, True), ClaimedTime(NOON, False)
    assert named.before(NOON + timedelta(seconds=1)) is True
    assert named.before(NOON) is False
    assert unnamed.before(NOON + timedelta(hours=1)) is None
    assert unnamed.before(NOON - timedelta(hours=1)) is None
    assert unnamed.before(NOON + timedelta(hours=15)) is True
    assert unnamed.before(NOON - timedelta(hours=15)) is False


@pytest.mark.parametrize(
    ("tag", "text", "wanted", "code"),
    [
        (0x18, b"20211014120000Z", 0x18, None),
        (0x17, b"211014120000Z", 0x17, None),
        (0x18, b"211014120000Z", 0x18, "time-type"),
        (0x17, b"211014120000Z", 0x18, "time-type"),
        (0x18, b"20211014120000", 0x18, "time-zone"),
    ],
)
def test_times_under_tags(tag: int, text: bytes, wanted: int, code: str | None) -> None:
    notes: Notes = []
    element = asn1.decode_lenient(bytes([tag, len(text)]) + text)
    assert read_time(element, "x", notes, tag=wanted).value == NOON
    assert [found for found, _ in notes] == ([code] if code else [])


@pytest.mark.parametrize("data", [b"\x04\x01x", b"\x18\x01x", b"\x18\x00"])
def test_elements_that_are_no_time(data: bytes) -> None:
    with pytest.raises(EncodingError):
        read_time(asn1.decode_lenient(data), "x", [], tag=0x18)


def test_bit_strings() -> None:
    notes: Notes = []
    good = asn1.decode_lenient(b"\x03\x03\x00ab")
    assert bit_string(good, "x", notes, length=2) == b"ab"
    assert notes == []
    # A digest that ends in zeros, written like a list of named bits.
    digest = bytes(range(1, 30)) + b"\x80\0\0"
    named = asn1.decode_lenient(bytes([3, 31, 7]) + digest[:30])
    assert bit_string(named, "x", notes, length=32) == digest
    assert [code for code, _ in notes] == ["bit-string-unused-bits", "bit-string-trimmed"]
    # Too short is not made long.
    assert len(bit_string(asn1.decode_lenient(b"\x03\x03\x00ab"), "x", [], length=32)) == 2
    for data in (b"\x04\x01x", b"\x03\x00", b"\x03\x02\x08a"):
        with pytest.raises(EncodingError):
            bit_string(asn1.decode_lenient(data), "x", [])
