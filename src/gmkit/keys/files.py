"""Reading and writing key files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit import asn1
from gmkit._native import keys as _native
from gmkit._native import x509 as _pem
from gmkit.errors import EncodingError
from gmkit.sm2 import SM2PrivateKey, SM2PublicKey

if TYPE_CHECKING:
    from typing_extensions import Buffer

_SM2 = "1.2.156.10197.1.301"


def load_pem_private_key(data: Buffer, password: Buffer | None) -> SM2PrivateKey:
    """
    The private key of a PEM text (RFC 7468).

    Reads PKCS#8 (RFC 5958), open or protected with PBES2 (RFC 8018), and SEC 1 (RFC 5915), with or without an
    "EC PARAMETERS" block before it. Certificates beside the key are passed over.

    Args:
        data: The text, as bytes.
        password: Any bytes, used as they are; None for a key that is not protected.

    Raises:
        EncodingError: Not PEM, not one private key, not DER inside; or more than 10,000,000 iterations.
        InvalidKey: A key of another curve or algorithm, which is named; a number out of range; a public key
            that does not belong to it.
        WrongPassword: The password does not open it, or it is protected and *password* is None.
        InvalidArgument: A password for a key that is not protected.
        UnsupportedAlgorithm: Protected in a way that is not read here.
    """
    return _native.load_pem_private_key(data, password)


def load_der_private_key(data: Buffer, password: Buffer | None) -> SM2PrivateKey:
    """
    The private key of DER: PKCS#8, open or protected, or SEC 1; the structure says which.

    Args:
        data: All of it, with nothing before or after.
        password: Any bytes, used as they are; None for a key that is not protected.

    Raises:
        EncodingError, InvalidKey, WrongPassword, InvalidArgument, UnsupportedAlgorithm:
            As :func:`load_pem_private_key`.
    """
    return _native.load_der_private_key(data, password)


def load_pem_public_key(data: Buffer) -> SM2PublicKey:
    """
    The public key of a PEM text with one "PUBLIC KEY" block (RFC 7468, clause 13).

    Args:
        data: The text, as bytes.

    Raises:
        EncodingError: Not PEM, not one public key, or not DER inside.
        InvalidKey: A key of another curve or algorithm, or not a point of the curve.
    """
    return _native.load_pem_public_key(data)


def load_der_public_key(data: Buffer) -> SM2PublicKey:
    """
    The public key of a SubjectPublicKeyInfo in DER (RFC 5280, clause 4.1.2.7).

    Args:
        data: All of it, with nothing before or after.

    Raises:
        EncodingError: Not DER of one.
        InvalidKey: A key of another curve or algorithm, or not a point of the curve.
    """
    return _native.load_der_public_key(data)


def holds_private_key(data: bytes) -> bool:
    """
    Whether a file is meant to hold a private key, protected or not; nothing is checked.

    For tools that take a file of either kind. In PEM the label says it, in DER the second element of a
    structure that starts with an algorithm: OCTET STRING in a protected key, BIT STRING in a public one.

    Args:
        data: The file, PEM or DER.
    """
    if data[:1] != b"\x30":
        return b"PRIVATE KEY-----" in data
    try:
        outer = asn1.decode(bytes(data), what="key").children()
    except EncodingError:
        return False
    tags = [element.tag for element in outer[:2]]
    return tags[:1] == [asn1.Tag.INTEGER] or tags == [asn1.Tag.SEQUENCE, asn1.Tag.OCTET_STRING]


def to_sec1_pem(key: SM2PrivateKey, *, parameters: bool = False) -> bytes:
    """
    The key as "EC PRIVATE KEY" in PEM (RFC 5915), **not protected**: for tools that read nothing else.

    Args:
        key: The key.
        parameters: Put an "EC PARAMETERS" block with the curve's identifier before it, as older tools do.

    Returns:
        ASCII text.
    """
    before = _pem.pem_text("EC PARAMETERS", asn1.oid(_SM2)) if parameters else b""
    return before + _native.private_to_sec1(key, pem=True)


def to_sec1_der(key: SM2PrivateKey) -> bytes:
    """
    The key as ECPrivateKey in DER (RFC 5915), **not protected**.

    Args:
        key: The key.
    """
    return _native.private_to_sec1(key, pem=False)


def to_gm_spki_der(key: SM2PublicKey) -> bytes:
    """
    SubjectPublicKeyInfo with 1.2.156.10197.1.301 as the algorithm and as the curve, in DER.

    GM/T 0015-2012 prints it in its tables C.1 to C.4, and OpenSSL 3.0 writes it; running authorities write
    id-ecPublicKey instead, as :meth:`gmkit.sm2.SM2PublicKey.to_der` does.

    Args:
        key: The key.
    """
    return asn1.sequence(
        asn1.sequence(asn1.oid(_SM2), asn1.oid(_SM2)), asn1.bit_string(key.to_bytes())
    )


def to_gm_spki_pem(key: SM2PublicKey) -> bytes:
    """
    :func:`to_gm_spki_der` as a "PUBLIC KEY" block of PEM.

    Args:
        key: The key.
    """
    return _pem.pem_text("PUBLIC KEY", to_gm_spki_der(key))
