"""OpenSSL's libcrypto through its C interface: the functions, and the two rules of calling them."""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Refused", "call", "freed", "lib", "octets", "parsed", "pointer", "version", "written"]

lib = ctypes.CDLL(ctypes.util.find_library("crypto"))


class Refused(Exception):
    """OpenSSL returned an error."""


def call(name: str, *arguments: Any, result: Any = ctypes.c_int) -> Any:
    """
    Call a function; pointers are ``c_void_p``, octets ``bytes``, other numbers plain.

    Raises:
        Refused: It returned nothing, or a number that is not positive.
    """
    function = getattr(lib, name)
    function.restype = result
    found = function(*(_argument(one) for one in arguments))
    if found is None or (isinstance(found, int) and found <= 0 and result is not ctypes.c_void_p):
        raise Refused(f"OpenSSL refused in {name}: {_why()}")
    return found


def pointer(name: str, *arguments: Any) -> ctypes.c_void_p:
    """As :func:`call`, of a function that returns a pointer."""
    return ctypes.c_void_p(call(name, *arguments, result=ctypes.c_void_p))


def _argument(value: Any) -> Any:
    return ctypes.c_long(value) if isinstance(value, int) else value


def _why() -> str:
    lib.ERR_get_error.restype = ctypes.c_ulong
    code = lib.ERR_get_error()
    while later := lib.ERR_get_error():
        code = later
    buffer = ctypes.create_string_buffer(256)
    lib.ERR_error_string_n(ctypes.c_ulong(code), buffer, ctypes.c_size_t(256))
    return buffer.value.decode(errors="replace")


def version() -> str:
    """What the library calls itself."""
    lib.OpenSSL_version.restype = ctypes.c_char_p
    return str(lib.OpenSSL_version(0).decode())


@contextmanager
def freed(found: ctypes.c_void_p, free: str) -> Iterator[ctypes.c_void_p]:
    """Free it when the block ends."""
    try:
        yield found
    finally:
        function = getattr(lib, free)
        function.restype = None
        function(found)


def parsed(kind: str, der: bytes) -> Any:
    """A structure from DER, freed when the block ends: ``with parsed("X509", der) as certificate``."""
    buffer = ctypes.create_string_buffer(der, len(der))
    at = ctypes.c_void_p(ctypes.addressof(buffer))
    free = {"AutoPrivateKey": "EVP_PKEY_free", "PUBKEY": "EVP_PKEY_free"}.get(kind, f"{kind}_free")
    return freed(pointer(f"d2i_{kind}", None, ctypes.byref(at), len(der)), free)


def written(kind: str, structure: ctypes.c_void_p) -> bytes:
    """The DER of a structure."""
    length = call(f"i2d_{kind}", structure, None)
    buffer = ctypes.create_string_buffer(length)
    at = ctypes.c_void_p(ctypes.addressof(buffer))
    call(f"i2d_{kind}", structure, ctypes.byref(at))
    return buffer.raw


def octets(string: ctypes.c_void_p) -> bytes:
    """What is in an ASN1_STRING."""
    length = call("ASN1_STRING_length", string)
    return ctypes.string_at(call("ASN1_STRING_get0_data", string, result=ctypes.c_void_p), length)
