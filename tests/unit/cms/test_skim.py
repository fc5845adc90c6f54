"""The reader of messages that stay in their file: its headers, its segments, and the file it makes of them."""

from __future__ import annotations

import io

import pytest

from gmkit import asn1, cms, sm2
from gmkit.cms import Compat, Family
from gmkit.cms.skim import Segments, Skimmer
from gmkit.errors import EncodingError, InvalidArgument, InvalidSignature
from tests.certificates import certificate
from tests.documents.people import SIGNER
from tests.unit.cms.test_large import indefinite, segmented
from tests.unit.pki import build

CONTENT = b"content of a message in segments"
KEY = sm2.SM2PrivateKey.from_hex("11" * 32)
DATA, SIGNED = asn1.oid("1.2.840.113549.1.7.1"), asn1.oid("1.2.840.113549.1.7.2")


def content_of(octets):
    """The file that a string of these octets is read as."""
    file = io.BytesIO(octets)
    return Segments(file, Skimmer(file).header())


def nested(depth):
    octets = asn1.octet_string(CONTENT)
    for _ in range(depth):
        octets = indefinite(0x24, octets)
    return octets


def test_the_content_is_read_in_any_pieces_and_from_its_start_only():
    _, content = cms.open_signed(io.BytesIO(segmented(cms.sign(CONTENT, [SIGNER]), 5)))
    assert content.readable()
    assert content.seekable()
    assert content.length == len(CONTENT)
    assert (content.read(0), content.tell()) == (b"", 0)
    assert (content.read(3), content.tell()) == (CONTENT[:3], 3)
    assert content.read(9) == CONTENT[3:12]
    assert content.read(None) == CONTENT[12:]
    assert content.read(1) == b""
    assert content.seek(0) == 0
    assert content.read() == CONTENT
    for wrong in ((1,), (0, io.SEEK_CUR), (0, io.SEEK_END), (-1, io.SEEK_END)):
        with pytest.raises(InvalidArgument, match="start"):
            content.seek(*wrong)


@pytest.mark.parametrize(
    ("octets", "fault"),
    [
        (b"", "too early"),
        (b"\x04", "too early"),
        (b"\x1f\x01\x00", "several octets"),
        (b"\x3f\x01\x00", "several octets"),
        (b"\x00\x00", "reserved"),
        (b"\x04\x80\x00\x00", "has no length"),
        (b"\x04\x89" + bytes(9), "malformed"),
        (b"\x04\x82\x01", "malformed"),
        (b"\x04\x01", "beyond the file"),
        (b"\x04\x81\x02\x00", "beyond the file"),
    ],
)
def test_headers_that_are_none(octets, fault):
    with pytest.raises(EncodingError, match=fault):
        Skimmer(io.BytesIO(octets)).header()


def test_a_header_is_of_the_tag_that_is_expected():
    assert Skimmer(io.BytesIO(b"\x30\x00")).header(0x30).end == 2
    for other in (b"\x31\x00", b"\x10\x00", b"\xa0\x00"):
        with pytest.raises(EncodingError, match="expected tag 0x30"):
            Skimmer(io.BytesIO(other)).header(0x30)


def test_a_small_member_is_of_a_mebibyte_at_most():
    largest = asn1.octet_string(bytes((1 << 20) - 5))
    assert len(largest) == 1 << 20
    assert Skimmer(io.BytesIO(largest)).small() == largest
    for other in (asn1.octet_string(bytes((1 << 20) - 4)), indefinite(0x30)):
        with pytest.raises(EncodingError, match="too large"):
            Skimmer(io.BytesIO(other)).small()


def test_an_element_ends_where_it_says():
    skimmer = Skimmer(io.BytesIO(b"\x30\x04\x05\x00\x05\x00"))
    outer = skimmer.header()
    skimmer.small()
    with pytest.raises(EncodingError, match="does not end"):
        skimmer.close(outer)
    skimmer.small()
    skimmer.close(outer)
    skimmer = Skimmer(io.BytesIO(b"\x30\x80\x05\x00\x00\x01"))
    outer = skimmer.header()
    skimmer.small()
    with pytest.raises(EncodingError, match="end marker"):
        skimmer.close(outer)


