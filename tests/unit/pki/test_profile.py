"""What clause 4 of RFC 5280 and the browsers demand: one good certificate, each rule broken once."""

import pytest

from gmkit import asn1, errors, pki
from gmkit.pki import Profile, Purpose, Revocation
from gmkit.x509 import oids
from tests.unit.pki import build
from tests.unit.pki.build import CERT_SIGN, NOW, SIGN, Made

AKI, SKI = oids.AUTHORITY_KEY_IDENTIFIER, oids.SUBJECT_KEY_IDENTIFIER
SERVER_AUTH = build.purposes("1.3.6.1.5.5.7.3.1")
SUBJECT, AUTHORITY = build.identifiers("leaf", "root")
MIDDLE_IDS = build.identifiers("middle", "root")


def reason(leaf, others=(), *, root=None, profile=Profile.RFC5280, peer=None):
    judge = pki.Verifier(
        [root or build.root()], time=NOW, purpose=Purpose.TLS_SERVER,
        revocation=Revocation.NONE, profile=profile,
    )  # fmt: skip
    try:
        judge.verify(leaf, others, peer=peer)
    except errors.CertificateRejected as error:
        return error.reason
    return None


def leaf(*extensions, **fields):
    return Made("leaf", "root", list(extensions), **fields).read()


GOOD = [build.usage(SIGN), SUBJECT, AUTHORITY]
CRITICAL_AKI = build.extension(
    AKI, asn1.sequence(asn1.implicit(0, asn1.octet_string(b"x"))), critical=True
)


def test_the_good_one_is_good():
    assert reason(leaf(*GOOD)) is None


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        (lambda: leaf(build.usage(SIGN), SUBJECT), "authority-key-identifier"),
        (lambda: leaf(build.usage(SIGN), build.extension(AKI, b"\x30\x00")), "authority-key-identifier"),
        (lambda: leaf(build.usage(SIGN), CRITICAL_AKI), "criticality"),
        (lambda: leaf(*GOOD[:1], AUTHORITY, build.extension(SKI, asn1.octet_string(b"x"), critical=True)), "criticality"),
        (lambda: leaf(*GOOD, serial=0), "serial-number"),
        (lambda: leaf(*GOOD, serial=-5), "serial-number"),
        (lambda: leaf(*GOOD, serial=1 << 160), "serial-number"),
        (lambda: leaf(*GOOD, serial=(1 << 159) - 1), None),
        (lambda: leaf(*GOOD, version=1), "version"),
        (lambda: leaf(build.usage(CERT_SIGN), SUBJECT, AUTHORITY), "basic-constraints"),
        (lambda: leaf(build.basic(ca=False), build.usage(CERT_SIGN), AUTHORITY), "basic-constraints"),
        (lambda: leaf(build.basic(ca=False, length=0), *GOOD), "basic-constraints"),
        (lambda: leaf(build.basic(ca=True, length=0), build.usage(SIGN), SUBJECT, AUTHORITY), "basic-constraints"),
        (lambda: leaf(build.basic(ca=True), build.usage(CERT_SIGN), AUTHORITY), "subject-key-identifier"),
        (lambda: leaf(build.usage(0), SUBJECT, AUTHORITY), "key-usage-profile"),
        (lambda: leaf(*GOOD, build.constraints((build.dns("a.com"),))), "name-constraints-misplaced"),
        (lambda: leaf(*GOOD, subject_name=build.name()), "subject-alt-name"),
        (lambda: leaf(*GOOD, build.alternative(build.dns("a.com")), subject_name=build.name()), "subject-alt-name"),
        (lambda: leaf(*GOOD, build.alternative(build.dns("a.com"), critical=True), subject_name=build.name()), None),
        (lambda: leaf(*GOOD, build.alternative(build.dns("a_b.com"))), "subject-alt-name"),
        (lambda: leaf(*GOOD, build.alternative(build.dns(" "))), "subject-alt-name"),
        (lambda: leaf(*GOOD, build.alternative(build.dns("192.0.2.1"))), "subject-alt-name"),
        (lambda: leaf(*GOOD, build.policies("1.2.3", "1.2.3")), "policies-duplicate"),
        (lambda: leaf(*GOOD, build.extension(oids.AUTHORITY_INFO_ACCESS, asn1.sequence(asn1.sequence(asn1.oid("1.3.6.1.5.5.7.48.2"), build.uri("http://a"))), critical=True)), "criticality"),
    ],
)  # fmt: skip
def test_rules_for_leaves(certificate, expected):
    assert reason(certificate()) == expected
    if expected != "version":  # a path by itself does not care
        assert reason(certificate(), profile=Profile.PATH) is None


