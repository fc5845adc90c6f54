"""`gmkit.sm2` in batches: every item comes out as it does by itself, whatever is beside it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit import sm2
from gmkit._native import cpu
from gmkit.errors import DecryptionError, InvalidArgument, InvalidSignature
from gmkit.sm2 import CiphertextFormat, SignatureFormat

N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
KEYS = [sm2.SM2PrivateKey.from_bytes(bytes([7] * 31 + [at + 1])) for at in range(12)]


def verdict(key, message, signature, **options):
    """What the single verification says."""
    try:
        key.verify(signature, message, **options)
    except InvalidSignature:
        return False
    return True


def spoil(signature, how):
    """A raw signature, made wrong in one of many ways; 0 leaves it right."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    number = lambda r, s: r.to_bytes(32, "big") + s.to_bytes(32, "big")  # noqa: E731
    return [
        signature,
        number(r ^ 1, s),
        number(r, s ^ 1 << 200),
        number(0, s),
        number(r, 0),
        number(N, s),
        number(r, N),
        number(2**256 - 1, 2**256 - 1),
        number(r, N - r),
        number(s, r),
        b"",
        signature[:63],
        signature + b"\0",
    ][how]


@pytest.mark.parametrize("count", range(41))
def test_every_size_is_signed_and_verified(count, cpu_path):
    key = KEYS[count % len(KEYS)]
    messages = [bytes([at]) * (at * 11) for at in range(count)]
    signatures = sm2.sign_batch(key, messages, user_id=b"u" * count)
    assert len(signatures) == count
    for message, signature in zip(messages, signatures, strict=True):
        key.public_key().verify(signature, message, user_id=b"u" * count)
    found = sm2.verify_batch(key.public_key(), messages, signatures, user_id=b"u" * count)
    assert len(found) == count
    assert found.invalid == ()
    found.raise_for_first()
    assert list(found) == [None] * count


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_verdicts_are_those_of_single_verifications(data):
    cpu.force(data.draw(st.sampled_from(cpu.available())))
    try:
        count = data.draw(st.integers(0, 40))
        user_id = data.draw(st.sampled_from([sm2.DEFAULT_USER_ID, b"", b"ALICE123@YAHOO.COM"]))
        signer_id = data.draw(st.sampled_from([user_id, b"another"]))
        one_key = data.draw(st.booleans())
        signers, keys, messages, signatures = [], [], [], []
        for at in range(count):
            signer = KEYS[0 if one_key else data.draw(st.integers(0, len(KEYS) - 1))]
            message = data.draw(st.binary(max_size=200))
            given_id = signer_id if at % 5 == 0 else user_id
            signature = signer.sign(message, user_id=given_id, format=SignatureFormat.RAW)
            signers.append(signer)
            messages.append(message)
            signatures.append(spoil(signature, data.draw(st.integers(0, 12))))
            key = signer.public_key()
            keys.append(key.precompute() if data.draw(st.booleans()) else key)
        options = {"user_id": user_id, "format": SignatureFormat.RAW}
        given_keys = keys[0] if one_key and keys else keys
        threads = data.draw(st.sampled_from([None, 1, 3]))
        found = sm2.verify_batch(given_keys, messages, signatures, threads=threads, **options)
        wanted = [
            verdict(key, message, signature, **options)
            for key, message, signature in zip(keys, messages, signatures, strict=True)
        ]
        assert [entry is None for entry in found] == wanted
        assert found.invalid == tuple(at for at, good in enumerate(wanted) if not good)
    finally:
        cpu.force(cpu.available()[-1])


def test_many_keys_and_many_items_on_many_threads(cpu_path):
    rng = random.Random(5)
    count = 1000 if cpu_path == "avx512" else 200
    signers = [rng.choice(KEYS[:3] if at % 2 else KEYS) for at in range(count)]
    messages = [rng.randbytes(at % 50) for at in range(count)]
    signatures = [
        signer.sign(message, format=SignatureFormat.RAW)
        for signer, message in zip(signers, messages, strict=True)
    ]
    bad = set(rng.sample(range(count), 20))
    for at in bad:
        signatures[at] = spoil(signatures[at], rng.randrange(1, 13))
    keys = [signer.public_key() for signer in signers]
    for threads in (1, 2, 5, None):
        found = sm2.verify_batch(
            keys, messages, signatures, format=SignatureFormat.RAW, threads=threads
        )
        assert set(found.invalid) == bad
        assert list(found.invalid) == sorted(bad)


def test_signatures_of_one_call_have_different_nonces(cpu_path):
    signatures = sm2.sign_batch(KEYS[0], [b"same"] * 300, format=SignatureFormat.RAW, threads=2)
    again = sm2.sign_batch(KEYS[0], [b"same"] * 300, format=SignatureFormat.RAW, threads=1)
    assert len({signature[:32] for signature in signatures + again}) == 600


def test_der_is_the_default_form():
    (signature,) = sm2.sign_batch(KEYS[0], [b"m"])
    assert signature[0] == 0x30
    assert sm2.verify_batch(KEYS[0].public_key(), [b"m"], [signature]).invalid == ()
    raw = sm2.convert_signature(signature, SignatureFormat.DER, SignatureFormat.RAW)
    assert sm2.verify_batch(KEYS[0].public_key(), [b"m"], [raw]).invalid == (0,)


