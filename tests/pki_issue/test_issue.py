"""Issuing: what comes out is what was asked for, fits its profile, and others read and verify it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gmkit import sm2, x509
from gmkit.errors import InvalidArgument, InvalidSignature, IssuingError
from gmkit.pki import issue as issuing
from gmkit.pki.issue import Application, Issuer, issue, random_serial, self_sign
from gmkit.pki.lint import Severity, lint_certificate
from gmkit.pki.profile import load_profile, profile_names
from gmkit.x509.building import extensions
from tests.openssl import openssl
from tests.pki_issue.conftest import NOW, application

END_ENTITIES = [name for name in profile_names() if not load_profile(name).authority]


def fitting(name, **more):
    """An application that this profile allows."""
    profile = load_profile(name)
    labels = profile.required or ("CN",)
    subject = ",".join(f"{label}={'CN' if label == 'C' else 'Somebody'}" for label in labels)
    names = (x509.parse_general_name("dns:host.example"),) if profile.alt_name_required else ()
    return application(subject, alternative_names=names, **more)


def made(hierarchy, name="merchant-signing", wanted=None, **more):
    return issue(
        hierarchy.issuer,
        load_profile(name),
        wanted or fitting(name),
        serial=random_serial(),
        not_before=NOW,
        **more,
    )


@pytest.mark.parametrize("name", END_ENTITIES)
def test_every_profile_issues_what_it_says(hierarchy, name):
    profile, wanted = load_profile(name), fitting(name)
    certificate = made(hierarchy, name, wanted)
    assert certificate.subject_octets == wanted.subject.octets
    assert certificate.public_key_info == wanted.public_key_info
    assert certificate.issuer_octets == hierarchy.issuing.subject_octets
    assert certificate.authority_key_identifier == hierarchy.issuing.subject_key_identifier
    assert set(certificate.key_usage.names) == set(profile.key_usage)
    assert not certificate.is_authority
    assert certificate.not_before == NOW
    assert certificate.not_after == NOW + timedelta(days=profile.days, seconds=-1)
    usage = certificate.extended_key_usage
    assert (usage.names if usage else ()) == profile.purposes
    assert not certificate.findings
    hierarchy.issuing.public_key().verify(certificate.signature, certificate.tbs)


@pytest.mark.parametrize("name", END_ENTITIES)
def test_openssl_reads_and_verifies_every_profile(hierarchy, tmp_path, name):
    (tmp_path / "issuing.pem").write_bytes(hierarchy.issuing.to_pem())
    (tmp_path / "leaf.pem").write_bytes(made(hierarchy, name).to_pem())
    arguments = (
        "-partial_chain", "-attime", int(NOW.timestamp()) + 60, "-x509_strict",
        "-vfyopt", "distid:1234567812345678", "-CAfile", tmp_path / "issuing.pem",
    )  # fmt: skip
    assert b"OK" in openssl("verify", *arguments, tmp_path / "leaf.pem")
    text = openssl("x509", "-in", tmp_path / "leaf.pem", "-noout", "-text").decode()
    assert "SM2-with-SM3" in text
    assert "ASN1 OID: SM2" in text


def test_openssl_verifies_the_root_and_the_issuing_authority(hierarchy, tmp_path):
    (tmp_path / "root.pem").write_bytes(hierarchy.root.to_pem())
    (tmp_path / "issuing.pem").write_bytes(hierarchy.issuing.to_pem())
    for name in ("root.pem", "issuing.pem"):
        answer = openssl(
            "verify", "-CAfile", tmp_path / "root.pem", "-attime", int(NOW.timestamp()) + 60,
            "-vfyopt", "distid:1234567812345678", tmp_path / name,
        )  # fmt: skip
        assert b"OK" in answer


def test_requests_of_ours_and_of_openssl(hierarchy, tmp_path):
    key = sm2.generate_private_key()
    names = (x509.parse_general_name("dns:shop.example"), x509.parse_general_name("uri:https://a/"))
    request = x509.RequestBuilder(
        subject=x509.parse_name("CN=商户,O=Company,C=CN"),
        extensions=(extensions.subject_alt_name(names),),
        challenge_password="111111",
    ).sign(key)
    (tmp_path / "request.pem").write_bytes(request.to_pem())
    verify = ("req", "-verify", "-noout", "-vfyopt", "distid:1234567812345678")
    openssl(*verify, "-in", tmp_path / "request.pem")
    asked = Application.from_request(request)
    assert asked.alternative_names == names
    certificate = made(hierarchy, wanted=asked)
    assert certificate.subject_alt_names == names
    assert certificate.subject.get("CN") == "商户"

    openssl("genpkey", "-algorithm", "SM2", "-out", tmp_path / "key.pem")
    theirs = openssl(
        "req", "-new", "-key", tmp_path / "key.pem", "-sm3", "-subj", "/C=CN/O=Company/CN=theirs",
        "-sigopt", "distid:1234567812345678",
    )  # fmt: skip
    asked = Application.from_request(x509.CertificateRequest.from_pem(theirs))
    assert made(hierarchy, wanted=asked).subject.get("CN") == "theirs"


def test_a_request_must_prove_possession(tmp_path):
    key, other = sm2.generate_private_key(), sm2.generate_private_key()
    request = x509.RequestBuilder(subject=x509.parse_name("CN=a")).sign(key)
    stolen = request.der.replace(key.public_key().to_bytes(), other.public_key().to_bytes())
    with pytest.raises(InvalidSignature):
        Application.from_request(x509.CertificateRequest.from_der(stolen))
    with pytest.raises(InvalidSignature):
        Application.from_request(request, user_id=b"")
    openssl(
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=a",
        "-keyout", tmp_path / "key", "-out", tmp_path / "csr",
    )  # fmt: skip
    with pytest.raises(IssuingError, match="P-256"):
        Application.from_request(x509.CertificateRequest.from_pem((tmp_path / "csr").read_bytes()))


def test_identity_extensions_of_gmt_0015(hierarchy):
    wanted = fitting(
        "organisation", identities=(("organizationCode", "91110000XX"), ("taxationNumber", "42"))
    )
    certificate = made(hierarchy, "organisation", wanted)
    assert certificate.extension_value("1.2.156.10260.4.1.4").text == "91110000XX"
    assert certificate.extension_value("1.2.156.10260.4.1.5").text == "42"
    wanted = fitting("person", identities=(("residentCard", "11010519491231002X"),))
    value = made(hierarchy, "person", wanted).extension_value("1.2.156.10260.4.1.1")
    assert (value.choice, value.text) == (0, "11010519491231002X")
    assert "11010519491231002X" not in repr(wanted)
    with pytest.raises(IssuingError, match="passport"):
        made(hierarchy, wanted=fitting("merchant-signing", identities=(("passport", "1"),)))


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("CN=Shop,C=CN", "needs O"),
        ("CN=Shop", "needs C, O"),
        ("", "needs C, CN, O"),
        ("CN=Shop,O=Company,C=CN,emailAddress=a@b.example", "does not allow emailAddress"),
        ("CN=Shop,O=Company,C=cn", "pkix.country_form"),
        (f"CN={'x' * 65},O=Company,C=CN", "pkix.name_length"),
    ],
)
def test_subjects_that_are_not_certified(hierarchy, subject, words):
    with pytest.raises(IssuingError, match=words):
        made(hierarchy, wanted=application(subject))


@pytest.mark.parametrize("count", [2, 3, 17, 100])
def test_pki_01_one_forbidden_name_among_many(hierarchy, count):
    good = [x509.parse_general_name(f"dns:host{index}.example") for index in range(count)]
    for place in range(count) if count < 20 else (0, 1, count // 2, count - 1):
        names = list(good)
        names[place] = x509.GeneralName("dns", f"not a host {place}")
        with pytest.raises(IssuingError, match=f"not a host {place}'"):
            made(hierarchy, "tls-server", application("CN=a", alternative_names=tuple(names)))
    made(hierarchy, "tls-server", application("CN=a", alternative_names=tuple(good)))


def test_kinds_of_alternative_names(hierarchy):
    email = (x509.parse_general_name("email:a@b.example"),)
    with pytest.raises(IssuingError, match="email"):
        made(hierarchy, "tls-server", application("CN=a", alternative_names=email))
    with pytest.raises(IssuingError, match="needs an alternative name"):
        made(hierarchy, "tls-server", application("CN=a"))
    names = tuple(
        map(x509.parse_general_name, ("dns:*.example.org", "ip:192.0.2.1", "ip:2001:db8::1"))
    )
    bare = made(
        hierarchy,
        "tls-server",
        replace(application("CN=a"), subject=x509.parse_name(""), alternative_names=names),
    )
    assert bare.subject.is_empty
    assert bare.extension("2.5.29.17").critical
    assert [name.text for name in bare.subject_alt_names] == [
        "*.example.org",
        "192.0.2.1",
        "2001:db8::1",
    ]


def test_validity(hierarchy):
    end = NOW + timedelta(days=10)
    assert made(hierarchy, not_after=end).not_after == end
    for wrong in (NOW, NOW - timedelta(days=1), NOW + timedelta(days=732)):
        with pytest.raises(IssuingError):
            made(hierarchy, not_after=wrong)
    # Not longer than the authority lives.
    late = hierarchy.issuing.not_after - timedelta(days=10)
    certificate = issue(
        hierarchy.issuer,
        load_profile("person"),
        fitting("person"),
        serial=1 << 100,
        not_before=late,
    )
    assert certificate.not_after == hierarchy.issuing.not_after
    with pytest.raises(IssuingError, match="expired"):
        issue(
            hierarchy.issuer, load_profile("person"), fitting("person"), serial=1 << 100,
            not_before=hierarchy.issuing.not_after + timedelta(seconds=1),
        )  # fmt: skip


def test_times_from_2050_on_are_generalized(hierarchy):
    key = sm2.generate_private_key()
    begin = NOW.replace(year=2049, month=12, day=31, hour=23, minute=59, second=59)
    profile = load_profile("root")
    root = self_sign(
        key, profile, x509.parse_name("CN=R,O=C,C=CN"), serial=1 << 90, not_before=begin
    )
    assert root.not_before == begin
    assert root.not_after == begin + timedelta(days=profile.days, seconds=-1)
    assert b"\x17\x0d491231235959Z" in root.tbs
    assert b"\x18\x0f2069" in root.tbs
    assert not root.findings


def test_serials_are_long_random_and_positive():
    serials = {random_serial() for _ in range(10_000)}
    assert len(serials) == 10_000
    assert {(serial.bit_length() + 8) // 8 for serial in serials} == {16}
    assert min(serials) > 1 << 125


@pytest.mark.parametrize("serial", [0, -1, 1 << 159])
def test_serials_that_cannot_be(hierarchy, serial):
    with pytest.raises(InvalidArgument, match="serial"):
        issue(
            hierarchy.issuer,
            load_profile("person"),
            fitting("person"),
            serial=serial,
            not_before=NOW,
        )


def test_an_issuer_must_have_the_key_of_its_certificate(hierarchy):
    with pytest.raises(IssuingError, match="not the one"):
        Issuer(hierarchy.issuing, sm2.generate_private_key())


def test_who_is_no_authority_issues_nothing(hierarchy):
    key = sm2.generate_private_key()
    leaf = made(hierarchy, "person", application("CN=a,C=CN", key))
    with pytest.raises(IssuingError, match=r"pkix.issuer_not_authority"):
        issue(
            Issuer(leaf, key),
            load_profile("person"),
            fitting("person"),
            serial=1 << 90,
            not_before=NOW,
        )
    # And an authority with path length 0 makes no authority.
    with pytest.raises(IssuingError, match=r"pkix.path_length_exceeded"):
        issue(
            hierarchy.issuer, load_profile("issuing-ca"), application("CN=Sub,O=Company,C=CN"),
            serial=1 << 90, not_before=NOW,
        )  # fmt: skip


def test_public_keys_off_the_curve_are_not_certified(hierarchy):
    key = sm2.generate_private_key()
    info = bytearray(key.public_key().to_der())
    info[-1] ^= 1
    wanted = replace(application(key=key), public_key_info=bytes(info))
    with pytest.raises(ValueError, match="curve"):
        made(hierarchy, wanted=wanted)


def test_pki_02_a_faulty_builder_issues_nothing(hierarchy, monkeypatch):
    """Faults injected one by one into what is about to be signed: each is noticed, nothing is released."""
    build = x509.CertificateBuilder.tbs
    key_info = application().public_key_info
    sm2_with_sm3 = issuing.algorithm_of(hierarchy.issuing_key)

    def fault(**changes):
        def tbs(builder, algorithm=sm2_with_sm3):
            return build(replace(builder, **changes), algorithm)

        monkeypatch.setattr(x509.CertificateBuilder, "tbs", tbs)
        with pytest.raises(IssuingError, match="differs"):
            made(hierarchy)
        monkeypatch.undo()

    fault(serial=12345)
    fault(subject=x509.parse_name("CN=Somebody else,O=Company,C=CN"))
    fault(issuer=x509.parse_name("CN=Somebody else"))
    fault(public_key_info=key_info)
    fault(not_before=NOW - timedelta(days=1))
    fault(not_after=NOW + timedelta(days=9999))
    fault(extensions=())
    fault(extensions=(extensions.basic_constraints(ca=True),))


def test_pki_02_a_faulty_signature_is_not_released(hierarchy, monkeypatch):
    real = issuing.sign

    def sign(key, octets, *, user_id):
        good = bytearray(real(key, octets, user_id=user_id))
        good[-1] ^= 1
        return bytes(good)

    monkeypatch.setattr(issuing, "sign", sign)
    with pytest.raises(IssuingError, match="does not verify"):
        made(hierarchy)


def test_p_256_where_it_is_asked_for(tmp_path):
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key = ec.generate_private_key(ec.SECP256R1())
    root = self_sign(
        root_key,
        load_profile("root"),
        x509.parse_name("CN=P,O=C,C=CN"),
        serial=1 << 90,
        not_before=NOW,
    )
    leaf = issue(
        Issuer(root, root_key),
        load_profile("person"),
        application("CN=a,C=CN"),
        serial=1 << 91,
        not_before=NOW,
    )
    assert leaf.signature_algorithm == "1.2.840.10045.4.3.2"
    for name, certificate in (("root", root), ("leaf", leaf)):
        (tmp_path / name).write_bytes(certificate.to_pem())
    answer = openssl(
        "verify",
        "-CAfile",
        tmp_path / "root",
        "-attime",
        int(NOW.timestamp()) + 60,
        tmp_path / "leaf",
    )
    assert b"OK" in answer


@pytest.mark.parametrize("name", END_ENTITIES)
def test_what_is_issued_is_clean(hierarchy, name):
    certificate = made(hierarchy, name)
    assert lint_certificate(certificate, issuer=hierarchy.issuing) == []


def test_authorities_are_clean(hierarchy):
    assert lint_certificate(hierarchy.root) == []
    assert lint_certificate(hierarchy.issuing, issuer=hierarchy.root) == []
    assert Severity.ERROR.value == "error"


def test_certificates_of_several_keys_are_not_signed_together(hierarchy):
    other = Issuer(hierarchy.root, hierarchy.root_key)
    order = issuing.Order(load_profile("person"), application(), random_serial(), NOW)
    alone = [issuing.issue_many([(one, order)])[0] for one in (hierarchy.issuer, other)]
    assert [type(each) for each in alone] == [x509.Certificate] * 2
    with pytest.raises(InvalidArgument, match="one key"):
        issuing.issue_many([(hierarchy.issuer, order), (other, order)])
