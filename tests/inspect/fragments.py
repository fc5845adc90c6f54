"""Values as people paste them: made by other libraries or by hand, from one key that is known."""

from __future__ import annotations

import base64
import json

from gmkit import interop, keys, sm2
from gmkit.sm2 import CiphertextFormat, SignatureFormat

KEY = sm2.SM2PrivateKey.from_hex("39450f4ae1fd5f2c1d2bd9f6f1c2a0a1b2c3d4e5f60718293a4b5c6d7e8f9012")
PUBLIC = KEY.public_key()
DATA = b"data that is signed\n"
MESSAGE = b"a message that is encrypted"


def _search(make, fits):
    """The first value that fits: signatures and ciphertexts are random."""
    while not fits(value := make()):
        pass
    return value


def _raw():
    return KEY.sign(DATA, format=SignatureFormat.RAW)


def _high():
    """r and s with the top bit set: one byte more each in DER."""
    return _search(_raw, lambda s: s[0] & 0x80 and s[32] & 0x80)


def _ciphertext(order, fits=lambda _: True):
    return _search(lambda: PUBLIC.encrypt(MESSAGE, format=order), fits)


def _short_key():
    """A key whose public point begins with a zero, and one whose private number does."""
    number = 1
    while sm2.SM2PrivateKey.from_hex(f"{number:064x}").public_key().to_bytes()[1]:
        number += 1
    return sm2.SM2PrivateKey.from_hex(f"{number:064x}")


def _der(raw):
    return sm2.convert_signature(raw, given=SignatureFormat.RAW, wanted=SignatureFormat.DER)


SIGNATURE = KEY.sign(DATA)
RAW = _raw()
HIGH = _high()
POINT = PUBLIC.to_bytes()
SHORT = _short_key()
C1C3C2 = _ciphertext(CiphertextFormat.C1C3C2, lambda c: c[1] and c[1] != 4)
C1C2C3 = _ciphertext(CiphertextFormat.C1C2C3, lambda c: c[1] and c[1] != 4)
BOX = PUBLIC.encrypt(MESSAGE)
PEM = KEY.to_pem(password=None)
P256 = bytes.fromhex(  # the generator of P-256
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)


def b64(octets):
    return base64.b64encode(octets)


def _kona():
    """DER with the ciphertext before the hash."""
    from gmkit import asn1

    x, y, digest, box = asn1.decode(BOX).children()
    return asn1.sequence(x.raw, y.raw, box.raw, digest.raw)


def _negative():
    """r without the zero that keeps it positive."""
    der = bytearray(_der(HIGH))
    assert der[:5] == bytes.fromhex("3046022100")
    return bytes([0x30, 0x45, 0x02, 0x20]) + bytes(der[5:])


def _peer(name, what):
    peer = interop.profile(name)
    value = peer.sign(KEY, DATA) if what == "signature" else peer.encrypt(PUBLIC, MESSAGE)
    return value.encode() if isinstance(value, str) else value


