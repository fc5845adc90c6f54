"""Names and extensions: what is stored, what people see, what counts as equal."""

import contextlib
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit import asn1, errors, x509
from gmkit.x509 import extensions as x
from gmkit.x509 import oids
from gmkit.x509.name import comparison_key
from tests.bounds import within
from tests.shared import shared


def name(*rdns):
    """A name out of RDNs, each a list of (oid, encoded value)."""
    return asn1.sequence(
        *(asn1.set_of(*(asn1.sequence(asn1.oid(oid), value) for oid, value in rdn)) for rdn in rdns)
    )


def common_name(value):
    return name([(oids.COMMON_NAME, value)])


def extension(oid, octets):
    return x509.Extension(oid, False, octets)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (asn1.printable_string("Good CA"), asn1.utf8_string("good  ca "), True),
        (asn1.utf8_string("中国"), asn1.bmp_string("中国"), True),
        (asn1.utf8_string("ﬃ"), asn1.utf8_string("FFI"), True),
        (asn1.utf8_string("STRASSE"), asn1.utf8_string("straße"), True),
        (asn1.printable_string("a b"), asn1.printable_string("ab"), False),
        (asn1.printable_string("a"), asn1.printable_string("b"), False),
    ],
)
def test_names_match_by_what_they_say(one, other, equal):
    left, right = x509.Name(common_name(one)), x509.Name(common_name(other))
    assert (left == right) is equal
    if equal:
        assert hash(left) == hash(right)


def test_pki_11_octets_after_nul_are_part_of_the_name():
    good = x509.Name(common_name(asn1.utf8_string("example.com")))
    evil = x509.Name(common_name(asn1.utf8_string("example.com\0.evil.com")))
    assert good != evil
    assert str(evil) == r"CN=example.com\00.evil.com"


def test_pki_11_octets_that_are_no_text_of_their_type_compare_as_octets():
    broken = b"\x13\x02\xd6\xd0"  # GB 18030 in a PrintableString, as some authorities write
    stored = x509.Name(common_name(broken))
    assert stored.get("CN") == "中"
    assert stored != x509.Name(common_name(asn1.utf8_string("中")))
    assert stored == x509.Name(common_name(broken))


def test_order_of_rdns_counts_and_order_in_a_set_does_not():
    country = (next(o for o, n in oids.ATTRIBUTES.items() if n == "C"), asn1.printable_string("CN"))
    unit = ("2.5.4.11", asn1.utf8_string("x"))
    assert x509.Name(name([country], [unit])) != x509.Name(name([unit], [country]))
    assert x509.Name(name([country], [unit])) != x509.Name(name([country, unit]))
    assert comparison_key(name([country, unit])) == comparison_key(name([unit, country]))


def test_a_name_is_printed_in_the_form_of_rfc_4514():
    octets = name(
        [("2.5.4.6", asn1.printable_string("CN"))],
        [("2.5.4.10", asn1.utf8_string('a, "b"'))],
        [("1.2.3.4", asn1.integer(5))],
    )
    assert str(x509.Name(octets)) == r"1.2.3.4=#05,O=a\, \"b\",C=CN"
    assert x509.Name(octets).get("C") == "CN"
    assert x509.Name(octets).get("L") is None


@pytest.mark.parametrize("octets", [b"", b"\x30\x02\x31\x00", b"\x31\x00", b"\x30\x80\x00\x00\x00"])
def test_what_is_not_a_name_is_refused(octets):
    with pytest.raises(errors.EncodingError):
        x509.Name(octets)


@given(st.binary(max_size=60))
def test_any_octets_are_a_value_or_an_encoding_error_or_malformed(octets):
    for oid in oids.EXTENSIONS:
        value = extension(oid, octets).value
        assert value is None or type(value).__module__ == "gmkit.x509.extensions"
    with contextlib.suppress(errors.EncodingError):
        x509.Name(octets)


@pytest.mark.parametrize(
    ("octets", "choice", "text"),
    [
        (bytes.fromhex("a0051303313233"), 0, "123"),  # explicit, as GM/T 0015 is mostly read
        (bytes.fromhex("8003313233"), 0, "123"),  # implicit
        (bytes.fromhex("a20413024130"), 2, "A0"),
        (asn1.printable_string("123"), None, "123"),
        (asn1.utf8_string("军123"), None, "军123"),
        (asn1.octet_string(b"123"), None, "123"),
        (b"310101199001011234", None, "310101199001011234"),  # no ASN.1 at all
    ],
)
@pytest.mark.parametrize("oid", ["1.2.156.10260.4.1.1", "1.2.156.11.7.1", "1.2.156.10260.4.4"])
def test_identity_numbers_of_every_generation_and_spelling(oid, octets, choice, text):
    value = extension(oid, octets).value
    assert isinstance(value, x.IdentityNumber)
    assert (value.choice, value.text) == (choice, text)
    assert text not in repr(value)  # personal data stays out of logs


