"""Customs XML: signed, verified, and the tricks that are played on XML signatures."""

from __future__ import annotations

import base64
import re
import time
from datetime import timedelta

import pytest
from lxml import etree

from gmkit import documents, sm2, x509, xmlsig
from gmkit.cms import MessageSigner
from gmkit.errors import EncodingError, InvalidArgument
from gmkit.verdict import Extent, Outcome, State, Trust
from gmkit.xmlsig.canonical import INCLUSIVE, Method, canonical
from gmkit.xmlsig.guard import parse
from tests.documents.people import NOW, SECOND, SIGNER, SIGNER_KEY, trust
from tests.openssl import openssl
from tests.shared import shared

DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<ceb:CEB311Message xmlns:ceb="http://www.chinaport.gov.cn/ceb" xml:lang="zh" guid="1">\n'
    "  <ceb:Order><ceb:orderNo>42</ceb:orderNo><ceb:name>测试 &amp; Co</ceb:name></ceb:Order>\n"
    "</ceb:CEB311Message>"
).encode()
DS = "http://www.w3.org/2000/09/xmldsig#"
CUSTOMS = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
SIGNED = xmlsig.sign(DOCUMENT, SIGNER)


def reasons(data: bytes) -> tuple[Outcome, tuple[str, ...]]:
    verdict = xmlsig.verify(data, trust=trust())
    return verdict.outcome, verdict.reasons


@pytest.mark.parametrize("exclusive", [False, True])
def test_what_is_signed_is_valid(exclusive):
    chained = MessageSigner(SIGNER.key, SIGNER.certificate, (SECOND.certificate,))
    signed = xmlsig.sign(DOCUMENT, chained, exclusive=exclusive)
    verdict = documents.verify(signed, trust=trust())
    assert (verdict.outcome, verdict.kind) == (Outcome.VALID, "XML"), verdict.reasons
    (one,) = verdict.signatures
    assert one.coverage.extent is Extent.WHOLE
    assert one.signer.subject == "CN=Signer"
    assert b"<ceb:orderNo>42" in signed


def test_the_sample_of_customs():
    folder = shared("samples")
    data = (folder / "xml/ceb311_sm2.xml").read_bytes()
    (root,) = x509.load_certificates((folder / "cms/root.crt").read_bytes())
    verdict = xmlsig.verify(data, trust=Trust(root.not_before + timedelta(days=400), (root,)))
    (one,) = verdict.signatures
    assert (one.intact.state, one.chain.state) == (State.PASSED, State.PASSED)
    assert verdict.reasons == ("revocation-unknown",)
    changed = data.replace(b"0.01", b"0.02")
    assert xmlsig.verify(changed, trust=trust()).signatures[0].intact.reason == "digest"


def test_openssl_verifies_the_canonical_octets(tmp_path):
    tree = parse(SIGNED)
    info = tree.find(f".//{{{DS}}}SignedInfo")
    value = base64.b64decode(tree.findtext(f".//{{{DS}}}SignatureValue"))
    assert len(value) == 64  # r and s, as customs has it
    der = sm2.convert_signature(value, sm2.SignatureFormat.RAW, sm2.SignatureFormat.DER)
    files = {
        "octets": canonical(info, Method()),
        "signature": der,
        "key.pem": SIGNER_KEY.public_key().to_pem(),
    }
    for name, octets in files.items():
        (tmp_path / name).write_bytes(octets)
    said = openssl(
        "dgst", "-sm3", "-verify", str(tmp_path / "key.pem"), "-sigopt", "distid:1234567812345678",
        "-signature", str(tmp_path / "signature"), str(tmp_path / "octets"),
    )  # fmt: skip
    assert b"Verified OK" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"42</ceb", b"43</ceb"),
        (b'guid="1"', b'guid="2"'),
        (b'xml:lang="zh"', b'xml:lang="en"'),
        (b"\n  <ceb:Order>", b"\n   <ceb:Order>"),
        (b"</ceb:Order>", b"</ceb:Order><ceb:Order/>"),
    ],
)
def test_any_change_is_found(old, new):
    assert old in SIGNED
    outcome, why = reasons(SIGNED.replace(old, new))
    assert (outcome, why[0]) == (Outcome.INVALID, "digest")


