"""Other people's files and other people's verdicts: pyhanko's, and signatures with RSA and P-256."""

import json
from datetime import datetime, timezone
from io import BytesIO

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from gmkit import pdf
from gmkit.cms import Family
from gmkit.pdf import Permission
from gmkit.verdict import Outcome, Trust
from gmkit.x509 import Certificate, CertificateList, load_certificates
from tests.documents.people import NOW, ROOT, SECOND, SIGNER, TSA, YEAR
from tests.pdf.files import plain, revised, stamp, with_text_field
from tests.pdf.second_opinion import second_opinion, sign_with_pyhanko
from tests.pdf.test_sign import encrypted, fill
from tests.pdf.test_updates import CHANGES
from tests.pdf.victims import CERTIFIED, SIGNED
from tests.shared import shared

ROOTS = (ROOT.certificate,)
KEYS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


def sm2_trust(at=NOW, **more):
    return Trust(at, **({"roots": ROOTS, "crls": (ROOT.crl(at),)} | more))


def test_pyhanko_agrees_on_what_is_valid():
    data = pdf.sign(plain(), SIGNER, time=NOW, stamp=stamp(), certify=Permission.FORMS)
    data = pdf.sign(data, SECOND, time=NOW)
    data = pdf.extend(data, pdf.Level.B_LTA, trust=sm2_trust(), stamp=stamp())
    verdict = pdf.verify(data, trust=sm2_trust())
    assert [one.outcome for one in verdict.signatures] == [Outcome.VALID] * 3
    assert second_opinion(data, sm2_trust()) == [True] * 3


@pytest.mark.parametrize("case", ["octets", "form", "root", "revoked", "expired"])
def test_pyhanko_agrees_on_what_is_not(case):
    data = pdf.sign(with_text_field(plain()), SIGNER, time=NOW, certify=Permission.NOTHING)
    trust = sm2_trust()
    if case == "octets":
        data = data.replace(b"Contract", b"Contrast")
    elif case == "form":
        data = fill(data, "amount", "9")
    elif case == "root":
        trust = sm2_trust(roots=(SECOND.certificate,))
    elif case == "revoked":
        trust = sm2_trust(crls=(ROOT.crl(revoked={10: NOW - YEAR / 2}),))
    else:
        trust = sm2_trust(NOW + 2 * YEAR)
    assert pdf.verify(data, trust=trust).outcome is not Outcome.VALID
    assert second_opinion(data, trust) == [False]


def test_pyhanko_cannot_read_the_other_family():
    """The reason why its verdict is a second opinion only (one such signature hides all others)."""
    data = pdf.sign(pdf.sign(plain(), SIGNER, time=NOW), SECOND, time=NOW, family=Family.GM)
    assert pdf.verify(data, trust=sm2_trust()).outcome is Outcome.VALID
    with pytest.raises(TypeError):
        second_opinion(data, sm2_trust())


