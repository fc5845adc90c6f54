"""Known mistakes are named, and nothing is accepted because it is understood."""

import pytest

from gmkit import asn1, errors, pki, sm2, sm3, x509
from gmkit.hazmat import prehashed
from gmkit.pki import Purpose, Revocation
from gmkit.x509 import oids
from tests.shared import shared
from tests.unit.pki import build
from tests.unit.pki.build import NOW, SECRECY, SIGN, Made

ROOT = build.root()


def explained(
    leaf,
    others=(),
    *,
    roots=(ROOT,),
    purpose=Purpose.SIGNING,
    user_id=sm2.DEFAULT_USER_ID,
    time=NOW,
):
    judge = pki.Verifier(
        roots, time=time, purpose=purpose, revocation=Revocation.NONE, user_id=user_id
    )
    with pytest.raises(errors.CertificateRejected) as caught:
        judge.verify(leaf, others)
    why = pki.explain(caught.value, leaf, [*others, *roots], purpose=purpose, user_id=user_id)
    assert why.rule.clause
    assert why.error is caught.value
    with pytest.raises(errors.CertificateRejected):  # explaining changed nothing
        judge.verify(leaf, others)
    return {d.id for d in why.diagnoses}


def made(**fields):
    return Made("leaf", "root", [build.usage(SIGN), *build.identifiers("leaf", "root")], **fields)


def signed(sign, **fields):
    one = made(**fields)
    tbs = one.tbs()
    return x509.Certificate.from_der(asn1.sequence(tbs, one.outer, asn1.bit_string(sign(tbs))))


KEY = build.key("root")


def test_user_ids():
    assert explained(made(user_id=b"").read()) == {"empty-user-id"}
    own = b"alice"
    assert explained(made().read(), user_id=own) == {"user-id"}
    assert explained(made(user_id=own).read()) == set()


def test_no_z():
    def sign(tbs):
        return prehashed.sign(KEY, prehashed.SM2Digest(sm3.digest(tbs)))

    assert explained(signed(sign)) == {"no-z"}


def test_raw_signature():
    def sign(tbs):
        return KEY.sign(tbs, format=sm2.SignatureFormat.RAW)

    assert explained(signed(sign)) == {"raw-signature"}


def test_integers_that_are_negative_or_not_minimal():
    def negative(tbs):
        raw = KEY.sign(tbs, format=sm2.SignatureFormat.RAW)
        numbers = [b"\x02\x20" + raw[:32], b"\x02\x20" + raw[32:]]
        return asn1.sequence(*numbers)

    def until_negative(tbs):
        while True:
            signature = negative(tbs)
            if signature[4] >= 0x80:
                return signature

    def padded(tbs):
        raw = KEY.sign(tbs, format=sm2.SignatureFormat.RAW)
        return asn1.sequence(b"\x02\x22\0\0" + raw[:32], b"\x02\x22\0\0" + raw[32:])

    assert explained(signed(until_negative)) == {"signature-integers"}
    assert explained(signed(padded)) == {"signature-integers"}


def test_two_mistakes_at_once():
    def sign(tbs):
        return KEY.sign(tbs, format=sm2.SignatureFormat.RAW, user_id=b"")

    assert explained(signed(sign)) == {"empty-user-id"}


def test_ecdsa_identifier_over_an_sm2_signature():
    ecdsa = asn1.sequence(asn1.oid("1.2.840.10045.4.3.2"))
    assert explained(made(inner=ecdsa, outer=ecdsa).read()) == {"ecdsa-oid"}


def test_inner_and_outer_identifiers():
    null = asn1.sequence(asn1.oid(oids.SM2_WITH_SM3), asn1.null())
    assert explained(made(outer=null).read()) == {"algorithm-identifiers"}


def test_forms_of_the_key():
    point = asn1.bit_string(build.key("middle").public_key().to_bytes())
    bare = asn1.sequence(asn1.sequence(asn1.oid(oids.SM2_CURVE)), point)
    middle = build.authority("middle", "root", key_info=bare)
    assert explained(build.leaf("leaf", "middle"), [middle]) == {"key-oid-form"}


def test_wrong_curve():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    info = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    middle = build.authority("middle", "root", key_info=info)
    assert explained(build.leaf("leaf", "middle"), [middle]) == {"wrong-curve"}


def test_reversed_chain():
    middle = build.authority("middle", "stranger")
    leaf = build.leaf("leaf", "middle")
    assert "reversed-chain" in explained(middle, [leaf], purpose=Purpose.ANY)


def test_the_wrong_key_and_the_wrong_certificate_of_a_pair():
    signing = build.authority("middle", "root", serial=5)
    encryption = build.leaf("middle", "root", subject_key="enc", extensions=[build.usage(SECRECY)])
    leaf = build.leaf("leaf", "middle", issuer_key="enc")
    assert explained(leaf, [signing, encryption]) == {"wrong-key-of-pair"}
    one = build.leaf("leaf", "root", subject_key="e", extensions=[build.usage(SECRECY)])
    other = build.leaf("leaf", "root", subject_key="s", extensions=[build.usage(SIGN)])
    assert explained(one, [other]) == {"wrong-certificate-of-pair"}


def test_a_key_identifier_that_points_to_another_name():
    middle = build.authority("middle", "root", subject_name=build.name("renamed"))
    leaf = build.leaf("leaf", "middle")
    assert explained(leaf, [middle]) == {"issuer-name-differs"}


def test_certificates_of_the_world_that_verify_without_z():
    folder = shared("vectors-raw/Tongsuo/pki/test/certs")
    leaf, root = (
        x509.Certificate.from_pem((folder / name).read_bytes())
        for name in ("sm2-noza-cert.pem", "sm2-noza-root-cert.pem")
    )
    found = explained(leaf, roots=(root,), time=leaf.not_before, purpose=Purpose.ANY)
    assert found == {"no-z"}