def test_strings_are_nested_eight_deep_at_most():
    assert content_of(nested(8)).read() == CONTENT
    with pytest.raises(EncodingError, match="deeply"):
        content_of(nested(9)).read()


@pytest.mark.parametrize(
    "part",
    [asn1.integer(1), asn1.null(), asn1.utf8_string("x"), asn1.sequence(), indefinite(0x30)],
)
def test_segments_are_strings(part):
    for octets in (indefinite(0x24, part), asn1.implicit(4, asn1.sequence(part))):
        wrong = b"\x24" + octets[1:]
        with pytest.raises(EncodingError, match="no string"):
            content_of(wrong).read()


def test_a_segment_does_not_reach_beyond_its_string():
    inner = asn1.octet_string(b"abcdef")
    short = b"\x24" + bytes([len(inner) - 2]) + inner
    with pytest.raises(EncodingError, match="does not end"):
        content_of(short).read()


def test_nothing_stands_beside_the_content():
    """What is signed is the content alone: octets beside it would be read by some and not by others."""
    good = cms.sign(CONTENT, [SIGNER], with_certificates=False)
    kind, holder = asn1.decode(good).children()
    version, digests, info, *rest = holder.inside().children()
    inner, held = info.children()
    more = asn1.null()
    for changed in (
        asn1.sequence(inner.raw, held.raw, more),
        asn1.sequence(inner.raw, asn1.explicit(0, held.inside().raw + more)),
    ):
        body = asn1.sequence(version.raw, digests.raw, changed, *(one.raw for one in rest))
        message = asn1.sequence(kind.raw, asn1.explicit(0, body))
        with pytest.raises(EncodingError):
            cms.open_signed(io.BytesIO(message))
        with pytest.raises(EncodingError):
            cms.parse(message)
    with pytest.raises(EncodingError):
        cms.open_signed(io.BytesIO(good + b"\0"))


def test_lists_and_answers_travel_in_the_message():
    """RevocationInfoChoice (RFC 5652 section 10.2.1, RFC 5940): other kinds are passed over."""
    answer, crl = asn1.sequence(asn1.enumerated(6)), build.crl("root")
    ocsp = asn1.implicit(1, asn1.sequence(asn1.oid("1.3.6.1.5.5.7.16.2"), answer))
    another = asn1.implicit(1, asn1.sequence(asn1.oid("1.2.3"), answer))
    short = asn1.implicit(1, asn1.sequence(asn1.oid("1.3.6.1.5.5.7.16.2")))
    body = asn1.sequence(
        asn1.integer(1),
        asn1.set_of(),
        asn1.sequence(DATA),
        asn1.implicit(1, asn1.set_of(ocsp, another, short, crl.der)),
        asn1.set_of(),
    )
    parsed = cms.parse(asn1.sequence(SIGNED, asn1.explicit(0, body)))
    assert parsed.responses == (answer,)
    assert parsed.lists == (crl,)


def test_the_form_of_gmssl_has_its_content_inside_and_no_attributes():
    for form, fault in (
        ({"attributes": True}, "no attributes"),
        ({"attributes": False, "detached": True}, "does not fit"),
    ):
        message = cms.parse(cms.sign(CONTENT, [SIGNER], **form))
        with pytest.raises(InvalidSignature, match=fault):
            cms.verify_signatures(message, content=CONTENT, compat=Compat.GMSSL_CONTENT_HEADER)


@pytest.mark.parametrize(("family", "version"), [(Family.RFC, 0), (Family.GM, 1)])
def test_envelopes_carry_the_version_of_their_family(family, version):
    """RFC 5652 section 6.1: 0 for recipients by issuer and serial; GM/T 0010-2012: 1."""
    reader = certificate(KEY, "reader")
    target = io.BytesIO()
    source = io.BytesIO(b"not this" + CONTENT)
    source.seek(8)
    cms.encrypt_file(source, target, [reader], family=family, authenticated=False)
    assert cms.parse_enveloped(target.getvalue()).decrypt(KEY) == CONTENT
    whole = cms.encrypt(CONTENT, [reader], family=family, authenticated=False)
    for message in (target.getvalue(), whole):
        _, holder = asn1.decode(message).children()
        stated, recipients, _ = holder.inside().children()
        (recipient,) = recipients.children()
        assert stated.integer() == recipient.children()[0].integer() == version