@pytest.mark.parametrize(
    ("extensions", "fields", "expected"),
    [
        ([build.basic(ca=True), build.usage(CERT_SIGN), *MIDDLE_IDS], {}, None),
        ([build.basic(ca=True, critical=False), build.usage(CERT_SIGN), *MIDDLE_IDS], {}, "basic-constraints"),
        ([build.basic(ca=True), build.usage(CERT_SIGN), MIDDLE_IDS[1]], {}, "subject-key-identifier"),
        ([build.basic(ca=True), build.usage(CERT_SIGN), MIDDLE_IDS[0]], {}, "authority-key-identifier"),
        ([build.basic(ca=True), build.usage(CERT_SIGN), *MIDDLE_IDS, build.constraints((build.dns("a.com"),), critical=False)], {}, "criticality"),
        ([build.basic(ca=True), *MIDDLE_IDS], {}, None),
    ],
)  # fmt: skip
def test_rules_for_authorities(extensions, fields, expected):
    middle = Made("middle", "root", extensions, **fields).read()
    server = build.leaf("leaf", "middle")
    assert reason(server, [middle]) == expected
    assert reason(server, [middle], profile=Profile.PATH) is None


@pytest.mark.parametrize(
    ("issuer_key", "expected"), [("anchor", None), ("other", "authority-key-identifier")]
)
def test_a_trusted_key_that_signs_itself_under_another_name_needs_no_key_identifier(
    issuer_key, expected
):
    own = [build.basic(ca=True), build.usage(CERT_SIGN), *build.identifiers("anchor", "x")[:1]]
    anchor = Made("anchor", "elsewhere", own, issuer_key=issuer_key).read()
    assert reason(build.leaf("leaf", "anchor"), root=anchor) == expected


def test_an_authority_without_a_name_is_refused():
    middle = build.authority("middle", "root", subject_name=build.name())
    server = build.leaf("leaf", "middle", issuer_name=build.name())
    assert reason(server, [middle]) == "issuer-empty"
    assert reason(build.authority("m", "root", subject_name=build.name())) == "subject-empty"


def browser(*extensions, subject=None, **fields):
    base = [build.usage(SIGN), *build.identifiers("leaf", "root")]
    return Made(
        "leaf",
        "root",
        [*base, *extensions],
        subject_name=subject or build.name("a.example.com"),
        **fields,
    ).read()


ALT = build.alternative(build.dns("a.example.com"))


def rsa_of(octets):
    algorithm = asn1.sequence(asn1.oid(oids.RSA_ENCRYPTION), asn1.null())
    return asn1.sequence(algorithm, asn1.bit_string(octets))


def rsa(bits):
    return rsa_of(asn1.sequence(asn1.integer((1 << bits) - 1), asn1.integer(65537)))


def odd_curve(parameters):
    algorithm = asn1.sequence(asn1.oid(oids.EC_PUBLIC_KEY), parameters)
    return asn1.sequence(algorithm, asn1.bit_string(b"\4" + bytes(64)))


def curve(oid):
    return odd_curve(asn1.oid(oid))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (rsa(2048), None),
        (rsa(3072), None),
        (rsa(2040), "browser-key"),
        (rsa(2047), "browser-key"),
        (rsa(2052), "browser-key"),
        (rsa_of(b"junk"), "browser-key"),
        (rsa_of(asn1.sequence()), "browser-key"),
        (rsa_of(asn1.sequence(asn1.null())), "browser-key"),
        (odd_curve(asn1.null()), "browser-key"),
        (odd_curve(asn1.sequence()), "browser-key"),
        (odd_curve(b"\6\1\x80"), "browser-key"),
        (curve("1.2.840.10045.3.1.7"), None),  # P-256, P-384, P-521
        (curve("1.3.132.0.34"), None),
        (curve("1.3.132.0.35"), None),
        (curve("1.3.132.0.33"), "browser-key"),  # P-224, secp256k1
        (curve("1.3.132.0.10"), "browser-key"),
        (asn1.sequence(asn1.sequence(asn1.oid("1.3.101.112")), asn1.bit_string(bytes(32))), "browser-key"),
    ],
)  # fmt: skip
def test_keys_that_browsers_take(key, expected):
    assert reason(browser(SERVER_AUTH, ALT, key_info=key), profile=Profile.BROWSER) == expected


