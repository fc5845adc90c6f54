"""OpenSSL's libcrypto through its C interface: SM2, SM3 and SM4 without a process for each case."""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = [
    "SM2_KEY",
    "cipher",
    "decrypt",
    "encrypt",
    "hmac",
    "private_key",
    "public_key",
    "sign",
    "sm3",
    "verify",
    "version",
]

_lib = ctypes.CDLL(ctypes.util.find_library("crypto"))
_P, _N, _B = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
for _name, _result, _arguments in (
    ("OpenSSL_version", _B, [ctypes.c_int]),
    ("EVP_sm3", _P, []),
    ("EVP_PKEY_free", None, [_P]),
    ("d2i_AutoPrivateKey", _P, [_P, _P, ctypes.c_long]),
    ("d2i_PUBKEY", _P, [_P, _P, ctypes.c_long]),
    ("EVP_PKEY_CTX_new", _P, [_P, _P]),
    ("EVP_PKEY_CTX_free", None, [_P]),
    ("EVP_PKEY_CTX_set1_id", ctypes.c_int, [_P, _B, ctypes.c_int]),
    ("EVP_MD_CTX_new", _P, []),
    ("EVP_MD_CTX_free", None, [_P]),
    ("EVP_MD_CTX_set_pkey_ctx", None, [_P, _P]),
    ("EVP_DigestSignInit", ctypes.c_int, [_P, _P, _P, _P, _P]),
    ("EVP_DigestSign", ctypes.c_int, [_P, _B, ctypes.POINTER(_N), _B, _N]),
    ("EVP_DigestVerifyInit", ctypes.c_int, [_P, _P, _P, _P, _P]),
    ("EVP_DigestVerify", ctypes.c_int, [_P, _B, _N, _B, _N]),
    ("EVP_PKEY_encrypt_init", ctypes.c_int, [_P]),
    ("EVP_PKEY_encrypt", ctypes.c_int, [_P, _B, ctypes.POINTER(_N), _B, _N]),
    ("EVP_PKEY_decrypt_init", ctypes.c_int, [_P]),
    ("EVP_PKEY_decrypt", ctypes.c_int, [_P, _B, ctypes.POINTER(_N), _B, _N]),
    ("EVP_Digest", ctypes.c_int, [_B, _N, _B, _P, _P, _P]),
    ("HMAC", _P, [_P, _B, ctypes.c_int, _B, _N, _B, _P]),
    ("EVP_CIPHER_CTX_new", _P, []),
    ("EVP_CIPHER_CTX_free", None, [_P]),
    ("EVP_sm4_cbc", _P, []),
    ("EVP_sm4_ctr", _P, []),
    ("EVP_CipherInit_ex", ctypes.c_int, [_P, _P, _P, _B, _B, ctypes.c_int]),
    ("EVP_CipherUpdate", ctypes.c_int, [_P, _B, ctypes.POINTER(ctypes.c_int), _B, ctypes.c_int]),
    ("EVP_CipherFinal_ex", ctypes.c_int, [_P, _B, ctypes.POINTER(ctypes.c_int)]),
):
    _function = getattr(_lib, _name)
    _function.restype, _function.argtypes = _result, _arguments