def test_what_means_the_same_stays_valid():
    spaced = SIGNED.replace(b'<ceb:CEB311Message xmlns:ceb="', b'<ceb:CEB311Message   xmlns:ceb="')
    assert spaced != SIGNED
    utf16 = SIGNED.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    gbk = SIGNED.decode().replace("UTF-8", "GBK").replace("'", '"').encode("gbk")
    for same in (spaced, utf16, gbk, b"\xef\xbb\xbf" + SIGNED):
        assert reasons(same) == (Outcome.VALID, ()), same[:60]


def test_a_changed_signature_value_and_another_key():
    value = re.search(rb"<ds:SignatureValue>(.*?)</", SIGNED)[1]
    other = base64.b64encode(b"\x01" * 64)
    assert reasons(SIGNED.replace(value, other))[1][0] == "invalid-signature"
    mine = base64.b64encode(SIGNER.certificate.der)
    theirs = base64.b64encode(SECOND.certificate.der)
    assert reasons(SIGNED.replace(mine, theirs))[1][0] == "invalid-signature"


# Signature wrapping: what is verified is not what is read.


def by_identifier(body: str = "", **names: str) -> bytes:
    """A document whose signature covers an element named by its identifier."""
    inner = f'<a:part xmlns:a="urn:a" Id="{names.get("id", "x1")}">pay 1</a:part>'
    start = f'<a:root xmlns:a="urn:a">{inner}{body}'
    tree = etree.ElementTree(etree.fromstring(start + "</a:root>"))
    from gmkit.xmlsig import algorithms

    digest = algorithms.digest(CUSTOMS + "sm3", canonical(tree.getroot()[0], Method()))
    info = (
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{INCLUSIVE}"/>'
        f'<ds:SignatureMethod Algorithm="{CUSTOMS}sm2-sm3"/><ds:Reference URI="#x1">'
        f'<ds:DigestMethod Algorithm="{CUSTOMS}sm3"/>'
        f"<ds:DigestValue>{base64.b64encode(digest).decode()}</ds:DigestValue>"
        "</ds:Reference></ds:SignedInfo>"
    )
    signature = etree.SubElement(tree.getroot(), f"{{{DS}}}Signature", nsmap={"ds": DS})
    signature.append(etree.fromstring(info))
    octets = canonical(signature[0], Method())
    raw = SIGNER_KEY.sign(octets, format=sm2.SignatureFormat.RAW)
    etree.SubElement(signature, f"{{{DS}}}SignatureValue").text = base64.b64encode(raw).decode()
    holder = etree.SubElement(etree.SubElement(signature, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    certificate = etree.SubElement(holder, f"{{{DS}}}X509Certificate")
    certificate.text = base64.b64encode(SIGNER.certificate.der).decode()
    return etree.tostring(tree)


def test_content_outside_the_signed_part_is_never_valid():
    verdict = xmlsig.verify(by_identifier("<a:more>pay 1000</a:more>"), trust=trust())
    (one,) = verdict.signatures
    assert one.intact.state is State.PASSED
    assert one.coverage.extent is Extent.PART
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons == ("uncovered-content",)


def test_the_signed_element_moved_aside_and_another_in_its_place():
    good = by_identifier()
    part = re.search(rb"<a:part.*?</a:part>", good)[0]
    evil = part.replace(b"pay 1", b"pay 1000")
    # (1) under the same identifier, before or after the signed one
    for both in (evil + b"<a:old>" + part + b"</a:old>", b"<a:old>" + part + b"</a:old>" + evil):
        outcome, why = reasons(good.replace(part, both))
        assert (outcome, why[0]) == (Outcome.INVALID, "duplicate-id")
    # (2) under another identifier, or none
    for name in (b'Id="x2"', b""):
        moved = evil.replace(b'Id="x1"', name) + b"<a:old>" + part + b"</a:old>"
        outcome, why = reasons(good.replace(part, moved))
        assert (outcome, why) == (Outcome.NOT_VERIFIABLE, ("uncovered-content",))
    # (3) the same identifier under another spelling of the attribute
    twice = evil.replace(b"Id=", b"ID=") + part
    assert reasons(good.replace(part, twice))[1][0] == "duplicate-id"
    # (4) hidden in the signature itself
    hidden = good.replace(part, evil.replace(b'Id="x1"', b"")).replace(
        b"</ds:Signature>", b"<ds:Object>" + part + b"</ds:Object></ds:Signature>"
    )
    outcome, why = reasons(hidden)
    assert outcome is not Outcome.VALID
    assert "uncovered-object" in why


def test_an_object_inside_an_enveloped_signature_is_named():
    added = SIGNED.replace(b"</ds:Signature>", b"<ds:Object>pay</ds:Object></ds:Signature>")
    assert reasons(added) == (Outcome.NOT_VERIFIABLE, ("uncovered-object",))


def test_comments_do_not_split_what_is_read():
    value = re.search(rb"<ds:DigestValue>(.{10})", SIGNED)[1]
    split = SIGNED.replace(value, value[:5] + b"<!-- -->" + value[5:])
    assert reasons(split)[1][0] == "malformed"
    commented = SIGNED.replace(b"</ceb:Order>", b"</ceb:Order><!-- pay 9 -->")
    verdict = xmlsig.verify(commented, trust=trust())
    assert verdict.outcome is Outcome.VALID  # canonical XML leaves comments out, and it is said
    assert "comments" in verdict.signatures[0].coverage.outside


def test_signing_twice_is_refused_and_a_second_signature_breaks_the_first():
    with pytest.raises(InvalidArgument, match="already"):
        xmlsig.sign(SIGNED, SIGNER)
    one = re.search(rb"<ds:Signature .*</ds:Signature>", SIGNED, re.DOTALL)[0]
    doubled = SIGNED.replace(one, one + one)
    assert reasons(doubled)[0] is Outcome.INVALID


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (CUSTOMS + "sm2-sm3", "urn:other", "unsupported-algorithm"),
        (CUSTOMS + 'sm3"', 'urn:other"', "unsupported-algorithm"),
        (INCLUSIVE, "http://www.w3.org/TR/1999/REC-xslt-19991116", "unsupported-algorithm"),
        (DS + "enveloped-signature", "http://www.w3.org/TR/1999/REC-xpath-19991116", "unsupported-algorithm"),
        ('URI=""', 'URI="http://example.org/"', "unsupported-algorithm"),
        ('URI=""', 'URI="file:///etc/passwd"', "unsupported-algorithm"),
        ('URI=""', 'URI="#nothing"', "invalid-signature"),
        ('URI=""', "", "malformed"),
        ("</ds:Transforms>", "</ds:Transforms>text", "malformed"),
    ],
)  # fmt: skip
def test_forms_that_are_not_done_or_wrong(old, new, why):
    assert old.encode() in SIGNED
    outcome, found = reasons(SIGNED.replace(old.encode(), new.encode()))
    assert found[0] == why
    assert outcome is not Outcome.VALID


