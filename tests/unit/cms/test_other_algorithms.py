"""
Signatures that are not SM2's: RSA (PKCS #1 v1.5 and PSS), ECDSA and Ed25519.

Each is good as made, and no longer with another signature, under another key, or when digest and signature
algorithm do not belong together (RFC 5652 section 5.4, RFC 4056, RFC 5754, RFC 8419).
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from functools import cache

import pytest
from cryptography import x509 as other_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

from gmkit import asn1, cms, sm3
from gmkit.cms.attributes import attribute
from gmkit.cms.verify import Compat
from gmkit.errors import InvalidArgument, InvalidSignature, UnsupportedAlgorithm
from gmkit.x509 import Certificate

CONTENT = b"pay 12.00 to A\n"
SM3, SHA1 = "1.2.156.10197.1.401", "1.3.14.3.2.26"
SHA256, SHA384, SHA512 = (f"2.16.840.1.101.3.4.2.{number}" for number in (1, 2, 3))
DIGESTS = {
    SM3: sm3.digest,
    SHA256: lambda data: hashlib.sha256(data).digest(),
    SHA384: lambda data: hashlib.sha384(data).digest(),
    SHA512: lambda data: hashlib.sha512(data).digest(),
}
RSA, RSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
RSA_SHA256, RSA_SHA384, RSA_SHA512 = (f"1.2.840.113549.1.1.{number}" for number in (11, 12, 13))
RSA_SM3 = "1.2.156.10197.1.504"
ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512 = (f"1.2.840.10045.4.3.{number}" for number in (2, 3, 4))
ED25519 = "1.3.101.112"
HASHES = {SM3: hashes.SM3(), SHA256: hashes.SHA256(), SHA384: hashes.SHA384(), SHA512: hashes.SHA512()}  # fmt: skip


@cache
def key(kind, number):
    del number
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else ed25519.Ed25519PrivateKey.generate()  # fmt: skip


@cache
def certificate(kind):
    name = other_x509.Name([other_x509.NameAttribute(NameOID.COMMON_NAME, kind)])
    made = (
        other_x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key(kind, 0).public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=timezone.utc))
        .not_valid_after(datetime(2049, 1, 1, tzinfo=timezone.utc))
        .sign(key("ec", 0), hashes.SHA256())
    )
    return Certificate(made.public_bytes(serialization.Encoding.DER))


def pss_parameters(digest, salt):
    inner = asn1.sequence(asn1.oid(digest))
    return asn1.sequence(
        asn1.explicit(0, inner),
        asn1.explicit(1, asn1.sequence(asn1.oid("1.2.840.113549.1.1.8"), inner)),
        asn1.explicit(2, asn1.integer(salt)),
    )


def signature(kind, algorithm, digest, data, number=0):
    """What the right holder (0) or another (1) makes of the octets."""
    chosen = HASHES[digest]
    if kind == "rsa" and algorithm == RSA_PSS:
        scheme = padding.PSS(padding.MGF1(chosen), chosen.digest_size)
        return key(kind, number).sign(data, scheme, chosen)
    if kind == "rsa":
        return key(kind, number).sign(data, padding.PKCS1v15(), chosen)
    if kind == "ec":
        return key(kind, number).sign(data, ec.ECDSA(chosen))
    return key(kind, number).sign(data)


def message(kind, algorithm, digest, *, made_with=None, attributes=True, number=0, parameters=None):
    """A message; *made_with* is the digest that the signature is really over."""
    signer = certificate(kind)
    if algorithm == RSA_PSS and parameters is None:
        parameters = pss_parameters(digest, HASHES[digest].digest_size)
    held = attribute("1.2.840.113549.1.9.3", asn1.oid("1.2.840.113549.1.7.1")), attribute(
        "1.2.840.113549.1.9.4", asn1.octet_string(DIGESTS.get(digest, DIGESTS[SHA256])(CONTENT))
    )  # fmt: skip
    signed = asn1.set_of(*held) if attributes else CONTENT
    value = signature(kind, algorithm, made_with or digest, signed, number)
    named = asn1.sequence(asn1.oid(digest))
    info = asn1.sequence(
        asn1.integer(1),
        asn1.sequence(signer.issuer_octets, asn1.integer(signer.serial)),
        named,
        asn1.implicit(0, signed) if attributes else b"",
        asn1.sequence(asn1.oid(algorithm), parameters or b""),
        asn1.octet_string(value),
    )
    data = asn1.sequence(
        asn1.oid("1.2.840.113549.1.7.1"), asn1.explicit(0, asn1.octet_string(CONTENT))
    )
    body = asn1.sequence(
        asn1.integer(1),
        asn1.set_of(named),
        data,
        asn1.implicit(0, asn1.set_of(signer.der)),
        asn1.set_of(info),
    )
    return cms.parse(asn1.sequence(asn1.oid("1.2.840.113549.1.7.2"), asn1.explicit(0, body)))


GOOD = [
    ("rsa", RSA, SHA256),
    ("rsa", RSA, SM3),
    ("rsa", RSA_SHA256, SHA256),
    ("rsa", RSA_SHA384, SHA384),
    ("rsa", RSA_SHA512, SHA512),
    ("rsa", RSA_SM3, SM3),
    ("rsa", RSA_PSS, SHA256),
    ("rsa", RSA_PSS, SHA512),
    ("ec", ECDSA_SHA256, SHA256),
    ("ec", ECDSA_SHA384, SHA384),
    ("ec", ECDSA_SHA512, SHA512),
    ("ed25519", ED25519, SHA512),
]


@pytest.mark.parametrize("attributes", [True, False])
@pytest.mark.parametrize(("kind", "algorithm", "digest"), GOOD)
def test_a_signature_is_good_of_its_maker_only(kind, algorithm, digest, attributes):
    good = message(kind, algorithm, digest, attributes=attributes)
    (found,) = cms.verify_signatures(good)
    assert found.certificate == certificate(kind)
    with pytest.raises(InvalidSignature):
        cms.verify_signatures(message(kind, algorithm, digest, attributes=attributes, number=1))


@pytest.mark.parametrize(
    ("kind", "algorithm", "digest"),
    [
        ("rsa", RSA_SHA256, SHA384),
        ("rsa", RSA_SHA256, SM3),
        ("rsa", RSA_SM3, SHA256),
        ("ec", ECDSA_SHA256, SHA512),
        ("ec", ECDSA_SHA384, SHA256),
        ("ed25519", ED25519, SHA256),
        ("ed25519", ED25519, SHA384),
        ("ed25519", ED25519, SM3),
    ],
)
@pytest.mark.parametrize("attributes", [True, False])
def test_digest_and_signature_algorithm_belong_together(kind, algorithm, digest, attributes):
    """Both halves hold by themselves: digest of the content, signature over the hash it names."""
    named = {RSA_SHA256: SHA256, RSA_SM3: SM3, ECDSA_SHA256: SHA256, ECDSA_SHA384: SHA384, ED25519: SHA512}  # fmt: skip
    found = message(kind, algorithm, digest, made_with=named[algorithm], attributes=attributes)
    with pytest.raises(InvalidSignature, match="belong together") as caught:
        cms.verify_signatures(found)
    assert caught.value.reason == "digest-algorithm"
    assert caught.value.in_chinese()[0] == "杂凑算法与签名算法不匹配"


def test_the_hash_of_the_parameters_is_the_digest_of_the_message():
    with pytest.raises(InvalidSignature, match="belong together"):
        cms.verify_signatures(
            message("rsa", RSA_PSS, SHA256, made_with=SHA512, parameters=pss_parameters(SHA512, 64))
        )


def test_a_salt_of_another_length_than_stated_is_refused():
    with pytest.raises(InvalidSignature):
        cms.verify_signatures(
            message("rsa", RSA_PSS, SHA256, parameters=pss_parameters(SHA256, 20))
        )


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [("rsa", ECDSA_SHA256), ("rsa", ED25519), ("ec", RSA_SHA256), ("ec", RSA_PSS), ("ec", ED25519), ("ed25519", RSA), ("ed25519", ECDSA_SHA256), ("rsa", "1.2.840.113549.1.1.5")],
)  # fmt: skip
def test_a_key_makes_signatures_of_its_own_kind(kind, algorithm):
    with pytest.raises(UnsupportedAlgorithm) as caught:
        cms.verify_signatures(message(kind, algorithm, SHA256))
    assert algorithm in str(caught.value)


def test_hashes_that_are_broken_are_not_accepted():
    with pytest.raises(UnsupportedAlgorithm) as caught:
        cms.verify_signatures(message("rsa", RSA, SHA1, made_with=SHA256))
    assert SHA1 in str(caught.value)
    for parameters in (b"", asn1.sequence()):  # RSASSA-PSS without parameters means SHA-1
        with pytest.raises(UnsupportedAlgorithm, match="PSS"):
            cms.verify_signatures(message("rsa", RSA_PSS, SHA256, parameters=parameters))


@pytest.mark.parametrize("compat", Compat)
def test_forms_of_sm2_signatures_are_none_of_another_kind(compat):
    with pytest.raises(InvalidArgument, match="SM2"):
        cms.verify_signatures(message("ec", ECDSA_SHA256, SHA256), compat=compat)
