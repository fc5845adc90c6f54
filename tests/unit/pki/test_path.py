"""Chains: one good one, and every way in which it can be bad."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit import asn1, errors, pki, sm2, x509
from gmkit.pki import PolicyInputs, Profile, Purpose, Revocation, search
from gmkit.x509 import oids
from tests.bounds import within
from tests.unit.pki import build
from tests.unit.pki.build import CERT_SIGN, NOW, SECRECY, SIGN, Made

ROOT = build.root()
MIDDLE = build.authority("middle", "root")
LEAF = build.leaf("leaf", "middle")


def verifier(roots=(ROOT,), **options):
    given = {"time": NOW, "purpose": Purpose.SIGNING, "revocation": Revocation.NONE, **options}
    return pki.Verifier(roots, **given)


def refused(leaf, others=(), *, roots=(ROOT,), peer=None, **options):
    """(reason, depth) of the refusal."""
    with pytest.raises(errors.CertificateRejected) as caught:
        verifier(roots, **options).verify(leaf, others, peer=peer)
    assert caught.value.reason in pki.REASONS
    return caught.value.reason, caught.value.depth


def test_a_good_chain_is_returned_from_leaf_to_root():
    chain = verifier().verify(LEAF, [MIDDLE])
    assert chain.certificates == (LEAF, MIDDLE, ROOT)
    assert (chain.leaf, chain.root, chain.time) == (LEAF, ROOT, NOW)
    assert chain.policies == frozenset()
    assert chain.not_checked == ("revocation",)


def test_order_strangers_and_repetition_do_not_matter():
    strangers = [build.root("stranger"), build.leaf("other", "stranger"), LEAF, ROOT]
    for others in ([*strangers, MIDDLE], [MIDDLE, MIDDLE, *strangers]):
        assert verifier().verify(LEAF, others).certificates == (LEAF, MIDDLE, ROOT)


@pytest.mark.parametrize("profile", list(Profile))
def test_a_good_server_is_good_under_every_profile(profile):
    server = build.server("server", "middle")
    judge = verifier(purpose=Purpose.TLS_SERVER, profile=profile)
    assert judge.verify(server, [MIDDLE], peer="a.example.com").leaf == server


def test_an_intermediate_can_be_the_trusted_one():
    assert verifier([MIDDLE]).verify(LEAF).certificates == (LEAF, MIDDLE)
    assert verifier([MIDDLE]).verify(LEAF, [ROOT]).root == MIDDLE


def test_a_trusted_certificate_is_its_own_chain():
    assert verifier(purpose=Purpose.ANY).verify(ROOT).certificates == (ROOT,)


def test_without_roots_or_time_zone_nothing_is_judged():
    with pytest.raises(errors.InvalidArgument, match="root"):
        verifier([])
    with pytest.raises(errors.InvalidArgument, match="time zone"):
        verifier(time=NOW.replace(tzinfo=None))
    with pytest.raises(errors.InvalidArgument, match="8191"):
        verifier(user_id=b"x" * 8192)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (build.BEGIN, None),
        (build.END, None),
        (build.END + timedelta(milliseconds=999), None),
        (build.BEGIN - timedelta(seconds=1), "not-yet-valid"),
        (build.END + timedelta(seconds=1), "expired"),
        (build.END.astimezone(timezone(timedelta(hours=8))), None),
    ],
)
def test_both_ends_of_the_validity_belong_to_it(moment, reason):
    if reason is None:
        verifier(time=moment).verify(LEAF, [MIDDLE])
    else:
        assert refused(LEAF, [MIDDLE], time=moment) == (reason, 0)


def test_every_certificate_of_the_chain_must_be_in_time():
    past = {"end": NOW - timedelta(days=1)}
    assert refused(LEAF, [build.authority("middle", "root", **past)]) == ("expired", 1)
    assert refused(LEAF, [MIDDLE], roots=[build.root(**past)]) == ("expired", 2)
    assert refused(build.leaf("leaf", "middle", **past), [MIDDLE]) == ("expired", 0)
    # A second certificate of the same authority that is in time is found.
    old = build.authority("middle", "root", **past)
    assert verifier().verify(LEAF, [old, MIDDLE]).certificates[1] == MIDDLE


def test_unknown_issuer_and_untrusted_root_are_told_apart():
    assert refused(LEAF) == ("unknown-issuer", 0)
    stranger = build.root("stranger")
    assert refused(LEAF, [MIDDLE, ROOT], roots=[stranger])[0] == "untrusted-root"
    assert refused(build.leaf("x", "nobody"), [MIDDLE]) == ("unknown-issuer", 0)


def test_sig_03_a_signature_by_another_key_is_refused():
    forged = build.leaf("leaf", "middle", issuer_key="stranger")
    assert refused(forged, [MIDDLE]) == ("bad-signature", 0)
    forged = build.authority("middle", "root", issuer_key="stranger")
    assert refused(LEAF, [forged]) == ("bad-signature", 1)


def test_pki_06_sig_12_one_user_id_holds_for_every_level():
    own = b"ALICE123@YAHOO.COM"
    root = build.root(user_id=own)
    middle = build.authority("middle", "root", user_id=own)
    leaf = build.leaf("leaf", "middle", user_id=own)
    verifier([root], user_id=own).verify(leaf, [middle])
    assert refused(leaf, [middle], roots=[root]) == ("bad-signature", 0)
    assert refused(LEAF, [middle], roots=[root], user_id=own) == ("bad-signature", 0)
    assert refused(leaf, [MIDDLE], user_id=own) == ("bad-signature", 1)
    empty = build.leaf("leaf", "root", user_id=b"")
    assert refused(empty) == ("bad-signature", 0)
    verifier([root], user_id=b"").verify(empty)


def test_sig_16_inner_and_outer_algorithm_must_be_the_same():
    with_null = asn1.sequence(asn1.oid(oids.SM2_WITH_SM3), asn1.null())
    made = Made("leaf", "root", [build.usage(SIGN)])
    assert refused(replace(made, outer=with_null).read()) == ("algorithm-mismatch", 0)
    verifier().verify(replace(made, inner=with_null, outer=with_null).read())


def test_sig_13_algorithm_and_key_must_fit():
    ecdsa = asn1.sequence(asn1.oid("1.2.840.10045.4.3.2"))
    made = Made("leaf", "root", [build.usage(SIGN)], inner=ecdsa, outer=ecdsa)
    assert refused(made.read()) == ("unsupported-algorithm", 0)
    unknown = asn1.sequence(asn1.oid("1.2.3.4"))
    made = Made("leaf", "root", [build.usage(SIGN)], inner=unknown, outer=unknown)
    assert refused(made.read()) == ("unsupported-algorithm", 0)
    weak = asn1.sequence(asn1.oid("1.2.840.10045.4.1"))
    made = Made("leaf", "root", [build.usage(SIGN)], inner=weak, outer=weak)
    assert refused(made.read()) == ("weak-algorithm", 0)


def test_sig_13_both_identifiers_of_an_sm2_key_are_read():
    own = asn1.sequence(asn1.oid(oids.SM2_CURVE), asn1.oid(oids.SM2_CURVE))
    point = asn1.bit_string(build.key("middle").public_key().to_bytes())
    middle = build.authority("middle", "root", key_info=asn1.sequence(own, point))
    verifier().verify(LEAF, [middle])


@pytest.mark.parametrize("length", [*range(70), 100])
def test_en_02_a_key_of_another_length_is_no_key(length):
    if length == 65:
        return
    point = (b"\x04" + bytes(range(1, 100)))[:length]
    algorithm = asn1.sequence(asn1.oid(oids.EC_PUBLIC_KEY), asn1.oid(oids.SM2_CURVE))
    middle = build.authority(
        "middle", "root", key_info=asn1.sequence(algorithm, asn1.bit_string(point))
    )
    assert refused(LEAF, [middle]) == ("bad-signature", 0)


def test_pki_04_only_an_authority_issues():
    usage = build.usage(CERT_SIGN)
    for name, extensions, reason in (
        ("none", [usage], "not-an-authority"),
        ("false", [build.basic(ca=False), usage], "not-an-authority"),
        ("no-sign", [build.basic(ca=True), build.usage(SIGN)], "key-usage"),
    ):
        middle = Made("middle", "root", extensions).read()
        assert refused(LEAF, [middle]) == (reason, 1), name
        root = Made("root", "root", extensions).read()
        assert refused(LEAF, [MIDDLE], roots=[root]) == (reason, 2), name


def test_path_length_counts_authorities_that_are_not_self_issued():
    strict = build.authority("middle", "root", length=0)
    below = build.authority("below", "middle")
    leaf = build.leaf("leaf", "below")
    verifier().verify(LEAF, [strict])
    assert refused(leaf, [strict, below]) == ("path-length", 1)
    assert refused(leaf, [MIDDLE, below], roots=[build.root(length=1)]) == ("path-length", 1)
    rolled = build.authority("middle", "middle", subject_key="middle-new")
    new_leaf = build.leaf("leaf", "middle", issuer_key="middle-new")
    assert len(verifier().verify(new_leaf, [strict, rolled]).certificates) == 4


def test_the_caller_limits_the_depth():
    below = build.authority("below", "middle")
    leaf = build.leaf("leaf", "below")
    verifier(max_depth=2).verify(leaf, [MIDDLE, below])
    assert refused(leaf, [MIDDLE, below], max_depth=1)[0] == "too-deep"
    assert refused(LEAF, [MIDDLE], max_depth=0)[0] == "too-deep"


def test_pki_05_an_unknown_critical_extension_is_refused_everywhere():
    unknown = build.extension("1.2.3.4", b"\x05\x00", critical=True)
    assert refused(build.leaf("leaf", "root", unknown)) == ("unknown-critical-extension", 0)
    middle = build.authority("middle", "root", unknown)
    assert refused(LEAF, [middle]) == ("unknown-critical-extension", 1)
    root = build.root("root", unknown)
    assert refused(LEAF, [MIDDLE], roots=[root]) == ("unknown-critical-extension", 2)
    verifier().verify(build.leaf("leaf", "root", build.extension("1.2.3.4", b"\x05\x00")))


def test_malformed_and_repeated_extensions_are_refused():
    bad = build.extension(oids.SUBJECT_ALT_NAME, b"example.com")
    assert refused(build.leaf("leaf", "root", bad)) == ("malformed-extension", 0)
    twice = build.extension("1.2.3.4", b"\x05\x00")
    assert refused(build.leaf("leaf", "root", twice, twice)) == ("duplicate-extension", 0)
    info = build.extension(oids.AUTHORITY_INFO_ACCESS, b"\x30\x00")
    verifier().verify(build.leaf("leaf", "root", info))
    strict = {"profile": Profile.RFC5280}
    assert refused(build.leaf("leaf", "root", info), **strict) == ("malformed-extension", 0)


def test_pki_09_the_certificates_of_a_pair_do_not_stand_in_for_each_other():
    encryption = build.leaf("leaf", "root", extensions=[build.usage(SECRECY)])
    signing = build.leaf("leaf", "root", extensions=[build.usage(SIGN)])
    assert refused(encryption) == ("key-usage", 0)
    assert refused(signing, purpose=Purpose.ENCRYPTION) == ("key-usage", 0)
    verifier().verify(signing)
    verifier(purpose=Purpose.ENCRYPTION).verify(encryption)


SERVER, CLIENT, STAMPS, OCSP, ANYTHING = (
    "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9",
    "2.5.29.37.0",
)  # fmt: skip


@pytest.mark.parametrize(
    ("purpose", "extension", "good"),
    [
        (Purpose.TLS_SERVER, None, True),
        (Purpose.TLS_SERVER, build.purposes(SERVER), True),
        (Purpose.TLS_SERVER, build.purposes(CLIENT, SERVER), True),
        (Purpose.TLS_SERVER, build.purposes(ANYTHING), True),
        (Purpose.TLS_SERVER, build.purposes(CLIENT), False),
        (Purpose.TLS_CLIENT, build.purposes(SERVER), False),
        (Purpose.TIMESTAMPING, build.purposes(STAMPS, critical=True), True),
        (Purpose.TIMESTAMPING, build.purposes(STAMPS), False),
        (Purpose.TIMESTAMPING, build.purposes(STAMPS, SERVER, critical=True), False),
        (Purpose.TIMESTAMPING, build.purposes(ANYTHING, critical=True), False),
        (Purpose.TIMESTAMPING, None, False),
        (Purpose.OCSP_SIGNING, build.purposes(OCSP), True),
        (Purpose.OCSP_SIGNING, build.purposes(ANYTHING), False),
        (Purpose.OCSP_SIGNING, None, False),
        (Purpose.SIGNING, build.purposes(CLIENT), True),
    ],
)
def test_purposes(purpose, extension, good):
    leaf = build.leaf("leaf", "root", *([extension] if extension else []))
    if good:
        verifier(purpose=purpose).verify(leaf)
    else:
        assert refused(leaf, purpose=purpose) == ("extended-key-usage", 0)


def test_an_authority_cannot_lend_a_purpose_it_lacks():
    middle = build.authority("middle", "root", build.purposes(CLIENT))
    server = build.server("server", "middle")
    assert refused(server, [middle], purpose=Purpose.TLS_SERVER) == ("extended-key-usage", 1)


@pytest.mark.parametrize(
    ("names", "peer", "good"),
    [
        ([build.dns("a.example.com")], "a.example.com", True),
        ([build.dns("A.EXAMPLE.com")], "a.example.COM.", True),
        ([build.dns("b.example.com")], "a.example.com", False),
        ([build.dns("example.com")], "a.example.com", False),
        ([build.dns("a.example.com")], "example.com", False),
        ([build.dns("aa.example.com"), build.dns("a.example.org")], "a.example.com", False),
        ([build.ip(bytes([192, 0, 2, 2]))], "192.0.2.1", False),
        ([build.dns("*.example.com")], "a.example.com", True),
        ([build.dns("*.example.com")], "a.example.org", False),
        ([build.dns("*.example.com")], "example.com", False),
        ([build.dns("*.example.com")], "a.b.example.com", False),
        ([build.dns("a*.example.com")], "ab.example.com", False),
        ([build.dns("a.*.com")], "a.b.com", False),
        ([build.dns("*.com")], "example.com", False),
        ([build.dns("*")], "com", False),
        ([build.dns("a.example.com\0.evil.com")], "a.example.com", False),
        ([build.ip(bytes([192, 0, 2, 1]))], "192.0.2.1", True),
        ([build.dns("192.0.2.1")], "192.0.2.1", False),
        ([build.ip(bytes(15) + b"\1")], "::1", True),
        ([build.ip(bytes(15) + b"\1")], "0:0:0:0:0:0:0:1", True),
        ([build.dns("b"), build.dns("a.example.com")], "a.example.com", True),
        ([build.email("a@example.com")], "a.example.com", False),
        ([], "leaf", False),
    ],
)
def test_pki_11_the_expected_name_is_matched_label_by_label(names, peer, good):
    leaf = build.leaf("leaf", "root", *([build.alternative(*names)] if names else []))
    if good:
        verifier().verify(leaf, peer=peer)
    else:
        assert refused(leaf, peer=peer) == ("name-mismatch", 0)


@pytest.mark.parametrize(
    ("mail", "good"),
    [
        ("a@example.com", True),
        ("a@EXAMPLE.com", True),
        ("A@example.com", False),
        ("b@example.com", False),
        ("a@example.org", False),
    ],
)
def test_of_a_mail_address_the_host_alone_is_without_case(mail, good):
    leaf = build.leaf("leaf", "root", build.alternative(build.email(mail)))
    peer = x509.GeneralName("email", "a@example.com")
    if good:
        verifier().verify(leaf, peer=peer)
    else:
        assert refused(leaf, peer=peer) == ("name-mismatch", 0)


@pytest.mark.parametrize("peer", ["", "a b", "*.example.com", "中文.com", "a..b", "-a.com"])
def test_what_is_no_host_name_cannot_be_expected(peer):
    with pytest.raises(errors.InvalidArgument):
        verifier().verify(LEAF, [MIDDLE], peer=peer)


def test_mixed_chains_p256_rsa_ed25519_below_and_above_sm2():
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    def spki(private):
        return private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    p256, p384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    big, small = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 1024)
    ed = ed25519.Ed25519PrivateKey.generate()
    null = asn1.null()

    def signed(made, dotted, sign, *parameters):
        algorithm = asn1.sequence(asn1.oid(dotted), *parameters)
        made = replace(made, inner=algorithm, outer=algorithm)
        tbs = made.tbs()
        return x509.Certificate.from_der(asn1.sequence(tbs, algorithm, asn1.bit_string(sign(tbs))))

    kinds = {
        "p256": (p256, "1.2.840.10045.4.3.2", lambda t: p256.sign(t, ec.ECDSA(hashes.SHA256()))),
        "p384": (p384, "1.2.840.10045.4.3.3", lambda t: p384.sign(t, ec.ECDSA(hashes.SHA384()))),
        "rsa": (
            big, "1.2.840.113549.1.1.11",
            lambda t: big.sign(t, padding.PKCS1v15(), hashes.SHA256()), null,
        ),
        "ed25519": (ed, "1.3.101.112", ed.sign),
    }  # fmt: skip
    for label, (private, dotted, sign, *parameters) in kinds.items():
        middle = build.authority(label, "root", key_info=spki(private))
        leaf = signed(Made("leaf", label, [build.usage(SIGN)]), dotted, sign, *parameters)
        assert verifier().verify(leaf, [middle]).certificates == (leaf, middle, ROOT), label
        # The signature of one certificate under another is refused, typed.
        other = signed(Made("leaf", label, [build.usage(SIGN)]), dotted, lambda t: sign(t + b"x"), *parameters)  # fmt: skip  # noqa: B023
        assert refused(other, [middle]) == ("bad-signature", 0), label
        # And an SM2 algorithm over that key, or that algorithm over an SM2 key.
        crossed = signed(Made("leaf", label, [build.usage(SIGN)]), oids.SM2_WITH_SM3, sign)
        assert refused(crossed, [middle]) == ("unsupported-algorithm", 0), label
        crossed = signed(Made("leaf", "root", [build.usage(SIGN)]), dotted, sign, *parameters)
        assert refused(crossed) == ("unsupported-algorithm", 0), label
    pss = asn1.sequence(
        asn1.explicit(0, asn1.sequence(asn1.oid("2.16.840.1.101.3.4.2.1"), null)),
        asn1.explicit(1, asn1.sequence(
            asn1.oid("1.2.840.113549.1.1.8"),
            asn1.sequence(asn1.oid("2.16.840.1.101.3.4.2.1"), null),
        )),
        asn1.explicit(2, asn1.integer(32)),
    )  # fmt: skip
    middle = build.authority("rsa", "root", key_info=spki(big))
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    leaf = signed(
        Made("leaf", "rsa", [build.usage(SIGN)]),
        "1.2.840.113549.1.1.10",
        lambda t: big.sign(t, scheme, hashes.SHA256()),
        pss,
    )
    verifier().verify(leaf, [middle])
    middle = build.authority("small", "root", key_info=spki(small))
    leaf = signed(
        Made("leaf", "small", [build.usage(SIGN)]),
        "1.2.840.113549.1.1.11",
        lambda t: small.sign(t, padding.PKCS1v15(), hashes.SHA256()),
        null,
    )
    assert refused(leaf, [middle]) == ("weak-algorithm", 0)


def test_pki_04_hostile_graphs_are_given_up_in_bounded_time():
    # Authorities that all issued each other, none of them the trusted root's, but named like it.
    count = 25
    mesh = [
        build.authority(f"m{i}", f"m{j}", serial=1 + i * count + j)
        for i in range(count) for j in range(count) if i != j
    ]  # fmt: skip
    fake = build.authority("m0", "root", issuer_key="stranger")
    reason, _ = within(5, lambda: refused(build.leaf("leaf", "m1"), [*mesh, fake]))
    assert reason in ("too-complex", "bad-signature", "too-deep")
    # The way out of the mesh is found when there is one.
    real = build.authority("m0", "root")
    chain = verifier().verify(build.leaf("leaf", "m1"), [*mesh, fake, real])
    assert chain.root == ROOT


@pytest.mark.parametrize(("bound", "found"), [(1, False), (2, True)])
def test_pki_04_no_more_signatures_are_verified_than_the_bound(monkeypatch, bound, found):
    monkeypatch.setattr(search.Search, "MAX_SIGNATURES", bound)
    if found:
        assert verifier().verify(LEAF, [MIDDLE]).leaf == LEAF
    else:
        assert refused(LEAF, [MIDDLE])[0] == "too-complex"


def test_pki_04_policies_do_not_grow_exponentially():
    wide = [f"1.2.3.{number}" for number in range(40)]
    pairs = [(a, b) for a in wide for b in wide]
    certificates = [
        build.authority(
            f"d{n}", f"d{n - 1}" if n else "root", build.policies(*wide), build.mappings(*pairs)
        )
        for n in range(7)
    ]
    leaf = build.leaf("leaf", "d6", build.policies(*wide))
    inputs = PolicyInputs(acceptable=frozenset({"1.2.9"}), require_explicit=True)
    reason, _ = within(2, lambda: refused(leaf, certificates, policies=inputs))
    assert reason in ("policy", "too-complex")


def test_policies_are_reported_and_demanded():
    root_policy = build.root()
    middle = build.authority(
        "middle", "root", build.policies("1.2.3", "1.2.4"), build.mappings(("1.2.3", "1.5.3"))
    )
    leaf = build.leaf("leaf", "middle", build.policies("1.5.3"))
    assert verifier([root_policy]).verify(leaf, [middle]).policies == {"1.2.3"}
    ok = PolicyInputs(acceptable=frozenset({"1.2.3", "1.9"}), require_explicit=True)
    assert verifier(policies=ok).verify(leaf, [middle]).policies == {"1.2.3"}
    for inputs in (
        PolicyInputs(acceptable=frozenset({"1.2.4"}), require_explicit=True),
        PolicyInputs(require_explicit=True, inhibit_mapping=True),
    ):
        assert refused(leaf, [middle], policies=inputs)[0] == "policy"
    mapped = build.authority(
        "middle", "root", build.policies("1.2.3"), build.mappings(("1.2.3", oids.ANY_POLICY))
    )
    assert refused(leaf, [mapped]) == ("policy-mapping", 1)
    constrained = build.authority("middle", "root", build.policy_constraints(explicit=0))
    assert refused(LEAF, [constrained]) == ("policy", 0)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_sig_03_no_bent_certificate_is_accepted(data):
    """One bit of the leaf or of the intermediate changed: refused, or not a certificate."""
    victim = data.draw(st.sampled_from([0, 1]))
    octets = bytearray([LEAF, MIDDLE][victim].der)
    place = data.draw(st.integers(0, len(octets) - 1))
    octets[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        bent = x509.Certificate.from_der(bytes(octets))
    except errors.EncodingError:
        return
    pair = (bent, [MIDDLE]) if victim == 0 else (LEAF, [bent])
    refused(*pair)


def test_the_user_id_of_the_standard_is_the_default():
    assert sm2.DEFAULT_USER_ID == b"1234567812345678"
    verifier(user_id=b"1234567812345678").verify(LEAF, [MIDDLE])
