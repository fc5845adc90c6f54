"""Signed PDF files to attack, and how a refusal is asked for."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from gmkit import pdf
from gmkit.pdf import Permission
from gmkit.verdict import Outcome
from tests.documents.people import NOW, SIGNER, trust
from tests.pdf.files import plain, with_text_field

SIGNED = pdf.sign(with_text_field(plain(2)), SIGNER, time=NOW)


CERTIFIED = {
    one: pdf.sign(with_text_field(plain(2)), SIGNER, time=NOW, certify=one) for one in Permission
}


def judge(data):
    return pdf.verify(data, trust=trust())


def refused(data, *reasons):
    """The file is invalid, and the first reasons are these."""
    verdict = judge(data)
    assert verdict.outcome is Outcome.INVALID, verdict.reasons
    assert verdict.reasons[: len(reasons)] == reasons
    return verdict


# Incremental saving: something appended.


def put(writer, reference, key, value):
    target = reference.get_object()
    target[pdf_name(key)] = value
    writer.update_container(target)


def page(writer, number=0):
    return writer.find_page_for_modification(number)[0]


def new_content(writer):
    text = b"BT /F1 24 Tf 72 700 Td (Contract for much more) Tj ET"
    put(
        writer, page(writer), "/Contents", writer.add_object(generic.StreamObject(stream_data=text))
    )
