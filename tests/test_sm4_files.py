"""Sealed files: whole or not at all."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from gmkit import errors, sm4

KEY = bytes(range(16))
CHUNK = 65_536
SEALED = CHUNK + 16
HEAD = 32


@pytest.fixture
def sealed(tmp_path):
    """Makes a sealed file of so many random bytes; the text and the path."""

    def make(length, **named):
        text = os.urandom(length)
        (tmp_path / "text").write_bytes(text)
        sm4.seal_file(KEY, tmp_path / "text", tmp_path / "sealed", replace=True, **named)
        return text, tmp_path / "sealed"

    return make


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 16 * CHUNK, 40 * CHUNK + 9])
def test_what_is_sealed_opens(sealed, tmp_path, length):
    text, path = sealed(length, aad=b"who")
    chunks = max(1, -(-length // CHUNK))
    assert path.stat().st_size == HEAD + length + 16 * chunks
    sm4.open_file(KEY, path, tmp_path / "back", aad=b"who")
    assert (tmp_path / "back").read_bytes() == text
    assert (tmp_path / "back").stat().st_mode & 0o077 == 0, "what was secret stays with its owner"


def test_every_other_file_is_refused_and_leaves_nothing(sealed, tmp_path):
    text, path = sealed(3 * CHUNK + 5)
    good = path.read_bytes()
    body = [good[HEAD + i * SEALED : HEAD + (i + 1) * SEALED] for i in range(4)]
    head = good[:HEAD]
    flipped = bytearray(good)
    flipped[HEAD + SEALED + 7] ^= 1
    other_salt = bytearray(good)
    other_salt[20] ^= 1
    wrong = {
        "cut at a chunk": head + body[0] + body[1] + body[2],
        "cut in a chunk": good[:-1],
        "no chunk": head,
        "half a tag": head + bytes(8),
        "exchanged": head + body[1] + body[0] + body[2] + body[3],
        "doubled": head + body[0] + body[0] + body[2] + body[3],
        "one left out": head + body[0] + body[2] + body[3],
        "last one only": head + body[3],
        "more behind": good + b"\0",
        "a tag more": good + bytes(16),
        "flipped": bytes(flipped),
        "another salt": bytes(other_salt),
    }
    for what, content in wrong.items():
        path.write_bytes(content)
        with pytest.raises(errors.DecryptionError, match=r"^decryption failed$"):
            sm4.open_file(KEY, path, tmp_path / "back")
        assert not (tmp_path / "back").exists(), what
    path.write_bytes(good)
    for key, aad in [(bytes(16), b""), (KEY, b"x")]:
        with pytest.raises(errors.DecryptionError):
            sm4.open_file(key, path, tmp_path / "back", aad=aad)
    sm4.open_file(KEY, path, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == text


@pytest.mark.parametrize("content", [b"", b"x", b"gmkit/sm4-file/2" + bytes(40), bytes(31)])
def test_what_is_no_sealed_file_is_named_so(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(errors.EncodingError, match="seal_file") as caught:
        sm4.open_file(KEY, tmp_path / "file", tmp_path / "back")
    assert caught.value.what == "sealed file"
    assert not (tmp_path / "back").exists()


def test_files_that_are_there_or_not(sealed, tmp_path):
    _, path = sealed(10)
    with pytest.raises(errors.StorageError, match="exists"):
        sm4.open_file(KEY, path, tmp_path / "text")
    with pytest.raises(errors.StorageError, match="cannot read"):
        sm4.seal_file(KEY, tmp_path / "absent", tmp_path / "new")
    with pytest.raises(errors.InvalidKey):
        sm4.seal_file(KEY[1:], path, tmp_path / "new")
    assert not (tmp_path / "new").exists()


class Dribble(io.RawIOBase):
    """Gives a few bytes at a time, as pipes do."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def read(self, size=-1):
        return self.data.read(min(size, 1009))


def test_streams_that_give_a_little_at_a_time():
    text = os.urandom(200_000)
    sealed, back = io.BytesIO(), io.BytesIO()
    sm4.seal_stream(KEY, Dribble(text), sealed)
    sm4.open_stream(KEY, Dribble(sealed.getvalue()), back)
    assert back.getvalue() == text
    with pytest.raises(TypeError, match="text mode"):
        sm4.seal_stream(KEY, io.StringIO("text"), io.BytesIO())


def test_a_stream_gives_out_checked_bytes_only():
    text = os.urandom(20 * CHUNK)
    sealed, back = io.BytesIO(), io.BytesIO()
    sm4.seal_stream(KEY, io.BytesIO(text), sealed)
    spoilt = bytearray(sealed.getvalue())
    spoilt[HEAD + 18 * SEALED] ^= 1
    with pytest.raises(errors.DecryptionError):
        sm4.open_stream(KEY, io.BytesIO(spoilt), back)
    assert back.getvalue() == text[: 16 * CHUNK]


def test_memory_stays_constant(tmp_path):
    """64 MB through a process that grows by less than a quarter of them."""
    script = (
        "import sys, resource; from gmkit import sm4; "
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "sm4.open(bytes(16), sm4.seal(bytes(16), b'')); before = peak(); "
        "sm4.seal_file(bytes(16), sys.argv[1], sys.argv[2]); "
        "sm4.open_file(bytes(16), sys.argv[2], sys.argv[1] + '.back'); "
        "print((peak() - before) * 1024)"
    )
    size = 64 << 20
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(size)
    arguments = [sys.executable, "-c", script, str(big), str(tmp_path / "sealed")]
    grown = int(subprocess.run(arguments, check=True, capture_output=True).stdout)
    assert (tmp_path / "big.back").stat().st_size == size
    assert grown < size // 4
