"""Revocation lists: complete, partitioned, delta and indirect; old, forged and odd ones."""

from datetime import timedelta

import pytest

from gmkit import asn1, errors, pki
from gmkit.pki import Profile, Purpose, Revocation
from gmkit.x509 import oids
from tests.bounds import within
from tests.unit.pki import build
from tests.unit.pki.build import BEGIN, CERT_SIGN, CRL_SIGN, END, NOW, crl, revoked

ROOT = build.root()
MIDDLE = build.authority("middle", "root")
LEAF = build.leaf("leaf", "middle")
OF_ROOT, OF_MIDDLE = crl("root"), crl("middle")
HIT = revoked(LEAF.serial, reason=1)
UNKNOWN, STALE, GONE = "revocation-unknown", "revocation-stale", "revoked"


def result(*lists, leaf=LEAF, others=(MIDDLE,), mode=Revocation.REQUIRE, root=ROOT, **options):
    """(None, what was not checked) or (reason, depth)."""
    judge = pki.Verifier(
        [root], time=NOW, purpose=Purpose.SIGNING, revocation=mode, crls=lists, **options
    )
    try:
        return None, judge.verify(leaf, others).not_checked
    except errors.CertificateRejected as error:
        return error.reason, error.depth


def point(*names, reasons=None, issuer=None):
    """cRLDistributionPoints with one point."""
    parts = []
    if names:
        parts.append(asn1.explicit(0, asn1.implicit(0, asn1.sequence(*names))))
    if reasons is not None:
        parts.append(asn1.implicit(1, build.named_bits(reasons)))
    if issuer is not None:
        parts.append(asn1.implicit(2, asn1.sequence(build.directory(issuer))))
    return build.extension(oids.CRL_DISTRIBUTION_POINTS, asn1.sequence(asn1.sequence(*parts)))


def scope(*names, flags=(), reasons=None):
    """issuingDistributionPoint; *flags* are numbers of booleans that are true."""
    parts = []
    if names:
        parts.append((0, asn1.explicit(0, asn1.implicit(0, asn1.sequence(*names)))))
    parts += [(number, asn1.implicit(number, asn1.boolean(value=True))) for number in flags]
    if reasons is not None:
        parts.append((3, asn1.implicit(3, build.named_bits(reasons))))
    return asn1.sequence(*(part for _, part in sorted(parts)))


USER, CA, INDIRECT, ATTRIBUTE = 1, 2, 4, 5
ALL = 0b1_1111_1110


def test_every_certificate_below_the_root_needs_an_answer():
    assert result(OF_ROOT, OF_MIDDLE) == (None, ())
    assert result(OF_MIDDLE) == (UNKNOWN, 1)
    assert result(OF_ROOT) == (UNKNOWN, 0)
    assert result() == (UNKNOWN, 1)


def test_if_available_says_what_nobody_answered():
    mode = Revocation.IF_AVAILABLE
    assert result(mode=mode)[1] == (
        f"revocation of {MIDDLE.subject}",
        f"revocation of {LEAF.subject}",
    )
    assert result(OF_MIDDLE, mode=mode) == (None, (f"revocation of {MIDDLE.subject}",))
    assert result(crl("middle", HIT), mode=mode) == (GONE, 0)
    # A list that is there but cannot be used is not "not available".
    assert result(crl("middle", end=NOW - timedelta(days=1)), mode=mode) == (STALE, 0)
    assert result(crl("middle", signer="stranger"), mode=mode) == (UNKNOWN, 0)
    assert result(crl("middle", base=1, number=2), mode=mode) == (UNKNOWN, 0)


def test_the_revoked_are_refused_wherever_they_stand():
    assert result(OF_ROOT, crl("middle", HIT)) == (GONE, 0)
    assert result(crl("root", revoked(MIDDLE.serial)), OF_MIDDLE) == (GONE, 1)
    others = [revoked(n) for n in (0, 1, -1, LEAF.serial + 256, 1 << 200)]
    assert result(OF_ROOT, crl("middle", *others)) == (None, ())
    assert result(OF_ROOT, crl("middle", *others, HIT)) == (GONE, 0)


def test_pki_07_time_issuer_signature_and_usage_of_a_list():
    for bad, reason in (
        (crl("middle", end=NOW - timedelta(seconds=1)), STALE),
        (crl("middle", end=None), STALE),
        (crl("middle", begin=NOW + timedelta(seconds=1)), UNKNOWN),
        (crl("middle", signer="stranger"), UNKNOWN),
        (crl("middle", issuer_name=build.name("stranger")), UNKNOWN),
        (crl("stranger"), UNKNOWN),
    ):
        assert result(OF_ROOT, bad) == (reason, 0)
        assert result(OF_ROOT, bad, OF_MIDDLE)[0] in (None, reason)
    no_lists = build.authority(
        "middle", "root", extensions=[build.basic(ca=True), build.usage(CERT_SIGN)]
    )
    assert result(OF_ROOT, OF_MIDDLE, others=[no_lists]) == (UNKNOWN, 0)
    without_usage = build.authority("middle", "root", extensions=[build.basic(ca=True)])
    assert result(OF_ROOT, OF_MIDDLE, others=[without_usage]) == (None, ())


