"""
Envelopes that are put together wrongly are refused, whole and in pieces.

RFC 5083 and RFC 5084 for SM4-GCM; RFC 5652 section 6 for the rest. The content key is right in every case: what
is refused is refused for its form.
"""

from __future__ import annotations

import io

import pytest

from gmkit import asn1, cms, sm2, sm4
from gmkit.cms import Family, oids
from gmkit.errors import DecryptionError, EncodingError, GmkitError, UnsupportedAlgorithm
from gmkit.hazmat import sm4 as modes
from tests.certificates import certificate

KEY = sm2.SM2PrivateKey.from_hex("11" * 32)
MINE = certificate(KEY, "reader", serial=5)
CONTENT = b"pay 100 yuan to A, today and not tomorrow"
NONCE, IV = bytes(range(12)), bytes(range(16))
CONTENT_KEY = bytes(range(16))
GCM, CBC = asn1.oid(oids.SM4_GCM), asn1.oid(oids.SM4_CBC)


def recipient(
    content_key=CONTENT_KEY, algorithm=oids.SM2_ENCRYPTION, parameters=b"", tail=b"", key=KEY
):
    encrypted = key.public_key().encrypt(content_key)
    return asn1.sequence(
        asn1.integer(0),
        asn1.sequence(MINE.issuer_octets, asn1.integer(MINE.serial)),
        asn1.sequence(asn1.oid(algorithm), parameters),
        asn1.octet_string(encrypted),
        tail,
    )


def envelope(kind, algorithm, encrypted, *behind, recipients=None, inner=b"", tag=0x80):
    """A message of parts; *inner* follows the content inside its own SEQUENCE."""
    content = bytearray(asn1.implicit(0, asn1.octet_string(encrypted)))
    content[0] = tag
    info = asn1.sequence(
        asn1.oid(oids.content_type(Family.RFC, oids.DATA)), algorithm, bytes(content), inner
    )
    some = [recipient()] if recipients is None else recipients
    body = asn1.sequence(asn1.integer(0), asn1.set_of(*some), info, *behind)
    return asn1.sequence(asn1.oid(oids.content_type(Family.RFC, kind)), asn1.explicit(0, body))


def gcm(
    *, length=16, stated=16, nonce=NONCE, algorithm=GCM, parameters=None, attributes=b"", **more
):
    """SM4-GCM with a tag of *length* bytes that says it has *stated*."""
    signed = b"\x31" + attributes[1:] if attributes else b""
    cipher = sm4.SM4GCM(CONTENT_KEY, tag_length=16)
    sealed = cipher.encrypt(nonce or NONCE, CONTENT, signed)
    encrypted, tag = sealed[:-16], sealed[-16:]
    if parameters is None:
        size = () if stated is None else (asn1.integer(stated),)
        parameters = asn1.sequence(asn1.octet_string(nonce), *size)
    mac = asn1.octet_string((tag + b"\0" * 8)[:length])
    named = asn1.sequence(algorithm, parameters)
    return envelope(oids.AUTH_ENVELOPED_DATA, named, encrypted, attributes, mac, **more)


def cbc(*, iv=IV, algorithm=CBC, parameters=None, cut=0, **more):
    encrypted = modes.cbc_encrypt(CONTENT_KEY, CONTENT, iv=IV)
    named = asn1.sequence(algorithm, asn1.octet_string(iv) if parameters is None else parameters)
    return envelope(oids.ENVELOPED_DATA, named, encrypted[: len(encrypted) - cut], **more)


def whole(message):
    return cms.parse_enveloped(message).decrypt(KEY, MINE)


def in_pieces(message):
    opened = io.BytesIO()
    cms.decrypt_file(io.BytesIO(message), opened, KEY, MINE)
    return opened.getvalue()


READERS = pytest.mark.parametrize("read", [whole, in_pieces])


@READERS
@pytest.mark.parametrize(
    "message",
    [
        gcm(),
        *(gcm(length=length, stated=length) for length in (13, 14, 15)),
        gcm(length=12, stated=12),
        gcm(length=12, stated=None),  # DEFAULT 12 (RFC 5084 section 3.2)
        gcm(attributes=asn1.implicit(1, asn1.set_of(asn1.sequence(asn1.oid("1.2.3"), asn1.set_of(asn1.null()))))),
        cbc(),
        cbc(algorithm=asn1.oid(oids.SM4)),
        gcm(recipients=[asn1.implicit(1, asn1.sequence()), recipient()]),  # a kind that is not ours
    ],
)  # fmt: skip
def test_the_controls_open(read, message):
    assert read(message) == CONTENT


@READERS
@pytest.mark.parametrize(
    "message",
    [
        gcm(length=12, stated=16),  # a shorter tag than stated
        gcm(length=16, stated=12),
        gcm(length=16, stated=None),
        gcm(length=11, stated=11),
        gcm(length=4, stated=4),
        gcm(length=0, stated=0),
        gcm(length=17, stated=17),
        gcm(recipients=[recipient(b"k" * 15)]),
        gcm(recipients=[recipient(b"k" * 17)]),
        gcm(recipients=[recipient(b"k" * 32)]),
        gcm(recipients=[recipient(algorithm=oids.SM2_SIGNATURE)]),
        gcm(recipients=[recipient(algorithm="1.2.840.113549.1.1.1")]),
        gcm(recipients=[recipient(parameters=asn1.integer(1))]),
        gcm(recipients=[recipient(), recipient()]),  # which of the two?
        gcm(recipients=[]),
        gcm(recipients=[recipient(key=sm2.SM2PrivateKey.from_hex("22" * 32))]),
        cbc(cut=1),
        cbc(cut=16),
    ],
)
def test_what_does_not_open(read, message):
    with pytest.raises(DecryptionError):
        read(message)


@READERS
@pytest.mark.parametrize(
    "message",
    [
        gcm(algorithm=CBC),
        gcm(algorithm=asn1.oid(oids.SM4)),
        gcm(parameters=b""),
        cbc(algorithm=GCM),
        cbc(algorithm=asn1.oid("2.16.840.1.101.3.4.1.2")),  # AES-128-CBC
        cbc(parameters=b""),
    ],
)
def test_other_ciphers_are_not_done(read, message):
    with pytest.raises(UnsupportedAlgorithm):
        read(message)


@READERS
@pytest.mark.parametrize(
    "message",
    [
        gcm(nonce=b""),
        gcm(parameters=asn1.octet_string(NONCE)),
        gcm(parameters=asn1.sequence(asn1.octet_string(NONCE), asn1.integer(16), asn1.integer(16))),
        gcm(tag=0x81),  # [1] where the content belongs
        cbc(tag=0x04),
        gcm(recipients=[recipient(tail=asn1.null())]),
        cbc(iv=IV[:15]),
        cbc(iv=IV + b"\0"),
        cbc(parameters=asn1.integer(1)),
        gcm() + b"\0",
        gcm()[:-1],
    ],
)
def test_what_is_malformed(read, message):
    with pytest.raises(GmkitError):
        read(message)


def test_a_message_of_another_kind_is_named():
    data = asn1.sequence(asn1.oid(oids.content_type(Family.RFC, oids.DATA)), asn1.explicit(0, asn1.octet_string(b"")))  # fmt: skip
    with pytest.raises(EncodingError, match="data message"):
        cms.parse_enveloped(data)
    with pytest.raises(EncodingError, match="envelopedData message"):
        cms.parse(cbc())
