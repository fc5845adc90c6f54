"""Signing a PDF: the structure through pyhanko, the message by :mod:`gmkit.cms` (ISO 32000-2, 12.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, TypeAlias, cast

from pyhanko.pdf_utils.form_tools import annot_width_height, get_single_field_annot
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    enumerate_sig_fields,
)
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PdfSignedData, SignatureObject
from pyhanko.sign.validation.pdf_embedded import read_certification_data

from gmkit import cms, sm3
from gmkit.cms import Family, MessageSigner
from gmkit.errors import EncodingError, InvalidArgument, UnsupportedAlgorithm, WrongPassword
from gmkit.pdf.appearance import put_appearance
from gmkit.pdf.boundary import Reader, entry, open_reader, reading
from gmkit.pdf.byte_range import CoveredOctets, SignedRange
from gmkit.pdf.options import Lock, Permission, VisibleSeal

__all__ = ["Stamp", "sign", "stamp_document"]

Stamp: TypeAlias = Callable[[bytes], bytes]
"""From octets to a timestamp token over them."""

_SLACK = 2_048  # octets of /Contents beyond what the parts add up to
_FOR_A_STAMP = 12_288
_Message: TypeAlias = Callable[[CoveredOctets], bytes]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is the same however long the message turns out."""

    field: str
    spec: SigFieldSpec | None
    placeholder: Callable[[int], PdfSignedData]
    message: _Message
    mdp: SigMDPSetup | None = None
    seal: VisibleSeal | None = None


def sign(
    data: bytes,
    signer: MessageSigner,
    *,
    time: datetime,
    stamp: Stamp | None = None,
    family: Family = Family.RFC,
    attributes: bool = True,
    field: str | None = None,
    seal: VisibleSeal | None = None,
    certify: Permission | None = None,
    lock: Lock | None = None,
    reason: str = "",
    location: str = "",
    contact: str = "",
) -> bytes:
    """
    Sign a PDF; what is there stays as it is, the signature follows in a revision of its own.

    The levels B-LT and B-LTA are reached from here by :func:`gmkit.pdf.extend`.

    Args:
        data: The file, signed or not.
        signer: Who signs, with a key in memory or in a device, and the chain to send along.
        time: The claimed time, with a time zone; fractions of a second are dropped.
        stamp: Makes a timestamp over the signature value (level B-T); None: none (B-B).
        family: ``RFC``: PAdES (ETSI EN 319 142-1). ``GM``: a message of GM/T 0010 under
            ``adbe.pkcs7.detached``, as Chinese software writes it.
        attributes: Sign attributes. Without them, which PAdES does not allow, the covered octets themselves
            are signed, as some receivers of GM/T 0010 want it.
        field: Name of the field: an empty one that is there, or a new one. None: the only empty one, or a
            new one with a free name.
        seal: Show the signature on a page; None: invisible. An existing field keeps its place, and needs
            the page's number only.
        certify: Make it the certification signature, which must be the first.
        lock: Fields that may not change afterwards.
        reason: Why, for people.
        location: Where, for people.
        contact: How to reach the signer, for people.

    Returns:
        The signed file.

    Raises:
        InvalidArgument: If the options do not fit the file.
        EncodingError: If the file is no PDF that can be extended.
        UnsupportedAlgorithm: If it is encrypted.
    """
    reader = _extensible(data)
    with reading("signature fields"):
        name, spec = _field(reader, field, seal)
        _check_certification(reader, certify)
        _check_lock(reader, name)
    moment = time.replace(microsecond=0)
    if moment.tzinfo is None:
        raise InvalidArgument("the time has no time zone")
    if not attributes and family is not Family.GM:
        raise InvalidArgument("PAdES signs attributes", hint="family=GM for a message without them")
    maker = replace(signer, stamp=stamp or signer.stamp)
    is_gm = family is Family.GM
    sub_filter = SigSeedSubFilter.ADOBE_PKCS7_DETACHED if is_gm else SigSeedSubFilter.PADES

    def message(content: CoveredOctets) -> bytes:
        if not attributes:
            made = BytesIO()
            source = cast("BinaryIO", content)
            cms.sign_file(source, made, [maker], family=family, detached=True, attributes=False)
            return made.getvalue()
        # PAdES has the time in /M only (ETSI EN 319 142-1, 6.3).
        claimed = moment if is_gm else None
        digest = sm3.file_digest(cast("BinaryIO", content))
        return cms.sign_digest(digest, [maker], family=family, signing_time=claimed)

    def placeholder(octets: int) -> PdfSignedData:
        return SignatureObject(
            timestamp=moment,
            subfilter=sub_filter,
            reason=reason or None,
            location=location or None,
            contact_info=contact or None,
            bytes_reserved=2 * octets,
        )

    plan = _Plan(name, spec, placeholder, message, _mdp(certify, lock), seal)
    chain = sum(len(one.der) for one in (signer.certificate, *signer.chain))
    return _written(data, plan, chain + _SLACK + (_FOR_A_STAMP if maker.stamp else 0))


def stamp_document(data: bytes, stamp: Stamp) -> bytes:
    """
    Put a document timestamp over a file (ISO 32000-2, 12.8.5).

    Raises:
        EncodingError, UnsupportedAlgorithm: As :func:`sign`.
    """
    reader = _extensible(data)
    with reading("signature fields"):
        name = _free_name(reader, "Timestamp")

    def message(content: CoveredOctets) -> bytes:
        return stamp(content.read())

    def placeholder(octets: int) -> PdfSignedData:
        return DocumentTimestamp(bytes_reserved=2 * octets)

    return _written(data, _Plan(name, SigFieldSpec(name), placeholder, message), _FOR_A_STAMP)


