"""SM2, SM3 and SM4 of libcrypto, and keys as files."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from libcrypto import Refused, call, freed, lib, parsed, pointer, written

__all__ = ["DEFAULT_ID", "OPERATIONS", "digesting", "private_key", "public_key", "public_octets"]

Fields = dict[str, Any]
Pointer = ctypes.c_void_p
DEFAULT_ID = b"1234567812345678"
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_PKCS8 = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
_ITERATIONS = 1000


def private_key(fields: Fields) -> Any:
    """Of ``key`` and ``public``, freed when the block ends."""
    point = bytes.fromhex("a144034200") + fields["public"]
    return parsed("AutoPrivateKey", _PKCS8 + fields["key"] + point)


def public_key(point: bytes) -> Any:
    """From its point, freed when the block ends."""
    return parsed("PUBKEY", _SPKI + point)


def public_octets(key: Pointer) -> bytes:
    """Its point; refuses what is not of SM2."""
    lib.EVP_PKEY_get0_type_name.restype = ctypes.c_char_p
    if lib.EVP_PKEY_get0_type_name(key) != b"SM2":
        raise Refused("not an SM2 key")
    found = Pointer()
    length = call("EVP_PKEY_get1_encoded_public_key", key, ctypes.byref(found))
    try:
        return ctypes.string_at(found, length)
    finally:
        lib.CRYPTO_free(found, None, 0)


def _private_octets(key: Pointer) -> bytes:
    number = Pointer()
    call("EVP_PKEY_get_bn_param", key, b"priv", ctypes.byref(number))
    with freed(number, "BN_clear_free"):
        buffer = ctypes.create_string_buffer(32)
        call("BN_bn2binpad", number, buffer, 32)
        return buffer.raw


@contextmanager
def digesting(key: Pointer, user_id: bytes | None, start: str) -> Iterator[Pointer]:
    """A context that signs or verifies; without an identifier, what OpenSSL does when none is given."""
    with (
        freed(pointer("EVP_MD_CTX_new"), "EVP_MD_CTX_free") as context,
        freed(pointer("EVP_PKEY_CTX_new", key, None), "EVP_PKEY_CTX_free") as options,
    ):
        if user_id is not None:
            call("EVP_PKEY_CTX_set1_id", options, user_id, len(user_id))
        lib.EVP_MD_CTX_set_pkey_ctx(context, options)
        call(start, context, None, pointer("EVP_sm3"), None, key)
        yield context


def sign(fields: Fields, user_id: bytes | None) -> Fields:
    with private_key(fields) as key, digesting(key, user_id, "EVP_DigestSignInit") as context:
        length = ctypes.c_size_t(256)
        buffer = ctypes.create_string_buffer(256)
        data = fields["data"]
        call("EVP_DigestSign", context, buffer, ctypes.byref(length), data, len(data))
        return {"signature": buffer.raw[: length.value]}


def verify(fields: Fields, user_id: bytes | None) -> Fields:
    with (
        public_key(fields["public"]) as key,
        digesting(key, user_id, "EVP_DigestVerifyInit") as context,
    ):
        signature, data = fields["signature"], fields["data"]
        said = lib.EVP_DigestVerify(
            context, signature, ctypes.c_size_t(len(signature)), data, ctypes.c_size_t(len(data))
        )
        lib.ERR_clear_error()
        return {"valid": said == 1}


def _crypt(direction: str, key: Pointer, data: bytes) -> bytes:
    with freed(pointer("EVP_PKEY_CTX_new", key, None), "EVP_PKEY_CTX_free") as context:
        call(f"EVP_PKEY_{direction}_init", context)
        length = ctypes.c_size_t(0)
        call(f"EVP_PKEY_{direction}", context, None, ctypes.byref(length), data, len(data))
        buffer = ctypes.create_string_buffer(max(length.value, 1))
        call(f"EVP_PKEY_{direction}", context, buffer, ctypes.byref(length), data, len(data))
        return buffer.raw[: length.value]


def encrypt(fields: Fields) -> Fields:
    with public_key(fields["public"]) as key:
        return {"ciphertext": _crypt("encrypt", key, fields["data"])}


def decrypt(fields: Fields) -> Fields:
    with private_key(fields) as key:
        return {"data": _crypt("decrypt", key, fields["ciphertext"])}


def sm3(fields: Fields) -> Fields:
    buffer, data = ctypes.create_string_buffer(32), fields["data"]
    call("EVP_Digest", data, len(data), buffer, None, pointer("EVP_sm3"), None)
    return {"digest": buffer.raw}


def hmac(fields: Fields) -> Fields:
    buffer, key, data = ctypes.create_string_buffer(32), fields["key"], fields["data"]
    pointer("HMAC", pointer("EVP_sm3"), key, len(key), data, len(data), buffer, None)
    return {"mac": buffer.raw}


def _cipher(fields: Fields, data: bytes, direction: int) -> bytes:
    """SM4 in mode ``cbc`` (PKCS#7 padding) or ``ctr``."""
    if fields["form"] not in {"cbc", "ctr"}:
        raise Refused("no such mode")
    with freed(pointer("EVP_CIPHER_CTX_new"), "EVP_CIPHER_CTX_free") as context:
        kind = pointer(f"EVP_sm4_{fields['form']}")
        key, iv = fields["key"], fields["iv"]
        call("EVP_CipherInit_ex", context, kind, None, key, iv, direction)
        buffer = ctypes.create_string_buffer(len(data) + 32)
        tail = ctypes.create_string_buffer(32)
        length, rest = ctypes.c_int(0), ctypes.c_int(0)
        call("EVP_CipherUpdate", context, buffer, ctypes.byref(length), data, len(data))
        call("EVP_CipherFinal_ex", context, tail, ctypes.byref(rest))
        return buffer.raw[: length.value] + tail.raw[: rest.value]


def key_write(fields: Fields) -> Fields:
    form, password = fields["form"], fields.get("password", b"")
    if form not in {"pkcs8", "sec1", "pkcs8-aes"}:
        raise Refused("no such form")
    with private_key(fields) as key:
        if form == "sec1":
            return {"der": written("PrivateKey", key)}
        with freed(pointer("EVP_PKEY2PKCS8", key), "PKCS8_PRIV_KEY_INFO_free") as info:
            if form == "pkcs8":
                return {"der": written("PKCS8_PRIV_KEY_INFO", info)}
            cipher = pointer("EVP_aes_256_cbc")
            made = pointer(
                "PKCS8_encrypt", -1, cipher, password, len(password), None, 0, _ITERATIONS, info
            )
            with freed(made, "X509_SIG_free") as box:
                return {"der": written("X509_SIG", box)}


def key_read(fields: Fields) -> Fields:
    if "password" not in fields:
        with parsed("AutoPrivateKey", fields["der"]) as key:
            return {"key": _private_octets(key), "public": public_octets(key)}
    password = fields["password"]
    with parsed("X509_SIG", fields["der"]) as box:
        opened = pointer("PKCS8_decrypt", box, password, len(password))
    with (
        freed(opened, "PKCS8_PRIV_KEY_INFO_free") as info,
        freed(pointer("EVP_PKCS82PKEY", info), "EVP_PKEY_free") as key,
    ):
        return {"key": _private_octets(key), "public": public_octets(key)}


def public_read(fields: Fields) -> Fields:
    with parsed("PUBKEY", fields["der"]) as key:
        return {"public": public_octets(key)}


def public_write(fields: Fields) -> Fields:
    with public_key(fields["public"]) as key:
        return {"der": written("PUBKEY", key)}


def pkcs12_write(fields: Fields) -> Fields:
    # NIDs: PBES2 is chosen by a cipher's, the old ones by their own.
    chosen = b"PBE-SHA1-3DES" if fields.get("form") == "old" else b"AES-256-CBC"
    kind = call("OBJ_txt2nid", chosen)
    with private_key(fields) as key, parsed("X509", fields["certificate"]) as certificate:
        made = pointer(
            "PKCS12_create", fields["password"], None, key, certificate, None, kind, kind,
            _ITERATIONS, _ITERATIONS, 0,
        )  # fmt: skip
        with freed(made, "PKCS12_free") as store:
            return {"der": written("PKCS12", store)}


def pkcs12_read(fields: Fields) -> Fields:
    key, certificate = Pointer(), Pointer()
    with parsed("PKCS12", fields["der"]) as store:
        call(
            "PKCS12_parse", store, fields["password"], ctypes.byref(key), ctypes.byref(certificate),
            None,
        )  # fmt: skip
    with freed(key, "EVP_PKEY_free"), freed(certificate, "X509_free"):
        return {"key": _private_octets(key), "certificate": written("X509", certificate)}


def _der_only(operation: Callable[[Fields], Fields]) -> Callable[[Fields], Fields]:
    def run(fields: Fields) -> Fields:
        if fields["form"] != "der":
            raise Refused("DER only")
        return operation(fields)

    return run


OPERATIONS: dict[str, Callable[[Fields], Fields]] = {
    "sign": _der_only(lambda f: sign(f, f.get("id", DEFAULT_ID))),
    "verify": _der_only(lambda f: verify(f, f.get("id", DEFAULT_ID))),
    "encrypt": _der_only(encrypt),
    "decrypt": _der_only(decrypt),
    "default.sign": lambda f: sign(f, None),
    "default.verify": lambda f: verify(f, None),
    "default.encrypt": encrypt,
    "default.decrypt": decrypt,
    "sm3": sm3,
    "hmac": hmac,
    "sm4.encrypt": lambda f: {"ciphertext": _cipher(f, f["data"], 1)},
    "sm4.decrypt": lambda f: {"data": _cipher(f, f["ciphertext"], 0)},
    "key.write": key_write,
    "key.read": key_read,
    "public.write": public_write,
    "public.read": public_read,
    "pkcs12.write": pkcs12_write,
    "pkcs12.read": pkcs12_read,
}
