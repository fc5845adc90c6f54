"""The document security store, /DSS: certificates, lists and responses kept with a file (ISO 32000-2, 12.8.4.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.rw_common import PdfHandler

from gmkit.errors import EncodingError, GmkitError
from gmkit.pdf.boundary import entry, reading
from gmkit.x509 import Certificate, CertificateList
from gmkit.x509.ocsp import OcspResponse

__all__ = ["SecurityStore", "add_to_store", "read_store"]

_T = TypeVar("_T")
_KINDS = {
    "/Certs": DecodePurpose.CERTIFICATE,
    "/CRLs": DecodePurpose.CRL,
    "/OCSPs": DecodePurpose.OCSP_RESPONSE,
}
_MAX_ENTRIES = 1_000


@dataclass(frozen=True)
class SecurityStore:
    """
    What a file carries for its own verification; trusted for nothing.

    Attributes:
        certificates, crls, ocsp: As stored.
        unreadable: What could not be read, in words.
    """

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CertificateList, ...] = ()
    ocsp: tuple[OcspResponse, ...] = ()
    unreadable: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.certificates or self.crls or self.ocsp)


def read_store(handler: PdfHandler) -> SecurityStore:
    """
    The store of a file; empty if it has none. Entries that cannot be read are left out and named.

    The stored octets are kept: a certificate that is not DER must not be encoded again.
    """
    faults: list[str] = []
    try:
        with reading("security store"):
            store = _store(handler)
            found = {key: list(_streams(store, key)) for key in _KINDS}
    except EncodingError as why:
        return SecurityStore(unreadable=(why.message,))
    return SecurityStore(
        tuple(_parsed("/Certs", found["/Certs"], Certificate, faults)),
        tuple(_parsed("/CRLs", found["/CRLs"], CertificateList, faults)),
        tuple(_parsed("/OCSPs", found["/OCSPs"], OcspResponse, faults)),
        tuple(faults),
    )


def add_to_store(
    writer: IncrementalPdfFileWriter,
    *,
    certificates: Iterable[Certificate] = (),
    crls: Iterable[CertificateList] = (),
    ocsp: Iterable[OcspResponse] = (),
) -> bool:
    """
    Put what is not there yet into the store of a file that is being extended.

    Returns:
        Whether anything was added.
    """
    store = _store(writer)
    is_new = "/DSS" not in writer.root
    added = False
    wanted: dict[str, Iterable[Certificate | CertificateList | OcspResponse]]
    wanted = {"/Certs": certificates, "/CRLs": crls, "/OCSPs": ocsp}
    for key, several in wanted.items():
        there = set(_streams(store, key))
        listed = generic.ArrayObject(_listed(store, key))
        for octets in dict.fromkeys(one.der for one in several):
            if octets not in there:
                stream = generic.StreamObject(stream_data=octets)
                stream.compress()
                listed.append(writer.add_object(stream))
                added = True
        if listed:
            store[generic.pdf_name(key)] = listed
    if not added:
        return False
    if is_new:
        store[generic.pdf_name("/Type")] = generic.pdf_name("/DSS")
        writer.root[generic.pdf_name("/DSS")] = writer.add_object(store)
        writer.update_root()
    else:
        writer.update_container(store)
    return True


def _store(handler: PdfHandler) -> generic.DictionaryObject:
    store = entry(handler.root, "/DSS")
    if store is None:
        return generic.DictionaryObject()
    if not isinstance(store, generic.DictionaryObject):
        raise EncodingError("/DSS is no dictionary", what="PDF")
    return store


def _listed(store: generic.DictionaryObject, key: str) -> generic.ArrayObject:
    listed = entry(store, key)
    if listed is None:
        return generic.ArrayObject()
    if not isinstance(listed, generic.ArrayObject) or len(listed) > _MAX_ENTRIES:
        raise EncodingError(f"{key} is no list of at most {_MAX_ENTRIES} entries", what="PDF")
    return listed


def _streams(store: generic.DictionaryObject, key: str) -> Iterator[bytes]:
    for one in _listed(store, key):
        yield one.get_object().read_data(_KINDS[key])


def _parsed(
    key: str, stored: Iterable[bytes], read: Callable[[bytes], _T], faults: list[str]
) -> Iterator[_T]:
    for number, octets in enumerate(stored, 1):
        try:
            yield read(octets)
        except GmkitError as why:
            faults.append(f"{key[1:]} {number}: {why.message}")
