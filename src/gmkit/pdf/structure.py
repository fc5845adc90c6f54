"""
The signatures of a file, as its structure has them: fields, dictionaries, revisions. No cryptography.

pyhanko finds the objects; what it says about a signature's place is checked against the octets themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, extract_contents
from pyhanko.sign.validation.status import SignatureCoverageLevel

from gmkit.errors import EncodingError, GmkitError, VerificationError
from gmkit.pdf.boundary import entry, open_reader, reading
from gmkit.pdf.byte_range import CoveredOctets, SignedRange, check_byte_range
from gmkit.pdf.contents import split_contents

__all__ = ["BrokenField", "Document", "SignatureField"]

_MAX_SIGNATURES = 100
_MAX_MARKS, _NEAR = 1_000, 4_096
_MARK = re.compile(rb"/ByteRange\b")
_END = re.compile(rb"\bendobj\b")


class _Structure(EmbeddedPdfSignature):
    """pyhanko's view of a signature without its reading of the CMS, which is gmkit's."""

    coverage: SignatureCoverageLevel | None  # type: ignore[assignment]

    def __init__(self, reader: PdfFileReader, sig_field: generic.PdfObject, name: str) -> None:
        self.reader = reader
        self.sig_field = sig_field.get_object()
        value = self.sig_field.raw_get("/V")
        if not isinstance(value, generic.IndirectObject):
            raise EncodingError("the signature is no object of its own", what="PDF")
        self.reference = value.reference
        self.sig_object = value.get_object()
        if not isinstance(self.sig_object, generic.DictionaryObject):
            raise EncodingError("the signature is no dictionary", what="PDF")
        self.fq_name = name
        self.signed_revision = reader.xrefs.get_last_change(self.reference)
        self.coverage = None
        self.diff_result = None
        self._fieldmdp = None
        self._fieldmdp_queried = False

    @property
    def docmdp_level(self) -> MDPPerm | None:
        """
        What may follow: of the signature itself, or of its field's lock (PDF 2.0).

        Raises:
            EncodingError: If it is none of the three permissions.
        """
        for reference in entry(self.sig_object, "/Reference") or ():
            limit = reference.get_object()
            if entry(limit, "/TransformMethod") == "/DocMDP":
                parameters = entry(limit, "/TransformParams") or generic.DictionaryObject()
                # Left out, it is 2 (ISO 32000-2, table 257).
                return _permission(entry(parameters, "/P"), default=MDPPerm.FILL_FORMS)
        lock = entry(self.sig_field, "/Lock") or generic.DictionaryObject()
        return _permission(entry(lock, "/P"), default=None)

    def read_value(self) -> None:
        """The two entries without which there is no signature."""
        self.byte_range = self.sig_object.raw_get("/ByteRange")
        self.pkcs7_content = extract_contents(self.sig_object)


def _permission(value: object, *, default: MDPPerm | None) -> MDPPerm | None:
    if value is None:
        return default
    try:
        return MDPPerm(value)
    except ValueError:
        raise EncodingError(f"{value} is no permission for later changes", what="PDF") from None


@dataclass(frozen=True)
class SignatureField:
    """
    A filled signature field.

    Attributes:
        name: The field's full name.
        pdf: pyhanko's view of it.
        signed: The octets it covers.
        contents: The octets of /Contents with their padding.
        message: The same without the padding.
        padding_is_zero: Whether the padding is nothing but zeros.
        sub_filter: /SubFilter without its slash, or "".
        is_timestamp: Whether it is a document timestamp.
        claimed_time: /M, or None.
        revision, revisions: Which revision it signs, counted from 1, and how many there are.
    """

    name: str
    pdf: _Structure = field(repr=False)
    signed: SignedRange
    contents: bytes = field(repr=False)
    message: bytes = field(repr=False)
    padding_is_zero: bool
    sub_filter: str
    is_timestamp: bool
    claimed_time: datetime | None
    revision: int
    revisions: int

    def text(self, key: str) -> str:
        """A text entry of the signature dictionary, or ""."""
        value = entry(self.pdf.sig_object, key)
        return str(value) if isinstance(value, generic.TextStringObject) else ""


@dataclass(frozen=True)
class BrokenField:
    """
    A filled signature field that is no signature.

    Attributes:
        name: The field's full name.
        why: What is wrong.
    """

    name: str
    why: GmkitError


class Document:
    """
    A file opened for its signatures.

    Attributes:
        data: The file.
        reader: pyhanko's reader of it.
        fields: Its filled signature fields, those over more octets last.
        empty: Names of signature fields that nobody has filled.
        unreferenced: Positions of signature dictionaries that no field leads to.
        has_clean_end: Whether nothing follows the last revision.
    """

    def __init__(self, data: bytes, *, password: bytes | None = None) -> None:
        """
        Args:
            data: The file.
            password: For an encrypted file.

        Raises:
            EncodingError, WrongPassword, UnsupportedAlgorithm: As :func:`gmkit.pdf.boundary.open_reader`.
        """
        self.data = data
        self.reader = open_reader(data, password=password)
        self.fields: list[SignatureField | BrokenField] = []
        self.empty: list[str] = []
        self._known: list[tuple[int, int]] = []
        with reading("signature fields"):
            for name, value, reference in enumerate_sig_fields(self.reader):
                if len(self.fields) + len(self.empty) >= _MAX_SIGNATURES:
                    raise EncodingError(f"more than {_MAX_SIGNATURES} signature fields", what="PDF")
                # A null is no value; a dictionary without entries is one, and a broken one.
                if value is None or isinstance(value, generic.NullObject):
                    self.empty.append(str(name))
                else:
                    self.fields.append(self._read(str(name), reference))
        with reading("cross-references"):
            self.has_clean_end = not data[self._end() :].strip(b"\x00\t\n\f\r ")
        self.fields.sort(key=lambda one: one.signed.end if isinstance(one, SignatureField) else 0)
        self.unreferenced = [
            found.start()
            for found in islice(_MARK.finditer(data), _MAX_MARKS)
            if self._is_foreign(found.start())
        ]

    def signatures(self) -> Iterator[SignatureField]:
        """The fields that hold a signature in its proper place."""
        return (one for one in self.fields if isinstance(one, SignatureField))

    def covered(self, signature: SignatureField) -> CoveredOctets:
        """What a signature covers."""
        return CoveredOctets(self.data, signature.signed)

    def _is_foreign(self, place: int) -> bool:
        """Whether a /ByteRange is of no signature that was read, and of no authentication code either."""
        if any(start <= place < end for start, end in self._known):
            return False
        # ISO/TS 32004: the code over an encrypted file, in the trailer.
        begin = self.data.rfind(b"<<", max(0, place - _NEAR), place)
        around = self.data[begin if begin >= 0 else place : place + _NEAR].partition(b">>")[0]
        return b"/MACLocation" not in around

    def _end(self) -> int:
        """Position after the last revision."""
        xrefs = self.reader.xrefs
        after = xrefs.get_xref_container_info(self.reader.total_revisions - 1).end_location
        found = self.data.find(b"%%EOF", after)
        return len(self.data) if found < 0 else found + len(b"%%EOF")

    def _read(self, name: str, reference: generic.PdfObject) -> SignatureField | BrokenField:
        try:
            with reading(f"signature field {name}"):
                return self._signature(name, _Structure(self.reader, reference, name))
        except GmkitError as why:
            return BrokenField(name, why)

    def _signature(self, name: str, pdf: _Structure) -> SignatureField:
        place = self.reader.xrefs[pdf.reference]
        if not isinstance(place, int):
            raise VerificationError(
                "the signature stands in a compressed object, where no range can leave it out",
                reason="byte-range",
            )
        span = (place, self._object_end(place, place))
        self._known.append(span)
        for key in ("/ByteRange", "/Contents"):
            if key not in pdf.sig_object:
                raise VerificationError(f"the signature has no {key}", reason="no-signature-value")
        pdf.read_value()
        contents = pdf.pkcs7_content
        if not contents.strip(b"\x00"):
            raise VerificationError("/Contents is empty", reason="no-signature-value")
        numbers = pdf.byte_range.get_object()
        if not isinstance(numbers, generic.ArrayObject):
            raise VerificationError("/ByteRange is no array", reason="byte-range")
        signed = check_byte_range(self.data, [one.get_object() for one in numbers], contents)
        span = (place, self._object_end(place, signed.resume))
        self._known[-1] = span
        self._check_alone(signed, span)
        message, padding_is_zero = split_contents(contents)
        kind, sub_filter = _name(pdf.sig_object, "/Type"), _name(pdf.sig_object, "/SubFilter")
        return SignatureField(
            name=name,
            pdf=pdf,
            signed=signed,
            contents=contents,
            message=message,
            padding_is_zero=padding_is_zero,
            sub_filter=sub_filter,
            is_timestamp=kind == "DocTimeStamp" or sub_filter == "ETSI.RFC3161",
            claimed_time=_time(entry(pdf.sig_object, "/M")),
            revision=pdf.signed_revision + 1,
            revisions=self.reader.total_revisions,
        )

    def _object_end(self, start: int, after: int) -> int:
        found = _END.search(self.data, max(start, after))
        return len(self.data) if found is None else found.end()

    def _check_alone(self, signed: SignedRange, span: tuple[int, int]) -> None:
        """The hole lies in this object, which has one value and one range to be read."""
        start, end = span
        if not start < signed.hole < signed.resume < end:
            raise VerificationError(
                "the ranges leave out a string that is not this signature's", reason="contents-hole"
            )
        around = self.data[start : signed.hole] + self.data[signed.resume : end]
        for key in (b"/Contents", b"/ByteRange"):
            times = len(re.findall(key + rb"\b", around))
            if times != 1:
                raise VerificationError(
                    f"{key.decode('ascii')} stands {times} times in the signature",
                    reason="duplicate-key",
                )


def _name(dictionary: generic.DictionaryObject, key: str) -> str:
    """A name without its slash, or ""."""
    value = entry(dictionary, key)
    return value[1:] if isinstance(value, generic.NameObject) else ""


def _time(value: object) -> datetime | None:
    if not isinstance(value, generic.TextStringObject):
        return None
    try:
        time = generic.parse_pdf_date(str(value), strict=False)
    except (ValueError, TypeError, OverflowError):
        return None  # nothing rests on it
    return time if time.tzinfo is not None else None
