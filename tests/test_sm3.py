"""SM3 against the standard's examples, against OpenSSL, and against misuse of its objects."""

import hashlib
import io
import os
import random
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit import errors, sm3
from gmkit._native import cpu

openssl = pytest.mark.skipif(
    "sm3" not in hashlib.algorithms_available, reason="this Python's OpenSSL has no SM3"
)


def peer(data):
    return hashlib.new("sm3", data).digest()


@pytest.fixture(params=cpu.available())
def path(request):
    before = cpu.active()
    cpu.force(request.param)
    yield request.param
    cpu.force(before)


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
@pytest.mark.usefixtures("path")
def test_examples_of_the_standard(message, digest):
    assert sm3.digest(message).hex() == digest
    assert sm3.SM3(message).hexdigest() == digest
    assert sm3.digest_batch([message] * 20) == [bytes.fromhex(digest)] * 20


@openssl
@pytest.mark.usefixtures("path")
def test_h_01_every_length_and_three_ways_to_cut_it():
    data = os.urandom(1100)
    for length in range(1101):
        message = data[:length]
        expected = peer(message)
        assert sm3.digest(message) == expected, length
        for piece in (1, 63, 64 + 1):
            hashed = sm3.SM3()
            for start in range(0, length, piece):
                hashed.update(message[start : start + piece])
            assert hashed.digest() == expected, (length, piece)


@openssl
@pytest.mark.usefixtures("path")
def test_h_01_batches_of_every_length_and_every_size():
    data = os.urandom(2200)
    messages = [data[length : 2 * length] for length in range(1101)]
    random.Random(1).shuffle(messages)
    assert sm3.digest_batch(messages) == [peer(message) for message in messages]
    for count in range(70):
        assert sm3.digest_batch(messages[:count]) == [peer(m) for m in messages[:count]]


@openssl
@given(messages=st.lists(st.binary(max_size=700), max_size=40))
def test_a_batch_is_what_its_messages_are_alone(messages):
    assert sm3.digest_batch(messages) == [peer(message) for message in messages]


def test_h_04_buffers_of_every_kind_stay_as_they_are():
    data = b"abc" * 50
    for buffer in (bytearray(data), memoryview(data), memoryview(bytearray(data * 2))[::2]):
        before = bytes(buffer)
        assert sm3.digest(buffer) == sm3.digest(buffer) == sm3.digest(before)
        assert sm3.digest_batch([buffer, buffer]) == [sm3.digest(before)] * 2
        assert bytes(buffer) == before


def test_h_05_copies_diverge_and_digests_may_be_asked_twice():
    hashed = sm3.SM3().update(b"a")
    copy = hashed.copy()
    copy.update(b"b")
    assert hashed.digest() == hashed.digest() == sm3.digest(b"a")
    assert hashed.update(b"c").digest() == sm3.digest(b"ac")
    assert copy.digest() == sm3.digest(b"ab")


def test_h_05_threads_may_share_an_object():
    hashed = sm3.SM3()
    piece = b"x" * 20_000

    def feed():
        for _ in range(20):
            hashed.update(piece)

    threads = [threading.Thread(target=feed) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hashed.digest() == sm3.digest(piece * 20 * 64)


def test_files_are_hashed_in_pieces(tmp_path):
    data = os.urandom(700_001)
    path = tmp_path / "data"
    path.write_bytes(data)
    with path.open("rb") as file:
        assert sm3.file_digest(file) == sm3.digest(data)
        assert sm3.file_digest(file) == sm3.digest(b"")
    with path.open("r", encoding="latin-1") as file, pytest.raises(TypeError):
        sm3.file_digest(file)
    with pytest.raises(TypeError, match="text mode"):
        sm3.file_digest(io.StringIO(""))


def test_a_file_that_does_not_block_is_refused():
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    with os.fdopen(reader, "rb", buffering=0) as file, pytest.raises(errors.InvalidArgument):
        sm3.file_digest(file)
    os.close(writer)


@pytest.mark.parametrize("wrong", ["text", 7, None, [1, 2]])
def test_other_types_are_refused(wrong):
    for call in (sm3.digest, sm3.SM3().update, lambda data: sm3.digest_batch([b"", data])):
        with pytest.raises(TypeError):
            call(wrong)


@openssl
@pytest.mark.skipif(not os.environ.get("GMKIT_SLOW"), reason="minutes: set GMKIT_SLOW=1")
@pytest.mark.parametrize("length", [2**28, 2**29, 2**29 + 1, 2**30, 2**32, 2**32 + 1])
def test_h_02_long_messages(length):
    piece = bytes(range(256)) * 4096
    ours, theirs = sm3.SM3(), hashlib.new("sm3")
    for _ in range(length // len(piece)):
        ours.update(piece)
        theirs.update(piece)
    ours.update(piece[: length % len(piece)])
    theirs.update(piece[: length % len(piece)])
    assert ours.digest() == theirs.digest()
