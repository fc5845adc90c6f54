"""PKCS#12 and CFCA files: other people's open, ours open at OpenSSL's, hostile ones raise what is typed."""

from __future__ import annotations

import base64
import hashlib
import time

import pytest

from gmkit import asn1, keys, mac, sm2, x509
from gmkit.errors import (
    EncodingError,
    GmkitError,
    InvalidArgument,
    InvalidKey,
    UnsupportedAlgorithm,
    WrongPassword,
)
from gmkit.keys import KeyProfile, Pkcs12, StoredCertificate, StoredKey
from gmkit.keys.pkcs12 import derivation, rc2
from gmkit.keys.pkcs12.pbkdf2 import HMAC_SHA256, HMAC_SM3, Derivation
from tests.openssl import openssl, openssl_fails
from tests.shared import shared

FEW = 50  # iterations

FOREIGN = {
    "emmansun-go-pkcs12/gmcert_pkcs12-withoutca.p12": (b"123456", 1),
    "emmansun-go-pkcs12/gmcert_pkcs12-test-withca.p12": (b"123456", 2),
    "renchangjiu-pdf-sign-sm2/sm2_explicit_curve.p12": (b"12345678", 1),
    "ofdrw/seal/USER.p12": (b"777777", 1),
    "ofdrw/seal/SealBuilder.p12": (b"777777", 1),
}
CFCA = {"cfca_v2.sm2.pem": b"123456", "cfca_2.sm2.pem": b"ys123456"}


@pytest.fixture(scope="module")
def pair():
    """A dual pair: two keys, a certificate each."""
    made = []
    for name, bits in (("sign", (0, 1)), ("encrypt", (2, 3, 4))):
        key = sm2.generate_private_key()
        made.append((name, key, certificate_of(key, name, bits)))
    return Pkcs12(
        tuple(StoredKey(key, name) for name, key, _ in made),
        tuple(StoredCertificate(certificate, name) for name, _, certificate in made),
    )


def certificate_of(key, name, bits):
    from datetime import datetime, timedelta, timezone

    from gmkit.x509.builder import CertificateBuilder

    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    subject = x509.parse_name(f"CN={name},C=CN")
    return (
        CertificateBuilder(
            subject=subject,
            issuer=subject,
            serial=7,
            not_before=now,
            not_after=now + timedelta(days=9),
            public_key_info=key.public_key().to_der(),
        )
        .sign(key)
        .der
    )


def same(opened, contents):
    assert [k.name for k in opened.keys] == [k.name for k in contents.keys]
    for ours, theirs in zip(opened.keys, contents.keys, strict=True):
        assert ours.key.public_key() == theirs.key.public_key()
        theirs.key.public_key().verify(ours.key.sign(b"m"), b"m")
    assert [c.der for c in opened.certificates] == [c.der for c in contents.certificates]


@pytest.mark.parametrize("name", FOREIGN)
def test_files_of_others_open(name):
    password, certificates = FOREIGN[name]
    data = (shared("vectors-raw") / name).read_bytes()
    opened = keys.load_pkcs12(data, password)
    assert len(opened.certificates) == certificates
    [stored] = opened.keys
    beside = x509.Certificate.from_der(opened.certificates[0].der)
    assert beside.public_key() == stored.key.public_key()
    assert stored.local_id == opened.certificates[0].local_id
    for wrong in (password + b" ", b"", password[:-1]):
        with pytest.raises(WrongPassword):
            keys.load_pkcs12(data, wrong)


@pytest.mark.parametrize("name", CFCA)
@pytest.mark.parametrize("form", ["der", "base64", "pem"])
def test_cfca_files_open(name, form):
    pem = (shared("vectors-raw/emmansun-gmsm/pki") / name).read_bytes()
    der = base64.b64decode(b"".join(pem.split(b"\n")[1:-2]))
    data = {"der": der, "base64": base64.encodebytes(der), "pem": pem}[form]
    assert keys.container_of(data) is keys.Container.CFCA
    opened = keys.load_contents(data, CFCA[name])
    [certificate] = opened.certificates
    assert x509.Certificate.from_der(certificate.der).public_key() == opened.key().public_key()
    with pytest.raises(WrongPassword, match="does not open"):
        keys.load_contents(data, b"another")
    with pytest.raises(WrongPassword, match="none was given"):
        keys.load_contents(data, None)


