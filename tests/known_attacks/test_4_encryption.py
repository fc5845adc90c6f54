"""Section 4: SM2 encryption and key agreement."""

import os
import re
from functools import partial

import pytest
from cryptography.hazmat.primitives import hashes

from gmkit.errors import DecryptionError, InvalidArgument
from gmkit.sm2 import CiphertextFormat
from tests.bounds import within
from tests.known_attacks.values import FORMS, KEY, PUBLIC, D, N, P, sm2, vectors
from tests.reference import sm2 as reference
from tests.reference import strict_der
from tests.shared import ROOT

WORDS = "decryption failed"


def refused(octets, form=CiphertextFormat.DER, key=KEY):
    """The one exception, the one text, and no data in it."""
    with pytest.raises(DecryptionError) as caught:
        key.decrypt(octets, format=form)
    assert str(caught.value) == WORDS
    assert caught.value.__cause__ is None
    assert caught.value.args == (WORDS,)
    return caught.value


def sm3(data):
    """SM3 by OpenSSL: fast, and not ours."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def fitting(c1, message, form):
    """A ciphertext for KEY with that C1, computed from the definition with OpenSSL's SM3."""
    shared = reference.multiply(D, c1)
    x2, y2 = map(reference.to_bytes, shared)
    blocks = -(-len(message) // 32)
    stream = b"".join(sm3(x2 + y2 + ct.to_bytes(4, "big")) for ct in range(1, blocks + 1))
    c2 = bytes(a ^ b for a, b in zip(message, stream, strict=False))
    return strict_der.join(form.name, c1, sm3(x2 + message + y2), c2)


def parts_of(form, octets):
    return strict_der.split(form.name, octets)


def test_enc_01_short_coordinates_at_every_length(cpu_path):
    points = [
        strict_der.split("DER", bytes.fromhex(test["ct"]))[0]
        for _, test in vectors("sm2/negative_ciphertext_der.json")
        if "of C1 below" in test["comment"] and test["result"] == "valid"
    ]
    assert len(points) == 6
    for size in range(1, 301):
        c1, form = points[size % 6], FORMS[size % 3]
        message = bytes((size + i) & 255 for i in range(size))
        assert KEY.decrypt(fitting(c1, message, form), format=form) == message


def test_enc_02_every_bit_of_a_ciphertext_counts(cpu_path):
    message = b"pay 100 yuan"
    octets = PUBLIC.encrypt(message, format=CiphertextFormat.C1C3C2)
    for bit in range(8 * len(octets)):
        bent = bytearray(octets)
        bent[bit // 8] ^= 128 >> bit % 8
        refused(bytes(bent), CiphertextFormat.C1C3C2)
    refused(octets[:65] + bytes(32) + octets[97:], CiphertextFormat.C1C3C2)
    forged = bytes(a ^ b ^ c for a, b, c in zip(octets[97:], message, b"pay 900 yuan", strict=True))
    refused(octets[:97] + forged, CiphertextFormat.C1C3C2)
    assert KEY.decrypt(octets, format=CiphertextFormat.C1C3C2) == message
    with pytest.raises(DecryptionError):
        sm2.generate_private_key().decrypt(octets, format=CiphertextFormat.C1C3C2)


def test_enc_03_a_refusal_carries_no_plaintext():
    message = b"a secret that must not be seen" * 3
    octets = bytearray(PUBLIC.encrypt(message, format=CiphertextFormat.C1C3C2))
    octets[70] ^= 1
    error = refused(bytes(octets), CiphertextFormat.C1C3C2)
    shown = repr(error) + repr(vars(error)) + repr(error.args)
    frame = error.__traceback__
    while frame:
        shown += repr({k: v for k, v in frame.tb_frame.f_locals.items() if k not in SHOWN_HERE})
        frame = frame.tb_next
    assert "secret" not in shown


SHOWN_HERE = {"message", "octets", "shown", "error", "caught", "frame"}


def test_enc_04_tags_are_compared_in_constant_time_only():
    """The measurement is the constant-time harness's; this is the rule for the source."""
    core = ROOT / "rust/gmkit-core/src"
    for name in ("sm2/decrypt.rs", "sm4/gcm.rs", "sm4/ccm.rs", "sm4/cmac.rs", "hmac.rs"):
        text = (core / name).read_text(encoding="utf-8").partition("#[cfg(test)]")[0]
        assert re.search(r"ct_eq|ct::equal|equal_choice", text), name
        assert not re.search(r"[=!]= *&?\*?(tag|c3|mac|expected)\b|\b(tag|c3|expected) [=!]=", text)


def mutations(octets):
    """Every prefix; every byte deleted, doubled, and set to four values."""
    for size in range(len(octets)):
        yield octets[:size]
    for at in range(len(octets)):
        yield octets[:at] + octets[at + 1 :]
        yield octets[: at + 1] + octets[at:]
        for value in (0x00, 0x7F, 0x80, 0xFF):
            if octets[at] != value:
                yield octets[:at] + bytes([value]) + octets[at + 1 :]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_enc_05_nothing_but_decryption_error_comes_out(form):
    tried = 0
    for number in range(20):
        message = os.urandom(1 + number)
        octets = PUBLIC.encrypt(message, format=form)
        for bent in mutations(octets):
            try:
                opened = KEY.decrypt(bent, format=form)
            except DecryptionError:
                tried += 1
            else:
                # Doubling a byte beside an equal one may give the same octets.
                assert bent == octets, (bent.hex(), opened)
    assert tried > 10_000


def test_enc_06_c3_has_32_bytes(cpu_path):
    c1, c3, c2 = parts_of(CiphertextFormat.DER, PUBLIC.encrypt(b"x" * 40))
    for size in (0, 1, 31, 33, 64):
        joined = (c3 + c2).ljust(100, b"\0")
        refused(strict_der.join("DER", c1, joined[:size], joined[size:]))
        refused(strict_der.join("DER", c1, c3.ljust(size, b"\0")[:size], c2))
    assert KEY.decrypt(strict_der.join("DER", c1, c3, c2)) == b"x" * 40


def test_enc_07_an_empty_message_is_refused_at_once(cpu_path):
    with pytest.raises(InvalidArgument, match="empty"):
        within(0.1, lambda: PUBLIC.encrypt(b""))
    c1 = reference.public_key(12345)
    x2, y2 = map(reference.to_bytes, reference.multiply(D, c1))
    for form in FORMS:
        empty = strict_der.join(form.name, c1, reference.sm3.digest(x2 + y2), b"")
        within(0.1, partial(refused, empty, form))


def test_enc_08_all_zero_key_streams(cpu_path):
    tests = [
        (group, test)
        for group, test in vectors("sm2/known_faults_decrypt.json")
        if test["flags"] == ["AllZeroKeyStream"]
    ]
    assert len(tests) == 4
    for group, test in tests:
        refused(bytes.fromhex(test["ct"]), CiphertextFormat[group["encoding"]])


def test_enc_08_one_byte_messages_all_come_back():
    """One nonce in 256 gives a zero key stream: 2,000 messages meet it with certainty."""
    for number in range(100_000 if os.environ.get("GMKIT_SLOW") else 2_000):
        message = bytes([number & 255])
        octets = PUBLIC.encrypt(message, format=CiphertextFormat.C1C3C2)
        assert octets[97:] != message
        assert KEY.decrypt(octets, format=CiphertextFormat.C1C3C2) == message


def test_enc_09_short_shared_points_and_many_round_trips(cpu_path):
    _, test = next(
        pair
        for pair in vectors("sm2/known_faults_decrypt.json")
        if pair[1]["comment"] == "x2_short"
    )
    assert KEY.decrypt(bytes.fromhex(test["ct"])).hex() == test["msg"]
    for number in range(60):
        message = bytes([number]) * (number + 1)
        c1, c3, c2 = parts_of(CiphertextFormat.DER, PUBLIC.encrypt(message))
        assert reference.decrypt(D, c1, c3, c2) == message
        c1 = reference.public_key(number + 1)
        form = FORMS[number % 3]
        assert KEY.decrypt(fitting(c1, message, form), format=form) == message


@pytest.mark.parametrize(
    "size", [31, 32, 33, 63, 64, 65, 255, 256, 257, 8160, 8192, 65_536, 2**20 + 1]
)
def test_enc_10_enc_13_no_length_is_special(size, cpu_path):
    message = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    for form in FORMS:
        octets = PUBLIC.encrypt(message, format=form)
        assert KEY.decrypt(octets, format=form) == message
        assert len(octets) >= size + 96
    if size < 100_000:
        c1 = reference.public_key(size)
        assert KEY.decrypt(fitting(c1, message, FORMS[0]), format=FORMS[0]) == message


def test_enc_11_buffers_with_offsets(cpu_path):
    octets = PUBLIC.encrypt(b"message")
    padded = b"head" + octets + b"tail"
    for buffer in (
        memoryview(padded)[4:-4],
        bytearray(octets),
        memoryview(bytearray(padded))[4:-4],
        memoryview(bytes(octets)).toreadonly(),
    ):
        assert KEY.decrypt(buffer) == b"message"
    spread = bytearray(2 * len(octets))
    spread[::2] = octets
    assert KEY.decrypt(memoryview(spread)[::2]) == b"message"
    with pytest.raises(TypeError):
        KEY.decrypt(octets.hex())


def test_enc_12_the_order_is_never_guessed(cpu_path):
    for size in (1, 31, 32, 33, 64, 100):
        octets = {form: PUBLIC.encrypt(b"m" * size, format=form) for form in FORMS}
        for made in FORMS:
            for read in FORMS:
                if made is read:
                    assert KEY.decrypt(octets[made], format=read) == b"m" * size
                else:
                    refused(octets[made], read)


def test_enc_14_every_refusal_looks_the_same(cpu_path):
    seen = set()
    for _, test in vectors("sm2/negative_ciphertext_der.json"):
        if test["result"] == "invalid":
            error = refused(bytes.fromhex(test["ct"]))
            seen.add((type(error), str(error), error.args, error.code, error.hint))
    assert len(seen) == 1


def test_the_numbers_are_those_of_the_curve():
    assert (reference.SM2P256V1.n, reference.SM2P256V1.p) == (N, P)