def test_en_12_identifiers_and_numbers_of_any_length():
    for length in (0, 1, 20, 21, 32, 33, 255, 256, 65_536):
        octets = b"\x01" * length
        assert extension(oids.SUBJECT_KEY_IDENTIFIER, asn1.octet_string(octets)).value == (
            x.SubjectKeyIdentifier(octets)
        )
        authority = asn1.sequence(asn1.implicit(0, asn1.octet_string(octets)))
        value = extension(oids.AUTHORITY_KEY_IDENTIFIER, authority).value
        assert value == x.AuthorityKeyIdentifier(octets, None, None)
        number = int.from_bytes(octets, "big")
        assert extension(oids.CRL_NUMBER, asn1.integer(number)).value == x.CrlNumber(number)


@pytest.mark.parametrize(
    ("oid", "octets"),
    [
        (oids.SUBJECT_ALT_NAME, asn1.sequence()),
        (oids.SUBJECT_ALT_NAME, b"example.com"),
        (oids.SUBJECT_ALT_NAME, asn1.sequence(b"\x87\x05abcde")),
        (oids.EXTENDED_KEY_USAGE, asn1.sequence()),
        (oids.NAME_CONSTRAINTS, asn1.sequence()),
        (oids.NAME_CONSTRAINTS, asn1.sequence(b"\xa0\x00")),
        (oids.NAME_CONSTRAINTS, bytes.fromhex("3010a00e300c870a0a000000ff000000") + b"\0\0"),
        (oids.POLICY_CONSTRAINTS, asn1.sequence()),
        (oids.POLICY_CONSTRAINTS, asn1.sequence(b"\x80\x01\xff")),
        (oids.CERTIFICATE_POLICIES, asn1.sequence()),
        (oids.BASIC_CONSTRAINTS, asn1.sequence(asn1.integer(1), asn1.boolean(value=True))),
        (oids.BASIC_CONSTRAINTS, asn1.sequence(asn1.boolean(value=True), asn1.integer(-1))),
        (oids.KEY_USAGE, bytes.fromhex("0304000000ff")),
        (oids.AUTHORITY_INFO_ACCESS, asn1.sequence()),
        (oids.AUTHORITY_KEY_IDENTIFIER, asn1.sequence(b"\x82\x01\x05")),
        (oids.REASON_CODE, b"\x0a\x01\x07"),
        (oids.OCSP_NO_CHECK, b""),
    ],
)
def test_contents_that_break_the_syntax_are_not_a_value(oid, octets):
    assert extension(oid, octets).value is None


def test_general_names_are_printed():
    octets = asn1.sequence(
        b"\x82\x01a",
        b"\x87\x04\x7f\0\0\1",
        b"\x87\x10" + ipaddress.ip_address("::1").packed,
        b"\x88\x02\x2a\x03",
    )
    value = extension(oids.SUBJECT_ALT_NAME, octets).value
    assert [str(n) for n in value.names] == [
        "dns:a",
        "ip:127.0.0.1",
        "ip:::1",
        "registered-id:1.2.3",
    ]


def test_a_certificate_of_a_running_authority_says_what_it_holds():
    data = shared("vectors-raw/real-chinese-cas/pki/ROOTCA.pem").read_bytes()
    root = x509.Certificate.from_pem(data)
    assert str(root.subject) == "CN=ROOTCA,O=NRCAC,C=CN"
    assert root.is_self_issued
    assert root.is_authority
    assert root.key_usage.names == ("keyCertSign", "cRLSign")
    assert root.key_info.is_sm2
    root.public_key().verify(root.signature, root.tbs)
    assert x509.Certificate.from_pem(root.to_pem()) == root
    data = shared("vectors-raw/real-chinese-cas/pki/ROOTCA.crl").read_bytes()
    _, [crl] = x509.load_bundle(data)
    assert len(crl) == 18
    assert [entry.serial for entry in crl] == [e.serial for s in crl for e in crl.find(s.serial)]
    assert crl.find(1) == ()
    root.public_key().verify(crl.signature, crl.tbs)


def test_pt_07_explicit_curve_parameters_are_no_key():
    data = shared("vectors-raw/emmansun-gmsm/pki/explicit_curve_cert.der").read_bytes()
    certificate = x509.Certificate.from_der(data)
    assert not certificate.key_info.is_sm2
    with pytest.raises(errors.UnsupportedAlgorithm):
        certificate.public_key()


def test_str_is_refused_with_a_hint():
    with pytest.raises(TypeError, match="encode"):
        x509.Certificate.from_der("30")


def test_en_01_a_certificate_of_nothing_but_extensions_is_given_up_at_once():
    from tests.unit.pki import build

    many = [build.extension(f"1.2.3.{n}", b"\x05\x00") for n in range(1001)]
    made = build.Made("leaf", "root", many[:1000])
    assert len(made.read().extensions) == 1000
    octets = build.Made("leaf", "root", many * 100).der()
    with pytest.raises(errors.EncodingError, match="more than 1000"):
        within(0.1, lambda: x509.Certificate.from_der(octets))