@pytest.mark.parametrize("profile", KeyProfile)
def test_a_dual_pair_goes_round(pair, profile):
    data = keys.to_pkcs12(pair, password="口令".encode(), profile=profile, iterations=FEW)
    assert keys.container_of(data) is keys.Container.PKCS12
    opened = keys.load_pkcs12(data, "口令".encode())
    same(opened, pair)
    for stored, beside in zip(opened.keys, opened.certificates, strict=True):
        assert stored.local_id == beside.local_id == hashlib.sha1(beside.der).digest()
    assert opened.key("encrypt").public_key() == pair.keys[1].key.public_key()
    with pytest.raises(InvalidKey, match="2 private keys"):
        opened.key()
    with pytest.raises(InvalidKey, match="none named 'other'"):
        opened.key("other")
    with pytest.raises(WrongPassword):
        keys.load_pkcs12(data, b"other")


def test_openssl_reads_what_we_write(pair, tmp_path):
    file = tmp_path / "pair.p12"
    file.write_bytes(
        keys.to_pkcs12(pair, password=b"pw", profile=KeyProfile.OPENSSL, iterations=FEW)
    )
    said = openssl("pkcs12", "-in", file, "-passin", "pass:pw", "-nodes")
    assert said.count(b"BEGIN PRIVATE KEY") == 2
    assert said.count(b"BEGIN CERTIFICATE") == 2
    assert b"friendlyName: encrypt" in said
    first = keys.load_pem_private_key(
        openssl("pkcs12", "-in", file, "-passin", "pass:pw", "-nodes", "-nocerts").split(
            b"-----END PRIVATE KEY-----"
        )[0]
        + b"-----END PRIVATE KEY-----\n",
        None,
    )
    assert first.public_key() == pair.keys[0].key.public_key()
    assert "mac" in openssl_fails("pkcs12", "-in", file, "-passin", "pass:no", "-nodes").lower()


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC", "-macalg", "sha512"],
        ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
        ["-keypbe", "DES-EDE3-CBC", "-certpbe", "NONE", "-macalg", "sha384"],
        ["-keypbe", "NONE", "-certpbe", "NONE", "-macalg", "sha224"],
        ["-macalg", "sm3", "-keypbe", "SM4-CBC", "-certpbe", "SM4-CBC"],
        ["-iter", "1"],
    ],
)
def test_we_read_what_openssl_writes(pair, tmp_path, options):
    stored, certificate = pair.keys[0], pair.certificates[0]
    (tmp_path / "key.pem").write_bytes(stored.key.to_pem(password=None))
    (tmp_path / "cert.pem").write_bytes(x509.Certificate.from_der(certificate.der).to_pem())
    data = openssl(
        "pkcs12", "-export", "-inkey", tmp_path / "key.pem", "-in", tmp_path / "cert.pem",
        "-name", "名字", "-passout", "pass:pw", *options,
    )  # fmt: skip
    opened = keys.load_pkcs12(data, b"pw")
    assert opened.key("名字").public_key() == stored.key.public_key()
    assert [c.der for c in opened.certificates] == [certificate.der]


def test_without_a_mac_nothing_is_read(pair, tmp_path):
    (tmp_path / "key.pem").write_bytes(pair.keys[0].key.to_pem(password=None))
    data = openssl(
        "pkcs12", "-export", "-nocerts", "-inkey", tmp_path / "key.pem", "-passout", "pass:pw",
        "-nomac",
    )  # fmt: skip
    with pytest.raises(EncodingError, match="without a MAC"):
        keys.load_pkcs12(data, b"pw")


