"""PDF files for tests: made here, with as many pages and fields as a test wants."""

from __future__ import annotations

from datetime import datetime, timezone
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from gmkit.documents import local_stamp
from gmkit.pdf import Stamp
from tests.documents.people import NOW, TSA

__all__ = ["plain", "revised", "stamp", "with_text_field"]


def plain(pages: int = 1, *, signature_field: str | None = None, compressed: bool = False) -> bytes:
    """A small file with a line of text on each page."""
    writer = PdfFileWriter(stream_xrefs=compressed)
    for number in range(pages):
        font = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type1"),
                pdf_name("/BaseFont"): pdf_name("/Helvetica"),
            }
        )
        text = f"BT /F1 24 Tf 72 700 Td (Contract, page {number + 1}) Tj ET".encode()
        resources = generic.DictionaryObject(
            {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F1"): font})}
        )
        content = writer.add_object(generic.StreamObject(stream_data=text))
        page = PageObject(contents=content, media_box=(0, 0, 595, 842), resources=resources)
        writer.insert_page(page)
    if signature_field is not None:
        append_signature_field(writer, SigFieldSpec(signature_field, box=(300, 100, 500, 200)))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_text_field(data: bytes, name: str = "amount", value: str = "100") -> bytes:
    """The same with a text field on its first page."""

    def add(writer: IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        field = generic.DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.pdf_string(name),
                pdf_name("/V"): generic.pdf_string(value),
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/F"): generic.NumberObject(4),
                pdf_name("/DA"): generic.pdf_string("/F1 12 Tf 0 g"),
                pdf_name("/Rect"): generic.ArrayObject(
                    map(generic.NumberObject, (72, 600, 200, 620))
                ),
            }
        )
        reference = writer.add_object(field)
        listed = page.get("/Annots", generic.ArrayObject())
        page[pdf_name("/Annots")] = generic.ArrayObject([*listed, reference])
        form = writer.root.get("/AcroForm", generic.DictionaryObject())
        form[pdf_name("/Fields")] = generic.ArrayObject([*form.get("/Fields", ()), reference])
        writer.root[pdf_name("/AcroForm")] = form
        writer.update_container(page)
        writer.update_root()

    return revised(data, add)


def revised(data: bytes, change) -> bytes:
    """One more revision, in which *change* has done something to the writer."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def stamp(at: datetime = NOW, authority=TSA) -> Stamp:
    """A timestamping authority whose clock stands still."""
    return local_stamp(authority, clock=lambda: at.astimezone(timezone.utc))
