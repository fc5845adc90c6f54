"""Signatures and seals that were never right: the reason is named."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from gmkit import asn1, ofd, seal, sm2, sm3
from gmkit.cms import Family, MessageSigner
from gmkit.cms import sign as cms_sign
from gmkit.pki import Revocation
from gmkit.seal import Layout, Seal
from gmkit.verdict import Outcome, State
from tests.documents.people import ROOT, SECOND, SECOND_CERTIFICATE, Authority, key
from tests.ofd.changes import ESL, LIST, SEALED, SIGNED, VALUE, XML, after, b64, put, swap
from tests.ofd.world import (
    MAKER,
    MAKER_KEY,
    NOW,
    PLAIN,
    SEAL,
    SIGNER,
    codes,
    edit,
    judge,
    make_seal,
    sealed,
    signed,
    unpack,
)

DER, RAW = sm2.SignatureFormat.DER, sm2.SignatureFormat.RAW


def _raw_value(value: bytes) -> bytes:
    """The same message with r and s in 64 octets, as one producer writes it."""
    outer = asn1.decode(value).children()
    body = outer[1].inside().children()
    info = body[-1].children()[0].children()
    raw = sm2.convert_signature(info[-1].octet_string(), DER, RAW)
    signer = asn1.sequence(*(one.raw for one in info[:-1]), asn1.octet_string(raw))
    inner = asn1.sequence(*(one.raw for one in body[:-1]), asn1.set_of(signer))
    return asn1.sequence(outer[0].raw, asn1.explicit(0, inner))


def test_a_plain_signature_in_64_octets() -> None:
    verdict = after(lambda parts: parts.__setitem__(VALUE, _raw_value(parts[VALUE])), SIGNED)
    assert verdict.outcome is Outcome.VALID
    assert codes(verdict) == {"raw-signature", "compat"}
    direct = _raw_value(unpack(signed(attributes=False))[VALUE])
    assert after(put(VALUE, direct), SIGNED).outcome is Outcome.VALID
    assert (
        after(put(VALUE, direct[:-1] + bytes([direct[-1] ^ 1])), SIGNED).outcome is Outcome.INVALID
    )


def test_a_digest_signed_as_text() -> None:
    def change(parts: dict[str, bytes]) -> None:
        text = b64(sm3.digest(parts[XML]))
        parts[VALUE] = cms_sign(text, [SIGNER], family=Family.GM, attributes=False)

    verdict = after(change, SIGNED)
    assert verdict.outcome is Outcome.VALID
    assert codes(verdict) == {"content-base64"}


def forged(
    certificate: MessageSigner, made: bytes, *, time=NOW, layout: Layout = Layout.V4
) -> bytes:  # type: ignore[no-untyped-def]
    """A document sealed by hand, past every check of the signing side."""
    base = sealed(seal=make_seal(layout=layout))

    def change(parts: dict[str, bytes]) -> None:
        digests = [b64(sm3.digest(one)) for one in (parts[ESL], made)]
        parts[XML] = parts[XML].replace(digests[0], digests[1])
        parts[ESL] = made
        moment = asn1.generalized_time(time)
        oid = asn1.oid("1.2.156.10197.1.501")
        tbs = [
            asn1.integer(layout.value),
            made,
            asn1.bit_string(moment[2:]) if layout.old else moment,
            asn1.bit_string(sm3.digest(parts[XML])),
            asn1.ia5_string(f"/{XML}"),
        ]
        holder = [asn1.octet_string(certificate.certificate.der), oid]
        if layout.old:
            signed_ = asn1.sequence(*tbs, *holder)
            value = asn1.sequence(signed_, asn1.bit_string(certificate.key.sign(signed_)))
        else:
            signed_ = asn1.sequence(*tbs)
            value = asn1.sequence(signed_, *holder, asn1.bit_string(certificate.key.sign(signed_)))
        parts[VALUE] = value

    return edit(base, change)


@pytest.mark.parametrize("layout", Layout)
def test_the_hand_made_document_is_good(layout: Layout) -> None:
    made = make_seal(layout=layout)
    assert judge(forged(SIGNER, made, layout=layout)).outcome is Outcome.VALID


@pytest.mark.parametrize("layout", Layout)
def test_a_signer_who_is_not_in_the_seals_list(layout: Layout) -> None:
    verdict = judge(forged(SECOND, make_seal(layout=layout), layout=layout))
    assert verdict.reasons == ("signer-not-in-seal",)
    assert verdict.signatures[0].intact.state is State.PASSED


def test_a_signer_who_is_not_among_the_digests() -> None:
    made = make_seal(listing=seal.Users.DIGESTS)
    assert judge(forged(SIGNER, made)).outcome is Outcome.VALID
    assert judge(forged(SECOND, made)).reasons == ("signer-not-in-seal",)


def test_a_list_of_digests_of_an_unknown_kind() -> None:
    info = make_seal(listing=seal.Users.DIGESTS).replace(b"\x13\x03SM3", b"\x13\x03SM9")
    parts = Seal.parse(info)
    oid = asn1.oid("1.2.156.10197.1.501")
    made = asn1.sequence(
        parts.info.raw,
        asn1.octet_string(MAKER.der),
        oid,
        asn1.bit_string(MAKER_KEY.sign(parts.signed)),
    )
    assert judge(forged(SIGNER, made)).reasons == ("seal-list-digest",)


@pytest.mark.parametrize(
    ("days", "code"), [(-31, "seal-not-yet-valid"), (-30, None), (365, None), (366, "seal-expired")]
)
@pytest.mark.parametrize("layout", Layout)
def test_a_seal_outside_its_time(days: int, code: str | None, layout: Layout) -> None:
    made = make_seal(layout=layout)
    verdict = judge(forged(SIGNER, made, time=NOW + timedelta(days=days), layout=layout))
    assert [one for one in verdict.reasons if one.startswith("seal-")] == ([code] if code else [])


def test_a_seal_of_a_maker_nobody_trusts() -> None:
    other = Authority(key(90), "Nobody")
    maker = other.issue(MAKER_KEY, "Maker", 1)
    verdict = judge(forged(SIGNER, make_seal(maker=maker)))
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.signatures[0].chain.state is State.PASSED
    assert verdict.signatures[0].nested[0].chain.state is State.UNCHECKED


def test_a_seal_that_its_maker_did_not_sign() -> None:
    parts = Seal.parse(SEAL)
    bent = asn1.sequence(
        parts.info.raw,
        asn1.octet_string(MAKER.der),
        asn1.oid("1.2.156.10197.1.501"),
        asn1.bit_string(SIGNER.key.sign(parts.signed)),
    )
    verdict = judge(forged(SIGNER, bent))
    assert verdict.reasons == ("signature",)
    assert verdict.signatures[0].intact.state is State.PASSED
    assert verdict.signatures[0].nested[0].intact.state is State.FAILED


@pytest.mark.parametrize(("serial", "nested"), [(10, False), (20, True)])
def test_a_revoked_signer_or_maker(serial: int, nested: bool) -> None:
    verdict = judge(SEALED, crls=(ROOT.crl(NOW, {serial: NOW - timedelta(days=1)}),))
    assert verdict.outcome is Outcome.INVALID
    assert verdict.reasons == ("revoked",)
    one = verdict.signatures[0]
    assert (one.nested[0] if nested else one).revocation.state is State.FAILED


def test_never_valid_when_something_was_not_checked() -> None:
    assert judge(SEALED, roots=()).reasons == ("no-trusted-root", "revocation-not-checked")
    assert judge(SEALED, crls=()).outcome is Outcome.NOT_VERIFIABLE
    assert judge(SEALED, revocation=Revocation.NONE).outcome is Outcome.NOT_VERIFIABLE
    assert judge(PLAIN).reasons == ("no-signature",)


def test_a_wrong_user_identifier() -> None:
    verdict = judge(SEALED, user_id=b"")
    assert verdict.signatures[0].intact.reason == "signature"


def test_a_bare_signature_needs_its_certificate() -> None:
    bare = edit(
        SIGNED,
        lambda parts: parts.__setitem__(VALUE, SIGNER.key.sign(parts[XML])),
    )
    assert judge(bare).reasons == ("no-certificate",)
    known = judge(bare, certificates=(SECOND_CERTIFICATE, SIGNER.certificate))
    assert known.outcome is Outcome.VALID
    assert known.signatures[0].signer is not None
    assert known.signatures[0].signer.certificate == SIGNER.certificate
    assert judge(bare, certificates=(SECOND_CERTIFICATE,)).outcome is Outcome.NOT_VERIFIABLE


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x30\x00",
        b"junk",
        b"\x30\x03\x02\x01\x01",
        b"\x30\x05\x30\x00\x03\x01\x00",
        b"\x30\x84\xff\xff\xff\xff",
    ],
)
def test_a_value_that_is_none(value: bytes) -> None:
    for data in (SEALED, SIGNED):
        verdict = after(put(VALUE, value), data)
        assert verdict.outcome is Outcome.INVALID
        assert verdict.reasons[0] == "value-malformed"


def test_a_type_that_does_not_fit_the_value() -> None:
    assert "signature-type" in codes(after(swap(LIST, b'"Seal"', b'"Sign"')))
    assert "signature-type" in codes(after(swap(LIST, b'"Sign"', b'"Seal"'), SIGNED))


def test_a_list_that_names_a_signature_twice_or_none() -> None:
    line = b'<ofd:Signature ID="1" Type="Seal" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/>'
    assert after(swap(LIST, line, line + line)).reasons == ("signature-listed-twice",)
    assert after(swap(LIST, line, b"")).reasons == ("no-signature",)
    # Beside another signature the one that is no longer listed is a part that nobody vouches for.
    both = ofd.sign(SEALED, SECOND, time=NOW)
    second = b'<ofd:Signature ID="2" Type="Sign" BaseLoc="/Doc_0/Signs/Sign_1/Signature.xml"/>'
    assert after(swap(LIST, second, b""), both).reasons == ("uncovered-part",)
    other = line.replace(b"Sign_0", b"Sign_7")
    assert "signature-missing" in after(swap(LIST, line, other)).reasons
    climbing = line.replace(b"/Doc_0/Signs/Sign_0", b"../../../x")
    assert after(swap(LIST, line, climbing)).reasons == ("path-escape",)


@pytest.mark.parametrize(
    ("method", "code", "outcome"),
    [
        (b'CheckMethod="MD5"', "weak-digest", Outcome.NOT_VERIFIABLE),
        (b"", "weak-digest", Outcome.NOT_VERIFIABLE),
        (b'CheckMethod="SHA1"', "weak-digest", Outcome.NOT_VERIFIABLE),
        (b'CheckMethod="sm3"', None, Outcome.VALID),
        (b'CheckMethod="SM3"', None, Outcome.VALID),
        (b'CheckMethod="1.2.156.10197.1.401.2"', "check-method", Outcome.VALID),
        (b'CheckMethod="SHA-512/7"', "unsupported-algorithm", Outcome.NOT_VERIFIABLE),
    ],
)
def test_names_of_digests(method: bytes, code: str | None, outcome: Outcome) -> None:
    def change(parts: dict[str, bytes]) -> None:
        text = parts[XML].replace(b'CheckMethod="1.2.156.10197.1.401"', method)
        name = "sha1" if b"SHA1" in method else "md5"
        if b"MD5" in method or not method or b"SHA1" in method:
            for part in parts.values():
                weak = hashlib.new(name, part, usedforsecurity=False).digest()
                text = text.replace(b64(sm3.digest(part)), b64(weak))
        parts[XML] = text
        parts[VALUE] = seal.sign_with_seal(
            text, SEAL, key=SIGNER.key, certificate=SIGNER.certificate,
            property_info=f"/{XML}", time=NOW,
        )  # fmt: skip

    verdict = after(change)
    assert verdict.outcome is outcome, verdict.reasons
    found = codes(verdict) | set(verdict.reasons)
    assert (code in found) if code else not found


def test_a_certificate_of_another_key() -> None:
    other = sm2.generate_private_key()
    certificate = ROOT.issue(other, "Third", 33)
    made = make_seal(MessageSigner(other, certificate))
    verdict = judge(forged(MessageSigner(SIGNER.key, certificate), made))
    assert verdict.signatures[0].intact.reason == "signature"