SM2_KEY = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""SubjectPublicKeyInfo of an SM2 key up to its point."""


class Refused(Exception):
    """OpenSSL returned an error."""


def _check(result: Any) -> Any:
    if not result or (isinstance(result, int) and result < 0):
        raise Refused("OpenSSL refused")
    return result


def version() -> str:
    """What the library calls itself."""
    return str(_lib.OpenSSL_version(0).decode())


@contextmanager
def _freed(pointer: int, free: str) -> Iterator[int]:
    try:
        yield _check(pointer)
    finally:
        getattr(_lib, free)(pointer)


def _parsed(name: str, der: bytes) -> int:
    buffer = ctypes.create_string_buffer(der, len(der))
    at = ctypes.c_void_p(ctypes.addressof(buffer))
    found: int = _check(getattr(_lib, name)(None, ctypes.byref(at), len(der)))
    return found


def private_key(octets: bytes, public: bytes) -> int:
    """From the number and the point; to be freed."""
    inner = bytes.fromhex("020101") + b"\x04\x20" + octets + bytes.fromhex("a144034200") + public
    return _parsed(
        "d2i_AutoPrivateKey",
        bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b") + inner,
    )


def public_key(octets: bytes) -> int:
    """From the point; to be freed."""
    return _parsed("d2i_PUBKEY", SM2_KEY + octets)


def sign(key: int, data: bytes, user_id: bytes | None) -> bytes:
    """SM2 with SM3, in DER; None is what OpenSSL does when no identifier is given."""
    with _digesting(key, user_id) as context:
        _check(_lib.EVP_DigestSignInit(context, None, _lib.EVP_sm3(), None, key))
        length = _N(256)
        buffer = ctypes.create_string_buffer(256)
        _check(_lib.EVP_DigestSign(context, buffer, ctypes.byref(length), data, len(data)))
        return buffer.raw[: length.value]


def verify(key: int, signature: bytes, data: bytes, user_id: bytes | None) -> bool:
    """SM2 with SM3, in DER."""
    with _digesting(key, user_id) as context:
        _check(_lib.EVP_DigestVerifyInit(context, None, _lib.EVP_sm3(), None, key))
        said = _lib.EVP_DigestVerify(context, signature, len(signature), data, len(data))
        return bool(said == 1)


@contextmanager
def _digesting(key: int, user_id: bytes | None) -> Iterator[int]:
    with (
        _freed(_lib.EVP_MD_CTX_new(), "EVP_MD_CTX_free") as context,
        _freed(_lib.EVP_PKEY_CTX_new(key, None), "EVP_PKEY_CTX_free") as options,
    ):
        if user_id is not None:
            _check(_lib.EVP_PKEY_CTX_set1_id(options, user_id, len(user_id)))
        _lib.EVP_MD_CTX_set_pkey_ctx(context, options)
        yield context


def encrypt(key: int, data: bytes) -> bytes:
    """An SM2 ciphertext in DER."""
    return _crypt("encrypt", key, data)


def decrypt(key: int, ciphertext: bytes) -> bytes:
    """An SM2 ciphertext in DER."""
    return _crypt("decrypt", key, ciphertext)


def _crypt(direction: str, key: int, data: bytes) -> bytes:
    with _freed(_lib.EVP_PKEY_CTX_new(key, None), "EVP_PKEY_CTX_free") as context:
        _check(getattr(_lib, f"EVP_PKEY_{direction}_init")(context))
        run = getattr(_lib, f"EVP_PKEY_{direction}")
        length = _N(0)
        _check(run(context, None, ctypes.byref(length), data, len(data)))
        buffer = ctypes.create_string_buffer(max(length.value, 1))
        _check(run(context, buffer, ctypes.byref(length), data, len(data)))
        return buffer.raw[: length.value]


def sm3(data: bytes) -> bytes:
    """Its digest."""
    buffer = ctypes.create_string_buffer(32)
    _check(_lib.EVP_Digest(data, len(data), buffer, None, _lib.EVP_sm3(), None))
    return buffer.raw


def hmac(key: bytes, data: bytes) -> bytes:
    """With SM3."""
    buffer = ctypes.create_string_buffer(32)
    _check(_lib.HMAC(_lib.EVP_sm3(), key, len(key), data, len(data), buffer, None))
    return buffer.raw


def cipher(form: str, key: bytes, iv: bytes, data: bytes, *, encrypt: bool) -> bytes:
    """SM4 in mode ``cbc`` (PKCS#7 padding) or ``ctr``."""
    kinds = {"cbc": _lib.EVP_sm4_cbc, "ctr": _lib.EVP_sm4_ctr}
    if form not in kinds:
        raise Refused("no such mode")
    with _freed(_lib.EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_free") as context:
        _check(_lib.EVP_CipherInit_ex(context, kinds[form](), None, key, iv, int(encrypt)))
        buffer = ctypes.create_string_buffer(len(data) + 32)
        written, rest = ctypes.c_int(0), ctypes.c_int(0)
        _check(_lib.EVP_CipherUpdate(context, buffer, ctypes.byref(written), data, len(data)))
        tail = ctypes.create_string_buffer(32)
        _check(_lib.EVP_CipherFinal_ex(context, tail, ctypes.byref(rest)))
        return buffer.raw[: written.value] + tail.raw[: rest.value]