def extending_writer(data: bytes) -> IncrementalPdfFileWriter:
    """
    A writer for one more revision of a file.

    Raises:
        EncodingError, UnsupportedAlgorithm: As :func:`sign`.
    """
    reader = _extensible(data)
    with reading("trailer"):
        return IncrementalPdfFileWriter.from_reader(reader)


def _extensible(data: bytes) -> Reader:
    encrypted = UnsupportedAlgorithm(
        "encrypted files are not signed here",
        hint="decrypt it first, for instance by qpdf --decrypt",
    )
    try:
        reader = open_reader(data)
    except WrongPassword:
        raise encrypted from None
    if reader.encrypted:
        raise encrypted
    if not reader.strict:
        raise EncodingError(
            "its structure deviates from ISO 32000, so that readers may differ about it",
            what="PDF",
            hint="have it rewritten first, for instance by qpdf IN OUT",
        )
    return reader


def _written(data: bytes, plan: _Plan, octets: int) -> bytes:
    """Write with room for a message of so many octets; once more if it turns out longer."""
    for _ in range(2):
        output, covered, start = _prepared(data, plan, octets)
        message = plan.message(covered)
        if len(message) <= octets:
            with output.getbuffer() as view:
                text = message.hex().upper().encode("ascii")
                view[start + 1 : start + 1 + len(text)] = text
            return output.getvalue()
        octets = len(message) + _SLACK
    raise InvalidArgument("the message has another length every time it is made")


def _prepared(data: bytes, plan: _Plan, octets: int) -> tuple[BytesIO, CoveredOctets, int]:
    """The file with an empty signature, what that covers, and where its value goes."""
    writer = extending_writer(data)
    with reading("preparing the signature"):
        embedding = PdfCMSEmbedder(new_field_spec=plan.spec).write_cms(
            plan.field, writer, existing_fields_only=plan.spec is None
        )
        field = next(embedding)
        if plan.seal is not None:
            widget = get_single_field_annot(field.get_object())
            across, down = map(float, annot_width_height(widget))
            put_appearance(writer, widget, replace(plan.seal, width=across, height=down))
            writer.update_container(widget)
        placeholder = plan.placeholder(octets)
        if placeholder[pdf_name("/SubFilter")] != pdf_name("/adbe.pkcs7.detached"):
            writer.ensure_output_version((1, 7))
            if writer.output_version < (2, 0):
                writer.register_extension(ESIC_EXTENSION_1)
        embedding.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=plan.mdp))
        prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256", output=BytesIO()))
        start, end = prepared.reserved_region_start, prepared.reserved_region_end
    whole = output.getvalue()
    return output, CoveredOctets(whole, SignedRange(start, end, len(whole))), start


def _field(
    reader: PdfFileReader, name: str | None, seal: VisibleSeal | None
) -> tuple[str, SigFieldSpec | None]:
    """The field to fill: its name, and how to make it unless it is there."""
    fields = {str(found): value for found, value, _ in enumerate_sig_fields(reader)}
    empty = [found for found, value in fields.items() if value is None]
    if name is None and len(empty) == 1 and seal is None:
        return empty[0], None
    if name is not None and name in fields:
        if name not in empty:
            raise InvalidArgument(f"the field {name} is signed already")
        return name, None
    if name is not None and ("." in name or not name):
        raise InvalidArgument("a new field's name is not empty and has no dot")
    chosen = name or _free_name(reader, "Signature")
    if seal is None:
        return chosen, SigFieldSpec(chosen)
    pages = int(reader.root["/Pages"]["/Count"])
    if not -pages <= seal.page <= pages:
        raise InvalidArgument(f"the file has {pages} pages, there is no page {seal.page}")
    box = (seal.x, seal.y, seal.x + seal.width, seal.y + seal.height)
    number = seal.page - 1 if seal.page > 0 else seal.page
    return chosen, SigFieldSpec(chosen, on_page=number, box=box)  # type: ignore[arg-type]


def _free_name(reader: PdfFileReader, stem: str) -> str:
    taken = {str(name) for name, _, _ in enumerate_sig_fields(reader)}
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def _check_certification(reader: PdfFileReader, certify: Permission | None) -> None:
    signed = [name for name, value, _ in enumerate_sig_fields(reader) if value is not None]
    if certify is not None and signed:
        raise InvalidArgument("a certification signature must be the first signature")
    standing = read_certification_data(reader)
    if standing is not None and standing.permission is MDPPerm.NO_CHANGES:
        raise InvalidArgument("the file is certified with DocMDP 1: no signature may follow")


def _check_lock(reader: PdfFileReader, name: str) -> None:
    """No earlier signature locks the field."""
    for _, value, _ in enumerate_sig_fields(reader, filled_status=True):
        for reference in entry(value.get_object(), "/Reference") or ():
            limit = reference.get_object()
            if entry(limit, "/TransformMethod") == "/FieldMDP":
                spec = FieldMDPSpec.from_pdf_object(limit["/TransformParams"])
                if spec.is_locked(name):
                    raise InvalidArgument(
                        f"an earlier signature locks the field {name}",
                        hint="choose the name of a field that is not locked",
                    )


def _mdp(certify: Permission | None, lock: Lock | None) -> SigMDPSetup | None:
    if certify is None and lock is None:
        return None
    spec = None
    if lock is not None:
        action = FieldMDPAction.EXCLUDE if lock.invert else FieldMDPAction.INCLUDE
        if lock.fields is None:
            spec = FieldMDPSpec(FieldMDPAction.ALL)
        else:
            spec = FieldMDPSpec(action, list(lock.fields))
    return SigMDPSetup(
        md_algorithm="sha256",
        certify=certify is not None,
        field_lock=spec,
        docmdp_perms=None if certify is None else MDPPerm(certify.value),
    )
