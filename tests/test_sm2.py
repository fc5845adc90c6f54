"""SM2 through the interface of Python, and beside OpenSSL."""

import copy
import os
import pickle
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gmkit import sm2
from gmkit.errors import DecryptionError, InvalidArgument, InvalidKey, InvalidSignature
from gmkit.hazmat import prehashed

N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
D = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
RAW = sm2.SignatureFormat.RAW
# The path is forced once for all examples of a test, which is what is wanted.
ON_EACH_PATH = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEY = sm2.SM2PrivateKey.from_hex(D)
PUBLIC = KEY.public_key()


@ON_EACH_PATH
@given(st.binary(max_size=300), st.binary(max_size=40), st.sampled_from(sm2.SignatureFormat))
def test_what_is_signed_verifies_and_nothing_else(cpu_path, message, user_id, form):
    signature = KEY.sign(message, user_id=user_id, format=form)
    PUBLIC.verify(signature, message, user_id=user_id, format=form)
    for other in (message + b"\0", b"\0" + message):  # SIG-09
        with pytest.raises(InvalidSignature):
            PUBLIC.verify(signature, other, user_id=user_id, format=form)
    with pytest.raises(InvalidSignature):
        PUBLIC.verify(signature, message, user_id=user_id + b"x", format=form)


@ON_EACH_PATH
@given(st.binary(min_size=1, max_size=300), st.sampled_from(sm2.CiphertextFormat))
def test_what_is_encrypted_opens(cpu_path, message, form):
    ciphertext = PUBLIC.encrypt(message, format=form)
    assert KEY.decrypt(ciphertext, format=form) == message


def test_sig_01_sig_14_numbers_out_of_range(cpu_path):
    good = KEY.sign(b"m", format=RAW)
    parts = [good[:32], good[32:], *((x).to_bytes(32, "big") for x in (0, N, N + 1, 2**256 - 1))]
    for r in parts:
        for s in parts:
            if (r, s) != (good[:32], good[32:]):
                with pytest.raises(InvalidSignature):
                    PUBLIC.verify(r + s, b"m", format=RAW)


def test_sig_02_t_is_zero():
    r = KEY.sign(b"m", format=RAW)[:32]
    with pytest.raises(InvalidSignature):
        PUBLIC.verify(r + (N - int.from_bytes(r, "big")).to_bytes(32, "big"), b"m", format=RAW)


