"""
URIs of keys in devices.

::

    sdf:index=1?module-path=/usr/lib/libsdf.so&pin-source=file:/run/pin
    pkcs11:token=CA;object=sign-1?module-path=/usr/lib/p11.so&x-vendor-map=/etc/vendor.toml

The second has the form of RFC 7512. A PIN never stands in a URI: it comes from the file that
``pin-source`` names, or from whoever is asked for a password.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from gmkit.errors import InvalidArgument, StorageError
from gmkit.keys.devices.pkcs11 import PKCS11PrivateKey, PKCS11Token
from gmkit.keys.devices.sdf import SDFDevice, SDFPrivateKey
from gmkit.keys.devices.vendor import VendorMap

_MAX_PIN_FILE = 4096


def load_sdf(uri: str, pin: bytes | Callable[[], bytes] | None) -> SDFPrivateKey:
    """
    The key that an ``sdf:`` URI names; the device stays open as long as the key lives.

    Raises:
        InvalidArgument: If the URI lacks something, or holds something unknown.
        DeviceError: If the device refuses.
    """
    path, query = _parts(uri, path={"index"}, query={"module-path", "pin-source"})
    index = _need(uri, path, "index")
    if not index.isascii() or not index.isdigit() or len(index) > 9:
        raise InvalidArgument(f"{uri!r}: index is a number, not {index!r}")
    device = SDFDevice(_need(uri, query, "module-path"))
    return device.private_key(int(index), pin=_pin(query, pin))


def load_pkcs11(uri: str, pin: bytes | Callable[[], bytes] | None) -> PKCS11PrivateKey:
    """
    The key that a ``pkcs11:`` URI names (RFC 7512); the session stays open as long as the key lives.

    Raises:
        InvalidArgument: If the URI lacks something, or holds something unknown.
        DeviceError: If the token refuses.
        MissingDependency: If PyKCS11 is not installed.
    """
    path, query = _parts(
        uri, path={"token", "object"}, query={"module-path", "pin-source", "x-vendor-map"}
    )
    label = _need(uri, path, "object")
    vendor = VendorMap.load(_need(uri, query, "x-vendor-map"))
    token = PKCS11Token(_need(uri, query, "module-path"), vendor, token=path.get("token"))
    secret = _pin(query, pin)
    if secret is not None:
        token.login(secret)
    return token.private_key(label)


def _parts(uri: str, *, path: set[str], query: set[str]) -> tuple[dict[str, str], dict[str, str]]:
    body = uri.partition(":")[2]
    head, _, tail = body.partition("?")
    return _attributes(head, ";", path), _attributes(tail, "&", query)


def _attributes(text: str, separator: str, known: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        name, equals, value = part.partition("=")
        if name == "pin-value":
            raise InvalidArgument(
                "a PIN must not stand in a URI, where everybody can read it",
                hint="pin-source=file:PATH, or answer the prompt",
            )
        if not equals or name not in known or name in found:
            raise InvalidArgument(
                f"a key URI cannot have {name!r} here", hint=f"it takes {', '.join(sorted(known))}"
            )
        found[name] = unquote(value)
    return found


def _need(uri: str, attributes: dict[str, str], name: str) -> str:
    try:
        return attributes[name]
    except KeyError:
        raise InvalidArgument(f"{uri!r} lacks {name}=") from None


def _pin(query: dict[str, str], pin: bytes | Callable[[], bytes] | None) -> bytes | None:
    source = query.get("pin-source")
    if source is None:
        return pin() if callable(pin) else pin
    file = Path(source.removeprefix("file:"))
    try:
        with file.open("rb") as opened:
            return opened.read(_MAX_PIN_FILE).rstrip(b"\r\n")
    except OSError as error:
        raise StorageError(f"cannot read the PIN from {file}: {error.strerror}") from None
