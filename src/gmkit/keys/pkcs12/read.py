"""Reading a PKCS#12 file: first the MAC over all of it, then what is inside."""

from __future__ import annotations

from gmkit import asn1
from gmkit.asn1 import Element, Tag
from gmkit.errors import EncodingError, UnsupportedAlgorithm
from gmkit.keys.files import load_der_private_key
from gmkit.keys.pkcs12 import mac, protection
from gmkit.keys.pkcs12.contents import Pkcs12, StoredCertificate, StoredKey

DATA, ENCRYPTED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
BAG = "1.2.840.113549.1.12.10.1."
KEY_BAG, SHROUDED_BAG, CERTIFICATE_BAG, NESTED_BAG = (BAG + n for n in "1236")
X509_CERTIFICATE = "1.2.840.113549.1.9.22.1"
FRIENDLY_NAME, LOCAL_KEY_ID = "1.2.840.113549.1.9.20", "1.2.840.113549.1.9.21"

_WHAT = "PKCS#12"
_MOST_PARTS = 16  # encrypted parts and keys, each with a key derivation of its own
_DEEPEST = 4  # of bags in bags


def load_pkcs12(data: bytes, password: bytes) -> Pkcs12:
    """
    The keys and certificates of a PKCS#12 file (PFX) in DER or BER.

    The MAC is verified before anything is decrypted. Lists and secrets beside keys and certificates are
    passed over.

    Args:
        data: The file.
        password: Text in UTF-8.

    Raises:
        EncodingError: It is no PKCS#12 file, has no MAC, or asks for too much work.
        WrongPassword: The MAC does not fit: another password, or a changed file.
        InvalidKey: A key in it is not of SM2.
        UnsupportedAlgorithm: It is protected in a way that is not read here.
        InvalidArgument: The password is no text.
    """
    pfx = asn1.decode_lenient(data, what=_WHAT).cursor(Tag.SEQUENCE)
    version = pfx.next(Tag.INTEGER)
    if version.integer() != 3:
        raise version.error(f"version {version.integer()} of PKCS#12, not 3")
    kind, content = _content_info(pfx.next(Tag.SEQUENCE))
    if kind != DATA:
        raise UnsupportedAlgorithm("a PKCS#12 file that is signed, not under a password", oid=kind)
    stored_mac = pfx.optional(Tag.SEQUENCE)
    pfx.finish()
    if stored_mac is None:
        raise EncodingError("a PKCS#12 file without a MAC: nothing says it is whole", what=_WHAT)
    authenticated = content.joined_octets()
    mac.verify(stored_mac, authenticated, password)
    return _Reader(password).safe(authenticated)


def _content_info(element: Element) -> tuple[str, Element]:
    members = element.cursor(Tag.SEQUENCE)
    kind = members.next(Tag.OBJECT_IDENTIFIER).oid()
    content = members.next(0xA0).inside()
    members.finish()
    return kind, content


class _Reader:
    """Gathers what the bags hold."""

    def __init__(self, password: bytes) -> None:
        self._password = password
        self._keys: list[StoredKey] = []
        self._certificates: list[StoredCertificate] = []
        self._parts = 0

    def safe(self, octets: bytes) -> Pkcs12:
        for part in asn1.decode_lenient(octets, what=_WHAT).cursor(Tag.SEQUENCE).rest():
            kind, content = _content_info(part)
            if kind == DATA:
                self._bags(content.joined_octets(), 0)
            elif kind == ENCRYPTED_DATA:
                self._bags(self._decrypted(content), 0)
            else:
                raise UnsupportedAlgorithm("a part of a PKCS#12 file for a public key", oid=kind)
        return Pkcs12(tuple(self._keys), tuple(self._certificates))

    def _decrypted(self, content: Element) -> bytes:
        members = content.cursor(Tag.SEQUENCE)
        members.next(Tag.INTEGER).integer()
        info = members.next(Tag.SEQUENCE).cursor()
        info.next(Tag.OBJECT_IDENTIFIER)
        algorithm, encrypted = info.next(Tag.SEQUENCE), info.next().joined_octets()
        self._count(content)
        return protection.decrypt(algorithm, encrypted, self._password)

    def _bags(self, octets: bytes, depth: int) -> None:
        for bag in asn1.decode_lenient(octets, what=_WHAT).cursor(Tag.SEQUENCE).rest():
            members = bag.cursor(Tag.SEQUENCE)
            kind = members.next(Tag.OBJECT_IDENTIFIER).oid()
            value = members.next(0xA0).inside()
            name, local_id = _attributes(members.optional(Tag.SET))
            members.finish()
            if kind == KEY_BAG:
                key = load_der_private_key(value.raw, None)
                self._keys.append(StoredKey(key, name, local_id))
            elif kind == SHROUDED_BAG:
                self._count(value)
                info = value.cursor(Tag.SEQUENCE)
                algorithm, data = info.next(Tag.SEQUENCE), info.next().joined_octets()
                key = protection.private_key(algorithm, data, self._password)
                self._keys.append(StoredKey(key, name, local_id))
            elif kind == CERTIFICATE_BAG:
                certificate = value.cursor(Tag.SEQUENCE)
                if certificate.next(Tag.OBJECT_IDENTIFIER).oid() == X509_CERTIFICATE:
                    der = certificate.next(0xA0).inside().joined_octets()
                    self._certificates.append(StoredCertificate(der, name, local_id))
            elif kind == NESTED_BAG:
                if depth == _DEEPEST:
                    raise bag.error("bags in bags, too deep")
                self._bags(value.raw, depth + 1)

    def _count(self, element: Element) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise element.error(f"more than {_MOST_PARTS} parts under the password")


def _attributes(stored: Element | None) -> tuple[str | None, bytes | None]:
    """Name and localKeyId of a bag; others are passed over."""
    name, local_id = None, None
    for attribute in () if stored is None else stored:
        members = attribute.cursor(Tag.SEQUENCE)
        kind = members.next(Tag.OBJECT_IDENTIFIER).oid()
        values = members.next(Tag.SET).children()
        if kind == FRIENDLY_NAME and values:
            name = values[0].text()
        elif kind == LOCAL_KEY_ID and values:
            local_id = values[0].joined_octets()
    return name, local_id
