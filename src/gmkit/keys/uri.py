"""Keys by URI: wherever a key file may stand, a device may stand as well."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from gmkit.errors import EncodingError, InvalidArgument, StorageError
from gmkit.errors.source import naming
from gmkit.keys.containers import Password, load_contents
from gmkit.keys.signer import PrivateKey
from gmkit.sm2 import SM2PrivateKey

MAX_FILE = 1 << 20  # bytes; a key file has some hundreds


def load(uri: str, *, password: Password = None) -> PrivateKey:
    """
    The private key at *uri*.

    Args:
        uri: ``file:PATH``, absolute or relative, with %-escapes: PKCS#8 or SEC 1 in PEM or DER, PKCS#12, or a
            ``.sm2`` file of CFCA; ``#NAME`` after it is the name of one key among several. ``sdf:`` and ``pkcs11:`` name keys in devices: see :mod:`gmkit.keys.devices.uri`.
        password: The password or PIN, or what asks for it: called only when the key turns out to be
            protected, and for a device whose URI has no pin-source.

    Raises:
        InvalidArgument: Another scheme.
        StorageError: The file cannot be read.
        EncodingError: As :func:`gmkit.keys.load_pem_private_key`, or the file is longer than 1 MiB.
        InvalidKey, WrongPassword, UnsupportedAlgorithm: As :func:`gmkit.keys.load_pem_private_key`.
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
    if parts.netloc not in {"", "localhost"} or parts.query:
        raise InvalidArgument(f"{uri!r}: a file URI has a path, and #NAME after it, nothing else")
    name = unquote(parts.fragment) or None
    return load_file(Path(unquote(parts.path)), password=password, name=name)


def load_file(path: Path, *, password: Password = None, name: str | None = None) -> SM2PrivateKey:
    """The private key in a file, the one called *name*; the rest as :func:`load`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise StorageError(f"cannot read the key file {path}: {words}") from error
    if len(data) > MAX_FILE:
        raise EncodingError(f"{path} is longer than a key file may be", what="key file")
    with naming(path):
        return load_contents(data, password).key(name)