@pytest.mark.parametrize("table", [False, True])
def test_sig_03_no_changed_signature_verifies(table, cpu_path):
    public = PUBLIC.precompute() if table else KEY.public_key()
    for form in sm2.SignatureFormat:
        good = KEY.sign(b"m", format=form)
        public.verify(good, b"m", format=form)
        changed = [good[:end] for end in range(len(good))] + [good + b"\0"]
        changed += [
            bytes(octet ^ (1 << bit % 8) * (at == bit // 8) for at, octet in enumerate(good))
            for bit in range(0, 8 * len(good), 5)
        ]
        for bad in changed:
            with pytest.raises(InvalidSignature):
                public.verify(bad, b"m", format=form)


def test_sig_05_a_bad_signature_leaves_nothing_behind():
    verifier = PUBLIC.verifier().update(b"in ").update(b"pieces")
    good = KEY.signer().update(b"in pie").update(b"ces").finish()
    verifier.finish(good)
    with pytest.raises(InvalidSignature):
        verifier.finish(b"0\x01")
    verifier.finish(good)
    PUBLIC.verify(good, b"in pieces")


def test_sig_12_identifiers():
    for user_id in (b"", b"x", "名字".encode(), bytes(8191)):
        PUBLIC.verify(KEY.sign(b"m", user_id=user_id), b"m", user_id=user_id)
    PUBLIC.verify(KEY.sign(b"m"), b"m", user_id=sm2.DEFAULT_USER_ID)
    for call in (
        lambda: KEY.sign(b"m", user_id=bytes(8192)),
        lambda: PUBLIC.verify(b"", b"m", user_id=bytes(8192)),
        lambda: KEY.signer(user_id=bytes(8192)),
        lambda: PUBLIC.verifier(user_id=bytes(8192)),
    ):
        with pytest.raises(InvalidArgument, match="8191"):
            call()


@pytest.mark.parametrize("number", [0, N - 1, N, N + 5, 2**256 - 1])
def test_rng_08_numbers_that_are_no_keys(number):
    with pytest.raises(InvalidKey):
        sm2.SM2PrivateKey.from_bytes(number.to_bytes(32, "big"))


@pytest.mark.parametrize("number", [1, 2, N - 2])
def test_rng_08_the_keys_at_the_ends_work(number, cpu_path):
    key = sm2.SM2PrivateKey.from_bytes(number.to_bytes(32, "big"))
    key.public_key().verify(key.sign(b"m"), b"m")
    assert key.decrypt(key.public_key().encrypt(b"m")) == b"m"


def test_rng_01_the_same_message_twice_has_two_signatures():
    assert len({KEY.sign(b"m", format=RAW)[:32] for _ in range(100)}) == 100


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_rng_06_forked_children_do_not_share_nonces():
    seen = set()
    for _ in range(8):
        reader, writer = os.pipe()
        if (child := os.fork()) == 0:
            os.write(writer, KEY.sign(b"m", format=RAW)[:32])
            os._exit(0)
        os.waitpid(child, 0)
        os.close(writer)
        seen.add(os.read(reader, 32))
        os.close(reader)
    assert len(seen) == 8


def test_pt_03_pt_05_what_is_no_point():
    octets = PUBLIC.to_bytes()
    p = (2**256 - 2**224 - 2**96 + 2**64 - 1).to_bytes(32, "big")
    bad = [bytes([tag]) + octets[1:] for tag in range(256) if tag != 4]
    bad += [octets[:length] for length in range(65)] + [octets + b"\0", b"\4" + bytes(64)]
    bad += [b"\4" + p + octets[33:], octets[:33] + p, octets[:64] + bytes([octets[64] ^ 1])]
    for octets in bad:
        with pytest.raises(InvalidKey):
            sm2.SM2PublicKey.from_bytes(octets)


def test_pt_08_compressed_points():
    for number in range(1, 200):
        public = sm2.SM2PrivateKey.from_bytes(number.to_bytes(32, "big")).public_key()
        short = public.to_bytes(compressed=True)
        assert sm2.SM2PublicKey.from_bytes(short) == public
        other = sm2.SM2PublicKey.from_bytes(bytes([short[0] ^ 1]) + short[1:])
        assert other != public
        assert other.to_bytes()[:33] == public.to_bytes()[:33]


def test_enc_02_enc_05_enc_12_nothing_else_opens(cpu_path):
    for form in sm2.CiphertextFormat:
        good = PUBLIC.encrypt(b"pay 100 yuan", format=form)
        bad = [good[:end] for end in range(len(good))] + [good + b"\0"]
        bad += [bytes([*good[:at], good[at] ^ 1, *good[at + 1 :]]) for at in range(len(good))]
        for ciphertext in bad:
            with pytest.raises(DecryptionError, match=r"^decryption failed$"):
                KEY.decrypt(ciphertext, format=form)
        for other in sm2.CiphertextFormat:
            if other is not form:
                with pytest.raises(DecryptionError):
                    KEY.decrypt(good, format=other)


def test_enc_07_the_empty_message():
    with pytest.raises(InvalidArgument, match="empty"):
        PUBLIC.encrypt(b"")
    empty = b"\4" + PUBLIC.to_bytes()[1:] + bytes(32)
    with pytest.raises(DecryptionError):
        KEY.decrypt(empty, format=sm2.CiphertextFormat.C1C3C2)


def test_enc_08_one_byte_messages_never_go_in_clear():
    for _ in range(600):
        assert KEY.decrypt(PUBLIC.encrypt(b"\0")) == b"\0"


@pytest.mark.parametrize("length", [31, 32, 33, 63, 64, 65, 255, 256, 8160, 8192, 65536, 2**20 + 1])
def test_enc_10_enc_13_sizes(length):
    message = os.urandom(length)
    assert KEY.decrypt(PUBLIC.encrypt(message)) == message


def test_enc_11_other_buffers():
    view = memoryview(b"xxmessagexx")[2:9]
    PUBLIC.verify(bytearray(KEY.sign(view)), view)
    assert KEY.decrypt(memoryview(PUBLIC.encrypt(view))) == b"message"


def test_text_is_not_bytes():
    for call in (
        lambda: KEY.sign("text"),
        lambda: PUBLIC.verify(b"", "text"),
        lambda: sm2.SM2PrivateKey.from_bytes(D),
        lambda: KEY.sign(b"m", user_id="id"),
    ):
        with pytest.raises(TypeError, match="not str"):
            call()
    with pytest.raises(TypeError, match="from_bytes"):
        sm2.SM2PrivateKey.from_hex(bytes.fromhex(D))
    for bad in ("0x" + D[2:], D[:-1], D + "00", " " + D[1:], "g" + D[1:], "٣" * 64):
        with pytest.raises(InvalidKey, match="64 hexadecimal"):
            sm2.SM2PrivateKey.from_hex(bad)


def test_sc_07_keys_show_and_give_nothing():
    for text in (repr(KEY), str(KEY), f"{KEY}"):
        assert D not in text.lower()
        assert PUBLIC.fingerprint().hex() in text
    for key in (KEY, PUBLIC):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match="cannot be pickled"):
                pickle.dumps(key, protocol)
        assert copy.copy(key) is key
        assert copy.deepcopy(key) is key


def test_public_keys_are_values():
    again = sm2.SM2PublicKey.from_bytes(PUBLIC.to_bytes())
    assert again == PUBLIC
    assert hash(again) == hash(PUBLIC)
    assert len({again, PUBLIC, sm2.generate_private_key().public_key()}) == 2
    assert PUBLIC.to_bytes() != PUBLIC


def test_sig_09_digests_have_a_type_of_their_own():
    digest = prehashed.SM2Digest.from_message(PUBLIC, b"m")
    prehashed.verify(PUBLIC, KEY.sign(b"m"), digest)
    PUBLIC.verify(prehashed.sign(KEY, digest), b"m")
    with pytest.raises(TypeError):
        prehashed.sign(KEY, bytes(digest))
    for length in (0, 31, 33, 64):
        with pytest.raises(InvalidArgument, match="32 bytes"):
            prehashed.SM2Digest(bytes(length))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="NOT CHECKED: no openssl program here")
def test_sig_10_openssl_verifies_what_we_sign(tmp_path):
    spki = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200") + PUBLIC.to_bytes()
    (tmp_path / "key").write_bytes(spki)
    (tmp_path / "data").write_bytes(b"message")
    (tmp_path / "sig").write_bytes(KEY.sign(b"message"))
    command = "openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678"
    arguments = "-pubin -keyform DER -inkey key -in data -sigfile sig"
    run = subprocess.run(
        [*command.split(), *arguments.split()], cwd=tmp_path, capture_output=True, check=False
    )
    assert b"Verified Successfully" in run.stdout, run.stderr
