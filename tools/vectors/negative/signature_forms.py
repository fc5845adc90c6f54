"""A good SM2 signature in every wrong form: DER and r || s that are no encoding of it, or of something else."""

from __future__ import annotations

from collections.abc import Callable

import wrong_der
from common import N, Stream
from signature_cases import GOOD, KEY, Cases

from tests.reference import sm2
from tests.reference.strict_der import element, encode_signature


def der_forms(cases: Cases) -> None:
    """Wrong DER of the good signature, and other types in place of its numbers."""
    r, s = GOOD
    r_octets, s_octets = element(2, b"\0" + sm2.to_bytes(r)), element(2, sm2.to_bytes(s))
    whole = encode_signature(r, s)
    assert whole == element(0x30, r_octets + s_octets)

    def rebuilt(place: str) -> Callable[[bytes], bytes]:
        if place == "r":
            return lambda octets: element(0x30, octets + s_octets)
        return lambda octets: element(0x30, r_octets + octets)

    for wrong in (
        wrong_der.wrong_lengths(0x30, r_octets + s_octets),
        wrong_der.wrong_tags(0x30, whole[2:]),
    ):
        for words, flag, octets in wrong:
            cases.add(f"SEQUENCE: {words}", flag, octets)
    for place, number, tlv in (("r", r, r_octets), ("s", s, s_octets)):
        build = rebuilt(place)
        for wrong in (
            wrong_der.wrong_lengths(2, tlv[2:]),
            wrong_der.wrong_tags(2, tlv[2:]),
            wrong_der.wrong_integers(number, place),
        ):
            for words, flag, octets in wrong:
                cases.add(f"{place}: {words}", flag, build(octets))
        for words, octets in (
            ("-1", element(2, b"\xff")),
            ("-n", element(2, (2**264 - N).to_bytes(33, "big"))),
            (f"-{place}", element(2, (2**264 - number).to_bytes(33, "big"))),
            (f"{place} - n", element(2, (2**264 + number - N).to_bytes(33, "big"))),
        ):
            cases.add(f"{place} is {words}", "NegativeInteger", build(octets))
    for words, flag, octets in wrong_der.wrong_structures([r_octets, s_octets]):
        cases.add(words, flag, octets)
    for words, flag, octets in wrong_der.truncations(whole):
        cases.add(words, flag, octets)
    other = {
        "BOOLEAN TRUE": b"\1\1\xff",
        "NULL": b"\5\0",
        "REAL 0": b"\x09\0",
        "REAL infinity": b"\x09\1\x40",
        "UTF8String 0": b"\x0c\1\x30",
        "empty OCTET STRING": b"\4\0",
        "empty SEQUENCE": b"\x30\0",
    }
    for r_words, r_type in other.items():
        for s_words, s_type in other.items():
            if r_words == s_words or r_words == "NULL":
                octets = element(0x30, r_type + s_type)
                cases.add(f"r is {r_words}, s is {s_words}", "InvalidTypes", octets)
    raw = sm2.to_bytes(r) + sm2.to_bytes(s)
    for words, octets in (
        ("r || s", raw),
        ("r || s in an OCTET STRING", element(4, raw)),
        ("hexadecimal of the DER", whole.hex().encode()),
        ("DER of s, r", encode_signature(s, r)),
        (
            "OCTET STRINGs in place of INTEGERs",
            element(0x30, element(4, raw[:32]) + element(4, raw[32:])),
        ),
    ):
        cases.add(words, "WrongForm", octets)


def raw_forms(cases: Cases) -> None:
    """Lengths other than 64, and the numbers in other forms."""
    r, s = GOOD
    raw = sm2.to_bytes(r) + sm2.to_bytes(s)
    for words, flag, octets in wrong_der.truncations(raw):
        cases.add(words, flag, octets)
    for words, octets in (
        ("a 00 behind", raw + b"\0"),
        ("a 00 in front", b"\0" + raw),
        ("four bytes behind", raw + bytes.fromhex("deadbeef")),
        ("itself twice", raw * 2),
        ("r and s in 33 bytes each", b"\0" + raw[:32] + b"\0" + raw[32:]),
        ("r in 33 bytes", b"\0" + raw),
        ("r and s in 48 bytes each", bytes(16) + raw[:32] + bytes(16) + raw[32:]),
        ("prefix 04", b"\4" + raw),
    ):
        cases.add(words, "AddedElement", octets)
    for words, octets in (
        ("DER", encode_signature(r, s)),
        ("s || r", raw[32:] + raw[:32]),
        ("r and s little-endian", raw[:32][::-1] + raw[32:][::-1]),
        ("all bytes reversed", raw[::-1]),
        ("hexadecimal", raw.hex().encode()),
        ("base64-like length", raw.hex().encode()[:64]),
        ("32-bit words reversed", b"".join(raw[i : i + 4][::-1] for i in range(0, 64, 4))),
    ):
        cases.add(words, "WrongForm", octets)
    nonces = Stream("short raw nonces")
    d = KEY.d or 0
    made = 0
    while made < 4:
        e = nonces.scalar()
        r_, s_ = sm2.sign(d, e, nonces.scalar())
        if r_ >> 248 and s_ >> 248:
            continue
        made += 1
        short = r_.to_bytes((r_.bit_length() + 7) // 8, "big") + s_.to_bytes(
            (s_.bit_length() + 7) // 8, "big"
        )
        cases.add(
            f"a number with a zero byte in front ({made})", "SmallRandS", (r_, s_), e=e, valid=True
        )
        cases.add(f"that zero byte left out ({made})", "WrongForm", short, e=e)
