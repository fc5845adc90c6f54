"""
Attacks on signed PDF files: each is refused or reported, for the right reason.

The classes are those of the published surveys (universal forgery, incremental saving, signature wrapping,
shadow documents, attacks on certification), each built here against a file that was valid before.
"""

import re
import time
import tracemalloc
import zlib
from datetime import timedelta

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from gmkit import cms, pdf
from gmkit.pdf import Permission
from gmkit.pdf.structure import Document
from gmkit.seal import Seal, sign_with_seal
from gmkit.verdict import Outcome
from tests.documents.people import NOW, SECOND, SIGNER, trust
from tests.ofd.world import SEAL, make_seal
from tests.pdf.files import plain, revised, stamp, with_text_field
from tests.pdf.test_sign import codes, fill

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


def replaced(data, pattern, new):
    """The last match of *pattern* replaced by as many octets."""
    found = [*re.finditer(pattern, data, re.DOTALL)][-1]
    assert len(new) <= len(found[0])
    return data[: found.start()] + new.ljust(len(found[0])) + data[found.end() :]


def ranges(data):
    found = [*re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", data)][-1]
    return [int(one) for one in found.groups()]


def with_ranges(data, *numbers):
    text = b"/ByteRange [" + b" ".join(b"%d" % one for one in numbers) + b"]"
    return replaced(data, rb"/ByteRange \[[^\]]*\] *", text)


def test_the_file_was_valid():
    assert judge(SIGNED).outcome is Outcome.VALID
    assert all(judge(one).outcome is Outcome.VALID for one in CERTIFIED.values())


# Wrong /ByteRange.


@pytest.mark.parametrize(
    "change",
    [
        lambda a, b, c, d: (1, b, c, d),  # not from the start
        lambda a, b, c, d: (-1, b, c, d),
        lambda a, b, c, d: (0, -b, c, d),
        lambda a, b, c, d: (0, 0, c, d),
        lambda a, b, c, d: (0, b, c, -d),
        lambda a, b, c, d: (0, b, c, 0),
        lambda a, b, c, d: (0, c + 9, b, d),  # overlapping
        lambda a, b, c, d: (0, b, b, d),
        lambda a, b, c, d: (0, b, c, d + 1),  # beyond the end
        lambda a, b, c, d: (0, b, c, 10**17),
        lambda a, b, c, d: (0, b, c),
        lambda a, b, c, d: (0, b, c, d, 0),
        lambda a, b, c, d: (0,),
    ],
)
def test_doc_03_ranges_that_are_none(change):
    refused(with_ranges(SIGNED, *change(*ranges(SIGNED))), "byte-range")


@pytest.mark.parametrize(
    "change",
    [
        lambda a, b, c, d: (0, b - 1, c, d),  # more than the string is left out
        lambda a, b, c, d: (0, b, c + 1, d - 1),
        lambda a, b, c, d: (0, b - 10, c + 10, d - 10),
        lambda a, b, c, d: (0, b + 1, c, d),  # less than the string
        lambda a, b, c, d: (0, b, c - 2, d + 2),
    ],
)
def test_a_hole_of_another_size(change):
    refused(with_ranges(SIGNED, *change(*ranges(SIGNED))), "contents-hole")


def test_ranges_of_fractions_and_of_nothing():
    for text in (
        b"[0.0 1.5 2 3]",
        b"[(0) (1) (2) (3)]",
        b"null",
        b"7",
        b"[]",
        b"<<>>",
        b"[0 1 2 null]",
    ):
        verdict = judge(replaced(SIGNED, rb"/ByteRange \[[^\]]*\] *", b"/ByteRange " + text))
        assert verdict.outcome is Outcome.INVALID, text


def test_a_range_that_ends_early():
    """The tail of the revision is signed by nobody."""
    _, b, c, d = ranges(SIGNED)
    verdict = refused(with_ranges(SIGNED, 0, b, c, d - 30))
    assert "changed-after-signing" in verdict.reasons


# Signature wrapping: another place for the hole.


def test_doc_03_a_wider_hole_with_an_update_inside():
    _, b, c, _ = ranges(SIGNED)
    inside = b"/Extra (4 0 obj << /Fake true >> endobj)"
    shorter = SIGNED[b : c - 1 - len(inside)] + b">" + inside
    assert len(shorter) == c - b
    refused(SIGNED[:b] + shorter + SIGNED[c:], "contents-hole")


def test_a_hole_around_another_string():
    """The range leaves out a string in front of the real one, which is then not the value."""
    _, b, c, d = ranges(SIGNED)
    text = SIGNED[b:c]
    wrapped = SIGNED[:b] + text + b" /Other " + text + SIGNED[c:]
    shifted = with_ranges(wrapped, 0, b + len(text) + 8, c + len(text) + 8, d)
    assert judge(shifted).outcome is Outcome.INVALID


# Universal forgery: a signature without the parts that could be verified.


@pytest.mark.parametrize(
    ("pattern", "new", "reason"),
    [
        (rb"/ByteRange \[[^\]]*\] *", b"/Bytes [0 1 2 3]", "no-signature-value"),
        (rb"/ByteRange \[[^\]]*\] *", b"/ByteRange null", "byte-range"),
        (rb"/Contents <[0-9A-F]*>", b"/Content 0", "no-signature-value"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents null", "malformed"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents <>", "no-signature-value"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents <00>", "no-signature-value"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents 0", "malformed"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents <FF>", "contents-hole"),
    ],
)
def test_a_signature_without_its_parts(pattern, new, reason):
    refused(replaced(SIGNED, pattern, new), reason)


def test_an_empty_placeholder():
    _, b, c, _ = ranges(SIGNED)
    empty = SIGNED[: b + 1] + b"0" * (c - b - 2) + SIGNED[c - 1 :]
    refused(empty, "no-signature-value")


@pytest.mark.parametrize("key", [b"/Contents <00>", b"/ByteRange [0 1 2 3]"])
def test_a_key_that_stands_twice(key):
    changed = replaced(SIGNED, rb"/M \(D[^)]*\)", key)
    verdict = judge(changed)
    assert verdict.outcome is Outcome.INVALID
    assert {"duplicate-key", "malformed"} & set(verdict.reasons)


# Changed octets.


@pytest.mark.parametrize("where", [b"Contract, page 1", b"/MediaBox", b"/Size"])
def test_changed_octets_are_noticed(where):
    at = SIGNED.index(where) + len(where) - 1
    changed = SIGNED[:at] + bytes([SIGNED[at] ^ 1]) + SIGNED[at + 1 :]
    assert judge(changed).outcome is Outcome.INVALID


def test_another_files_signature():
    other = pdf.sign(with_text_field(plain(2), value="999"), SIGNER, time=NOW)
    _, b, c, _ = ranges(SIGNED)
    assert ranges(other) == ranges(SIGNED)
    refused(SIGNED[:b] + other[b:c] + SIGNED[c:], "invalid-signature")


def test_padding_that_says_something_is_reported():
    _, _, c, _ = ranges(SIGNED)
    verdict = judge(SIGNED[: c - 3] + b"AA" + SIGNED[c - 1 :])
    assert "contents-padding" in codes(verdict.signatures[0])


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


# Forms of signature.


@pytest.mark.parametrize("name", [b"adbe.pkcs7.sha1", b"adbe.x509.rsa_sha1"])
def test_forms_that_rest_on_sha1_are_not_judged(name):
    changed = replaced(SIGNED, rb"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /" + name)
    verdict = judge(changed)
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons[0] == "unsupported-algorithm"


def with_message(message):
    """The signed file with another message in its hole."""
    _, b, c, _ = ranges(SIGNED)
    text = message.hex().encode().ljust(c - b - 2, b"0")
    return SIGNED[: b + 1] + text + SIGNED[c - 1 :]


def covered():
    document = Document(SIGNED)
    (field,) = document.signatures()
    return document.covered(field).read()


def test_messages_that_belong_elsewhere():
    content = covered()
    good = cms.sign(content, [SIGNER], detached=True)
    assert judge(with_message(good)).outcome is Outcome.VALID
    refused(with_message(cms.sign(content, [SIGNER, SECOND], detached=True)), "malformed")
    refused(with_message(cms.sign(b"short", [SIGNER])), "content-inside")
    refused(with_message(cms.sign(b"short", [SIGNER], detached=True)), "invalid-signature")
    refused(with_message(b"0\x00"), "malformed")


def sealed(content, made=SEAL, signer=SIGNER):
    return sign_with_seal(
        content,
        made,
        key=signer.key,
        certificate=signer.certificate,
        property_info="/ByteRange",
        time=NOW,
    )


def test_an_electronic_seal_in_the_place_of_a_message():
    verdict = judge(with_message(sealed(covered())))
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert verdict.signatures[0].kind.startswith("electronic seal signature")
    assert verdict.signatures[0].signer.subject == "CN=Signer"
    assert [one.outcome for one in verdict.signatures[0].nested] == [Outcome.VALID]
    refused(with_message(sealed(b"other content")), "data-hash")
    ended = make_seal(valid_to=NOW - timedelta(days=1))
    forged = sealed(covered()).replace(Seal.parse(SEAL).der, Seal.parse(ended).der)
    assert judge(with_message(forged)).outcome is Outcome.INVALID
    changed = revised(with_message(sealed(covered())), new_content)
    assert "changed-after-signing" in refused(changed).reasons


def test_doc_06_a_document_timestamp_of_another_file():
    one, other = (pdf.stamp_document(plain(n), stamp()) for n in (1, 2))
    _, b, c, _ = ranges(one)
    _, e, f, _ = ranges(other)
    assert judge(one).outcome is Outcome.VALID
    refused(one[:b] + other[e:f] + one[c:], "timestamp-imprint")


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
