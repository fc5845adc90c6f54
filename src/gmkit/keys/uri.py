"""Keys by URI: wherever a key file may stand, a device may stand as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gmkit.errors import EncodingError, InvalidArgument, StorageError, WrongPassword
from gmkit.keys.files import load_der_private_key, load_pem_private_key
from gmkit.keys.signer import PrivateKey
from gmkit.sm2 import SM2PrivateKey

MAX_FILE = 1 << 20  # bytes; a key file has some hundreds

Password = bytes | Callable[[], bytes] | None


def load(uri: str, *, password: Password = None) -> PrivateKey:
    """
    The private key at *uri*.

    Args:
        uri: ``file:PATH``, absolute or relative, with %-escapes; PEM and DER are told apart by the first
            byte. ``sdf:`` and ``pkcs11:`` name keys in devices: see :mod:`gmkit.keys.devices.uri`.
        password: The password or PIN, or what asks for it: called only when the key turns out to be
            protected, and for a device whose URI has no pin-source.

    Raises:
        InvalidArgument: Another scheme.
        StorageError: The file cannot be read, or is longer than 1 MiB.
        EncodingError, InvalidKey, WrongPassword, UnsupportedAlgorithm: As
            :func:`gmkit.keys.load_pem_private_key`.
        DeviceError, MissingDependency: As the device has it.
    """
    if uri.startswith("sdf:"):
        from gmkit.keys.devices.uri import load_sdf  # noqa: PLC0415 - only who has a device

        return load_sdf(uri, password)
    if uri.startswith("pkcs11:"):
        from gmkit.keys.devices.uri import load_pkcs11  # noqa: PLC0415 - only who has a token

        return load_pkcs11(uri, password)
    parts = urlsplit(uri)
    if parts.scheme != "file":
        raise InvalidArgument(
            f"no key scheme {parts.scheme!r}" if parts.scheme else f"{uri!r} is not a key URI",
            hint="file:PATH, sdf:… or pkcs11:…",
        )
    if parts.netloc not in {"", "localhost"} or parts.query or parts.fragment:
        raise InvalidArgument(f"{uri!r}: a file URI has a path and nothing else")
    return load_file(Path(unquote(parts.path)), password=password)


def load_file(path: Path, *, password: Password = None) -> SM2PrivateKey:
    """The private key in a file; arguments and errors are those of :func:`load`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise StorageError(f"cannot read the key file {path}: {words}") from error
    if len(data) > MAX_FILE:
        raise EncodingError(f"{path} is longer than a key file may be", what="key file")
    read = load_der_private_key if data[:1] == b"\x30" else load_pem_private_key
    if callable(password):
        try:
            return read(data, None)
        except WrongPassword:
            return read(data, password())
    return read(data, password)