def test_old_customs_with_sha1_is_read_and_never_valid():
    import hashlib

    tree = parse(DOCUMENT)
    digest = hashlib.sha1(canonical(tree, Method())).digest()
    older = SIGNED.replace((CUSTOMS + 'sm3"').encode(), (DS + 'sha1"').encode())
    older = older.replace(CUSTOMS.encode(), DS.encode())
    stored = re.search(rb"<ds:DigestValue>(.*?)<", older)[1]
    older = older.replace(stored, base64.b64encode(digest))
    info = parse(older).find(f".//{{{DS}}}SignedInfo")
    raw = SIGNER_KEY.sign(canonical(info, Method()), format=sm2.SignatureFormat.RAW)
    value = re.search(rb"<ds:SignatureValue>(.*?)<", older)[1]
    older = older.replace(value, base64.b64encode(raw))
    verdict = xmlsig.verify(older, trust=trust())
    assert verdict.signatures[0].intact.state is State.PASSED
    assert (verdict.outcome, verdict.reasons) == (Outcome.NOT_VERIFIABLE, ("weak-digest",))


# What must not reach a parser.

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY l0 "lol">' + LAUGHS.encode() + b"]><a>&l9;</a>",
        b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<?xml version="1.0"?><!-- c --><!DOCTYPE a><a/>',
        '\ufeff<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16-le"),
        '<?xml version="1.0" encoding="GBK"?><!DOCTYPE a><a>测</a>'.encode("gbk"),
        b"<a><!ELEMENT b></a>",
        b'<!DOCTYPE a [<!ENTITY % p "x"> %p;]><a/>',
    ],
)
def test_declarations_are_refused_before_parsing(data, monkeypatch):
    def never(*_arguments):
        raise AssertionError("the parser was called")

    monkeypatch.setattr(etree, "fromstring", never)
    with pytest.raises(EncodingError, match="document type declaration"):
        parse(data)
    verdict = xmlsig.verify(data, trust=trust())
    assert (verdict.outcome, verdict.reasons) == (Outcome.INVALID, ("malformed",))


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="UTF-7"?>+ADw-a/+AD4-',
        "<a/>".encode("utf-32"),
        "<a/>".encode("utf-16-le"),
        b'<?xml version="1.0" encoding="EBCDIC-CP-US"?><a/>',
        b"<a>\xff</a>",
        b"<a><b></a>",
        b"<a>&undefined;</a>",
        b"<?pi",
        b"<a>" * 100_000,
        b"<!--" * 100_000,
        b"<?" * 100_000,
        b"<![CDATA[" * 100_000,
    ],
)
def test_other_encodings_and_broken_documents_are_refused_quickly(data):
    start = time.process_time()
    with pytest.raises(EncodingError):
        parse(data)
    assert time.process_time() - start < 1