# Name: the value, its kind, layers, damage (all of it), a peer that must be named or None.
FRAGMENTS = {
    "signature der": (SIGNATURE, "sm2-signature", (), (), "openssl"),
    "signature der hex": (SIGNATURE.hex().encode(), "sm2-signature", ("hex",), (), "hutool"),
    "signature der HEX": (SIGNATURE.hex().upper().encode(), "sm2-signature", ("hex",), (), None),
    "signature der base64": (b64(SIGNATURE), "sm2-signature", ("base64",), (), "cfca"),
    "signature raw": (RAW, "sm2-signature", (), (), "sm-crypto"),
    "signature of sm-crypto": (_peer("sm-crypto", "signature"), "sm2-signature", ("hex",), (), "sm-crypto"),
    "signature of gmssl": (_peer("gmssl-py", "signature") + b"\n", "sm2-signature", ("hex",), (), "gmssl-py"),
    "signature of cfca": (_peer("cfca", "signature"), "sm2-signature", ("base64",), (), "cfca"),
    "signature base64url": (
        base64.urlsafe_b64encode(_search(_raw, lambda s: b"-" in base64.urlsafe_b64encode(s))).rstrip(b"="),
        "sm2-signature", ("base64url",), (), None,
    ),
    "signature hex of base64": (
        b64(RAW).hex().encode(), "sm2-signature", ("hex", "base64"), ("doubled-encoding",), None,
    ),
    "signature base64 of hex": (
        b64(RAW.hex().encode()), "sm2-signature", ("base64", "hex"), ("doubled-encoding",), None,
    ),
    "signature base64 of base64 of der": (
        b64(b64(SIGNATURE)), "sm2-signature", ("base64", "base64"), ("doubled-encoding",), None,
    ),
    "signature 0x": (b"0x" + RAW.hex().encode(), "sm2-signature", ("hex",), ("prefix-0x",), None),
    "signature with colons": (
        ":".join(f"{each:02X}" for each in SIGNATURE).encode(), "sm2-signature", ("hex",), ("separators",), None,
    ),
    "signature with blanks": (
        SIGNATURE.hex(" ").encode(), "sm2-signature", ("hex",), ("separators",), None,
    ),
    "signature hex over lines": (
        b"\r\n".join(RAW.hex().encode()[i : i + 40] for i in range(0, 128, 40)),
        "sm2-signature", ("hex",), ("line-breaks",), None,
    ),
    "signature base64 of uneven lines": (
        b64(SIGNATURE)[:30] + b"\n" + b64(SIGNATURE)[30:], "sm2-signature", ("base64",), ("line-breaks",), None,
    ),
    "signature base64 unpadded": (
        b64(RAW).rstrip(b"="), "sm2-signature", ("base64",), ("no-padding",), None,
    ),
    "signature quoted": (b'"' + b64(SIGNATURE) + b'"', "sm2-signature", ("base64",), ("quoted",), None),
    "signature in a URL": (
        b64(SIGNATURE).replace(b"=", b"%3D").replace(b"+", b"%2B").replace(b"/", b"%2F") + b"%0A",
        "sm2-signature", ("base64",), ("url-encoded",), None,
    ),
    "signature with + lost": (
        b64(_search(lambda: KEY.sign(DATA), lambda s: b"+" in b64(s)[:80])).replace(b"+", b" "),
        "sm2-signature", ("base64",), ("plus-became-blank",), None,
    ),
    "signature in UTF-16": (
        ("\ufeff" + RAW.hex()).encode("utf-16-le"),
        "sm2-signature", ("hex",), ("utf-16",), None,
    ),
    "signature in UTF-16, big-endian": (
        ("\ufeff" + SIGNATURE.hex()).encode("utf-16-be"), "sm2-signature", ("hex",), ("utf-16",), None,
    ),
    "signature after a mark": (
        b"\xef\xbb\xbf" + RAW.hex().encode(), "sm2-signature", ("hex",), ("bom",), None,
    ),
    "signature as Latin-1": (
        SIGNATURE.decode("latin-1").encode(), "sm2-signature", (), ("latin-1",), None,
    ),
    "signature, negative r": (_negative(), "sm2-signature", (), ("negative-integer",), None),
    "signature in an OCTET STRING": (
        bytes([4, len(SIGNATURE)]) + SIGNATURE, "sm2-signature", (), ("wrapped",), None,
    ),
    "signature and more": (SIGNATURE + b"\0\0", "sm2-signature", (), ("trailing-bytes",), None),
    "signature cut off": (SIGNATURE[:50], "damaged", (), ("cut-off",), None),
    "signature raw, 66 bytes of Java": (
        b"\0" + HIGH[:32] + b"\0" + HIGH[32:], "sm2-signature", (), ("extra-leading-zero",), None,
    ),
    "signature raw, zero lost": (
        _search(_raw, lambda s: s[0] == 0)[1:], "sm2-signature", (), ("lost-leading-zero",), None,
    ),
    "signature as JSON": (
        json.dumps({"r": RAW[:32].hex(), "s": RAW[32:].hex()}).encode(),
        "sm2-signature", ("r and s as two numbers",), (), None,
    ),
    "signature as a tuple": (
        repr((int.from_bytes(RAW[:32], "big"), int.from_bytes(RAW[32:], "big"))).encode(),
        "sm2-signature", ("r and s as two numbers",), (), None,
    ),
    "binary as text": (
        SIGNATURE.decode("utf-8", "replace").encode(), "damaged", (), ("text-decoded",), None,
    ),
    "point": (POINT, "sm2-public-key", (), (), None),
    "point of hutool": (POINT.hex().encode(), "sm2-public-key", ("hex",), (), "hutool"),
    "point of gmssl": (POINT[1:].hex().encode(), "sm2-public-key", ("hex",), ("missing-04",), "gmssl-py"),
    "point compressed": (
        PUBLIC.to_bytes(compressed=True).hex().encode(), "sm2-public-key", ("hex",), (), None,
    ),
    "point with 04 twice": (
        b"04" + POINT.hex().encode(), "sm2-public-key", ("hex",), ("double-04",), None,
    ),
    "point, zero lost": (
        b"\x04" + SHORT.public_key().to_bytes()[2:], "sm2-public-key", (), ("lost-leading-zero",), None,
    ),
    "point without 04, zero lost": (
        SHORT.public_key().to_bytes()[2:], "sm2-public-key", (), ("missing-04", "lost-leading-zero"), None,
    ),
    "point base64": (b64(POINT), "sm2-public-key", ("base64",), (), None),
    "point of P-256": (P256.hex().encode(), "other-public-key", ("hex",), ("wrong-curve",), None),
    "SPKI base64": (b64(PUBLIC.to_der()), "sm2-public-key", ("base64",), (), None),
    "SPKI with SM2's own identifier": (
        keys.to_gm_spki_pem(PUBLIC), "sm2-public-key", ("PEM PUBLIC KEY",), (), "openssl",
    ),
    "private number": (b"39450f4ae1fd5f2c1d2bd9f6f1c2a0a1b2c3d4e5f60718293a4b5c6d7e8f9012",
        "sm2-private-key", ("hex",), (), "hutool"),
    "private number of Java": (
        b"00f9450f4ae1fd5f2c1d2bd9f6f1c2a0a1b2c3d4e5f60718293a4b5c6d7e8f9012",
        "sm2-private-key", ("hex",), ("extra-leading-zero",), None,
    ),
    "private number, odd digits": (
        b"9450f4ae1fd5f2c1d2bd9f6f1c2a0a1b2c3d4e5f60718293a4b5c6d7e8f9012",
        "sm2-private-key", ("hex",), ("odd-digits",), None,
    ),
    "private number, zero lost": (
        b"450f4ae1fd5f2c1d2bd9f6f1c2a0a1b2c3d4e5f60718293a4b5c6d7e8f9012",
        "sm2-private-key", ("hex",), ("lost-leading-zero",), None,
    ),
    "private n": (
        b"FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123",
        "sm2-private-key", ("hex",), ("impossible-key",), None,
    ),
    "private PEM with \\n": (
        PEM.replace(b"\n", b"\\n"), "sm2-private-key", ("PEM PRIVATE KEY",), ("escaped-line-ends",), None,
    ),
    "private PEM in one line": (
        PEM.replace(b"\n", b""), "sm2-private-key", ("PEM PRIVATE KEY",), ("pem-one-line",), None,
    ),
    "private PEM, END lost": (
        PEM.rpartition(b"-----END")[0], "sm2-private-key", ("PEM PRIVATE KEY",), ("pem-lines",), None,
    ),
    "private PEM after a mark": (
        b"\xef\xbb\xbf" + PEM, "sm2-private-key", ("PEM PRIVATE KEY",), ("bom",), None,
    ),
    "private PEM in base64": (
        b64(PEM), "sm2-private-key", ("base64", "PEM PRIVATE KEY"), ("doubled-encoding",), None,
    ),
    "private with CRLF": (
        PEM.replace(b"\n", b"\r\n"), "sm2-private-key", ("PEM PRIVATE KEY",), (), None,
    ),
    "SEC 1": (keys.to_sec1_der(KEY), "sm2-private-key", (), (), None),
    "ciphertext der": (BOX, "sm2-ciphertext", (), (), "openssl"),
    "ciphertext of cfca": (_peer("cfca", "box"), "sm2-ciphertext", ("base64",), (), "cfca"),
    "ciphertext C1C3C2": (C1C3C2, "sm2-ciphertext", (), (), "gmsm"),
    "ciphertext hex": (C1C3C2.hex().encode(), "sm2-ciphertext", ("hex",), (), "hutool"),
    "ciphertext of sm-crypto": (
        C1C3C2[1:].hex().encode(), "sm2-ciphertext", ("hex",), ("missing-04",), "sm-crypto",
    ),
    "ciphertext of gmssl": (C1C2C3[1:], "sm2-ciphertext", (), ("missing-04",), "gmssl-py"),
    "ciphertext of Bouncy Castle": (C1C2C3, "sm2-ciphertext", (), (), "bouncycastle"),
    "ciphertext with 04 twice": (
        b"\x04" + C1C3C2, "sm2-ciphertext", (), ("double-04",), None,
    ),
    "ciphertext, zero lost": (
        b"\x04" + _ciphertext(CiphertextFormat.C1C3C2, lambda c: c[1] == 0)[2:],
        "sm2-ciphertext", (), ("lost-leading-zero",), None,
    ),
    "ciphertext der, C2 first": (_kona(), "sm2-ciphertext", (), ("wrong-order",), None),
    "SM4 key as text": (b"0123456789abcdef", "sm4-key", (), (), None),
    "SM4 key in hex": (b"0123456789abcdeffedcba9876543210", "sm4-key", ("hex",), (), None),
    "enveloped key": (
        keys.seal_enveloped(SHORT, PUBLIC), "delivered-key", (), (), None,
    ),
    "encrypted key of GmSSL": (
        KEY.to_pem(password=b"pw", iterations=65536), "encrypted-private-key",
        ("PEM ENCRYPTED PRIVATE KEY",), (), "gmssl-c",
    ),
    "JKS": (bytes.fromhex("feedfeed00000002000000010000000100036d796b"), "keystore", (), (), None),
    "BKS": (bytes.fromhex("0000000200000014") + bytes(60), "keystore", (), (), "bouncycastle"),
    "openssl enc": (b"Salted__" + bytes(range(40)), "openssl-enc", (), (), "openssl"),
    "JWS": (
        b"eyJhbGciOiJTR0RfU00zX1NNMiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ."
        + base64.urlsafe_b64encode(RAW).rstrip(b"="),
        "jws", (), (), None,
    ),
}  # fmt: skip
