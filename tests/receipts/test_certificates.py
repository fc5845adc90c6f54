"""Signers by certificate: which path to which root is accepted, and what is said otherwise."""

import io
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import pytest

from gmkit import ca, sm2
from gmkit.errors import InvalidArgument, ReceiptRejected
from gmkit.receipts import Outcome, Reason, Record, Signers, sign, verify
from gmkit.receipts.bulk import container, verify_file
from gmkit.x509 import Certificate, GeneralName, build_name
from tests.openssl import openssl

NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
RECORD = Record.from_mapping({"kind": "order", "id": "1", "time": "2026-01-31T08:00:00Z"})


@dataclass(frozen=True)
class Shop:
    root: Certificate
    issuing: Certificate
    key: sm2.SM2PrivateKey
    certificate: Certificate

    @property
    def receipt(self):
        return sign(RECORD, self.key).text

    def file(self, *certificates):
        lines = container.head([each.der for each in certificates])
        return io.BytesIO(lines + self.receipt.encode() + b"\n")


def make(folder, name, *, profile="merchant-signing", now=NOW):
    if not folder.exists():
        names = ca.Names(
            root=build_name([("C", "CN"), ("O", name), ("CN", "Root")]),
            issuing=build_name([("C", "CN"), ("O", name), ("CN", "Issuing")]),
        )
        ca.create(folder, names, password=None, now=now)
    key = sm2.generate_private_key()
    application = ca.Application(
        subject=build_name([("C", "CN"), ("O", name), ("CN", "Shop")]),
        public_key_info=key.public_key().to_der(),
    )
    if profile.startswith("tls"):
        application = replace(application, alternative_names=(GeneralName("dns", "shop.example"),))
    with ca.Authority(folder) as authority:
        certificate = authority.issue(profile, application, now=now)
        return Shop(authority.root, authority.issuing, key, certificate)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("authority") / "one"


@pytest.fixture(scope="module")
def shop(folder):
    return make(folder, "One")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return make(tmp_path_factory.mktemp("authority") / "two", "Two")


def test_a_path_to_the_root_names_the_signer(shop):
    signers = Signers(roots=[shop.root], certificates=[shop.certificate, shop.issuing], time=NOW)
    verified = verify(shop.receipt, signers)
    assert verified.signer.subject == "CN=Shop,O=One,C=CN"
    assert verified.signer.serial == shop.certificate.serial
    assert verified.not_checked == ("time", "revocation")


def reason(shop, signers):
    with pytest.raises(ReceiptRejected) as caught:
        verify(shop.receipt, signers)
    return caught.value.reason, caught.value.message


def test_certificates_travel_in_the_file_and_the_root_alone_is_given(shop):
    (verdict,) = verify_file(
        shop.file(shop.certificate, shop.issuing), Signers(roots=[shop.root], time=NOW)
    )
    assert verdict.outcome is Outcome.VALID
    assert verdict.signer.subject == "CN=Shop,O=One,C=CN"


def test_the_root_of_another_authority_is_not_enough(shop, stranger):
    (verdict,) = verify_file(
        shop.file(shop.certificate, shop.issuing), Signers(roots=[stranger.root], time=NOW)
    )
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_VERIFIABLE, Reason.CERTIFICATE)


def test_a_root_that_travels_in_the_file_is_not_trusted(shop, stranger):
    everything = stranger.file(stranger.certificate, stranger.issuing, stranger.root)
    (verdict,) = verify_file(everything, Signers(roots=[shop.root], time=NOW))
    assert verdict.reason is Reason.CERTIFICATE


def test_a_missing_link_is_not_verifiable_until_it_comes(shop):
    signers = Signers(roots=[shop.root], certificates=[shop.certificate], time=NOW)
    assert reason(shop, signers)[0] == "certificate"
    assert signers.offer(shop.issuing.der)
    assert verify(shop.receipt, signers).record == RECORD


