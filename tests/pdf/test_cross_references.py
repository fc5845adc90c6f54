"""Attacks through the cross-references of signed PDF files."""

import re
import time
import tracemalloc
import zlib

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from gmkit import pdf
from gmkit.pdf.structure import Document
from gmkit.verdict import Outcome
from tests.documents.people import NOW, SIGNER
from tests.pdf.files import plain, revised
from tests.pdf.victims import SIGNED, judge, page, put, refused

# Cross-references.


def test_cross_references_that_loop():
    at = [*re.finditer(rb"startxref\s+(\d+)", SIGNED)][-1][1]
    looped = re.sub(rb"/Prev \d+", b"/Prev " + at, SIGNED)
    assert judge(looped).outcome is not Outcome.VALID


def test_a_hybrid_file_with_an_update_is_not_told():
    """Two tables of cross-references, of which readers take the one or the other."""
    trailer = [*re.finditer(rb"trailer\s*<<", SIGNED)][-1]
    changed = SIGNED[: trailer.end()] + b"/XRefStm 20 " + SIGNED[trailer.end() :]
    assert judge(changed).outcome is not Outcome.VALID


def test_hostile_streams_are_bounded():
    bomb = zlib.compress(zlib.compress(bytes(100 << 20), 9), 9)

    def change(writer):
        stream = generic.StreamObject(encoded_data=bomb)
        filters = generic.ArrayObject([pdf_name("/FlateDecode")] * 2)
        stream[pdf_name("/Filter")] = filters
        store = generic.DictionaryObject(
            {pdf_name("/CRLs"): generic.ArrayObject([writer.add_object(stream)])}
        )
        writer.root[pdf_name("/DSS")] = store
        writer.update_root()

    bombed = revised(SIGNED, change)
    assert len(bombed) < 20_000
    tracemalloc.start()
    start = time.process_time()
    verdict = judge(bombed)
    assert time.process_time() - start < 5
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()
    assert "security-store" in {one.code for one in verdict.findings}


# Cross-references written by hand: what no library writes.


def appended(data, body=b"", entries=(), trailer=b""):
    """A revision made octet by octet; entries are (number, generation, offset in the body or None: free)."""
    data = data.rstrip() + b"\n"
    start = len(data) + len(body)
    previous = int([*re.finditer(rb"startxref\s+(\d+)", data)][-1][1])
    table = b"xref\n" if entries else b"xref\n0 0\n"
    for number, generation, place in entries:
        entry = b"%010d %05d n \n" % (place, generation) if place is not None else b""
        table += b"%d 1\n" % number + (entry or b"%010d %05d f \n" % (0, generation + 1))
    size = max(int(one) for one in re.findall(rb"/Size (\d+)", data))
    root = re.search(rb"/Root (\d+) 0 R", data)[1]
    if b"/Root" not in trailer:
        trailer += b"/Root %s 0 R" % root
    end = b"trailer\n<< /Size %d /Prev %d %s >>\nstartxref\n%d\n%%%%EOF\n"
    return data + body + table + end % (size, previous, trailer, start)


def content_of_first_page(data):
    document = Document(data)
    kids = document.reader.root["/Pages"]["/Kids"]
    return kids.raw_get(0).get_object().raw_get("/Contents").reference.idnum


def test_the_hand_made_revision_itself_is_harmless():
    assert judge(appended(SIGNED)).outcome is Outcome.VALID


def test_an_object_set_free():
    number = content_of_first_page(SIGNED)
    refused(appended(SIGNED, entries=[(number, 0, None)]), "changed-after-signing")


def test_an_object_led_to_other_signed_octets():
    """The update writes nothing: it points into a stream that was signed."""
    number = content_of_first_page(plain(2))
    hidden = b"%d 0 obj\n<< /Length 2 >>\nstream\nhi\nendstream\nendobj\n" % number

    def hide(writer):
        put(
            writer,
            page(writer),
            "/Hidden",
            writer.add_object(generic.StreamObject(stream_data=hidden)),
        )

    signed = pdf.sign(revised(plain(2), hide), SIGNER, time=NOW)
    assert judge(signed).outcome is Outcome.VALID
    place = signed.index(hidden)
    changed = appended(signed, entries=[(number, 0, place)])
    content = Document(changed).reader.root["/Pages"]["/Kids"].raw_get(0).get_object()["/Contents"]
    assert content.data == b"hi"
    refused(changed, "changed-after-signing")


def test_a_second_catalogue_that_waited():
    def prepare(writer):
        pages = generic.DictionaryObject(writer.root["/Pages"])
        pages[pdf_name("/Kids")] = generic.ArrayObject([*writer.root["/Pages"]["/Kids"]][1:])
        pages[pdf_name("/Count")] = generic.NumberObject(1)
        second = generic.DictionaryObject(writer.root)
        second[pdf_name("/Pages")] = writer.add_object(pages)
        put(writer, page(writer), "/Other", writer.add_object(second))

    signed = pdf.sign(revised(plain(2), prepare), SIGNER, time=NOW)
    first = Document(signed).reader
    other = first.root["/Pages"]["/Kids"].raw_get(0).get_object().raw_get("/Other").reference.idnum
    changed = appended(signed, trailer=b"/Root %d 0 R" % other)
    assert judge(changed).outcome is not Outcome.VALID


def test_a_key_with_two_values_in_an_update():
    """Readers differ about which of them counts: the file must not be read leniently here."""
    number = int(re.search(rb"/Root (\d+) 0 R", SIGNED)[1])
    start = len(SIGNED.rstrip()) + 1
    document = Document(SIGNED)
    pages = document.reader.root.raw_get("/Pages").reference.idnum
    form = re.search(
        rb"/AcroForm (\d+ 0 R|<<.*?>>)", SIGNED[SIGNED.rindex(b"\n%d 0 obj" % number) :], re.DOTALL
    )
    body = b"%d 0 obj\n<< /Type /Catalog /Pages %d 0 R /Pages 9 0 R %s >>\nendobj\n" % (
        number, pages, form[0],
    )  # fmt: skip
    changed = appended(SIGNED, body, [(number, 0, start)])
    assert judge(changed).outcome is not Outcome.VALID