def test_browsers_want_the_key_identifier_of_the_authority_and_nothing_beside_it():
    own, authority = build.identifiers("leaf", "root")
    named = asn1.implicit(1, asn1.sequence(build.directory(build.name("root"))))
    number = asn1.implicit(2, asn1.octet_string(b"\1"))
    identifier = asn1.implicit(0, asn1.octet_string(build.key_id("root")))
    for parts in ((named, number), (identifier, named, number)):
        value = build.extension(oids.AUTHORITY_KEY_IDENTIFIER, asn1.sequence(*parts))
        certificate = Made(
            "leaf", "root", [build.usage(SIGN), own, value, SERVER_AUTH, ALT],
            subject_name=build.name("a.example.com"),
        ).read()  # fmt: skip
        assert reason(certificate, profile=Profile.BROWSER) == "authority-key-identifier"
    good = [build.usage(SIGN), own, authority, SERVER_AUTH, ALT]
    certificate = Made("leaf", "root", good, subject_name=build.name("a.example.com")).read()
    assert reason(certificate, profile=Profile.BROWSER) is None


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        (lambda: browser(SERVER_AUTH, ALT), None),
        (lambda: browser(ALT), "browser-extended-key-usage"),
        (lambda: browser(build.purposes("1.3.6.1.5.5.7.3.1", critical=True), ALT), "browser-extended-key-usage"),
        (lambda: browser(build.purposes("1.3.6.1.5.5.7.3.1", "2.5.29.37.0"), ALT), "browser-extended-key-usage"),
        (lambda: browser(SERVER_AUTH), "browser-subject-alt-name"),
        (lambda: browser(SERVER_AUTH, build.alternative(build.dns("a.example.com"), critical=True)), "browser-subject-alt-name"),
        (lambda: browser(SERVER_AUTH, build.alternative(build.dns("*.com"))), "browser-subject-alt-name"),
        (lambda: browser(SERVER_AUTH, build.alternative(build.dns("*.co.uk"))), "browser-subject-alt-name"),
        (lambda: browser(SERVER_AUTH, build.alternative(build.email("a@b.com"))), "browser-subject-alt-name"),
        (lambda: browser(SERVER_AUTH, ALT, subject=build.name("b.example.com")), "browser-common-name"),
        (lambda: browser(SERVER_AUTH, ALT, subject=build.name("A.example.com")), "browser-common-name"),
        (lambda: browser(SERVER_AUTH, ALT, subject=build.name("Shop")), "browser-common-name"),
        (lambda: browser(SERVER_AUTH, build.alternative(build.ip(bytes([192, 0, 2, 1]))), subject=build.name("192.0.2.1")), None),
        (lambda: browser(SERVER_AUTH, build.alternative(build.ip(bytes([192, 0, 2, 1]))), subject=build.name("192.0.2.01")), "browser-common-name"),
        (lambda: browser(SERVER_AUTH, build.alternative(build.ip(bytes([192, 0, 2, 1]))), subject=build.name("0xc0.0.2.0x1")), "browser-common-name"),
        (lambda: browser(SERVER_AUTH, build.alternative(build.ip(bytes(15) + b"\1")), subject=build.name("0:0:0:0:0:0:0:1")), "browser-common-name"),
        (lambda: browser(SERVER_AUTH, ALT, subject=build.name("example.com")), None),
        (lambda: browser(SERVER_AUTH, ALT, subject=build.name("ample.com")), "browser-common-name"),
        (lambda: browser(SERVER_AUTH, build.alternative(build.ip(bytes([192, 0, 2, 1]))), subject=build.name("a.example.com")), None),
        (lambda: browser(SERVER_AUTH, ALT, build.basic(ca=True)), "browser-authority"),
    ],
)  # fmt: skip
def test_rules_of_browsers(certificate, expected):
    assert reason(certificate(), profile=Profile.BROWSER) == expected


def test_browsers_accept_name_constraints_that_are_not_critical():
    trees = build.constraints((build.dns("example.com"),), critical=False)
    root = build.root("root", trees)
    assert reason(browser(SERVER_AUTH, ALT), root=root, profile=Profile.BROWSER) is None
    assert reason(browser(SERVER_AUTH, ALT), root=root) == "criticality"


def test_no_rule_about_identifiers_of_other_keys_or_long_validity():
    from datetime import datetime, timezone

    far = {"end": datetime(2969, 1, 1, tzinfo=timezone.utc)}
    ids = build.identifiers("somebody", "else")
    server = Made(
        "leaf", "root", [build.usage(SIGN), SERVER_AUTH, ALT, *ids],
        subject_name=build.name("a.example.com"), **far,
    ).read()  # fmt: skip
    for profile in Profile:
        assert reason(server, profile=profile) is None