@pytest.mark.parametrize("away", [timedelta(days=-2), timedelta(days=5000)])
def test_a_certificate_outside_its_validity_is_not_accepted(shop, away):
    time = NOW + away
    signers = Signers(roots=[shop.root], certificates=[shop.certificate, shop.issuing], time=time)
    found, message = reason(shop, signers)
    assert found == "certificate"
    assert "expired" in message or "not-yet-valid" in message


@pytest.mark.parametrize("profile", ["tls-server", "dual-encrypt", "ocsp", "tsa"])
def test_doc_05_pki_09_a_certificate_for_something_else_does_not_sign_records(
    folder, shop, profile
):
    other = make(folder, "One", profile=profile)
    signers = Signers(roots=[shop.root], certificates=[other.certificate, shop.issuing], time=NOW)
    assert reason(other, signers)[0] == "certificate"


def test_an_authority_does_not_sign_records(shop, folder):
    from gmkit import keys

    key = keys.load_pem_private_key((folder / "keys" / "issuing.pem").read_bytes(), None)
    signers = Signers(roots=[shop.root], certificates=[shop.issuing], time=NOW)
    with pytest.raises(ReceiptRejected) as caught:
        verify(sign(RECORD, key).text, signers)
    assert caught.value.reason == "certificate"


def test_without_a_root_no_certificate_helps(shop):
    found, message = reason(shop, Signers(certificates=[shop.certificate, shop.issuing]))
    assert found == "unknown-signer"
    assert "root" in message


def test_roots_need_a_time(shop):
    with pytest.raises(InvalidArgument, match="time"):
        Signers(roots=[shop.root])
    with pytest.raises(InvalidArgument, match="zone"):
        Signers(roots=[shop.root], time=datetime(2026, 1, 1))


def test_of_two_certificates_of_one_key_the_accepted_one_counts(shop, folder):
    with ca.Authority(folder) as authority:
        application = ca.Application(
            subject=shop.certificate.subject, public_key_info=shop.certificate.public_key_info
        )
        later = authority.issue("merchant-signing", application, now=NOW + timedelta(days=900))
    signers = Signers(
        roots=[shop.root], certificates=[shop.certificate, later, shop.issuing],
        time=NOW + timedelta(days=1000),
    )  # fmt: skip
    assert verify(shop.receipt, signers).signer.serial == later.serial


def test_a_certificate_of_another_curve_in_the_file_is_no_obstacle(shop, tmp_path):
    request = (
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    )
    openssl(
        *request, "-keyout", tmp_path / "k", "-out", tmp_path / "c", "-subj", "/CN=P", "-days", 9
    )
    other = Certificate.from_pem((tmp_path / "c").read_bytes())
    file = shop.file(other, shop.certificate, shop.issuing)
    (verdict,) = verify_file(file, Signers(roots=[shop.root], time=NOW))
    assert verdict.outcome is Outcome.VALID


def test_many_strange_identifiers_do_not_fill_the_memory(shop, stranger):
    signers = Signers(roots=[shop.root], time=NOW)
    for number in range(100):
        with pytest.raises(ReceiptRejected):
            signers.find(number.to_bytes(16, "big"))
    assert signers._known == {}


def test_openssl_verifies_a_receipt(shop, tmp_path):
    """The raw view: data M, signature DER(r, s), the certificate's key, the default identifier."""
    from gmkit.receipts import Receipt

    receipt = Receipt.parse(shop.receipt)
    public = tmp_path / "shop.pub"
    public.write_bytes(shop.key.public_key().to_pem())
    r, s = (int.from_bytes(receipt.signature[i : i + 32], "big") for i in (0, 32))
    (tmp_path / "m").write_bytes(receipt.signed)
    (tmp_path / "sig").write_bytes(der_sequence(r, s))
    said = openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", public, "-in", tmp_path / "m", "-sigfile",
        tmp_path / "sig", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678",
    )  # fmt: skip
    assert b"Signature Verified Successfully" in said


def der_sequence(*numbers):
    parts = b""
    for number in numbers:
        octets = number.to_bytes(number.bit_length() // 8 + 1, "big")
        parts += bytes([2, len(octets)]) + octets
    return bytes([0x30, len(parts)]) + parts
