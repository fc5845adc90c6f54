"""
Attacks by what is appended to signed PDF files: incremental saving, shadow documents, certification.

Each is built here against a file that was valid before, and refused or reported for the right reason.
"""

import re

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from gmkit import pdf
from gmkit.pdf import Permission
from gmkit.pdf.structure import Document
from gmkit.verdict import Outcome
from tests.documents.people import NOW, SECOND, SIGNER
from tests.pdf.files import plain, revised, with_text_field
from tests.pdf.test_sign import codes, fill
from tests.pdf.victims import CERTIFIED, SIGNED, judge, new_content, page, put, refused


def overwrite_content(writer):
    """Hide: the object itself is written anew under its number."""
    reference = page(writer).get_object().raw_get("/Contents").reference
    writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(
        stream_data=b"BT /F1 24 Tf 72 700 Td (Paid) Tj ET"
    )


def other_font(writer):
    """Replace: other letters for the same codes."""
    resources = page(writer).get_object()["/Resources"]
    font = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type1"),
            pdf_name("/BaseFont"): pdf_name("/ZapfDingbats"),
        }
    )
    resources[pdf_name("/Font")] = generic.DictionaryObject({pdf_name("/F1"): font})
    writer.update_container(resources)


def other_catalogue(writer):
    """Hide and replace: the trailer leads to another tree of pages."""
    pages = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Pages"),
            pdf_name("/Count"): generic.NumberObject(1),
            pdf_name("/Kids"): generic.ArrayObject([[*writer.root["/Pages"]["/Kids"]][1]]),
        }
    )
    writer.root[pdf_name("/Pages")] = writer.add_object(pages)
    writer.update_root()