def test_pki_07_an_older_list_never_takes_the_place_of_a_newer_one():
    seven, nine = crl("middle", number=7), crl("middle", HIT, number=9)
    assert result(OF_ROOT, seven, nine) == (GONE, 0)
    assert result(OF_ROOT, nine, seven) == (GONE, 0)
    outdated = crl("middle", number=9, end=NOW - timedelta(days=1))
    assert result(OF_ROOT, outdated, seven) == (STALE, 0)
    # A forged newer list changes nothing.
    forged = crl("middle", number=99, signer="stranger")
    assert result(OF_ROOT, forged, seven) == (None, ())


def test_pki_05_what_is_critical_and_unknown_makes_a_list_useless():
    odd = build.extension("1.2.3.4", b"\x05\x00", critical=True)
    assert result(OF_ROOT, crl("middle", more=(odd,))) == (UNKNOWN, 0)
    entry = revoked(12345, more=(odd,))
    assert result(OF_ROOT, crl("middle", entry)) == (UNKNOWN, 0)
    harmless = build.extension("1.2.3.4", b"\x05\x00")
    entry = revoked(12345, more=(harmless,))
    assert result(OF_ROOT, crl("middle", entry, more=(harmless,))) == (None, ())


def test_the_profile_wants_number_and_identifier():
    strict = {"profile": Profile.RFC5280}
    assert result(OF_ROOT, OF_MIDDLE, **strict) == (None, ())
    assert result(OF_ROOT, crl("middle", number=None), **strict) == (UNKNOWN, 0)
    assert result(OF_ROOT, crl("middle", number=None)) == (None, ())


@pytest.mark.parametrize(
    ("flags", "at_leaf", "at_middle"),
    [((USER,), None, UNKNOWN), ((CA,), UNKNOWN, None), ((ATTRIBUTE,), UNKNOWN, UNKNOWN)],
)
def test_lists_for_some_kinds_of_certificates(flags, at_leaf, at_middle):
    assert result(OF_ROOT, crl("middle", scope=scope(flags=flags)))[0] == at_leaf
    assert result(crl("root", scope=scope(flags=flags)), OF_MIDDLE)[0] == at_middle


def test_partitioned_lists_answer_for_their_own_point_only():
    here, there = build.uri("http://a/1.crl"), build.uri("http://a/2.crl")
    leaf = build.leaf("leaf", "middle", point(here))
    own = crl("middle", scope=scope(here))
    other = crl("middle", scope=scope(there))
    assert result(OF_ROOT, own, leaf=leaf) == (None, ())
    assert result(OF_ROOT, other, leaf=leaf) == (UNKNOWN, 0)
    assert result(OF_ROOT, crl("middle", revoked(leaf.serial), scope=scope(here)), leaf=leaf) == (
        GONE,
        0,
    )
    # A point relative to the name of the authority is the same as its whole name.
    relative = asn1.explicit(
        0, asn1.implicit(1, asn1.set_of(asn1.sequence(asn1.oid("2.5.4.11"), asn1.utf8_string("u"))))
    )
    leaf = build.leaf(
        "leaf", "middle",
        build.extension(oids.CRL_DISTRIBUTION_POINTS, asn1.sequence(asn1.sequence(relative))),
    )  # fmt: skip
    unit = asn1.set_of(asn1.sequence(asn1.oid("2.5.4.11"), asn1.utf8_string("U")))
    whole = build.directory(
        asn1.sequence(asn1.decode(build.name("middle"), what="n").children()[0].raw, unit)
    )
    assert result(OF_ROOT, crl("middle", scope=scope(whole)), leaf=leaf) == (None, ())


def test_reasons_add_up():
    half, rest = 0b0_0001_1110, ALL & ~0b0_0001_1110
    one, two = (
        crl("middle", scope=scope(reasons=half)),
        crl("middle", scope=scope(reasons=rest), number=2),
    )
    assert result(OF_ROOT, one) == (UNKNOWN, 0)
    assert result(OF_ROOT, one, two) == (None, ())
    hit = crl("middle", HIT, scope=scope(reasons=rest))
    assert result(OF_ROOT, one, hit) == (GONE, 0)