@pytest.mark.parametrize(("prf", "scheme"), [(HMAC_SM3, "sm3"), (HMAC_SHA256, "sha256")])
def test_pbmac1_is_read(pair, prf, scheme):
    """RFC 9579: built here from parts that are tested by themselves."""
    import hmac

    ours = keys.to_pkcs12(pair, password=b"pw", iterations=FEW)
    version, content, _ = asn1.decode(ours).children()
    safe = content.children()[1].inside().octet_string()
    function = Derivation(b"salt" * 4, FEW, 32, prf)
    key = function.derive(b"pw", 32)
    tag = mac.hmac_sm3(key, safe) if scheme == "sm3" else hmac.digest(key, safe, scheme)

    def file(function, tag):
        algorithm = asn1.sequence(
            asn1.oid("1.2.840.113549.1.5.14"),
            asn1.sequence(function.encoded(), asn1.sequence(asn1.oid(prf), asn1.null())),
        )
        digest_info = asn1.sequence(algorithm, asn1.octet_string(tag))
        stored = asn1.sequence(digest_info, asn1.octet_string(b"NOT USED"), asn1.integer(1))
        return asn1.sequence(version.raw, content.raw, stored)

    same(keys.load_pkcs12(file(function, tag), b"pw"), pair)
    with pytest.raises(WrongPassword):
        keys.load_pkcs12(file(function, tag[:-1] + b"\0"), b"pw")
    with pytest.raises(EncodingError, match="key length"):
        keys.load_pkcs12(file(Derivation(b"salt" * 4, FEW, None, prf), tag), b"pw")


def test_a_changed_file_is_refused_before_anything_is_decrypted(pair):
    """Every single bit: nothing but the typed errors, in bounded time; what the MAC covers is WrongPassword."""
    data = keys.to_pkcs12(
        Pkcs12(pair.keys[:1], pair.certificates[:1]), password=b"pw", iterations=1
    )
    slowest = 0.0
    for position in range(0, 8 * len(data), 3):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        started = time.process_time()
        try:
            opened = keys.load_pkcs12(bytes(changed), b"pw")
        except GmkitError:
            pass
        else:  # only where a NULL, a tag or a length means the same in BER
            same(opened, Pkcs12(pair.keys[:1], pair.certificates[:1]))
        slowest = max(slowest, time.process_time() - started)
    for end in range(0, len(data), 7):
        with pytest.raises(GmkitError):
            keys.load_pkcs12(data[:end], b"pw")
    assert slowest < 0.5


