"""Large files and files with much in them: memory a small multiple of the file, time in proportion."""

import os
import time
import tracemalloc

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from gmkit import pdf
from gmkit.pdf import Level
from gmkit.verdict import Outcome
from tests.documents.people import NOW, SECOND, SIGNER, trust
from tests.pdf.files import plain, revised, stamp

_SIZE = 24 << 20  # bytes


def with_ballast(size):
    def change(writer):
        page = writer.find_page_for_modification(0)[0].get_object()
        stream = generic.StreamObject(stream_data=os.urandom(size))
        page[pdf_name("/Ballast")] = writer.add_object(stream)
        writer.update_container(page)

    return revised(plain(), change)


def test_doc_03_a_large_file_takes_memory_in_proportion():
    data = with_ballast(_SIZE)
    tracemalloc.start()
    try:
        signed = pdf.sign(data, SIGNER, time=NOW)
        assert tracemalloc.get_traced_memory()[1] < 5 * _SIZE
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        assert pdf.verify(signed, trust=trust()).outcome is Outcome.VALID
        assert tracemalloc.get_traced_memory()[1] - before < _SIZE / 2
        longer = pdf.extend(signed, Level.B_LTA, trust=trust(), stamp=stamp())
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        assert pdf.verify(longer, trust=trust()).outcome is Outcome.VALID
        assert tracemalloc.get_traced_memory()[1] - before < 2 * _SIZE
    finally:
        tracemalloc.stop()


def test_many_pages_and_many_signatures():
    data = pdf.sign(plain(300), SIGNER, time=NOW)
    for _ in range(4):
        data = pdf.sign(data, SECOND, time=NOW)
    start = time.process_time()
    verdict = pdf.verify(data, trust=trust())
    assert verdict.outcome is Outcome.VALID
    assert len(verdict.signatures) == 5
    assert time.process_time() - start < 20


def test_more_than_can_be_compared_is_not_called_valid(monkeypatch):
    data = pdf.sign(pdf.sign(plain(20), SIGNER, time=NOW), SECOND, time=NOW)
    monkeypatch.setattr("gmkit.pdf.boundary.Reader.comparisons_left", 40)
    verdict = pdf.verify(data, trust=trust())
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons == ("changes-unclear",)


def test_a_file_of_too_many_revisions_is_refused(monkeypatch):
    data = pdf.sign(plain(), SIGNER, time=NOW)
    monkeypatch.setattr("gmkit.pdf.boundary.MAX_REVISIONS", 1)
    assert pdf.verify(data, trust=trust()).reasons == ("malformed",)
    monkeypatch.undo()
    monkeypatch.setattr("gmkit.pdf.boundary.MAX_OBJECTS", 3)
    assert pdf.verify(data, trust=trust()).reasons == ("malformed",)
