"""
Every rule is broken once, and by nothing but what it is about.

Each case changes one thing of a certificate that is clean; a rule without a case fails the suite.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from gmkit import asn1, keys, sm2, x509
from gmkit.pki.criticality import NEVER_CRITICAL
from gmkit.pki.issue import Issuer, issue, random_serial
from gmkit.pki.lint import Severity, lint_certificate, lint_pair, rules
from gmkit.pki.profile import load_profile
from gmkit.x509 import Extension, GeneralName, oids
from gmkit.x509.builder import CertificateBuilder, joined
from gmkit.x509.building import extensions as ext
from gmkit.x509.signing import SM2_WITH_SM3
from tests.pki_issue.conftest import NOW, application
from tests.shared import shared

SIGNATURE = b"\x30\x06\x02\x01\x01\x02\x01\x01"
RSA_WITH_SHA256 = asn1.sequence(asn1.oid("1.2.840.113549.1.1.11"), asn1.null())


def dns(text):
    return ext.subject_alt_name([GeneralName("dns", text)])


def raw_name(oid, value, *more):
    """A name of one RDN with attributes that the builder would not write."""
    pairs = [asn1.sequence(asn1.oid(oid), value), *more]
    return x509.Name(asn1.sequence(asn1.set_of(*pairs)))


def common_name(value):
    return raw_name(oids.COMMON_NAME, value)


def policies(*pairs):
    parts = []
    for oid, qualified in pairs:
        qualifier = asn1.sequence(
            asn1.sequence(asn1.oid("1.3.6.1.5.5.7.2.1"), asn1.ia5_string("a:"))
        )
        parts.append(asn1.sequence(asn1.oid(oid), *([qualifier] if qualified else [])))
    return Extension(oids.CERTIFICATE_POLICIES, False, asn1.sequence(*parts))


def point(*parts, oid=oids.CRL_DISTRIBUTION_POINTS, critical=False):
    return Extension(oid, critical, asn1.sequence(*parts))


class Case:
    """What differs from a clean certificate: fields of the builder, extensions put in or taken out."""

    def __init__(self, *put, without=(), fields=None, authority=False, version=None, algorithm=None,
                 inner=None, unique=False, issuer=None):  # fmt: skip
        self.put, self.without, self.fields = put, without, fields or {}
        self.authority, self.version, self.unique = authority, version, unique
        self.algorithm, self.inner, self.issuer = algorithm, inner, issuer

    def certificate(self, hierarchy):
        key = sm2.generate_private_key().public_key()
        kinds = {e.oid: e for e in (
            ext.authority_key_identifier(hierarchy.issuing.subject_key_identifier),
            ext.subject_key_identifier(sha1(key.to_bytes())),
        )}  # fmt: skip
        if self.authority:
            kinds[oids.KEY_USAGE] = ext.key_usage(["keyCertSign", "cRLSign"])
            kinds[oids.BASIC_CONSTRAINTS] = ext.basic_constraints(ca=True)
        else:
            kinds[oids.KEY_USAGE] = ext.key_usage(["digitalSignature", "nonRepudiation"])
        made = [
            kinds[oid]
            for oid in kinds
            if oid not in self.without and oid not in {e.oid for e in self.put}
        ]
        builder = CertificateBuilder(
            **{
                "serial": random_serial(),
                "issuer": hierarchy.issuing.subject,
                "subject": x509.parse_name("CN=Somebody,O=Company,C=CN"),
                "not_before": NOW,
                "not_after": NOW + timedelta(days=30),
                "public_key_info": key.to_der(),
                "extensions": (*made, *self.put),
                **self.fields,
            }
        )
        tbs = builder.tbs(self.inner or self.algorithm or SM2_WITH_SM3)
        if self.version is not None:
            tbs = asn1.sequence(
                *([] if self.version == 1 else [asn1.explicit(0, asn1.integer(self.version - 1))]),
                *(part.raw for part in asn1.decode(tbs, what="tbs").children()[1:]),
            )
        if self.unique:
            parts = [part.raw for part in asn1.decode(tbs, what="tbs").children()]
            tbs = asn1.sequence(*parts[:7], asn1.implicit(1, asn1.bit_string(b"\x01")), *parts[7:])
        return x509.Certificate(joined(tbs, self.algorithm or SM2_WITH_SM3, SIGNATURE))


def sha1(octets):
    import hashlib

    return hashlib.sha1(octets).digest()


IDENTITY = "1.2.156.10260.4.1"
SOME = sm2.generate_private_key().public_key()
OWN_ID = (oids.SUBJECT_KEY_IDENTIFIER,)


def by_numbers(key):
    """SubjectPublicKeyInfo with parameters where the name of the curve belongs."""
    algorithm = asn1.sequence(asn1.oid(oids.EC_PUBLIC_KEY), asn1.sequence(asn1.integer(1)))
    return asn1.sequence(algorithm, asn1.bit_string(key.to_bytes()))


LONG = 65 * "x"
BROKEN = {
    "pkix.version": Case(version=2),
    "pkix.der": Case(Extension(oids.BASIC_CONSTRAINTS, False, bytes.fromhex("3003010100"))),
    "pkix.serial_entropy": Case(fields={"serial": 1 << 40}),
    "pkix.signature_algorithm_mismatch": Case(inner=RSA_WITH_SHA256),
    "pkix.issuer_empty": Case(fields={"issuer": x509.parse_name("")}),
    "pkix.validity_order": Case(fields={"not_after": NOW - timedelta(seconds=1)}),
    "pkix.authority_subject_empty": Case(authority=True, fields={"subject": x509.parse_name("")}),
    "pkix.unique_identifiers": Case(unique=True),
    "pkix.name_length": Case(fields={"subject": x509.parse_name(f"CN={LONG}")}),
    "pkix.country_form": Case(fields={"subject": x509.parse_name("CN=a,C=China")}),
    "pkix.name_string_type": Case(fields={"subject": raw_name("2.5.4.6", asn1.utf8_string("CN"))}),
    "pkix.directory_string_type": Case(fields={"subject": common_name(asn1.bmp_string("a"))}),
    "pkix.name_duplicate": Case(
        fields={
            "subject": raw_name(
                oids.COMMON_NAME,
                asn1.utf8_string("a"),
                asn1.sequence(asn1.oid(oids.COMMON_NAME), asn1.utf8_string("b")),
            )
        }
    ),
    "pkix.issuer_name": Case(fields={"issuer": x509.parse_name("CN=Somebody else")}),
    "pkix.issuer_validity": Case(fields={"not_before": NOW - timedelta(days=1)}),
    "pkix.extension_duplicate": Case(dns("a.example"), dns("b.example")),
    "pkix.extension_malformed": Case(Extension(oids.SUBJECT_ALT_NAME, False, asn1.integer(5))),
    "pkix.critical_unknown": Case(Extension("1.2.3.4", True, asn1.null())),
    "pkix.never_critical": Case(
        replace(ext.authority_info_access(ocsp=["http://a.example/"]), critical=True)
    ),
    "pkix.always_critical": Case(
        replace(ext.name_constraints(permitted=[GeneralName("dns", "a.example")]), critical=False),
        authority=True,
    ),
    "pkix.authority_key_identifier_missing": Case(without={oids.AUTHORITY_KEY_IDENTIFIER}),
    "pkix.authority_key_identifier_differs": Case(ext.authority_key_identifier(b"other")),
    "pkix.subject_key_identifier_missing": Case(
        without={oids.SUBJECT_KEY_IDENTIFIER}, authority=True
    ),
    "pkix.subject_key_identifier_recommended": Case(without={oids.SUBJECT_KEY_IDENTIFIER}),
    "pkix.key_usage_missing": Case(without={oids.KEY_USAGE}, authority=True),
    "pkix.key_usage_empty": Case(Extension(oids.KEY_USAGE, True, bytes.fromhex("030100"))),
    "pkix.key_usage_not_critical": Case(
        replace(ext.key_usage(["digitalSignature"]), critical=False)
    ),
    "pkix.key_usage_only": Case(ext.key_usage(["keyEncipherment", "encipherOnly"])),
    "pkix.cert_sign_without_authority": Case(ext.key_usage(["keyCertSign"])),
    "pkix.basic_constraints_not_critical": Case(
        replace(ext.basic_constraints(ca=True), critical=False), authority=True
    ),
    "pkix.path_length_misplaced": Case(
        Extension(oids.BASIC_CONSTRAINTS, True, asn1.sequence(asn1.integer(0)))
    ),
    "pkix.path_length_exceeded": Case(authority=True),
    "pkix.issuer_not_authority": Case(issuer="leaf"),
    "pkix.policy_duplicate": Case(policies(("1.2.3", False), ("1.2.3", False))),
    "pkix.policy_mapping_any": Case(
        Extension(
            oids.POLICY_MAPPINGS,
            True,
            asn1.sequence(asn1.sequence(asn1.oid("1.2.3"), asn1.oid(oids.ANY_POLICY))),
        ),
        authority=True,
    ),
    "pkix.constraints_in_end_entity": Case(
        ext.name_constraints(permitted=[GeneralName("dns", "a.example")])
    ),
    "pkix.subject_alt_name_missing": Case(
        dns("a.example"), fields={"subject": x509.parse_name("")}
    ),
    "pkix.subject_alt_name_empty": Case(Extension(oids.SUBJECT_ALT_NAME, False, asn1.sequence())),
    "pkix.dns_name_syntax": Case(dns("a..example")),
    "pkix.email_syntax": Case(
        ext.subject_alt_name([GeneralName("email", "Somebody <a@b.example>")])
    ),
    "pkix.uri_syntax": Case(ext.subject_alt_name([GeneralName("uri", "/relative")])),
    "pkix.purpose_duplicate": Case(ext.extended_key_usage(["clientAuth", "clientAuth"])),
    "pkix.any_purpose_critical": Case(
        ext.extended_key_usage(["anyExtendedKeyUsage"], critical=True)
    ),
    "pkix.purpose_inconsistent": Case(
        ext.extended_key_usage(["codeSigning"]), ext.key_usage(["cRLSign"])
    ),
    "pkix.timestamping_alone": Case(ext.extended_key_usage(["timeStamping"])),
    "pkix.ocsp_no_check_misplaced": Case(ext.ocsp_no_check()),
    "pkix.distribution_point_empty": Case(point(asn1.sequence())),
    "pkix.distribution_point_critical": Case(
        replace(ext.crl_distribution_points(["http://a.example/"]), critical=True)
    ),
    "gm.signature_parameters": Case(
        algorithm=asn1.sequence(asn1.oid(oids.SM2_WITH_SM3), asn1.null())
    ),
    "gm.public_key_form": Case(
        fields={
            "public_key_info": asn1.sequence(
                asn1.sequence(asn1.oid(oids.EC_PUBLIC_KEY), asn1.oid(oids.SM2_CURVE)),
                asn1.bit_string(sm2.generate_private_key().public_key().to_bytes(compressed=True)),
            )
        }
    ),
    "gm.key_identifier": Case(ext.subject_key_identifier(b"anything")),
    "gm.authority_key_usage": Case(
        ext.key_usage(["keyCertSign", "digitalSignature"]), authority=True
    ),
    "gm.mixed_key_usage": Case(ext.key_usage(["digitalSignature", "keyEncipherment"])),
    "gm.key_usage_missing": Case(without={oids.KEY_USAGE}),
    "gm.policy_qualifiers": Case(policies(("1.2.3", True))),
    "gm.distribution_point_scheme": Case(ext.crl_distribution_points(["https://a.example/"])),
    "gm.name_string_type": Case(fields={"subject": common_name(asn1.printable_string("a"))}),
    "gm.algorithms_fit": Case(algorithm=RSA_WITH_SHA256),
    "pkix.wildcard_public_suffix": Case(dns("*.co.uk")),
    "gm.key_algorithm": Case(fields={"public_key_info": keys.to_gm_spki_der(SOME)}, without=OWN_ID),
    "gm.curve_by_numbers": Case(fields={"public_key_info": by_numbers(SOME)}, without=OWN_ID),
    "gm.identity_critical": Case(
        Extension(f"{IDENTITY}.5", True, asn1.printable_string("91110000"))
    ),
    "gm.identity_syntax": Case(Extension(f"{IDENTITY}.1", False, asn1.printable_string("1"))),
}
# A serial that cannot be written with our builder, in a certificate that was put together by hand.
BY_HAND = {"pkix.serial_not_positive": b"\x00", "pkix.serial_too_long": b"\x40" + 20 * b"\x01"}


def leaf(hierarchy):
    key = sm2.generate_private_key()
    wanted = application("CN=Leaf,O=Company,C=CN", key)
    return issue(
        hierarchy.issuer, load_profile("person"), wanted, serial=random_serial(), not_before=NOW
    )


def codes(certificate, issuer):
    return [each.code for each in lint_certificate(certificate, issuer=issuer)]


def test_every_rule_has_a_case():
    known = {rule.code for rule in rules()}
    assert known == set(BROKEN) | set(BY_HAND)


def test_rules_are_well_formed():
    for rule in rules():
        family, _, name = rule.code.partition(".")
        assert family in {"pkix", "gm"}
        assert name.replace("_", "").isalnum()
        assert rule.citation
        assert rule.text.endswith(".")
        assert rule.effective <= datetime.now(timezone.utc)


@pytest.mark.parametrize("code", BROKEN)
def test_the_rule_is_broken(hierarchy, code):
    case = BROKEN[code]
    issuer = leaf(hierarchy) if case.issuer == "leaf" else hierarchy.issuing
    found = codes(case.certificate(hierarchy), issuer)
    assert code in found


def test_the_clean_ones_are_clean(hierarchy):
    assert codes(Case().certificate(hierarchy), hierarchy.issuing) == []
    # A path length of 0 above is the one thing that is wrong with this one.
    assert codes(Case(authority=True).certificate(hierarchy), hierarchy.issuing) == [
        "pkix.path_length_exceeded"
    ]


@pytest.mark.parametrize("oid", NEVER_CRITICAL)
def test_what_is_never_critical_is_one_list_for_lint_and_path(hierarchy, oid):
    made = Case(Extension(oid, True, asn1.sequence())).certificate(hierarchy)
    assert "pkix.never_critical" in codes(made, hierarchy.issuing)


@pytest.mark.parametrize("code", BY_HAND)
def test_serials_put_together_by_hand(hierarchy, code):
    made = Case().certificate(hierarchy)
    parts = [part.raw for part in asn1.decode(made.tbs, what="tbs").children()]
    octets = BY_HAND[code]
    parts[1] = bytes([2, len(octets)]) + octets
    certificate = x509.Certificate(joined(asn1.sequence(*parts), SM2_WITH_SM3, SIGNATURE))
    assert code in codes(certificate, hierarchy.issuing)


def test_rules_can_be_left_out(hierarchy):
    made = BROKEN["pkix.country_form"].certificate(hierarchy)
    found = lint_certificate(made, issuer=hierarchy.issuing, ignore={"pkix.country_form"})
    assert "pkix.country_form" not in [each.code for each in found]


def test_a_violation_reads_as_one_line(hierarchy):
    made = BROKEN["pkix.country_form"].certificate(hierarchy)
    [found] = [v for v in lint_certificate(made) if v.code == "pkix.country_form"]
    assert found.severity is Severity.ERROR
    assert str(found) == (
        "error pkix.country_form: subject country 'China' [RFC 5280, Appendix A.1 (X520countryName)]"
    )


def test_pairs(hierarchy):
    def half(name, subject="CN=Somebody,C=CN", key=None, end=None):
        return issue(
            hierarchy.issuer, load_profile(name), application(subject, key), serial=random_serial(),
            not_before=NOW, not_after=end,
        )  # fmt: skip

    signing, encryption = half("dual-sign"), half("dual-encrypt")
    assert lint_pair(signing, encryption) == []

    def broken(one, other):
        return {each.code for each in lint_pair(one, other)}

    assert broken(encryption, signing) == {"gm.pair_sign_usage", "gm.pair_encrypt_usage"}
    assert broken(signing, half("dual-encrypt", "CN=Else,C=CN")) == {"gm.pair_subject"}
    key = sm2.generate_private_key()
    assert broken(half("dual-sign", key=key), half("dual-encrypt", key=key)) == {"gm.pair_keys"}
    end = NOW + timedelta(days=5)
    assert broken(signing, half("dual-encrypt", end=end)) == {"gm.pair_validity"}
    other = Issuer(hierarchy.root, hierarchy.root_key)
    elsewhere = issue(
        other, load_profile("dual-encrypt"), application("CN=Somebody,C=CN"), serial=random_serial(),
        not_before=NOW,
    )  # fmt: skip
    assert broken(signing, elsewhere) == {"gm.pair_issuer"}


def test_pairs_that_are_told_apart_by_more_than_their_keys(hierarchy):
    def half(name, serial=None, dns=None):
        names = () if dns is None else (GeneralName("dns", dns),)
        wanted = application("CN=Somebody,C=CN", alternative_names=names)
        return issue(
            hierarchy.issuer, load_profile(name), wanted, serial=serial or random_serial(),
            not_before=NOW,
        )  # fmt: skip

    def broken(one, other):
        return {each.code for each in lint_pair(one, other)}

    serial = random_serial()
    one, other = half("dual-sign", serial), half("dual-encrypt", serial)
    assert broken(one, other) == {"gm.pair_serial"}
    named = half("tlcp-server-sign", dns="a.example"), half("tlcp-server-encrypt", dns="b.example")
    assert broken(*named) == {"gm.pair_names"}
    server, client = (
        half("tlcp-server-sign", dns="a.example"),
        half("tlcp-client-encrypt", dns="a.example"),
    )
    assert broken(server, client) == {"gm.pair_purposes"}


def test_identities_as_the_standard_writes_them_are_clean(hierarchy):
    for tag, value in (
        (0, asn1.printable_string("1")),
        (1, asn1.utf8_string("军")),
        (2, asn1.printable_string("G1")),
    ):
        for octets in (asn1.explicit(tag, value), asn1.implicit(tag, value)):
            made = Case(Extension(f"{IDENTITY}.1", False, octets)).certificate(hierarchy)
            assert lint_certificate(made, issuer=hierarchy.issuing) == []


def test_certificates_of_running_authorities_can_be_linted():
    """Nothing is raised whatever the certificate; the national root writes NULL, as most do."""
    root = shared("vectors-raw/real-chinese-cas/pki")
    count = 0
    for path in sorted(root.rglob("*")):
        if path.suffix not in {".pem", ".cer", ".crt", ".der"}:
            continue
        for certificate in x509.load_certificates(path.read_bytes()):
            found = codes(certificate, None)
            assert set(found) <= {rule.code for rule in rules()}
            count += 1
    assert count > 50
    [national] = x509.load_certificates((root / "ROOTCA.pem").read_bytes())
    assert {"gm.signature_parameters", "pkix.basic_constraints_not_critical"} <= set(
        codes(national, None)
    )
    assert "pkix.der" not in codes(national, None)