def test_a_changed_cfca_file_raises_what_is_typed():
    pem = (shared("vectors-raw/emmansun-gmsm/pki") / "cfca_2.sm2.pem").read_bytes()
    der = base64.b64decode(b"".join(pem.split(b"\n")[1:-2]))
    for position in range(0, 8 * 320, 3):
        changed = bytearray(der)
        changed[position // 8] ^= 1 << position % 8
        try:
            keys.load_cfca(bytes(changed), b"ys123456")
        except GmkitError:
            continue
    for end in range(0, len(der), 5):
        with pytest.raises(GmkitError):
            keys.load_cfca(der[:end], b"ys123456")


def test_work_is_bounded(pair):
    data = keys.to_pkcs12(pair, password=b"pw", iterations=FEW)
    version, content, stored = asn1.decode(data).children()
    info, salt, _ = stored.children()
    huge = asn1.sequence(info.raw, salt.raw, asn1.integer(derivation.MAX_ITERATIONS + 1))
    started = time.process_time()
    with pytest.raises(EncodingError, match="1000001"):
        keys.load_pkcs12(asn1.sequence(version.raw, content.raw, huge), b"pw")
    assert time.process_time() - started < 0.1
    with pytest.raises(InvalidArgument, match="iterations"):
        keys.to_pkcs12(pair, password=b"pw", iterations=derivation.MAX_ITERATIONS + 1)


def test_what_cannot_be_written(pair):
    with pytest.raises(InvalidArgument, match="neither"):
        keys.to_pkcs12(Pkcs12(), password=b"pw")
    with pytest.raises(InvalidArgument, match="has a password"):
        keys.to_pkcs12(pair, password=b"")
    with pytest.raises(InvalidArgument, match="UTF-8"):
        keys.to_pkcs12(pair, password=b"\xff")
    with pytest.raises(InvalidArgument, match="UTF-8"):
        keys.load_pkcs12(keys.to_pkcs12(pair, password=b"x", iterations=FEW), b"\xff")


def test_another_curve_is_named(tmp_path):
    key = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    (tmp_path / "p256.pem").write_bytes(key)
    data = openssl(
        "pkcs12", "-export", "-nocerts", "-inkey", tmp_path / "p256.pem", "-passout", "pass:pw"
    )
    with pytest.raises(InvalidKey, match="P-256"):
        keys.load_pkcs12(data, b"pw")


def test_a_signed_file_is_named():
    content = asn1.sequence(
        asn1.oid("1.2.840.113549.1.7.2"), asn1.explicit(0, asn1.octet_string(b""))
    )
    with pytest.raises(UnsupportedAlgorithm, match="signed"):
        keys.load_pkcs12(asn1.sequence(asn1.integer(3), content), b"pw")


@pytest.mark.parametrize(
    ("key", "plain", "cipher"),
    [  # RFC 2268, clause 5, those whose effective length is the key's
        ("ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"),
        ("3000000000000000", "1000000000000001", "30649edf9be7d2c2"),
        ("88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"),
    ],
)
def test_rc2_gives_the_values_of_its_text(key, plain, cipher):
    words = rc2._expanded(bytes.fromhex(key))
    assert rc2._decrypted(words, bytes.fromhex(cipher)).hex() == plain


def test_uris_name_one_key_of_several(pair, tmp_path):
    file = tmp_path / "a pair.p12"
    file.write_bytes(keys.to_pkcs12(pair, password=b"pw", iterations=FEW))
    key = keys.load(file.as_uri() + "#encrypt", password=lambda: b"pw")
    assert key.public_key() == pair.keys[1].key.public_key()
    with pytest.raises(InvalidKey, match="'sign', 'encrypt'"):
        keys.load(file.as_uri(), password=b"pw")


def test_openssl_verifies_the_mac_of_the_national_form(pair, tmp_path):
    """OpenSSL 3.0 has no HMAC-SM3 for PBKDF2 and cannot decrypt it; the MAC with SM3 it can judge."""
    file = tmp_path / "gm.p12"
    file.write_bytes(keys.to_pkcs12(pair, password=b"pw", iterations=FEW))
    assert "unsupported prf" in openssl_fails("pkcs12", "-in", file, "-passin", "pass:pw", "-nodes")
    assert "Mac verify" in openssl_fails("pkcs12", "-in", file, "-passin", "pass:no", "-nodes")


def test_pki_10_empty_and_half_empty_containers(pair):
    """Containers without bags, without a certificate, or with the certificate of another key."""
    digest, salt = derivation.SM3, b"salt"
    from gmkit.keys.pkcs12 import mac as file_mac

    def file(safe):
        tag = file_mac.make(digest, safe, b"pw", salt, 1)
        data = asn1.sequence(
            asn1.oid("1.2.840.113549.1.7.1"), asn1.explicit(0, asn1.octet_string(safe))
        )
        return asn1.sequence(asn1.integer(3), data, tag)

    assert keys.load_pkcs12(file(asn1.sequence()), b"pw") == Pkcs12()
    inner = asn1.sequence(
        asn1.oid("1.2.840.113549.1.7.1"), asn1.explicit(0, asn1.octet_string(asn1.sequence()))
    )
    assert keys.load_pkcs12(file(asn1.sequence(inner)), b"pw") == Pkcs12()
    for broken in (
        b"",
        b"\x30",
        asn1.null(),
        asn1.sequence(asn1.null()),
        asn1.sequence(asn1.sequence()),
    ):
        with pytest.raises(EncodingError):
            keys.load_pkcs12(file(broken), b"pw")
    with pytest.raises(InvalidKey, match="no private key"):
        Pkcs12().key()
    keys_only = keys.to_pkcs12(Pkcs12(pair.keys[:1]), password=b"pw", iterations=1)
    assert keys.load_pkcs12(keys_only, b"pw").certificates == ()
    mixed = Pkcs12(pair.keys[:1], pair.certificates[1:])
    opened = keys.load_pkcs12(keys.to_pkcs12(mixed, password=b"pw", iterations=1), b"pw")
    own = x509.Certificate.from_der(opened.certificates[0].der).public_key()
    assert own != opened.key().public_key()  # nothing is taken for a pair that is none