def test_a_result_says_which_and_has_no_truth_value():
    key = KEYS[0].public_key()
    signatures = sm2.sign_batch(KEYS[0], [b"a", b"b", b"c"])
    found = sm2.verify_batch(key, [b"a", b"x", b"c"], signatures)
    assert found.invalid == (1,)
    assert found[0] is None
    assert isinstance(found[1], InvalidSignature)
    assert found[-1] is None
    assert [type(entry) for entry in found[1:]] == [InvalidSignature, type(None)]
    with pytest.raises(InvalidSignature, match="signature 1 "):
        found.raise_for_first()
    with pytest.raises(TypeError, match="raise_for_first"):
        bool(found)
    with pytest.raises(IndexError):
        found[3]
    assert repr(found) == "<VerifiedBatch: 2 of 3 valid>"


@pytest.mark.parametrize("form", CiphertextFormat)
@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 40, 150])
def test_every_ciphertext_opens_or_fails_as_by_itself(count, form, cpu_path):
    key = KEYS[3]
    messages = [bytes([at % 256]) * (1 + at * 3) for at in range(count)]
    ciphertexts = [key.public_key().encrypt(message, format=form) for message in messages]
    bad = set(range(count)) - set(range(0, count, 3))
    for at in bad:
        whole = ciphertexts[at]
        ciphertexts[at] = [
            b"",
            whole[:40],
            whole[:-1] + bytes([whole[-1] ^ 1]),
            whole[:20] + bytes([whole[20] ^ 1]) + whole[21:],
            KEYS[4].public_key().encrypt(b"for another", format=form),
        ][at % 5]
    opened = sm2.decrypt_batch(key, ciphertexts, format=form, threads=2)
    assert len(opened) == count
    assert set(opened.failed) == bad
    for at in range(count):
        if at in bad:
            with pytest.raises(DecryptionError):
                opened[at]
            with pytest.raises(DecryptionError):
                key.decrypt(ciphertexts[at], format=form)
        else:
            assert opened[at] == messages[at] == key.decrypt(ciphertexts[at], format=form)
    assert list(opened.opened()) == [(at, messages[at]) for at in range(count) if at not in bad]
    if bad:
        with pytest.raises(DecryptionError):
            opened.raise_for_first()
    else:
        opened.raise_for_first()
        assert opened[:] == messages
    with pytest.raises(TypeError):
        bool(opened)


@pytest.mark.parametrize("d", [1, 2, 3, 6, 2**255, N // 2, N - 7, N - 6, N - 3, N - 2])
def test_keys_at_the_edges_sign_verify_and_decrypt(d, cpu_path):
    key = sm2.SM2PrivateKey.from_bytes(d.to_bytes(32, "big"))
    messages = [bytes([at]) for at in range(20)]
    signatures = sm2.sign_batch(key, messages)
    for keys in (key.public_key(), key.public_key().precompute(), [key.public_key()] * 20):
        assert sm2.verify_batch(keys, messages, signatures).invalid == ()
    ciphertexts = [key.public_key().encrypt(message) for message in messages]
    assert list(sm2.decrypt_batch(key, ciphertexts)) == messages


def test_wrong_arguments_are_refused():
    key = KEYS[0].public_key()
    signatures = sm2.sign_batch(KEYS[0], [b"a", b"b"])
    with pytest.raises(InvalidArgument, match="2 messages, 1 signatures, 1 keys"):
        sm2.verify_batch(key, [b"a", b"b"], signatures[:1])
    with pytest.raises(InvalidArgument, match="3 keys"):
        sm2.verify_batch([key] * 3, [b"a", b"b"], signatures)
    with pytest.raises(InvalidArgument, match="0 keys"):
        sm2.verify_batch([], [b"a", b"b"], signatures)
    for threads in (0, -1):
        with pytest.raises(InvalidArgument, match="threads"):
            sm2.sign_batch(KEYS[0], [b"a"], threads=threads)
    with pytest.raises(InvalidArgument, match="8191"):
        sm2.sign_batch(KEYS[0], [b"a"], user_id=b"x" * 8192)
    with pytest.raises(InvalidArgument, match="8191"):
        sm2.verify_batch(key, [b"a", b"b"], signatures, user_id=b"x" * 8192)
    with pytest.raises(TypeError, match="encode"):
        sm2.sign_batch(KEYS[0], ["text"])
    with pytest.raises(TypeError):
        sm2.sign_batch(KEYS[0], b"one message instead of many")
    with pytest.raises(TypeError):
        sm2.verify_batch([b"key"], [b"a"], signatures[:1])


def test_nothing_in_nothing_out():
    assert sm2.sign_batch(KEYS[0], []) == []
    assert len(sm2.verify_batch([], [], [])) == 0
    assert sm2.verify_batch(KEYS[0].public_key(), [], []).invalid == ()
    assert len(sm2.decrypt_batch(KEYS[0], [])) == 0
