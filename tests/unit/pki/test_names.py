"""Name constraints: every kind, inside and outside, permitted and excluded."""

import pytest

from gmkit import asn1, errors, pki
from gmkit.pki import Purpose, Revocation
from tests.bounds import within
from tests.unit.pki import build
from tests.unit.pki.build import dns, email, ip, uri


def reason(names, permitted=(), excluded=(), *, subject=None, middle=None):
    root = build.root("root", build.constraints(permitted, excluded))
    others = []
    issuer = "root"
    if middle is not None:
        others = [build.authority("middle", "root", build.constraints(*middle))]
        issuer = "middle"
    more = [build.alternative(*names)] if names else []
    leaf = build.leaf("leaf", issuer, *more, subject_name=subject)
    judge = pki.Verifier(
        [root], time=build.NOW, purpose=Purpose.SIGNING, revocation=Revocation.NONE
    )
    try:
        judge.verify(leaf, others)
    except errors.CertificateRejected as error:
        return error.reason
    return None


NET, HOST = bytes([192, 0, 2, 0, 255, 255, 255, 0]), bytes([192, 0, 2, 9])
NET6 = bytes.fromhex("20010db8" + "00" * 12 + "ffffffff" + "00" * 12)
HOST6 = bytes.fromhex("20010db8" + "00" * 11 + "01")
OUT, EX, ODD = "name-not-permitted", "name-excluded", "name-constraints-malformed"


@pytest.mark.parametrize(
    ("name", "base", "inside"),
    [
        (dns("example.com"), dns("example.com"), True),
        (dns("a.b.Example.com"), dns("eXample.com"), True),
        (dns("*.example.com"), dns("example.com"), True),
        (dns("badexample.com"), dns("example.com"), False),
        (dns("com"), dns("example.com"), False),
        (dns("anything"), dns(""), True),
        (email("a@example.com"), email("a@example.com"), True),
        (email("a@EXAMPLE.com"), email("a@example.com"), True),
        (email("A@example.com"), email("a@example.com"), False),
        (email("a@example.com"), email("example.com"), True),
        (email("a@b.example.com"), email("example.com"), False),
        (email("a@b.example.com"), email(".example.com"), True),
        (email("a@example.com"), email(".example.com"), False),
        (email("x@example.com"), email("*@example.com"), False),
        (email("*@example.com"), email("*@example.com"), True),
        (email('"a@b"@example.com'), email("example.com"), True),
        (uri("https://example.com/a?b"), uri("example.com"), True),
        (uri("https://u@example.com:8443/a"), uri("example.com"), True),
        (uri("https://b.example.com"), uri("example.com"), False),
        (uri("https://b.example.com"), uri(".example.com"), True),
        (uri("https://example.com.evil.com/"), uri("example.com"), False),
        (uri("https://evil.com/@example.com"), uri("example.com"), False),
        (ip(HOST), ip(NET), True),
        (ip(bytes([192, 0, 3, 9])), ip(NET), False),
        (ip(HOST6), ip(NET6), True),
        (ip(bytes(16)), ip(NET6), False),
        (ip(HOST6), ip(NET), False),
    ],
)
def test_every_kind_inside_and_outside(name, base, inside):
    assert reason([name], (base,)) == (None if inside else OUT)
    assert reason([name], (), (base,)) == (EX if inside else None)


@pytest.mark.parametrize(
    ("name", "base"),
    [
        (uri("https://192.0.2.1/"), uri("example.com")),
        (uri("urn:isbn:1"), uri("example.com")),
        (uri("https://[::1]/"), uri("example.com")),
        (email("no-at-sign"), email("example.com")),
        (email("a@b@example.com"), email("example.com")),
        (email("a..b@example.com"), email("example.com")),
        (email("a b@example.com"), email("example.com")),
        (dns("bad name"), dns("example.com")),
        (dns("a..b"), dns("example.com")),
        (asn1.implicit(8, asn1.oid("1.2.3")), asn1.implicit(8, asn1.oid("1.2.3"))),
    ],
)
def test_pki_05_a_name_that_cannot_be_judged_is_refused(name, base):
    assert reason([name], (base,)) == OUT
    assert reason([name], (), (base,)) == OUT


def test_constraints_on_kinds_that_do_not_occur_do_no_harm():
    assert reason([dns("a.com")], (ip(NET),), (uri("a.com"),)) is None
    assert reason([], (dns("a.com"),)) is None


def test_a_wildcard_stands_for_every_name_it_covers():
    assert reason([dns("*.example.com")], (), (dns("bar.example.com"),)) == EX
    assert reason([dns("*.example.com")], (), (dns("a.bar.example.com"),)) is None
    assert reason([dns("*.example.com")], (dns("bar.example.com"),)) == OUT


@pytest.mark.parametrize(
    "base", [dns(".example.com"), dns("*.example.com"), email("a@b@c.com"), email("@c.com"), uri("http://a")]
)  # fmt: skip
def test_subtrees_that_are_none_are_refused(base):
    assert reason([], (base,)) == ODD


def test_directory_names_subject_and_alternative():
    tree = build.directory(build.name("Org"))
    org = asn1.sequence(
        asn1.set_of(asn1.sequence(asn1.oid("2.5.4.10"), asn1.printable_string("ORG")))
    )
    base = build.directory(org)
    inside = build.name("org", "x")
    outside = build.name("other", "x")
    assert reason([], (base,), subject=inside) is None
    assert reason([], (base,), subject=outside) == OUT
    assert reason([], (), (base,), subject=inside) == EX
    assert reason([build.directory(outside)], (base,), subject=inside) == OUT
    assert reason([build.directory(inside)], (base,), subject=outside) == OUT
    assert reason([tree], (base,), subject=inside) == OUT


def test_addresses_in_the_subject_count_where_there_is_no_alternative_name():
    address = asn1.set_of(
        asn1.sequence(asn1.oid("1.2.840.113549.1.9.1"), asn1.ia5_string("a@evil.com"))
    )
    subject = asn1.sequence(address)
    assert reason([], (email("example.com"),), subject=subject) == OUT
    assert reason([], (), (email("evil.com"),), subject=subject) == EX


def test_constraints_only_narrow_on_the_way_down():
    both = (dns("a.com"), dns("b.com"))
    assert reason([dns("a.com")], both, middle=((dns("b.com"),),)) == OUT
    assert reason([dns("a.com")], (dns("b.com"),), middle=(both,)) == OUT
    assert reason([dns("b.com")], (dns("b.com"),), middle=(both,)) is None
    assert reason([dns("x.b.com")], both, middle=((), (dns("x.b.com"),))) == EX


def test_many_names_and_many_constraints_are_given_up():
    names = [dns(f"n{i}.com") for i in range(1000)]
    excluded = tuple(dns(f"x{i}.com") for i in range(1000))
    assert within(0.5, lambda: reason(names, (), excluded)) == "too-complex"
