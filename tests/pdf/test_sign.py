"""Signing, and what the verdict says about what was signed."""

import io
import re

import pytest
from PIL import Image

from gmkit import cms, documents, pdf
from gmkit.cms import Family, MessageSigner
from gmkit.errors import EncodingError, InvalidArgument, StorageError, UnsupportedAlgorithm
from gmkit.pdf import Level, Lock, Permission, VisibleSeal
from gmkit.pdf.structure import Document
from gmkit.sm2 import SignatureFormat
from gmkit.verdict import Extent, Outcome
from tests.documents.people import NOW, SECOND, SIGNER, SIGNER_KEY, trust
from tests.pdf.files import plain, revised, stamp, with_text_field


def judge(data, **more):
    return pdf.verify(data, trust=trust(**more), name="test.pdf")


def codes(signature):
    return {finding.code for finding in signature.findings}


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("family", Family)
def test_a_signature_is_made_and_believed(family, compressed):
    signed = pdf.sign(
        plain(compressed=compressed), SIGNER, time=NOW, family=family, reason="agreed"
    )
    verdict = judge(signed)
    assert verdict.outcome is Outcome.VALID
    (one,) = verdict.signatures
    assert one.signer.subject == "CN=Signer"
    assert one.time.claimed == NOW
    assert one.time.proved is None
    assert one.coverage.extent is Extent.WHOLE
    assert "revision 2 of 2" in one.coverage.text
    (field,) = Document(signed).signatures()
    assert field.text("/Reason") == "agreed"
    message = cms.parse(field.message)
    assert message.family is family
    assert (field.sub_filter == "adbe.pkcs7.detached") == (family is Family.GM)
    has_time = message.signers[0].signed_attributes.signing_time() is not None
    assert has_time == (family is Family.GM)


def test_the_file_before_stays_as_it_is():
    before = plain()
    assert pdf.sign(before, SIGNER, time=NOW).startswith(before)


def test_a_key_in_a_device_signs():
    class Device:
        """Signs and gives nothing else away."""

        def public_key(self):
            return SIGNER_KEY.public_key()

        def sign(self, data, *, user_id=b"1234567812345678", format=SignatureFormat.DER):  # noqa: A002
            return SIGNER_KEY.sign(data, user_id=user_id, format=format)

    signer = MessageSigner(Device(), SIGNER.certificate)
    assert judge(pdf.sign(plain(), signer, time=NOW)).outcome is Outcome.VALID


def test_a_timestamp_proves_the_time():
    verdict = judge(pdf.sign(plain(), SIGNER, time=NOW, stamp=stamp()))
    (one,) = verdict.signatures
    assert verdict.outcome is Outcome.VALID
    assert one.time.proved == NOW
    assert one.kind.startswith("PAdES B-T")


def test_a_long_timestamp_finds_room():
    padding = cms.attributes.attribute("1.2.3", b"\x04\x82\x60\x00" + bytes(0x6000))

    def long_stamp(octets: bytes) -> bytes:
        return cms.add_unsigned_attributes(stamp()(octets), padding)

    assert judge(pdf.sign(plain(), SIGNER, time=NOW, stamp=long_stamp)).outcome is Outcome.VALID


def test_several_signatures():
    data = plain()
    for signer, family in ((SIGNER, Family.RFC), (SECOND, Family.GM), (SIGNER, Family.RFC)):
        data = pdf.sign(data, signer, time=NOW, family=family)
    verdict = judge(data)
    assert verdict.outcome is Outcome.VALID
    assert [one.name for one in verdict.signatures] == ["Signature1", "Signature2", "Signature3"]
    assert [one.signer.subject for one in verdict.signatures] == [
        "CN=Signer",
        "CN=Second",
        "CN=Signer",
    ]
    assert "form-filled" in codes(verdict.signatures[0])
    assert verdict.signatures[0].coverage.outside[:2] == ("revision 3", "revision 4")
    assert codes(verdict.signatures[2]) == set()


def test_a_field_that_is_there_is_filled():
    data = plain(signature_field="seller")
    signed = pdf.sign(data, SIGNER, time=NOW)
    assert judge(signed).signatures[0].name == "seller"
    with pytest.raises(InvalidArgument, match="signed already"):
        pdf.sign(signed, SIGNER, time=NOW, field="seller")
    other = pdf.sign(data, SIGNER, time=NOW, field="buyer")
    verdict = judge(other)
    assert [one.name for one in verdict.signatures] == ["buyer"]
    assert "unsigned-field" in {finding.code for finding in verdict.findings}