class World:
    """A root and a signer with keys that are not SM2's, and a list of the day."""

    def __init__(self, kind):
        self.root_key, self.key, self.tsa_key = (KEYS[kind]() for _ in range(3))
        self.hash = None if kind == "ed25519" else hashes.SHA256()
        self.root = self.issue("Foreign Root", self.root_key, 1)
        self.signer = self.issue("Foreign Signer", self.key, 2)
        self.tsa = self.issue("Foreign TSA", self.tsa_key, 3)
        issuer = self.root.subject
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer)
        builder = builder.last_update(NOW).next_update(NOW + YEAR)
        crl = builder.sign(self.root_key, self.hash)
        self.crl = CertificateList(crl.public_bytes(serialization.Encoding.DER))

    def issue(self, name, key, serial):
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Foreign Root")])
        usage = dict.fromkeys(
            (
                "data_encipherment",
                "key_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        usage |= dict.fromkeys(("key_cert_sign", "crl_sign"), serial == 1)
        usage |= dict.fromkeys(("digital_signature", "content_commitment"), serial != 1)
        builder = x509.CertificateBuilder(issuer, subject, key.public_key(), serial)
        builder = builder.not_valid_before(NOW - YEAR).not_valid_after(NOW + YEAR)
        builder = builder.add_extension(x509.BasicConstraints(serial == 1, None), True)
        builder = builder.add_extension(x509.KeyUsage(**usage), True)
        if serial == 3:
            stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(stamping, True)
        return builder.sign(self.root_key, self.hash)

    def sign(
        self, data, field, *, sub_filter=fields.SigSeedSubFilter.PADES, with_stamp=False,
        with_status=False, with_archive=False, password=None, certify=False, prefer_pss=False,
    ):  # fmt: skip
        """By pyhanko's own signer."""
        store = SimpleCertificateStore()
        store.register(self.as_asn1(self.root))
        signer = signers.SimpleSigner(
            signing_cert=self.as_asn1(self.signer),
            signing_key=self.as_key(self.key),
            cert_registry=store,
            prefer_pss=prefer_pss,
        )
        meta = signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256" if self.hash else "sha512",
            subfilter=sub_filter,
            embed_validation_info=with_status,
            use_pades_lta=with_archive,
            certify=certify,
            validation_context=self.context() if with_status else None,
        )
        stamper = None
        if with_stamp:
            stamper = timestamps.DummyTimeStamper(
                self.as_asn1(self.tsa), self.as_key(self.tsa_key), fixed_dt=NOW
            )
        out = BytesIO()
        writer = IncrementalPdfFileWriter(BytesIO(data))
        if password is not None:
            writer.encrypt(password)
        signers.sign_pdf(writer, meta, signer, timestamper=stamper, output=out)
        return out.getvalue()

    def context(self):
        return ValidationContext(
            trust_roots=[self.as_asn1(self.root)],
            crls=[self.crl.der],
            moment=NOW,
            revocation_mode="require",
        )

    @staticmethod
    def as_asn1(certificate):
        return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))

    @staticmethod
    def as_key(key):
        return asn1_keys.PrivateKeyInfo.load(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    @property
    def gmkit_root(self):
        return Certificate(self.root.public_bytes(serialization.Encoding.DER))


@pytest.fixture(scope="module", params=KEYS)
def world(request):
    return World(request.param)


def both(world):
    roots = (*ROOTS, world.gmkit_root)
    return Trust(NOW, roots=roots, crls=(ROOT.crl(), world.crl))


@pytest.mark.parametrize("name", ["PADES", "ADOBE_PKCS7_DETACHED"])
def test_foreign_and_sm2_signatures_in_one_file(world, name):
    sub_filter = fields.SigSeedSubFilter[name]
    data = world.sign(plain(), "foreign", sub_filter=sub_filter)
    data = pdf.sign(data, SIGNER, time=NOW, field="gm", family=Family.GM)
    verdict = pdf.verify(data, trust=both(world))
    assert verdict.outcome is Outcome.VALID, [one.findings for one in verdict.signatures]
    assert [one.name for one in verdict.signatures] == ["foreign", "gm"]
    other_order = world.sign(pdf.sign(plain(), SIGNER, time=NOW), "foreign", sub_filter=sub_filter)
    assert pdf.verify(other_order, trust=both(world)).outcome is Outcome.VALID
    assert second_opinion(other_order, both(world)) == [True, True]
    changed = other_order.replace(b"Contract", b"Contrast")
    assert pdf.verify(changed, trust=both(world)).outcome is Outcome.INVALID
    only_sm2 = pdf.verify(other_order, trust=sm2_trust())
    assert only_sm2.outcome is Outcome.NOT_VERIFIABLE
    assert only_sm2.signatures[0].outcome is Outcome.VALID


def test_a_foreign_timestamp():
    world = World("rsa")  # pyhanko's own authority does no other
    data = world.sign(plain(), "foreign", with_stamp=True)
    verdict = pdf.verify(data, trust=both(world))
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert verdict.signatures[0].time.proved == NOW
    assert verdict.signatures[0].kind.startswith("PAdES B-T")


SAMPLES = {"pades_bb": "pdf", "pades_bt": "pdf", "gm_noattr": "cms"}
WHEN = datetime(2026, 11, 23, tzinfo=timezone.utc)


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_give_their_recorded_verdict(name):
    """No lists came with them: everything else is checked, and that they are missing is said."""
    data = shared(f"samples/pdf/{name}.pdf").read_bytes()
    roots = load_certificates(shared(f"samples/{SAMPLES[name]}/root.crt").read_bytes())
    recorded = json.loads(shared("samples/MANIFEST.json").read_text(encoding="utf-8"))
    (entry,) = [one for one in recorded["files"] if one["file"] == f"pdf/{name}.pdf"]
    trust = Trust(WHEN, roots=tuple(roots))
    verdict = pdf.verify(data, trust=trust)
    (one,) = verdict.signatures
    assert set(verdict.reasons) <= {"revocation-unknown", "timestamp-revocation-unknown"}
    assert one.coverage.text.startswith("the whole file")
    if "pyhanko" in entry["expect"]:
        assert "TRUSTED" in entry["expect"]["pyhanko"]
        assert second_opinion(data, trust) == [True]
    else:
        assert entry["expect"]["signature"] == "valid"
    if name == "pades_bt":
        assert one.time.proved is not None


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_that_were_changed(name):
    data = shared(f"samples/pdf/{name}.pdf").read_bytes()
    at = data.index(b"/MediaBox")
    changed = data[: at + 1] + b"m" + data[at + 2 :]
    assert pdf.verify(changed, trust=Trust(WHEN)).outcome is Outcome.INVALID


@pytest.mark.parametrize("name", ["PADES", "ADOBE_PKCS7_DETACHED"])
def test_evidence_as_others_keep_it(name):
    """PAdES in /DSS, Adobe among the signed attributes."""
    world = World("rsa")
    sub_filter = fields.SigSeedSubFilter[name]
    roots = Trust(NOW, roots=(world.gmkit_root,))
    bare = world.sign(plain(), "foreign", sub_filter=sub_filter)
    assert pdf.verify(bare, trust=roots).reasons == ("revocation-unknown",)
    data = world.sign(plain(), "foreign", sub_filter=sub_filter, with_status=True)
    verdict = pdf.verify(data, trust=roots)
    assert verdict.outcome is Outcome.VALID, verdict.reasons


def test_an_encrypted_file_that_was_signed():
    world = World("p256")
    data = world.sign(encrypted("secret"), "foreign", password="secret")
    assert pdf.verify(data, trust=both(world)).reasons == ("encrypted",)
    assert pdf.verify(data, trust=both(world), password=b"wrong").reasons == ("encrypted",)
    verdict = pdf.verify(data, trust=both(world), password=b"secret")
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert {one.code for one in verdict.findings} == {"encrypted"}
    open_to_all = world.sign(encrypted(""), "foreign", password="")
    assert pdf.verify(open_to_all, trust=both(world)).outcome is Outcome.VALID


def test_archives_as_others_make_them():
    """pyhanko's B-LTA, with RSA; renewed here, with SM2."""
    world = World("rsa")
    data = world.sign(
        plain(), "foreign", with_stamp=True, with_status=True, with_archive=True, certify=True
    )
    roots = Trust(NOW, roots=(world.gmkit_root, *ROOTS))
    verdict = pdf.verify(data, trust=roots)
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert verdict.signatures[0].kind.startswith("PAdES B-LTA")
    renewed = pdf.extend(data, pdf.Level.B_LTA, trust=both(world), stamp=stamp())
    assert pdf.verify(renewed, trust=roots).outcome is Outcome.VALID
    assert second_opinion(renewed, both(world)) == [True, True, True]


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("signed", [SIGNED, CERTIFIED[2]], ids=["approval", "forms"])
def test_pyhanko_refuses_the_same_changes(signed, change):
    data = revised(signed, change)
    assert pdf.verify(data, trust=sm2_trust()).outcome is Outcome.INVALID
    assert second_opinion(data, sm2_trust()) == [False]


@pytest.mark.parametrize(
    ("level", "options"),
    [
        ("B-B", {}),
        ("B-T", {}),
        ("B-LT", {"embed_validation_info": True}),
        ("B-LTA", {"embed_validation_info": True, "use_pades_lta": True}),
    ],
)
def test_sm2_signatures_in_pyhankos_own_messages(level, options):
    """All of the file but the arithmetic is pyhanko's: its CMS, its /DSS, its requests for timestamps."""
    trust = sm2_trust()
    authority = None if level == "B-B" else TSA
    data = sign_with_pyhanko(plain(), SIGNER, "theirs", trust, authority, certify=True, **options)
    verdict = pdf.verify(data, trust=trust)
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert verdict.signatures[0].kind.startswith(f"PAdES {level},")
    if level.startswith("B-LT"):
        assert pdf.verify(data, trust=sm2_trust(crls=())).outcome is Outcome.VALID
        late = sm2_trust(NOW + 2 * YEAR)
        assert pdf.verify(data, trust=late).outcome is Outcome.VALID
    both = pdf.sign(data, SECOND, time=NOW)
    assert pdf.verify(both, trust=trust).outcome is Outcome.VALID
    assert all(second_opinion(both, trust))
    assert (
        pdf.verify(data.replace(b"Contract", b"Contrast"), trust=trust).outcome is Outcome.INVALID
    )


def test_rsa_with_the_newer_padding():
    world = World("rsa")
    data = pdf.sign(world.sign(plain(), "foreign", prefer_pss=True), SIGNER, time=NOW)
    verdict = pdf.verify(data, trust=both(world))
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert second_opinion(data, both(world)) == [True, True]
    changed = data.replace(b"Contract", b"Contrast")
    assert pdf.verify(changed, trust=both(world)).outcome is Outcome.INVALID
