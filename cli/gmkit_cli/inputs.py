"""Keys and certificates as commands take them: a file name, or a key URI."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit.errors.source import naming
from gmkit_cli import params
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.keys import Pkcs12, PrivateKey
    from gmkit.sm2 import SM2PublicKey
    from gmkit.x509 import Certificate, CertificateList, CertificateRequest

__all__ = [
    "any_key",
    "asked_for",
    "certificates",
    "certificates_in",
    "contents",
    "key_option",
    "key_uri",
    "private_key",
    "public_key",
    "public_key_option",
    "request",
    "revocation_lists",
    "signer_options",
    "signing_chain",
    "with_issuer",
]

Command = TypeVar("Command", bound=Callable[..., Any])

MAX_FILE = 1 << 20  # bytes of a key or certificate file
_URI = re.compile(r"[a-z][a-z0-9+.-]+:")


def private_key(where: str, password: Password) -> PrivateKey:
    """
    The private key in a file (PEM or DER) or at a key URI; its password is asked for if it has one.

    Raises:
        GmkitError: If it cannot be read, is no SM2 key, or the password does not open it.
    """
    from gmkit import keys
    from gmkit.keys.uri import load_file

    secret = asked_for(password, where)
    if _URI.match(where):
        return keys.load(where, password=secret)
    return load_file(Path(where), password=secret)


def key_uri(where: str) -> str:
    """A key URI from one, or from a file name, which is the common case."""
    return where if _URI.match(where) else Path(where).absolute().as_uri()


def any_key(where: str, password: Password) -> tuple[str, SM2PublicKey]:
    """
    Whatever key is in a file or at a key URI: ``private`` or ``public``, and the public key.

    Raises:
        GmkitError: If it cannot be read, is no SM2 key, or the password does not open it.
    """
    from gmkit import keys

    if _URI.match(where):
        return "private", private_key(where, password).public_key()
    data = params.read_bytes(Path(where), limit=MAX_FILE)  # once: it may be a pipe
    with naming(where):
        if keys.container_of(data) is keys.Container.KEY and not keys.holds_private_key(data):
            return "public", _public_key_in(data)
        return "private", keys.load_contents(data, asked_for(password, where)).key().public_key()


def contents(where: str, password: Password) -> Pkcs12:
    """
    The private keys in a file with the certificates beside them, or the one key at a key URI.

    Raises:
        GmkitError: As :func:`private_key`; InvalidArgument for a key in a device.
    """
    from gmkit import keys
    from gmkit.errors import InvalidArgument
    from gmkit.sm2 import SM2PrivateKey

    if not _URI.match(where):
        data = params.read_bytes(Path(where), limit=MAX_FILE)
        with naming(where):
            return keys.load_contents(data, asked_for(password, where))
    key = private_key(where, password)
    if not isinstance(key, SM2PrivateKey):
        raise InvalidArgument("a key in a device cannot be written to a file")
    return keys.Pkcs12((keys.StoredKey(key),))


def asked_for(password: Password, what: str) -> bytes | Callable[[], bytes]:
    """A password for the library: read from its descriptor, or asked for when it is needed."""
    return password.read(what) if password.descriptor is not None else lambda: password.read(what)


def request(path: Path) -> CertificateRequest:
    """
    The PKCS#10 request in a file, PEM or DER; its signature is not looked at.

    Raises:
        GmkitError: If there is none.
    """
    from gmkit.x509 import CertificateRequest

    data = params.read_bytes(path, limit=MAX_FILE)
    with naming(path):
        if data[:1] == b"\x30":
            return CertificateRequest.from_der(data)
        return CertificateRequest.from_pem(data)


def public_key(path: Path) -> SM2PublicKey:
    """
    The public key in a file: SubjectPublicKeyInfo in PEM or DER, or that of a certificate.

    Raises:
        GmkitError: If there is none, or none of SM2.
    """
    data = params.read_bytes(path, limit=MAX_FILE)
    with naming(path):
        return _public_key_in(data)


def _public_key_in(data: bytes) -> SM2PublicKey:
    from gmkit import keys
    from gmkit.errors import InvalidKey
    from gmkit.sm2 import SM2PublicKey

    if b"CERTIFICATE-----" in data:
        key = certificates_in(data)[0].public_key()
        if not isinstance(key, SM2PublicKey):
            raise InvalidKey("the certificate has a key of another algorithm than SM2")
        return key
    return keys.load_der_public_key(data) if data[:1] == b"\x30" else keys.load_pem_public_key(data)


def certificates(paths: tuple[Path, ...]) -> list[Certificate]:
    """Every certificate in these files, in order."""
    found = []
    for path in paths:
        data = params.read_bytes(path, limit=MAX_FILE)
        with naming(path):
            found += certificates_in(data)
    return found


def certificates_in(data: bytes) -> list[Certificate]:
    """
    Every certificate in a PEM bundle, DER or PKCS#7.

    Raises:
        EncodingError: If there is none.
    """
    from gmkit import x509

    return list(x509.load_certificates(data))


def with_issuer(path: Path, issuer: Path | None) -> tuple[Certificate, Certificate]:
    """
    The first certificate of a file, and its issuer's: of another file, or the second one of the same.

    Raises:
        UsageError: If there is none.
    """
    found = certificates((path,))
    above = certificates((issuer,)) if issuer is not None else found[1:]
    if not above:
        raise click.UsageError(f"{path} has no second certificate: name the issuer's with --issuer")
    return found[0], above[0]


def revocation_lists(paths: tuple[Path, ...]) -> list[CertificateList]:
    """
    Every revocation list in these files, in PEM or DER.

    Raises:
        EncodingError: If a file has none.
    """
    from gmkit import x509
    from gmkit.errors import EncodingError

    found = []
    for path in paths:
        data = params.read_bytes(path, limit=params.MAX_INPUT)
        with naming(path):
            _, lists = x509.load_bundle(data)
        if not lists:
            raise EncodingError(f"there is no revocation list in {path}", what="revocation list")
        found += lists
    return found


def signing_chain(paths: tuple[Path, ...], key: SM2PublicKey) -> list[Certificate]:
    """
    The certificates in these files in the order in which they go with signatures of *key*: its own
    first, roots left out, because whoever verifies has chosen roots already.

    Raises:
        InvalidKey: If none of them is of *key*.
    """
    from gmkit.errors import InvalidKey

    found = certificates(paths)
    if not found:
        return []
    own = [each for each in found if each.public_key() == key]
    if not own:
        raise InvalidKey("none of the certificates is of the signing key")
    above = [each for each in found if each not in own and not each.is_self_issued]
    return own + above


def key_option(name: str = "--key", *, required: bool = True) -> Callable[[Command], Command]:
    """``--key``, which arrives as text for :func:`private_key`."""
    words = "Private key: a file (PEM or DER), or a key URI."
    return click.option(name, metavar="KEY", required=required, help=words)


def signer_options(command: Command) -> Command:
    """``--key``, its password, and ``--cert``: who signs a document."""
    command = click.option(
        "--cert", "certs", type=params.PATH, multiple=True, required=True,
        help="The signer's certificate; those above it may stand in the same file.",
    )(command)  # fmt: skip
    return key_option()(params.password_option()(command))


def public_key_option(command: Command) -> Command:
    """``--pubkey``, which arrives as a path for :func:`public_key`."""
    return click.option(
        "--pubkey",
        type=params.PATH,
        required=True,
        help="Public key, or a certificate to take it from: a file in PEM or DER.",
    )(command)
