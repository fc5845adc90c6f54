"""Documents somebody has worked on after signing, and signatures that were never right: the reason is named."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest

from gmkit import asn1, ofd, seal, sm2, sm3
from gmkit.cms import Family, MessageSigner
from gmkit.cms import sign as cms_sign
from gmkit.errors import InvalidArgument
from gmkit.ofd.coverage import Part
from gmkit.ofd.signature import Listed
from gmkit.ofd.write import document
from gmkit.pki import Revocation
from gmkit.seal import Layout, Seal
from gmkit.verdict import Extent, Outcome, State, Verdict
from tests.documents.people import ROOT, SECOND, SECOND_CERTIFICATE, Authority, key, trust
from tests.ofd.world import (
    MAKER,
    MAKER_KEY,
    NOW,
    OTHER_SVG,
    PLAIN,
    SEAL,
    SIGNER,
    codes,
    edit,
    judge,
    make_seal,
    page,
    sealed,
    signed,
    unpack,
    xml,
)

DER, RAW = sm2.SignatureFormat.DER, sm2.SignatureFormat.RAW
Change = Callable[[dict[str, bytes]], None]
LIST = "Doc_0/Signs/Signatures.xml"
XML = "Doc_0/Signs/Sign_0/Signature.xml"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"
ESL = "Doc_0/Signs/Sign_0/Seal.esl"
SEALED, SIGNED = sealed(), signed()


def after(change: Change, data: bytes = SEALED) -> Verdict:
    return judge(edit(data, change))


def b64(octets: bytes) -> bytes:
    return b64encode(octets)


def put(name: str, data: bytes) -> Change:
    return lambda parts: parts.__setitem__(name, data)


def drop(name: str) -> Change:
    return lambda parts: parts.__delitem__(name)


def swap(name: str, old: bytes, new: bytes) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return change


CONTENT = [name for name in unpack(SEALED) if name not in (LIST, XML, VALUE)]


@pytest.mark.parametrize("name", CONTENT)
@pytest.mark.parametrize("data", [SEALED, SIGNED], ids=["seal", "plain"])
def test_doc_04_every_part_changed(name: str, data: bytes) -> None:
    if name not in unpack(data):
        return
    # A space at the end changes no meaning, and the octets.
    verdict = after(lambda parts: parts.__setitem__(name, parts[name] + b" "), data)
    assert verdict.outcome is Outcome.INVALID
    assert verdict.reasons[0] in ("part-changed", "malformed")
    if verdict.signatures:
        assert name in verdict.signatures[0].intact.text


@pytest.mark.parametrize("name", CONTENT)
def test_doc_04_every_part_removed(name: str) -> None:
    verdict = after(drop(name))
    assert verdict.outcome is Outcome.INVALID
    unreadable = name in ("OFD.xml", "Doc_0/Document.xml")
    assert verdict.reasons[0] == ("malformed" if unreadable else "part-missing")


@pytest.mark.parametrize("name", [XML, VALUE])
def test_doc_04_the_signature_changed_or_removed(name: str) -> None:
    assert after(drop(name)).outcome is Outcome.INVALID
    assert (
        after(lambda parts: parts.__setitem__(name, parts[name] + b" ")).outcome is Outcome.INVALID
    )


def test_doc_04_the_list_of_signatures_removed() -> None:
    verdict = after(drop(LIST))
    assert verdict.outcome is Outcome.INVALID
    assert "signatures-missing" in verdict.reasons


def test_doc_04_a_part_added() -> None:
    verdict = after(put("Doc_0/Pages/Page_2/Content.xml", page("third")))
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons == ("uncovered-part",)
    assert verdict.not_checked[0].where == "Doc_0/Pages/Page_2/Content.xml"
    assert verdict.signatures[0].outcome is Outcome.VALID
    assert verdict.signatures[0].coverage.extent is Extent.PART


def test_a_replaced_page() -> None:
    verdict = after(swap("Doc_0/Pages/Page_0/Content.xml", b"pay 100", b"pay 999"))
    assert verdict.signatures[0].intact.reason == "part-changed"


def test_two_pages_exchanged() -> None:
    one, other = "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Pages/Page_1/Content.xml"

    def change(parts: dict[str, bytes]) -> None:
        parts[one], parts[other] = parts[other], parts[one]

    verdict = after(change)
    assert verdict.outcome is Outcome.INVALID
    assert [one.code for one in verdict.signatures[0].findings] == ["part-changed"]


def test_a_page_listed_afterwards() -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["Doc_0/Pages/Page_2/Content.xml"] = page("third")
        parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
            b"</ofd:Pages>", b'<ofd:Page ID="5" BaseLoc="Pages/Page_2/Content.xml"/></ofd:Pages>'
        )

    verdict = after(change)
    assert verdict.outcome is Outcome.INVALID
    assert {"part-changed", "uncovered-part"} <= set(verdict.reasons)
    roles = [one.text for one in verdict.findings if one.code == "uncovered-part"]
    assert len(roles) == 1
    assert "(page," in roles[0]


def test_an_annotation_put_where_the_document_names_one_and_had_none() -> None:
    """Document.xml names a list of annotations; whoever adds the file adds what is seen."""
    bare = edit(PLAIN, lambda parts: [parts.pop(n) for n in list(parts) if "Annots" in n] and None)
    verdict = after(put("Doc_0/Annots/Annotations.xml", xml("Annotations", "")), signed(bare))
    assert verdict.reasons == ("uncovered-part",)
    assert "(annotation," in verdict.findings[0].text


def test_a_whole_document_beside_the_signed_one() -> None:
    """OFD.xml is often left out of signatures: then a second document can be put in front."""
    open_ = _signed_without("OFD.xml")

    def change(parts: dict[str, bytes]) -> None:
        parts["Doc_1/Document.xml"] = parts["Doc_0/Document.xml"]
        parts["Doc_1/Pages/Page_0/Content.xml"] = page("pay 999")
        body = b"<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody>"
        parts["OFD.xml"] = parts["OFD.xml"].replace(b"<ofd:DocBody>", body + b"<ofd:DocBody>", 1)

    assert judge(open_).outcome is Outcome.VALID
    assert codes(judge(open_)) == {"root-uncovered"}
    verdict = after(change, open_)
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert "uncovered-part" in verdict.reasons


def _signed_without(name: str) -> bytes:
    """As some producers sign: one part left out."""

    def change(parts: dict[str, bytes]) -> None:
        text = parts[XML].decode()
        start = text.index(f'<ofd:Reference FileRef="/{name}">')
        end = text.index("</ofd:Reference>", start) + len("</ofd:Reference>")
        parts[XML] = (text[:start] + text[end:]).encode()
        parts[VALUE] = seal.sign_with_seal(
            parts[XML], SEAL, key=SIGNER.key, certificate=SIGNER.certificate,
            property_info=f"/{XML}", time=NOW,
        )  # fmt: skip

    return edit(SEALED, change)


def test_a_reference_removed() -> None:
    """Whoever takes a line out of Signature.xml breaks the signature; who never put it in leaves a gap."""

    def change(parts: dict[str, bytes]) -> None:
        start = parts[XML].index(b"<ofd:Reference ")
        end = parts[XML].index(b"</ofd:Reference>") + len(b"</ofd:Reference>")
        parts[XML] = parts[XML][:start] + parts[XML][end:]

    assert "data-hash" in after(change).reasons
    assert judge(_signed_without("Doc_0/Pages/Page_1/Content.xml")).reasons == ("uncovered-part",)


def test_a_swapped_seal_picture() -> None:
    other = make_seal(picture=OTHER_SVG)
    # In the part that some readers draw: its digest is signed.
    assert "part-changed" in after(put(ESL, other)).reasons
    # Inside the signature: the maker's signature covers it.
    value = unpack(SEALED)[VALUE].replace(b'r="18"', b'r="99"')
    verdict = after(put(VALUE, value))
    assert verdict.signatures[0].intact.reason == "signature"
    assert verdict.signatures[0].nested[0].intact.reason == "signature"


def test_a_seal_part_that_is_another_seal() -> None:
    """Both are covered by the signer, who put two seals in: one is signed with, another drawn."""
    other = make_seal(picture=OTHER_SVG)

    def change(parts: dict[str, bytes]) -> None:
        digests = [b64(sm3.digest(one)) for one in (parts[ESL], other)]
        parts[XML] = parts[XML].replace(digests[0], digests[1])
        parts[ESL] = other
        parts[VALUE] = seal.sign_with_seal(
            parts[XML], SEAL, key=SIGNER.key, certificate=SIGNER.certificate,
            property_info=f"/{XML}", time=NOW,
        )  # fmt: skip

    verdict = after(change)
    assert verdict.signatures[0].intact.state is State.PASSED
    assert verdict.reasons == ("seal-differs",)


def test_a_signature_of_another_file() -> None:
    other = unpack(sealed(edit(PLAIN, put("Doc_0/Attachs/order.xml", b"<order total='999'/>"))))

    def only_value(parts: dict[str, bytes]) -> None:
        parts[VALUE] = other[VALUE]

    def all_of_it(parts: dict[str, bytes]) -> None:
        parts.update({name: other[name] for name in (LIST, XML, VALUE, ESL)})

    assert after(only_value).signatures[0].intact.reason == "data-hash"
    assert after(all_of_it).signatures[0].intact.reason == "part-changed"
    plain = unpack(signed(edit(PLAIN, put("Doc_0/Attachs/order.xml", b"x"))))
    assert after(put(VALUE, plain[VALUE]), SIGNED).signatures[0].intact.state is State.FAILED


@pytest.mark.parametrize("attributes", [True, False])
def test_a_plain_signature_over_another_signature_file(attributes: bool) -> None:
    other = cms_sign(
        sm3.digest(b"other"), [SIGNER], family=Family.GM, attributes=attributes, signing_time=None
    )
    verdict = after(put(VALUE, other), SIGNED)
    assert verdict.reasons == ("data-hash",)


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


def test_what_covers_what() -> None:
    data = ofd.sign(sealed(), SECOND, time=NOW)
    report = ofd.examine(edit(data, put("extra.bin", b"x")), trust=trust())
    by_path = {part.path: part for part in report.parts}
    assert by_path["extra.bin"] == Part("extra.bin", "part", 1, ())
    assert by_path["Doc_0/Pages/Page_0/Content.xml"].role == "page"
    assert by_path["Doc_0/Pages/Page_0/Content.xml"].covered_by == ("signature 1", "signature 2")
    assert by_path["Doc_0/Attachs/order.xml"].role == "attachment"
    assert by_path["Doc_0/Annots/Page_0/Annotation.xml"].role == "annotation"
    assert by_path["Doc_0/Tpls/Tpl_0/Content.xml"].role == "template"
    assert by_path[XML].covered_by == ("signature 2",)
    assert by_path[LIST].role == "signatures"
    assert by_path["OFD.xml"].role == "root"


def test_a_later_signature_breaks_a_lock_and_the_verdict_says_why() -> None:
    locked = unpack(signed(lock=True))
    line = Listed("9", "Sign", "x", "/Doc_0/Signs/Sign_9/Signature.xml")
    text = locked[LIST].decode()
    extra = f'<ofd:Signature ID="9" Type="{line.type}" BaseLoc="{line.location}"/></ofd:Signatures>'
    verdict = after(put(LIST, text.replace("</ofd:Signatures>", extra).encode()), signed(lock=True))
    assert verdict.outcome is Outcome.INVALID
    broken = verdict.signatures[0].intact
    assert broken.reason == "part-changed"
    assert "every later signature changes it" in broken.text


def test_a_page_cannot_pass_for_part_of_a_signature() -> None:
    """A further signature that names a page as its seal must not take it out of what is to be covered."""
    added = "Doc_0/Res/more.png"

    def change(parts: dict[str, bytes]) -> None:
        parts[added] = b"more"
        parts[XML] = parts[XML].replace(
            b"</ofd:SignedInfo>",
            b"<ofd:Seal><ofd:BaseLoc>/%s</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
            % added.encode(),
        )
        parts[VALUE] = cms_sign(
            sm3.digest(parts[XML]), [SIGNER], family=Family.GM, attributes=False
        )

    assert after(change, SIGNED).reasons == ("seal-beside-plain",)


def test_what_the_document_names_and_lacks() -> None:
    def without(name: str) -> Verdict:
        return judge(signed(edit(PLAIN, drop(name))))

    missing = without("Doc_0/Pages/Page_1/Content.xml")
    assert missing.reasons == ("part-absent",)
    harmless = without("Doc_0/Annots/Annotations.xml")
    assert harmless.outcome is Outcome.VALID
    assert codes(harmless) == {"part-absent"}


def test_the_package_integrity_of_gmt_0099_is_said_to_be_unchecked() -> None:
    entries = document("DocEntries")
    verdict = after(put("OFDEntries.xml", entries))
    assert verdict.reasons == ("package-integrity",)
    with pytest.raises(InvalidArgument, match="no longer fit"):
        signed(edit(PLAIN, put("OFDEntries.xml", entries)))


def test_a_certificate_of_another_key() -> None:
    other = sm2.generate_private_key()
    certificate = ROOT.issue(other, "Third", 33)
    made = make_seal(MessageSigner(other, certificate))
    verdict = judge(forged(MessageSigner(SIGNER.key, certificate), made))
    assert verdict.signatures[0].intact.reason == "signature"
