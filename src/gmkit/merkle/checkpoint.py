"""
Signed checkpoints: C2SP signed-note text over origin, size and root.

The signature type is a private one (0xff with an identifier of its own), as the signed-note
specification provides; geometry and text are those of a C2SP checkpoint, the hash is SM3, so this is a
profile with the same shape and not a conforming public log.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from gmkit.errors import EncodingError, InvalidArgument, InvalidSignature, VerificationError
from gmkit.keys import Signer
from gmkit.merkle.hashing import HASH_SIZE
from gmkit.sm2 import SignatureFormat, SM2PublicKey

_SIGNATURE_TYPE = b"\xffgmkit-sm2-sm3"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile(r"[^\s+]{1,200}")
_MAX_NOTE = 65_536


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """
    What a log commits to.

    Attributes:
        origin: Name of the log, one line.
        size: Number of entries.
        root: Root over them, 32 bytes.
        extensions: Further lines, each without a line end and not empty.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> bytes:
        """The signed bytes: origin, size, base64 of the root, extensions, a line each."""
        lines = (
            self.origin,
            str(self.size),
            base64.b64encode(self.root).decode(),
            *self.extensions,
        )
        if any("\n" in line or not line for line in lines):
            raise InvalidArgument("a checkpoint's lines must not be empty or hold a line end")
        return "".join(f"{line}\n" for line in lines).encode()

    def sign(self, key: Signer, *, name: str) -> SignedCheckpoint:
        """
        Sign with SM2 over the text, default user ID.

        Args:
            key: The log's (or a witness's) key, in memory or in a device.
            name: Name of the signer in the signature line; no spaces, no "+".

        Raises:
            InvalidArgument: If the name or a line of the checkpoint cannot be written.
        """
        return SignedCheckpoint(self, self.text(), ()).cosign(key, name=name)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with the signatures that came with it; nothing is verified by existing."""

    checkpoint: Checkpoint
    body: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def cosign(self, key: Signer, *, name: str) -> SignedCheckpoint:
        """The same checkpoint with one more signature, for a witness."""
        if not _NAME.fullmatch(name):
            raise InvalidArgument(f"{name!r} cannot be a signer's name: no spaces, no '+'")
        signature = key.sign(self.body, format=SignatureFormat.RAW)
        line = (name, key_id(name, key.public_key()), signature)
        return SignedCheckpoint(self.checkpoint, self.body, (*self.signatures, line))

    def to_bytes(self) -> bytes:
        """The note: text, an empty line, a line for each signature."""
        lines = [
            f"— {name} {base64.b64encode(number + signature).decode()}\n"
            for name, number, signature in self.signatures
        ]
        return self.body + b"\n" + "".join(lines).encode()

    def verify(self, signers: Mapping[str, SM2PublicKey], *, threshold: int = 1) -> Checkpoint:
        """
        Check the signatures of known signers.

        Args:
            signers: Public key by name. Signatures of others are ignored, as the note format asks.
            threshold: How many different known signers must have signed.

        Returns:
            The checkpoint, now verified.

        Raises:
            InvalidSignature: If the signature of a known signer is wrong.
            VerificationError: With reason ``checkpoint-signers`` if too few of them have signed.
        """
        if threshold < 1:
            raise InvalidArgument("at least one known signer must be asked for")
        good: set[str] = set()
        for name, number, signature in self.signatures:
            key = signers.get(name)
            if key is None or number != key_id(name, key):
                continue
            try:
                key.verify(signature, self.body, format=SignatureFormat.RAW)
            except (InvalidSignature, EncodingError) as error:
                raise InvalidSignature(f"the checkpoint's signature by {name} is wrong") from error
            good.add(name)
        if len(good) < threshold:
            raise VerificationError(
                f"{len(good)} of the known signers have signed the checkpoint, {threshold} must",
                reason="checkpoint-signers",
            )
        return self.checkpoint


def key_id(name: str, key: SM2PublicKey) -> bytes:
    """The four bytes that tell keys of one name apart (C2SP signed-note: SHA-256 over name and key)."""
    return hashlib.sha256(name.encode() + b"\n" + _SIGNATURE_TYPE + key.to_bytes()).digest()[:4]


def parse_checkpoint(note: bytes) -> SignedCheckpoint:
    """
    Read a note; verifies nothing.

    Raises:
        EncodingError: If it is not exactly the text :meth:`SignedCheckpoint.to_bytes` writes.
    """
    if len(note) > _MAX_NOTE:
        raise _malformed(f"a note of {len(note)} bytes is longer than {_MAX_NOTE}", _MAX_NOTE)
    body, separator, tail = note.partition(b"\n\n")
    body += b"\n"
    if not separator:
        raise _malformed("there is no empty line before the signatures", len(note))
    try:
        lines = body.decode().split("\n")[:-1]
        signature_lines = tail.decode().split("\n")
    except UnicodeDecodeError as error:
        raise _malformed("the note is not UTF-8", error.start) from None
    if len(lines) < 3 or not _NUMBER.fullmatch(lines[1]):
        raise _malformed("origin, size and root must stand on three lines", 0)
    if signature_lines.pop() != "":
        raise _malformed("the last line has no line end", len(note))
    root = _base64(lines[2], "root")
    if len(root) != HASH_SIZE:
        raise _malformed(f"the root has {len(root)} bytes, not 32", 0)
    checkpoint = Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]))
    if any(not line for line in lines):
        raise _malformed("a line of the checkpoint is empty", 0)
    return SignedCheckpoint(checkpoint, body, tuple(map(_signature_line, signature_lines)))


def _signature_line(line: str) -> tuple[str, bytes, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
        raise _malformed("a signature line is not '— name base64'", None)
    value = _base64(parts[2], "signature")
    if len(value) < 5:
        raise _malformed("a signature is too short", None)
    return parts[1], value[:4], value[4:]


def _base64(text: str, what: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _malformed(f"the {what} is not base64", None) from None
    if base64.b64encode(value).decode() != text:
        raise _malformed(f"the {what} is not written in the one form base64 has", None)
    return value


def _malformed(message: str, offset: int | None) -> EncodingError:
    return EncodingError(message, what="checkpoint", offset=offset)
