import contextlib
from datetime import datetime, timedelta, timezone

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from gmkit import asn1
from gmkit.asn1.tags import context
from gmkit.errors import EncodingError, InvalidArgument

UTC = timezone.utc


@given(st.integers(-(2**300), 2**300))
def test_integers_match_another_implementation(value):
    der = asn1.integer(value)
    assert der == core.Integer(value).dump()
    assert asn1.decode(der).integer() == value


@given(
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(st.integers(0, 2**80), max_size=12),
)
def test_identifiers_match_another_implementation(first, second, rest):
    dotted = ".".join(map(str, [first, second, *rest]))
    der = asn1.oid(dotted)
    assert der == core.ObjectIdentifier(dotted).dump()
    assert asn1.decode(der).oid() == dotted


@pytest.mark.parametrize("dotted", ["", "1", "3.1", "1.40", "1.2.", "1..2", "1.02", "a.b", "1.-2"])
def test_what_is_no_identifier_is_refused(dotted):
    with pytest.raises(InvalidArgument, match="no object identifier"):
        asn1.oid(dotted)


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65535, 65536, 70000])
def test_lengths_have_their_shortest_form(length):
    value = bytes(length)
    der = asn1.octet_string(value)
    assert der == core.OctetString(value).dump()
    assert asn1.decode(der).octet_string() == value


def test_a_structure_reads_back_member_by_member():
    der = asn1.sequence(
        asn1.integer(7),
        asn1.explicit(0, asn1.utf8_string("凭证")),
        asn1.implicit(1, asn1.octet_string(b"abc")),
        asn1.set_of(asn1.integer(3), asn1.integer(1), asn1.integer(2)),
        asn1.boolean(True),
        asn1.null(),
        asn1.bit_string(b"\xa0", unused=5),
    )
    c = asn1.decode(der, what="test").cursor(asn1.Tag.SEQUENCE)
    assert c.next(asn1.Tag.INTEGER).integer() == 7
    assert c.optional_context(5) is None
    text = c.optional_context(0)
    assert text is not None
    assert text.inside().text() == "凭证"
    octets = c.next(context(1, constructed=False))
    assert octets.is_context(1)
    assert octets.implicit(asn1.Tag.OCTET_STRING).octet_string() == b"abc"
    assert [member.integer() for member in c.next(asn1.Tag.SET)] == [1, 2, 3]
    assert c.next().boolean()
    c.next().null()
    assert c.next().bits() == {0, 2}
    c.finish()


def test_members_left_over_or_missing_are_errors_with_a_place():
    c = asn1.decode(asn1.sequence(asn1.integer(1), asn1.null()), what="pair").cursor()
    c.next()
    with pytest.raises(EncodingError, match="unexpected member") as caught:
        c.finish()
    assert (caught.value.what, caught.value.offset) == ("pair", 5)
    c.next()
    with pytest.raises(EncodingError, match="missing"):
        c.next()


@given(st.datetimes(datetime.min, datetime.max, timezones=st.just(UTC)))
def test_times_read_back_to_the_second(moment):
    whole = moment.replace(microsecond=0)
    assert asn1.decode(asn1.generalized_time(whole)).time() == whole
    assert asn1.decode(asn1.time(whole)).time() == whole


def test_times_that_cannot_be_written_are_refused():
    for moment in (
        datetime(2026, 1, 1),
        datetime(2026, 1, 1, microsecond=1, tzinfo=UTC),
    ):
        with pytest.raises(InvalidArgument):
            asn1.time(moment)
    with pytest.raises(InvalidArgument, match="2050"):
        asn1.utc_time(datetime(2050, 1, 1, tzinfo=UTC))
    east = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    assert asn1.utc_time(east).endswith(b"260101000000Z")


def test_strings_keep_to_their_alphabet():
    assert asn1.printable_string("Beijing, CN").startswith(b"\x13")
    for write, text in (
        (asn1.printable_string, "a@b"),
        (asn1.ia5_string, "凭"),
        (asn1.bmp_string, "😀"),
        (asn1.utf8_string, "\ud800"),
    ):
        with pytest.raises(InvalidArgument):
            write(text)
    assert asn1.decode(asn1.bmp_string("凭证")).text() == "凭证"
    with pytest.raises(EncodingError, match="characters"):
        asn1.decode(b"\x0c\x01\xff").text()
    with pytest.raises(EncodingError, match="not a string type"):
        asn1.decode(b"\x05\x00").text()


def test_deviations_are_errors_or_findings_as_asked():
    long_length = b"\x30\x81\x05\x02\x03\x00\x00\x01"
    with pytest.raises(EncodingError):
        asn1.decode(long_length).children()
    lenient = asn1.decode_lenient(long_length)
    assert lenient.children()[0].integer() == 1
    assert [(f.id, f.offset) for f in lenient.findings] == [
        ("long-length", 0),
        ("non-minimal-integer", 5),
    ]
    assert lenient.raw == long_length


@given(st.binary(max_size=60))
def test_no_input_raises_anything_else(data):
    def walk(element, depth):
        if depth > 20 or not element.tag & 0x20:
            return
        for child in element:
            walk(child, depth + 1)

    for read in (asn1.decode, asn1.decode_lenient):
        with contextlib.suppress(EncodingError):
            walk(read(data), 0)


def test_text_is_not_bytes():
    with pytest.raises(TypeError, match="encode the text"):
        asn1.decode("3000")  # type: ignore[arg-type]
