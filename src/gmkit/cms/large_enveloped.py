"""Enveloped messages of any size, written and read in pieces."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from hmac import compare_digest
from typing import BinaryIO

from gmkit import asn1, sm4
from gmkit.asn1 import Tag
from gmkit.asn1.tags import context
from gmkit.cms import oids
from gmkit.cms.enveloped import EnvelopedData, gcm_parameters, parse_enveloped
from gmkit.cms.oids import Family
from gmkit.cms.recipients import Decrypter, open_content_key, recipient_infos
from gmkit.cms.skim import Segments, Skimmer, header_octets
from gmkit.errors import DecryptionError, InvalidArgument, UnsupportedAlgorithm
from gmkit.hazmat import sm4 as modes
from gmkit.x509 import Certificate

__all__ = ["decrypt_file", "encrypt_file"]

_CHUNK = 1 << 20
_BLOCK = 16
_NONCE, _TAG = 12, 16
_MAX_GCM = (1 << 36) - 32  # bytes; NIST SP 800-38D section 5.2.1.1
_MAX_REST = 1 << 20
_CONTENT = context(0, constructed=False)


def encrypt_file(
    source: BinaryIO,
    target: BinaryIO,
    recipients: Sequence[Certificate],
    *,
    family: Family = Family.RFC,
    authenticated: bool = True,
) -> None:
    """
    Put a file into an envelope in constant memory; see :func:`gmkit.cms.encrypt`.

    Args:
        source: A seekable binary file, from where it stands to its end.
        target: Where the message goes.
        recipients: Certificates of those who may open it.
        family: Whose content types to write.
        authenticated: SM4-GCM; False writes SM4-CBC.

    Raises:
        InvalidArgument: As :func:`gmkit.cms.encrypt`; if the file changes its length while it is read, or is
            longer than GCM allows (64 GiB).
    """
    if authenticated and family is Family.GM:
        raise InvalidArgument(
            "GM/T 0010 has no authenticated envelope", hint="authenticated=False, or family=RFC"
        )
    start = source.tell()
    length = source.seek(0, os.SEEK_END) - start
    source.seek(start)
    if authenticated and length > _MAX_GCM:
        raise InvalidArgument("GCM takes no file of more than 64 GiB", hint="authenticated=False")
    key = sm4.generate_key()
    infos = recipient_infos(recipients, key, family)
    inner = asn1.oid(oids.content_type(family, oids.DATA))
    cipher: modes.GCMEncryptor | modes.CBCEncryptor
    if authenticated:
        nonce = secrets.token_bytes(_NONCE)
        cipher = modes.GCMEncryptor(key, nonce)
        parameters = asn1.sequence(asn1.octet_string(nonce), asn1.integer(_TAG))
        head = inner + asn1.sequence(asn1.oid(oids.SM4_GCM), parameters)
        kind, version, tail = oids.AUTH_ENVELOPED_DATA, 0, _TAG + 2
        encrypted = length
    else:
        iv = secrets.token_bytes(_BLOCK)
        cipher = modes.CBCEncryptor(key, iv=iv)
        head = inner + asn1.sequence(asn1.oid(oids.SM4_CBC), asn1.octet_string(iv))
        kind, version, tail = oids.ENVELOPED_DATA, 1 if family is Family.GM else 0, 0
        encrypted = length + _BLOCK - length % _BLOCK
    front = asn1.integer(version) + infos
    outer = asn1.oid(oids.content_type(family, kind))
    target.write(_prefix(outer, front, head, encrypted, tail))
    target.writelines(cipher.update(piece) for piece in _exactly(source, length))
    last = cipher.finalize()
    target.write(asn1.octet_string(last) if authenticated else last)


def decrypt_file(
    source: BinaryIO, target: BinaryIO, key: Decrypter, certificate: Certificate | None = None
) -> EnvelopedData:
    """
    Open a message in constant memory; see :meth:`gmkit.cms.EnvelopedData.decrypt`.

    Of an authenticated message nothing is written before all of it was found unchanged: it is read twice.

    Args:
        source: A seekable binary file that holds the message from where it stands to its end.
        target: Where the content goes. If this function raises, it must be thrown away.
        key: The recipient's private key, in memory or in a device.
        certificate: The recipient's certificate; may be left out if there is one recipient.

    Returns:
        The message without its content.

    Raises:
        DecryptionError: If it does not open.
        EncodingError: If it is not an enveloped message.
        UnsupportedAlgorithm: If the content is not encrypted with SM4 in GCM or CBC.
    """
    message, content = _opened(source)
    content_key = open_content_key(message.recipients, key, certificate)
    if message.mac is not None:
        nonce = gcm_parameters(message.algorithm, len(message.mac))
        if len(nonce) != _NONCE:
            raise UnsupportedAlgorithm("a GCM nonce of another length than 12 bytes")
        for _ in _opened_gcm(content, content_key, nonce, message):
            pass
        content.seek(0)
        target.writelines(_opened_gcm(content, content_key, nonce, message))
        return message
    iv = b"" if message.algorithm.parameters is None else _iv(message.algorithm.parameters)
    if message.algorithm.oid not in (oids.SM4_CBC, oids.SM4) or len(iv) != _BLOCK:
        raise UnsupportedAlgorithm(
            f"content encryption {message.algorithm.oid} is not done in pieces",
            oid=message.algorithm.oid,
        )
    cipher = modes.CBCDecryptor(content_key, iv=iv)
    while piece := content.read(_CHUNK):
        target.write(cipher.update(piece))
    target.write(cipher.finalize())
    return message


def _opened_gcm(
    content: Segments, key: bytes, nonce: bytes, message: EnvelopedData
) -> Iterator[bytes]:
    """The content; its tag is that of encrypting it again, compared at the end."""
    assert message.mac is not None
    stream = modes.CTRStream(key, nonce + (2).to_bytes(4, "big"))
    again = modes.GCMEncryptor(key, nonce, message.authenticated)
    while piece := content.read(_CHUNK):
        plain = stream.update(piece)
        again.update(plain)
        yield plain
    if not compare_digest(again.finalize()[: len(message.mac)], message.mac):
        raise DecryptionError


def _opened(source: BinaryIO) -> tuple[EnvelopedData, Segments]:
    """The message with an empty content, and the encrypted content as a file."""
    skimmer = Skimmer(source)
    outer = skimmer.header(Tag.SEQUENCE)
    kind = skimmer.small()
    holder = skimmer.header(context(0, constructed=True))
    body = skimmer.header(Tag.SEQUENCE)
    front = [skimmer.small()]
    while skimmer.peek() in (context(0, constructed=True), Tag.SET):
        front.append(skimmer.small())
    info = skimmer.header(Tag.SEQUENCE)
    head = skimmer.small() + skimmer.small()
    found = skimmer.header()
    if found.tag & ~0x20 != _CONTENT:
        raise skimmer.error("the encrypted content is missing")
    content = Segments(source, found)
    skimmer.at = content.end()
    skimmer.close(info)
    rest = skimmer.rest([body, holder, outer], _MAX_REST)
    empty = asn1.sequence(head, asn1.implicit(0, asn1.octet_string(b"")))
    around = asn1.sequence(*front, empty, rest)
    return parse_enveloped(asn1.sequence(kind, asn1.explicit(0, around))), content


def _iv(parameters: bytes) -> bytes:
    return asn1.decode(parameters, what="SM4-CBC parameters").octet_string()


def _prefix(outer: bytes, front: bytes, head: bytes, encrypted: int, tail: int) -> bytes:
    """Everything before the encrypted content; *tail* bytes follow it inside the body."""
    inside = head + header_octets(_CONTENT, encrypted)
    octets = front + header_octets(Tag.SEQUENCE, len(inside) + encrypted) + inside
    octets = header_octets(Tag.SEQUENCE, len(octets) + encrypted + tail) + octets
    octets = (
        outer + header_octets(context(0, constructed=True), len(octets) + encrypted + tail) + octets
    )
    return header_octets(Tag.SEQUENCE, len(octets) + encrypted + tail) + octets


def _exactly(source: BinaryIO, length: int) -> Iterator[bytes]:
    left = length
    while left and (piece := source.read(min(_CHUNK, left))):
        left -= len(piece)
        yield piece
    if left or source.read(1):
        raise InvalidArgument("the file changed while it was being encrypted")
