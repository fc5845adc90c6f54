"""Section 1: verification of SM2 signatures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit.errors import InvalidArgument, InvalidSignature
from tests.known_attacks.values import (
    DER,
    KEY,
    MESSAGE,
    POINT,
    PUBLIC,
    RAW,
    N,
    P,
    SM2PublicKey,
    numbers,
    prehashed,
    vectors,
)
from tests.reference import sm2 as reference
from tests.reference import sm3, strict_der

GOOD = KEY.sign(MESSAGE, format=RAW)
R, S = numbers(GOOD)
FULL = 2**256


def refused(r, s, *, message=MESSAGE):
    """Both written forms, with and without a table, refuse it; a number too big has no raw form."""
    forms = [(DER, strict_der.encode_signature(r, s))]
    if max(r, s) < FULL:
        forms.append((RAW, r.to_bytes(32, "big") + s.to_bytes(32, "big")))
    table = SM2PublicKey.from_bytes(PUBLIC.to_bytes()).precompute()
    for key in PUBLIC, table:
        for form, octets in forms:
            with pytest.raises(InvalidSignature):
                key.verify(octets, message, format=form)


def test_sig_01_r_and_s_out_of_range(cpu_path):
    bad = (0, N, N + 1, FULL - 1)
    for r in (*bad, R):
        for s in (*bad, S):
            if (r, s) != (R, S):
                refused(r, s)


def test_sig_01_negative_integers():
    for first, second in ((-1, S), (R, -1), (-R, S), (R, -S), (R - N, S), (R, S - N), (-1, -1)):
        parts = [strict_der.element(2, n.to_bytes(33, "big", signed=True)) for n in (first, second)]
        with pytest.raises(InvalidSignature):
            PUBLIC.verify(strict_der.element(0x30, b"".join(parts)), MESSAGE)


def test_sig_02_t_is_zero(cpu_path):
    refused(R, N - R)
    refused(N - S, S)


def test_sig_03_the_same_residues_in_other_numbers(cpu_path):
    for r, s in ((R + N, S), (R, S + N), (R, S + N * FULL), (R + N * FULL, S), (R + N, S + N)):
        refused(r, s)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_sig_03_no_mutation_of_a_signature_verifies(data):
    original = strict_der.encode_signature(R, S)
    octets = bytearray(original)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(octets) - 1))
        kind = data.draw(st.sampled_from(["flip", "set", "delete", "insert"]))
        if kind == "flip":
            octets[at] ^= 1 << data.draw(st.integers(0, 7))
        elif kind == "set":
            octets[at] = data.draw(st.integers(0, 255))
        elif kind == "delete" and len(octets) > 1:
            del octets[at]
        else:
            octets.insert(at, data.draw(st.integers(0, 255)))
    if bytes(octets) != original:
        with pytest.raises(InvalidSignature):
            PUBLIC.verify(bytes(octets), MESSAGE)


def test_sig_04_of_all_encodings_of_one_signature_one_is_accepted(cpu_path):
    first_group, first = vectors("sm2/negative_signature_der.json")[0]
    encodings = {
        "BerEncodedLength",
        *("WrongLength", "WrongTag", "AddedElement", "MissingElement", "NotMinimal", "Truncated"),
    }
    tried = [
        test
        for group, test in vectors("sm2/negative_signature_der.json")
        if group["publicKey"] == first_group["publicKey"]
        and (test == first or set(test["flags"]) & encodings)
    ]
    key = SM2PublicKey.from_bytes(bytes.fromhex(first_group["publicKey"]))
    message, accepted = bytes.fromhex(first["msg"]), []
    for test in tried:
        try:
            key.verify(bytes.fromhex(test["sig"]), message)
            accepted.append(test["tcId"])
        except InvalidSignature:
            pass
    assert len(tried) >= 200
    assert accepted == [first["tcId"]]


def test_sig_05_a_refusal_leaves_nothing_behind(cpu_path):
    good = KEY.sign(MESSAGE)
    verifier = PUBLIC.verifier().update(MESSAGE)
    for octets in (b"", b"\x30", good[:-1], good + b"\0", b"\x30\x80" + good[2:], bytes(70)):
        with pytest.raises(InvalidSignature):
            PUBLIC.verify(octets, MESSAGE)
        PUBLIC.verify(good, MESSAGE)
        with pytest.raises(InvalidSignature):
            verifier.finish(octets)
        verifier.finish(good)
    with pytest.raises(TypeError):
        verifier.update("text")
    verifier.finish(good)


def known_fault(name):
    group, test = next(
        (group, test)
        for group, test in vectors("sm2/known_faults_verify.json")
        if test["comment"] == name
    )
    key = SM2PublicKey.from_bytes(bytes.fromhex(group["publicKey"]))
    return key, bytes.fromhex(test["e"]), bytes.fromhex(test["sig"])


def test_sig_06_doubling_verifies_and_its_neighbour_does_not(cpu_path):
    key, e, sig = known_fault("doubling")
    for each in key, key.precompute():
        prehashed.verify(each, sig, prehashed.SM2Digest(e), format=RAW)
        for bit in (0, 7, 255):
            bent = int.from_bytes(e, "big") ^ 1 << bit
            with pytest.raises(InvalidSignature):
                prehashed.verify(
                    each, sig, prehashed.SM2Digest(bent.to_bytes(32, "big")), format=RAW
                )


def test_sig_07_infinity_is_refused_for_every_e(cpu_path):
    key, e, sig = known_fault("infinity")
    for each in key, key.precompute():
        for digest in (e, sig[:32], bytes(32), b"\xff" * 32, N.to_bytes(32, "big")):
            with pytest.raises(InvalidSignature):
                prehashed.verify(each, sig, prehashed.SM2Digest(digest), format=RAW)


def test_sig_09_a_message_is_never_taken_for_a_hash(cpu_path):
    key, e, sig = known_fault("raw_forgery")
    prehashed.verify(key, sig, prehashed.SM2Digest(e), format=RAW)
    with pytest.raises(InvalidSignature):
        key.verify(sig, e, format=RAW)
    for argument in (e, bytearray(e), e.hex(), int.from_bytes(e, "big")):
        with pytest.raises(TypeError):
            prehashed.verify(key, sig, argument, format=RAW)
        with pytest.raises(TypeError):
            prehashed.sign(KEY, argument)
    with pytest.raises(InvalidSignature):
        PUBLIC.verify(KEY.sign(b"111"), b"\0\0" + b"111")
    with pytest.raises(InvalidSignature):
        PUBLIC.verify(KEY.sign(MESSAGE), b"\0" + MESSAGE)


def test_sig_10_ours_verifies_elsewhere_and_theirs_here(cpu_path):
    for number in range(8):
        message = bytes([number]) * (number * 31)
        r, s = numbers(KEY.sign(message, format=RAW))
        e = reference.message_digest(message, POINT)
        assert reference.verify(POINT, e, r, s)
        r, s = reference.sign(reference_private(), e, 1 + number * 12345678901234567890)
        PUBLIC.verify(strict_der.encode_signature(r, s), message)


def reference_private():
    return int.from_bytes(
        bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"), "big"
    )


def test_sig_11_short_numbers_have_one_encoding(cpu_path):
    for name in ("r_short", "s_short"):
        group, test = next(
            pair for pair in vectors("sm2/known_faults_verify.json") if pair[1]["comment"] == name
        )
        sig, message = bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"])
        key = SM2PublicKey.from_bytes(bytes.fromhex(group["publicKey"]))
        key.verify(sig, message, format=RAW)
        key.verify(strict_der.encode_signature(*numbers(sig)), message)
        for at in (0, 32):
            r_, s_ = sig[:32], sig[32:]
            padded = strict_der.element(
                2, b"\0" + r_.lstrip(b"\0") if at == 0 else r_
            ) + strict_der.element(2, s_ if at == 0 else b"\0" + s_.lstrip(b"\0"))
            if padded != strict_der.encode_signature(*numbers(sig))[2:]:
                with pytest.raises(InvalidSignature):
                    key.verify(strict_der.element(0x30, padded), message)
    for integer in ("0200", "020100", "02020000", "0202007f"):
        tail = strict_der.integer(S)
        with pytest.raises(InvalidSignature):
            PUBLIC.verify(strict_der.element(0x30, bytes.fromhex(integer) + tail), MESSAGE)


def test_sig_12_identifiers(cpu_path):
    given = {
        "empty": b"",
        "default": b"1234567812345678",
        "one byte": b"A",
        "UTF-8": "张三".encode(),
        "longest": b"x" * 8191,
    }
    PUBLIC.verify(KEY.sign(MESSAGE), MESSAGE, user_id=given["default"])
    for user_id in given.values():
        sig = KEY.sign(MESSAGE, user_id=user_id, format=RAW)
        e = reference.message_digest(MESSAGE, POINT, user_id)
        assert reference.verify(POINT, e, *numbers(sig))
        for other in given.values():
            if other == user_id:
                PUBLIC.verify(sig, MESSAGE, user_id=other, format=RAW)
            else:
                with pytest.raises(InvalidSignature):
                    PUBLIC.verify(sig, MESSAGE, user_id=other, format=RAW)
    for operation in (
        lambda: KEY.sign(MESSAGE, user_id=b"x" * 8192),
        lambda: PUBLIC.verify(GOOD, MESSAGE, user_id=b"x" * 8192, format=RAW),
        lambda: KEY.signer(user_id=b"x" * 8192),
        lambda: PUBLIC.verifier(user_id=b"x" * 8192),
        lambda: prehashed.SM2Digest.from_message(PUBLIC, MESSAGE, b"x" * 8192),
    ):
        with pytest.raises(InvalidArgument, match="8191"):
            operation()


def test_sig_14_psychic_signatures(cpu_path):
    refused(0, 0)
    refused(0, 0, message=b"")


def test_sig_15_the_carry_vector_verifies_on_every_path(cpu_path):
    key, e, sig = known_fault("carry")
    prehashed.verify(key, sig, prehashed.SM2Digest(e), format=RAW)
    prehashed.verify(key.precompute(), sig, prehashed.SM2Digest(e), format=RAW)


def test_sig_16_a_digest_has_32_bytes():
    for size in (0, 1, 20, 31, 33, 48, 64):
        with pytest.raises(InvalidArgument, match="32 bytes"):
            prehashed.SM2Digest(bytes(size))


def test_the_values_of_this_folder_are_what_they_say():
    assert reference.on_curve(POINT)
    assert reference.public_key(reference_private()) == POINT
    assert P > N
    assert sm3.digest(b"abc").hex().startswith("66c7f0f4")