def test_delta_lists_add_to_the_complete_list_they_fit():
    complete = crl("middle", number=5)
    assert result(OF_ROOT, complete, crl("middle", HIT, number=6, base=5)) == (GONE, 0)
    assert result(OF_ROOT, complete, crl("middle", HIT, number=6, base=4)) == (GONE, 0)
    # Too new a base, an older delta, another's delta: the complete list stands alone.
    for delta in (
        crl("middle", HIT, number=9, base=6),
        crl("middle", HIT, number=5, base=4),
        crl("middle", HIT, number=6, base=5, signer="stranger"),
        crl("middle", HIT, number=6, base=5, end=NOW - timedelta(days=1)),
    ):
        assert result(OF_ROOT, complete, delta) == (None, ())
    held = crl("middle", revoked(LEAF.serial, reason=6), number=5)
    released = crl("middle", revoked(LEAF.serial, reason=8), number=6, base=5)
    assert result(OF_ROOT, held) == (GONE, 0)
    assert result(OF_ROOT, held, released) == (None, ())
    late = crl("middle", number=5, end=NOW - timedelta(days=1))
    assert result(OF_ROOT, late, crl("middle", number=6, base=5)) == (None, ())
    assert result(OF_ROOT, crl("middle", number=6, base=5)) == (UNKNOWN, 0)


def test_indirect_lists_name_the_issuer_of_each_entry():
    signer = build.leaf(
        "lists", "root", extensions=[build.usage(CRL_SIGN), *build.identifiers("lists", "root")]
    )
    leaf = build.leaf("leaf", "middle", point(issuer=build.name("lists")))
    others = [MIDDLE, signer]
    naming = build.extension(
        oids.CERTIFICATE_ISSUER, asn1.sequence(build.directory(build.name("middle"))), critical=True
    )
    indirect = scope(flags=(INDIRECT,))

    def of(*entries, flags=indirect):
        return crl("lists", *entries, scope=flags)

    assert result(OF_ROOT, of(), leaf=leaf, others=others) == (None, ())
    assert result(OF_ROOT, of(), leaf=leaf) == (UNKNOWN, 0)
    # Not indirect, or not named by the certificate: of no use.
    assert result(OF_ROOT, of(flags=None), leaf=leaf, others=others) == (UNKNOWN, 0)
    assert result(OF_ROOT, of(), others=others) == (UNKNOWN, 0)
    # The entry counts for the issuer that is named, and for those after it.
    assert result(OF_ROOT, of(revoked(leaf.serial)), leaf=leaf, others=others) == (None, ())
    assert result(OF_ROOT, of(revoked(leaf.serial, more=(naming,))), leaf=leaf, others=others) == (
        GONE,
        0,
    )
    after = of(revoked(77_777, more=(naming,)), revoked(leaf.serial))
    assert result(OF_ROOT, after, leaf=leaf, others=others) == (GONE, 0)
    # A point without a name goes by the issuer that it names.
    for base, answer in (("lists", (None, ())), ("middle", (UNKNOWN, 0))):
        named = of(flags=scope(build.directory(build.name(base)), flags=(INDIRECT,)))
        assert result(OF_ROOT, named, leaf=leaf, others=others) == answer
    # A point relative to a name: that of the list's issuer, where the certificate names it.
    unit = asn1.sequence(asn1.oid("2.5.4.11"), asn1.utf8_string("u"))
    beside = asn1.sequence(
        asn1.explicit(0, asn1.implicit(1, asn1.set_of(unit))),
        asn1.implicit(2, asn1.sequence(build.directory(build.name("lists")))),
    )
    relative = build.leaf(
        "leaf",
        "middle",
        build.extension(oids.CRL_DISTRIBUTION_POINTS, asn1.sequence(beside)),
    )
    for base, answer in (("lists", (None, ())), ("middle", (UNKNOWN, 0))):
        first = asn1.decode(build.name(base), what="name").children()[0].raw
        place = build.directory(asn1.sequence(first, asn1.set_of(unit)))
        there = of(flags=scope(place, flags=(INDIRECT,)))
        assert result(OF_ROOT, there, leaf=relative, others=others) == answer
    # A signer that is itself revoked signs nothing.
    assert result(crl("root", revoked(signer.serial)), of(), leaf=leaf, others=others) == (
        UNKNOWN,
        0,
    )


def test_a_list_may_be_signed_with_another_key_of_the_authority():
    list_key = build.leaf(
        "middle", "middle", subject_key="list-key", extensions=[build.usage(CRL_SIGN)]
    )
    own = crl("middle", signer="list-key")
    of_middle = crl("middle", number=0)
    assert result(OF_ROOT, own, of_middle, others=[MIDDLE, list_key]) == (None, ())
    assert result(OF_ROOT, own, others=[MIDDLE]) == (UNKNOWN, 0)
    stranger = build.leaf(
        "middle", "stranger", subject_key="list-key", extensions=[build.usage(CRL_SIGN)]
    )
    assert result(OF_ROOT, own, others=[MIDDLE, stranger]) == (UNKNOWN, 0)


def test_a_list_of_a_hundred_thousand_is_looked_up_in_a_moment():
    long = crl("middle", *(revoked(n * 3 + 1_000_000) for n in range(100_000)))
    assert len(long) == 100_000

    def look_up():
        for number in range(1000):
            assert len(long.find(number * 3 + 1_000_000)) == 1
            assert long.find(number * 3 + 1_000_001) == ()

    within(2, look_up)  # a millisecond each
    assert (long.this_update, long.next_update) == (BEGIN, END)