def test_certification_limits_what_follows():
    none = pdf.sign(plain(), SIGNER, time=NOW, certify=Permission.NOTHING)
    assert judge(none).outcome is Outcome.VALID
    assert codes(judge(none).signatures[0]) == {"docmdp"}
    with pytest.raises(InvalidArgument, match="no signature may follow"):
        pdf.sign(none, SECOND, time=NOW)
    with pytest.raises(InvalidArgument, match="must be the first"):
        pdf.sign(none, SECOND, time=NOW, certify=Permission.FORMS)
    # Evidence may always be added.
    archived = pdf.extend(none, Level.B_LTA, trust=trust(), stamp=stamp())
    assert judge(archived).outcome is Outcome.VALID


@pytest.mark.parametrize("permission", [Permission.FORMS, Permission.REMARKS])
def test_signatures_may_follow_other_certifications(permission):
    certified = pdf.sign(plain(), SIGNER, time=NOW, certify=permission)
    verdict = judge(pdf.sign(certified, SECOND, time=NOW))
    assert verdict.outcome is Outcome.VALID
    assert codes(verdict.signatures[0]) >= {"docmdp"}


@pytest.mark.parametrize(
    ("lock", "amount", "note"),
    [
        (Lock(), False, False),
        (Lock(("amount",)), False, True),
        (Lock(("amount",), invert=True), True, False),
        (None, True, True),
    ],
)
def test_locked_fields_may_not_change(lock, amount, note):
    data = with_text_field(with_text_field(plain()), "note", "")
    signed = pdf.sign(data, SIGNER, time=NOW, lock=lock)
    assert judge(signed).outcome is Outcome.VALID
    for name, allowed in (("amount", amount), ("note", note)):
        verdict = judge(fill(signed, name, "999"))
        assert (verdict.outcome is Outcome.VALID) == allowed, name
        if allowed:
            assert "form-filled" in codes(verdict.signatures[0])
            assert f"field {name}" in verdict.signatures[0].coverage.outside
        else:
            assert verdict.reasons == ("changed-after-signing",)


def fill(data, name, value):
    """What a viewer does when somebody fills in a field."""
    from pyhanko.pdf_utils import generic

    def change(writer):
        for reference in writer.root["/AcroForm"]["/Fields"]:
            field = reference.get_object()
            if field["/T"] == name:
                field[generic.pdf_name("/V")] = generic.pdf_string(value)
                writer.update_container(field)

    return revised(data, change)


def test_a_locked_field_is_not_signed():
    data = plain(signature_field="seller")
    locked = pdf.sign(data, SIGNER, time=NOW, field="first", lock=Lock(("seller",)))
    with pytest.raises(InvalidArgument, match="locks the field seller"):
        pdf.sign(locked, SECOND, time=NOW, field="seller")


def png(mode: str) -> bytes:
    picture = Image.new(mode, (40, 30), 1 if mode in "1P" else None)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "LA", "P", "1", "I;16"])
@pytest.mark.parametrize("text", ["", "Signed by\nSigner (1)", "电子签章\n签署人"])
def test_a_visible_seal(mode, text):
    seal = VisibleSeal(2, 100, 100, 120, 60, picture=png(mode), text=text)
    signed = pdf.sign(plain(2), SIGNER, time=NOW, seal=seal)
    assert judge(signed).outcome is Outcome.VALID
    rect = re.search(rb"/Rect \[ ?([^\]]*)\]", signed)
    assert [float(one) for one in rect[1].split()] == [100, 100, 220, 160]


def test_a_seal_takes_the_place_of_its_field():
    data = plain(signature_field="seller")
    seal = VisibleSeal(1, 0, 0, 1, 1, text="sealed")
    verdict = judge(pdf.sign(data, SIGNER, time=NOW, field="seller", seal=seal))
    assert verdict.outcome is Outcome.VALID


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"page": 0}, "numbered from 1"),
        ({"width": 0}, "one point"),
        ({"text": ""}, "picture, a text or both"),
        ({"text": "\x07"}, "cannot be shown"),
        ({"text": "\U0001f58b"}, "cannot be shown"),
    ],
)
def test_a_seal_that_cannot_be(options, words):
    given = {"page": 1, "x": 0, "y": 0, "width": 10, "height": 10, "text": "x"}
    with pytest.raises(InvalidArgument, match=words):
        VisibleSeal(**(given | options))


