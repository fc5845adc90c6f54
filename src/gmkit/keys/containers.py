"""Files that hold private keys, whichever of the containers they are: the structure says it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from enum import Enum

from gmkit import asn1
from gmkit._native import x509 as _pem
from gmkit.asn1 import Tag
from gmkit.errors import EncodingError, WrongPassword
from gmkit.keys.cfca import load_cfca
from gmkit.keys.files import load_der_private_key, load_pem_private_key
from gmkit.keys.pkcs12 import Pkcs12, StoredCertificate, StoredKey, load_pkcs12
from gmkit.sm2 import SM2PrivateKey

__all__ = ["Container", "Password", "container_of", "load_contents"]

Password = bytes | Callable[[], bytes] | None

_CFCA_LABEL = b"-----BEGIN CFCA KEY-----"
_CFCA_DATA = "1.2.156.10197.6.1.4.2.1"


class Container(Enum):
    """What a file with a private key is."""

    KEY = "key"
    """PKCS#8 or SEC 1, in PEM or DER."""
    PKCS12 = "pkcs12"
    """PKCS#12."""
    CFCA = "cfca"
    """A ``.sm2`` file of CFCA, in DER, base64 or PEM."""


def container_of(data: bytes) -> Container:
    """
    Which container *data* looks like from its first elements; nothing is checked.

    Args:
        data: The file. What is none of the others is taken for a key: its reader says what is wrong with it.
    """
    if data[:1] == b"\x30":
        return _container_of_der(data)
    if _CFCA_LABEL in data or (b"-----" not in data and _bare(data) is not None):
        return Container.CFCA
    return Container.KEY


def load_contents(data: bytes, password: Password) -> Pkcs12:
    """
    The private keys in a file, and the certificates beside them if its form has any.

    Args:
        data: PKCS#8 or SEC 1 in PEM or DER; PKCS#12; or a ``.sm2`` file of CFCA.
        password: The password, or what asks for it: called only if the file turns out to need one. None for
            a file without.

    Raises:
        EncodingError, InvalidKey, WrongPassword, UnsupportedAlgorithm, InvalidArgument:
            As :func:`gmkit.keys.load_pem_private_key`, :func:`gmkit.keys.load_pkcs12` and
            :func:`gmkit.keys.load_cfca`.
    """
    container = container_of(data)
    if container is Container.KEY:
        return Pkcs12((StoredKey(_key(data, password)),))
    secret = password() if callable(password) else password
    if secret is None:
        raise WrongPassword(f"a {_SPOKEN[container]} file is under a password, and none was given")
    if container is Container.PKCS12:
        return load_pkcs12(data, secret)
    opened = load_cfca(_cfca_der(data), secret)
    return Pkcs12((StoredKey(opened.key),), (StoredCertificate(opened.certificate),))


_SPOKEN = {Container.PKCS12: "PKCS#12", Container.CFCA: "CFCA key"}


def _key(data: bytes, password: Password) -> SM2PrivateKey:
    read = load_der_private_key if data[:1] == b"\x30" else load_pem_private_key
    if not callable(password):
        return read(data, password)
    try:
        return read(data, None)
    except WrongPassword:
        return read(data, password())


def _container_of_der(data: bytes) -> Container:
    try:
        members = asn1.decode_lenient(data, what="key file").children()
        if not members or members[0].tag != Tag.INTEGER:
            return Container.KEY
        if members[0].integer() == 3 and members[1].tag == Tag.SEQUENCE:
            return Container.PKCS12
        first = members[1].children()[0] if members[1].tag == Tag.SEQUENCE else None
        if first is not None and first.tag == Tag.OBJECT_IDENTIFIER and first.oid() == _CFCA_DATA:
            return Container.CFCA
    except (EncodingError, IndexError):
        pass  # its own reader says what is wrong with it
    return Container.KEY


def _bare(data: bytes) -> bytes | None:
    """The ``.sm2`` file that base64 without lines around it holds; None if it is something else."""
    try:
        der = base64.b64decode(b"".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return der if der and _container_of_der(der) is Container.CFCA else None


def _cfca_der(data: bytes) -> bytes:
    if data[:1] == b"\x30":
        return data
    if _CFCA_LABEL in data:
        return next(content for label, content in _pem.pem_blocks(data) if label == "CFCA KEY")
    der = _bare(data)
    assert der is not None
    return der