def action_on_opening(writer):
    action = {"/S": pdf_name("/JavaScript"), "/JS": generic.pdf_string("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(
        {pdf_name(key): value for key, value in action.items()}
    )
    writer.update_root()


def page_removed(writer):
    tree = writer.root["/Pages"]
    tree[pdf_name("/Kids")] = generic.ArrayObject([*tree["/Kids"]][:1])
    tree[pdf_name("/Count")] = generic.NumberObject(1)
    writer.update_container(tree)


def signature_field_removed(writer):
    form = writer.root["/AcroForm"]
    form[pdf_name("/Fields")] = generic.ArrayObject([*form["/Fields"]][:1])
    writer.update_root()
    writer.update_container(form)


def signature_moved(writer):
    """The field shows at another place than where it was signed."""
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/FT"] == "/Sig":
            field[pdf_name("/Rect")] = generic.ArrayObject(
                map(generic.NumberObject, (0, 0, 500, 500))
            )
            writer.update_container(field)


CHANGES = [
    new_content,
    overwrite_content,
    other_font,
    other_catalogue,
    action_on_opening,
    page_removed,
    signature_moved,
]


@pytest.mark.parametrize("signed", [SIGNED, *CERTIFIED.values()], ids=["approval", "1", "2", "3"])
@pytest.mark.parametrize("change", CHANGES)
def test_doc_03_what_may_never_be_appended(change, signed):
    refused(revised(signed, change), "changed-after-signing")


@pytest.mark.parametrize("change", CHANGES)
def test_a_later_signature_does_not_hide_a_change(change):
    changed = revised(SIGNED, change)
    verdict = judge(pdf.sign(changed, SECOND, time=NOW))
    assert verdict.outcome is Outcome.INVALID
    assert [one.outcome for one in verdict.signatures] == [Outcome.INVALID, Outcome.VALID]


def test_a_removed_field_leaves_its_signature_behind():
    verdict = judge(revised(SIGNED, signature_field_removed))
    assert verdict.outcome is not Outcome.VALID
    assert "unreferenced-signature" in {one.code for one in verdict.findings}


def test_two_signatures_one_field_removed():
    twice = pdf.sign(SIGNED, SECOND, time=NOW)
    verdict = judge(revised(twice, signature_field_removed))
    assert verdict.outcome is not Outcome.VALID


@pytest.mark.parametrize(
    "tail",
    [
        b"\n4 0 obj\n<< /Length 5 >>\nstream\nhello\nendstream\nendobj\n",
        b"\n4 0 obj\n<<>>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n",
        b"x" * 100,
    ],
)
def test_octets_behind_the_end(tail):
    """Readers that mend files would take them up."""
    assert judge(SIGNED + tail).outcome is Outcome.INVALID


def test_blanks_behind_the_end_mean_nothing():
    assert judge(SIGNED + b"\n \r\n").outcome is Outcome.VALID


def test_octets_before_the_start():
    refused(b"%!PS\n" + SIGNED, "malformed")


def test_the_signature_dictionary_copied_to_the_end():
    """A variant of incremental saving: the old signature again in the new revision."""

    def change(writer):
        new_content(writer)
        for reference in writer.root["/AcroForm"]["/Fields"]:
            field = reference.get_object()
            if field["/FT"] == "/Sig":
                copy = generic.DictionaryObject(field["/V"])
                field[pdf_name("/V")] = writer.add_object(copy)
                writer.update_container(field)

    verdict = judge(revised(SIGNED, change))
    assert verdict.outcome is Outcome.INVALID


# Prepared before signing: objects that wait for an update.


def announced(spot):
    """A signed file whose cross-references name an object behind its end, and a harmless update with it."""

    def announce(writer):
        put(writer, page(writer), "/Waiting", writer.add_object(generic.pdf_string("x" * 20)))

    prepared = revised(with_text_field(plain(2)), announce)
    number = int([*re.finditer(rb"\n(\d+) 0 obj", prepared)][-1][1])
    target = max(re.finditer(rb"(\d{10}) 00000 n", prepared), key=lambda one: int(one[1]))
    prepared = prepared[: target.start()] + b"%010d" % spot + prepared[target.start() + 10 :]
    signed = pdf.sign(prepared, SIGNER, time=NOW)

    def deliver(writer):
        octets = b"%d 0 obj\n(delivered)\nendobj\n" % number
        stream = writer.add_object(generic.StreamObject(stream_data=octets))
        store = {pdf_name("/CRLs"): generic.ArrayObject([stream])}
        writer.root[pdf_name("/DSS")] = writer.add_object(generic.DictionaryObject(store))
        writer.update_root()

    return revised(signed, deliver)


def test_doc_03_an_object_announced_before_signing_and_delivered_after():
    spot = announced(99_999).index(b" 0 obj\n(delivered)")
    spot = announced(99_999).rindex(b"\n", 0, spot) + 1
    delivered = announced(spot)
    assert re.match(rb"\d+ 0 obj\n\(delivered", delivered[spot:])
    target = Document(delivered).reader.root["/Pages"]["/Kids"].raw_get(0).get_object()
    assert target["/Waiting"] == "delivered"
    verdict = refused(delivered, "changed-after-signing")
    (error,) = [
        one for one in verdict.signatures[0].findings if one.code == "changed-after-signing"
    ]
    assert "behind what is signed" in error.text


def test_values_filled_in_later_are_named():
    """Shadow documents overlay text with a field: allowed by the standard, and reported with its name."""
    verdict = judge(fill(SIGNED, "amount", "1000000"))
    assert verdict.outcome is Outcome.VALID
    (one,) = verdict.signatures
    assert "form-filled" in codes(one)
    assert "field amount" in one.coverage.outside
    assert judge(fill(CERTIFIED[Permission.NOTHING], "amount", "9")).outcome is Outcome.INVALID


# Certification: remarks and signatures that cover what was certified.


def remark(**entries):
    def change(writer):
        note = {
            "/Type": pdf_name("/Annot"),
            "/Subtype": pdf_name("/FreeText"),
            "/Rect": generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500))),
            "/Contents": generic.pdf_string("over it"),
            **{f"/{key}": value for key, value in entries.items()},
        }
        reference = writer.add_object(
            generic.DictionaryObject({pdf_name(key): value for key, value in note.items()})
        )
        target = page(writer)
        listed = target.get_object().get("/Annots", generic.ArrayObject())
        put(writer, target, "/Annots", generic.ArrayObject([*listed, reference]))

    return change