def test_what_cannot_be_signed():
    for data in (b"", b"%PDF-", b"%PDF-1.7\n%%EOF", b"hello"):
        with pytest.raises(EncodingError):
            pdf.sign(data, SIGNER, time=NOW)
    box = {"x": 0, "y": 0, "width": 9, "height": 9}
    for seal, error in (
        (VisibleSeal(3, **box, text="x"), InvalidArgument),
        (VisibleSeal(1, **box, picture=b"no picture"), EncodingError),
        (VisibleSeal(1, **box, text="x" * 100), InvalidArgument),
    ):
        with pytest.raises(error):
            pdf.sign(plain(), SIGNER, time=NOW, seal=seal)
    with pytest.raises(InvalidArgument, match="no dot"):
        pdf.sign(plain(), SIGNER, time=NOW, field="a.b")
    with pytest.raises(InvalidArgument, match="time zone"):
        pdf.sign(plain(), SIGNER, time=NOW.replace(tzinfo=None))
    with pytest.raises(InvalidArgument, match="does not belong"):
        pdf.sign(plain(), MessageSigner(SIGNER_KEY, SECOND.certificate), time=NOW)


def encrypted(password: str) -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(plain())))
    writer.encrypt("owner", password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_encrypted_file_gets_a_clear_answer():
    data = encrypted("secret")
    with pytest.raises(UnsupportedAlgorithm, match="encrypted"):
        pdf.sign(encrypted(""), SIGNER, time=NOW)
    with pytest.raises(UnsupportedAlgorithm, match="encrypted"):
        pdf.sign(data, SIGNER, time=NOW)
    verdict = judge(data)
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons == ("encrypted",)
    opened = pdf.verify(data, trust=trust(), password=b"secret")
    assert opened.reasons == ("no-signature",)


def test_a_file_without_signatures_is_not_valid():
    verdict = judge(plain())
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons == ("no-signature",)


@pytest.mark.parametrize("family", Family)
def test_the_one_way_in_leads_here(family):
    signed = documents.sign(plain(), SIGNER, time=NOW, stamp=stamp(), family=family)
    verdict = documents.verify(signed, trust=trust(), name="a.pdf")
    assert verdict.outcome is Outcome.VALID
    assert (verdict.name, verdict.kind) == ("a.pdf", "PDF")
    (field,) = Document(signed).signatures()
    assert cms.parse(field.message).family is family


def test_a_file_is_read_from_where_it_is(tmp_path):
    path = tmp_path / "contract.pdf"
    with pytest.raises(StorageError):
        pdf.verify(path, trust=trust())
    path.write_bytes(pdf.sign(plain(), SIGNER, time=NOW))
    verdict = pdf.verify(path, trust=trust())
    assert (verdict.name, verdict.outcome) == ("contract.pdf", Outcome.VALID)


def test_a_message_without_attributes():
    """As in CFCA's messages: SM2 over the octets of /ByteRange."""
    signed = pdf.sign(plain(), SIGNER, time=NOW, family=Family.GM, attributes=False, stamp=stamp())
    verdict = judge(signed)
    assert verdict.outcome is Outcome.VALID
    assert verdict.signatures[0].time.proved == NOW
    (field,) = Document(signed).signatures()
    assert cms.parse(field.message).signers[0].signed_attributes is None
    assert judge(signed.replace(b"Contract", b"Contrast")).outcome is Outcome.INVALID
    with pytest.raises(InvalidArgument, match="PAdES"):
        pdf.sign(plain(), SIGNER, time=NOW, attributes=False)


def test_locks_and_places_set_beforehand():
    """A field with a place is filled after certification and shows; evidence comes under every lock."""
    data = pdf.sign(
        plain(signature_field="seller"),
        SIGNER,
        time=NOW,
        field="author",
        certify=Permission.FORMS,
        lock=Lock(("other",)),
    )
    seal = VisibleSeal(1, 0, 0, 10, 10, text="sealed")
    data = pdf.sign(data, SECOND, time=NOW, field="seller", seal=seal, lock=Lock())
    data = pdf.extend(data, Level.B_LTA, trust=trust(), stamp=stamp())
    verdict = judge(data)
    assert verdict.outcome is Outcome.VALID
    assert codes(verdict.signatures[0]) == {"docmdp", "fieldmdp", "form-filled"}
    assert codes(verdict.signatures[1]) == {"fieldmdp", "long-term-update"}
