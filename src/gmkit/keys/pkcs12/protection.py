"""Decrypting what is in a PKCS#12 file: PBES2 (RFC 8018), and the older ways of RFC 7292, appendix C."""

from __future__ import annotations

from collections.abc import Callable

from gmkit import asn1
from gmkit.asn1 import Element, Tag
from gmkit.errors import DecryptionError, UnsupportedAlgorithm, WrongPassword
from gmkit.hazmat.sm4 import modes as sm4
from gmkit.keys.files import load_der_private_key
from gmkit.keys.pkcs12 import derivation, rc2
from gmkit.keys.pkcs12.pbkdf2 import Derivation, bounded
from gmkit.sm2 import SM2PrivateKey

PBES2 = "1.2.840.113549.1.5.13"
_PBE = "1.2.840.113549.1.12.1."

Decryption = Callable[[bytes, bytes, bytes], bytes]  # key, data, iv


def _sm4(key: bytes, data: bytes, iv: bytes) -> bytes:
    return sm4.cbc_decrypt(key, data, iv=iv)


def _aes(key: bytes, data: bytes, iv: bytes) -> bytes:
    from gmkit.keys.pkcs12.others import cbc_decrypt  # noqa: PLC0415 - only who meets it

    return cbc_decrypt("aes", key, data, iv)


def _triple_des(key: bytes, data: bytes, iv: bytes) -> bytes:
    from gmkit.keys.pkcs12.others import cbc_decrypt  # noqa: PLC0415 - only who meets it

    return cbc_decrypt("3des", key, data, iv)


# Octets of key and block, and what decrypts.
_PBES2_CIPHERS: dict[str, tuple[int, int, Decryption]] = {
    "1.2.156.10197.1.104.2": (16, 16, _sm4),
    "2.16.840.1.101.3.4.1.2": (16, 16, _aes),
    "2.16.840.1.101.3.4.1.22": (24, 16, _aes),
    "2.16.840.1.101.3.4.1.42": (32, 16, _aes),
    "1.2.840.113549.3.7": (24, 8, _triple_des),
}
SM4_CBC, AES_256_CBC = "1.2.156.10197.1.104.2", "2.16.840.1.101.3.4.1.42"
_PBE_CIPHERS: dict[str, tuple[int, int, Decryption]] = {
    _PBE + "3": (24, 8, _triple_des),
    _PBE + "4": (16, 8, _triple_des),
    _PBE + "5": (16, 8, rc2.cbc_decrypt),
    _PBE + "6": (5, 8, rc2.cbc_decrypt),
}
_NOT_FOR_KEYS = {_PBE + "5", _PBE + "6"}


def decrypt(algorithm: Element, data: bytes, password: bytes) -> bytes:
    """
    What *data* holds, under an AlgorithmIdentifier of password-based encryption.

    Raises:
        WrongPassword: The padding does not fit.
        EncodingError, UnsupportedAlgorithm, InvalidArgument: The algorithm is malformed or not read here,
            or the password is no text where it must be.
    """
    members = algorithm.cursor(Tag.SEQUENCE)
    kind = members.next(Tag.OBJECT_IDENTIFIER).oid()
    parameters = members.next(Tag.SEQUENCE)
    members.finish()
    try:
        if kind == PBES2:
            return _pbes2(parameters, data, password)
        if kind in _PBE_CIPHERS:
            return _pbe(kind, parameters, data, password)
    except DecryptionError:
        raise WrongPassword(
            "the password does not open a part of this PKCS#12 file, or that part is damaged"
        ) from None
    raise UnsupportedAlgorithm("protection of a PKCS#12 file that is not read here", oid=kind)


def private_key(algorithm: Element, data: bytes, password: bytes) -> SM2PrivateKey:
    """
    The private key in an EncryptedPrivateKeyInfo whose parts are given.

    PBES2 with the usual ciphers is opened by the native core, which wipes what it decrypts; the older ways
    pass through ``cryptography`` and this process's memory.

    Raises:
        InvalidKey: No key of SM2.
        WrongPassword, EncodingError, UnsupportedAlgorithm, InvalidArgument: As :func:`decrypt`.
    """
    kind = algorithm.cursor(Tag.SEQUENCE).next(Tag.OBJECT_IDENTIFIER).oid()
    if kind in _NOT_FOR_KEYS:
        raise UnsupportedAlgorithm("a private key under RC2", oid=kind)
    if kind == PBES2:
        info = asn1.sequence(algorithm.raw, asn1.octet_string(data))
        try:
            return load_der_private_key(info, password)
        except UnsupportedAlgorithm:
            pass  # triple DES under PBES2
    return load_der_private_key(decrypt(algorithm, data, password), None)


def _pbes2(parameters: Element, data: bytes, password: bytes) -> bytes:
    members = parameters.cursor()
    function = Derivation.read(members.next(Tag.SEQUENCE))
    scheme = members.next(Tag.SEQUENCE).cursor()
    members.finish()
    cipher = scheme.next(Tag.OBJECT_IDENTIFIER).oid()
    if cipher not in _PBES2_CIPHERS:
        raise UnsupportedAlgorithm("cipher of PBES2 that is not read here", oid=cipher)
    length, width, decryption = _PBES2_CIPHERS[cipher]
    stored = scheme.next(Tag.OCTET_STRING)
    if len(iv := stored.octet_string()) != width:
        raise stored.error(f"initialisation vector of {len(iv)} bytes")
    if function.key_length not in {None, length}:
        raise parameters.error("the key length is not that of the cipher")
    return decryption(function.derive(password, length), data, iv)


def _pbe(kind: str, parameters: Element, data: bytes, password: bytes) -> bytes:
    members = parameters.cursor()
    salt = members.next(Tag.OCTET_STRING).octet_string()
    iterations = bounded(members.next(Tag.INTEGER), derivation.MAX_ITERATIONS)
    members.finish()
    length, width, decryption = _PBE_CIPHERS[kind]
    digest, spelled = derivation.hash_of(derivation.SHA1), derivation.spelled(password)
    key = derivation.derive(digest, derivation.FOR_KEY, spelled, salt, iterations, length)
    iv = derivation.derive(digest, derivation.FOR_IV, spelled, salt, iterations, width)
    return decryption(key + key[:8] if kind == _PBE + "4" else key, data, iv)