def test_cut_and_flipped_documents_get_a_verdict_and_no_exception():
    given = trust()
    for length in range(0, len(SIGNED), 11):
        assert xmlsig.verify(SIGNED[:length], trust=given).outcome is not Outcome.VALID
    for at in range(0, len(SIGNED), 5):
        changed = bytearray(SIGNED)
        changed[at] ^= 4
        verdict = xmlsig.verify(bytes(changed), trust=given)
        # KeyName is covered by nobody, and says so; letters of the XML declaration mean nothing.
        unsigned = SIGNED.index(b"<ds:KeyName") <= at < SIGNED.index(b"</ds:KeyName")
        assert verdict.outcome is not Outcome.VALID or unsigned or at < DOCUMENT.index(b"\n"), at


EINVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>1</EIid></Header><EInvoiceData><SellerInformation>
<SellerName>某公司</SellerName></SellerInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>24117000000000000001</InvoiceNumber></TaxSupervisionInfo>
<TaxBureauSignature><SignedInfo><SignatureMethod Algorithm="1.2.156.10197.1.501"/></SignedInfo>
<SignatureValue>AAAA&amp;MjAyNA==</SignatureValue><KeyInfo/></TaxBureauSignature></EInvoice>"""


def test_an_einvoice_is_answered_honestly():
    verdict = documents.verify(EINVOICE.encode(), trust=trust())
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons == ("einvoice-not-verifiable-offline",)
    said = [one.text for one in verdict.signatures[0].findings]
    assert "invoice number: 24117000000000000001" in said
    assert "seller: 某公司" in said


def test_signing_needs_the_right_key_and_no_timestamp():
    with pytest.raises(InvalidArgument, match="does not belong"):
        xmlsig.sign(DOCUMENT, MessageSigner(SECOND.key, SIGNER.certificate))
    with pytest.raises(InvalidArgument, match="timestamp"):
        documents.sign(DOCUMENT, SIGNER, time=NOW, stamp=lambda _value: b"")


def test_xml_without_signature_is_not_verifiable():
    assert reasons(b"<a/>") == (Outcome.NOT_VERIFIABLE, ("no-signature",))