@pytest.mark.parametrize("signed", [SIGNED, CERTIFIED[1], CERTIFIED[2]], ids=["none", "1", "2"])
def test_remarks_need_permission(signed):
    refused(revised(signed, remark()), "changed-after-signing")


def test_remarks_with_permission_are_reported():
    verdict = judge(revised(CERTIFIED[Permission.REMARKS], remark()))
    assert verdict.outcome is Outcome.VALID
    assert "remarks-added" in codes(verdict.signatures[0])


@pytest.mark.parametrize(
    "change",
    [
        remark(A=generic.DictionaryObject({pdf_name("/S"): pdf_name("/JavaScript")})),
        remark(Subtype=pdf_name("/Widget"), FT=pdf_name("/Tx"), T=generic.pdf_string("new")),
        remark(Subtype=pdf_name("/RichMedia")),
        lambda writer: put(writer, page(writer), "/Annots", generic.ArrayObject()),
        lambda writer: (remark()(writer), new_content(writer)),
        lambda writer: (
            remark()(writer),
            put(writer, page(writer), "/Rotate", generic.NumberObject(90)),
        ),
    ],
)
def test_permission_for_remarks_is_for_remarks(change):
    refused(revised(CERTIFIED[Permission.REMARKS], change), "changed-after-signing")


@pytest.mark.parametrize("permission", [Permission.NOTHING, Permission.FORMS])
def test_a_sneaky_signature_over_the_text(permission):
    """A new visible field after certification covers the page."""

    def change(writer):
        append_signature_field(writer, SigFieldSpec("sneaky", box=(0, 0, 595, 842)))

    refused(revised(CERTIFIED[permission], change), "changed-after-signing")


SEALED = pdf.sign(
    with_text_field(plain(2)),
    SIGNER,
    time=NOW,
    seal=pdf.VisibleSeal(1, 100, 100, 100, 50, text="sealed"),
)


def other_appearance(writer):
    """The seal of a finished signature painted over."""
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/FT"] == "/Sig":
            form = generic.StreamObject(
                {
                    pdf_name("/Type"): pdf_name("/XObject"),
                    pdf_name("/Subtype"): pdf_name("/Form"),
                    pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9))),
                },
                stream_data=b"0 0 9 9 re f",
            )
            normal = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
            field[pdf_name("/AP")] = normal
            writer.update_container(field)


def seal_hidden(writer):
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/FT"] == "/Sig":
            field[pdf_name("/F")] = generic.NumberObject(2)
            writer.update_container(field)


@pytest.mark.parametrize("change", [other_appearance, seal_hidden, signature_moved])
def test_a_finished_seal_stays_as_it_is(change):
    assert judge(SEALED).outcome is Outcome.VALID
    refused(revised(SEALED, change), "changed-after-signing")


@pytest.mark.parametrize(
    ("entry", "allows"),
    [(b"/P 1", False), (b"/Q 1", True), (b"/P 7", None), (b"/P/X", None)],
)
def test_permissions_as_they_are_written(entry, allows):
    """Left out, the permission is 2; what is none of the three is refused."""
    unsigned = CERTIFIED[Permission.NOTHING]
    assert b"/P 1" in unsigned
    changed = unsigned.replace(b"/P 1", entry)
    filled = fill(changed, "amount", "9")
    errors = {one.code for one in judge(filled).signatures[0].findings}
    assert ("changed-after-signing" in errors) == (not allows)
    assert ("docmdp" in errors) == (allows is not None)
