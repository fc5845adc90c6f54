"""
Attacks on the octets of signed PDF files: each is refused or reported, for the right reason.

The classes are those of the published surveys: universal forgery, signature wrapping, changed octets, other
forms of signature. Each is built here against a file that was valid before.
"""

import re
from datetime import timedelta

import pytest

from gmkit import cms, pdf
from gmkit.pdf.structure import Document
from gmkit.seal import Seal, sign_with_seal
from gmkit.verdict import Outcome
from tests.documents.people import NOW, SECOND, SIGNER
from tests.ofd.world import SEAL, make_seal
from tests.pdf.files import plain, revised, stamp, with_text_field
from tests.pdf.test_sign import codes
from tests.pdf.victims import CERTIFIED, SIGNED, judge, new_content, refused


def replaced(data, pattern, new):
    """The last match of *pattern* replaced by as many octets."""
    found = [*re.finditer(pattern, data, re.DOTALL)][-1]
    assert len(new) <= len(found[0])
    return data[: found.start()] + new.ljust(len(found[0])) + data[found.end() :]


def ranges(data):
    found = [*re.finditer(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", data)][-1]
    return [int(one) for one in found.groups()]


def with_ranges(data, *numbers):
    text = b"/ByteRange [" + b" ".join(b"%d" % one for one in numbers) + b"]"
    return replaced(data, rb"/ByteRange \[[^\]]*\] *", text)


def test_the_file_was_valid():
    assert judge(SIGNED).outcome is Outcome.VALID
    assert all(judge(one).outcome is Outcome.VALID for one in CERTIFIED.values())


# Wrong /ByteRange.


@pytest.mark.parametrize(
    "change",
    [
        lambda a, b, c, d: (1, b, c, d),  # not from the start
        lambda a, b, c, d: (-1, b, c, d),
        lambda a, b, c, d: (0, -b, c, d),
        lambda a, b, c, d: (0, 0, c, d),
        lambda a, b, c, d: (0, b, c, -d),
        lambda a, b, c, d: (0, b, c, 0),
        lambda a, b, c, d: (0, c + 9, b, d),  # overlapping
        lambda a, b, c, d: (0, b, b, d),
        lambda a, b, c, d: (0, b, c, d + 1),  # beyond the end
        lambda a, b, c, d: (0, b, c, 10**17),
        lambda a, b, c, d: (0, b, c),
        lambda a, b, c, d: (0, b, c, d, 0),
        lambda a, b, c, d: (0,),
    ],
)
def test_doc_03_ranges_that_are_none(change):
    refused(with_ranges(SIGNED, *change(*ranges(SIGNED))), "byte-range")


@pytest.mark.parametrize(
    "change",
    [
        lambda a, b, c, d: (0, b - 1, c, d),  # more than the string is left out
        lambda a, b, c, d: (0, b, c + 1, d - 1),
        lambda a, b, c, d: (0, b - 10, c + 10, d - 10),
        lambda a, b, c, d: (0, b + 1, c, d),  # less than the string
        lambda a, b, c, d: (0, b, c - 2, d + 2),
    ],
)
def test_a_hole_of_another_size(change):
    refused(with_ranges(SIGNED, *change(*ranges(SIGNED))), "contents-hole")


def test_ranges_of_fractions_and_of_nothing():
    for text in (
        b"[0.0 1.5 2 3]",
        b"[(0) (1) (2) (3)]",
        b"null",
        b"7",
        b"[]",
        b"<<>>",
        b"[0 1 2 null]",
    ):
        verdict = judge(replaced(SIGNED, rb"/ByteRange \[[^\]]*\] *", b"/ByteRange " + text))
        assert verdict.outcome is Outcome.INVALID, text


def test_a_range_that_ends_early():
    """The tail of the revision is signed by nobody."""
    _, b, c, d = ranges(SIGNED)
    verdict = refused(with_ranges(SIGNED, 0, b, c, d - 30))
    assert "changed-after-signing" in verdict.reasons


# Signature wrapping: another place for the hole.


def test_doc_03_a_wider_hole_with_an_update_inside():
    _, b, c, _ = ranges(SIGNED)
    inside = b"/Extra (4 0 obj << /Fake true >> endobj)"
    shorter = SIGNED[b : c - 1 - len(inside)] + b">" + inside
    assert len(shorter) == c - b
    refused(SIGNED[:b] + shorter + SIGNED[c:], "contents-hole")


def test_a_hole_around_another_string():
    """The range leaves out a string in front of the real one, which is then not the value."""
    _, b, c, d = ranges(SIGNED)
    text = SIGNED[b:c]
    wrapped = SIGNED[:b] + text + b" /Other " + text + SIGNED[c:]
    shifted = with_ranges(wrapped, 0, b + len(text) + 8, c + len(text) + 8, d)
    assert judge(shifted).outcome is Outcome.INVALID


# Universal forgery: a signature without the parts that could be verified.


@pytest.mark.parametrize(
    ("pattern", "new", "reason"),
    [
        (rb"/ByteRange \[[^\]]*\] *", b"/Bytes [0 1 2 3]", "no-signature-value"),
        (rb"/ByteRange \[[^\]]*\] *", b"/ByteRange null", "byte-range"),
        (rb"/Contents <[0-9A-F]*>", b"/Content 0", "no-signature-value"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents null", "malformed"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents <>", "no-signature-value"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents <00>", "no-signature-value"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents 0", "malformed"),
        (rb"/Contents <[0-9A-F]*>", b"/Contents <FF>", "contents-hole"),
    ],
)
def test_a_signature_without_its_parts(pattern, new, reason):
    refused(replaced(SIGNED, pattern, new), reason)


def test_an_empty_placeholder():
    _, b, c, _ = ranges(SIGNED)
    empty = SIGNED[: b + 1] + b"0" * (c - b - 2) + SIGNED[c - 1 :]
    refused(empty, "no-signature-value")


@pytest.mark.parametrize("key", [b"/Contents <00>", b"/ByteRange [0 1 2 3]"])
def test_a_key_that_stands_twice(key):
    changed = replaced(SIGNED, rb"/M \(D[^)]*\)", key)
    verdict = judge(changed)
    assert verdict.outcome is Outcome.INVALID
    assert {"duplicate-key", "malformed"} & set(verdict.reasons)


# Changed octets.


@pytest.mark.parametrize("where", [b"Contract, page 1", b"/MediaBox", b"/Size"])
def test_changed_octets_are_noticed(where):
    at = SIGNED.index(where) + len(where) - 1
    changed = SIGNED[:at] + bytes([SIGNED[at] ^ 1]) + SIGNED[at + 1 :]
    assert judge(changed).outcome is Outcome.INVALID


def test_another_files_signature():
    other = pdf.sign(with_text_field(plain(2), value="999"), SIGNER, time=NOW)
    _, b, c, _ = ranges(SIGNED)
    assert ranges(other) == ranges(SIGNED)
    refused(SIGNED[:b] + other[b:c] + SIGNED[c:], "invalid-signature")


def test_padding_that_says_something_is_reported():
    _, _, c, _ = ranges(SIGNED)
    verdict = judge(SIGNED[: c - 3] + b"AA" + SIGNED[c - 1 :])
    assert "contents-padding" in codes(verdict.signatures[0])


# Forms of signature.


@pytest.mark.parametrize("name", [b"adbe.pkcs7.sha1", b"adbe.x509.rsa_sha1"])
def test_forms_that_rest_on_sha1_are_not_judged(name):
    changed = replaced(SIGNED, rb"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /" + name)
    verdict = judge(changed)
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
    assert verdict.reasons[0] == "unsupported-algorithm"


def with_message(message):
    """The signed file with another message in its hole."""
    _, b, c, _ = ranges(SIGNED)
    text = message.hex().encode().ljust(c - b - 2, b"0")
    return SIGNED[: b + 1] + text + SIGNED[c - 1 :]


def covered():
    document = Document(SIGNED)
    (field,) = document.signatures()
    return document.covered(field).read()


def test_messages_that_belong_elsewhere():
    content = covered()
    good = cms.sign(content, [SIGNER], detached=True)
    assert judge(with_message(good)).outcome is Outcome.VALID
    refused(with_message(cms.sign(content, [SIGNER, SECOND], detached=True)), "malformed")
    refused(with_message(cms.sign(b"short", [SIGNER])), "content-inside")
    refused(with_message(cms.sign(b"short", [SIGNER], detached=True)), "invalid-signature")
    refused(with_message(b"0\x00"), "malformed")


def sealed(content, made=SEAL, signer=SIGNER):
    return sign_with_seal(
        content,
        made,
        key=signer.key,
        certificate=signer.certificate,
        property_info="/ByteRange",
        time=NOW,
    )


def test_an_electronic_seal_in_the_place_of_a_message():
    verdict = judge(with_message(sealed(covered())))
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert verdict.signatures[0].kind.startswith("electronic seal signature")
    assert verdict.signatures[0].signer.subject == "CN=Signer"
    assert [one.outcome for one in verdict.signatures[0].nested] == [Outcome.VALID]
    refused(with_message(sealed(b"other content")), "data-hash")
    ended = make_seal(valid_to=NOW - timedelta(days=1))
    forged = sealed(covered()).replace(Seal.parse(SEAL).der, Seal.parse(ended).der)
    assert judge(with_message(forged)).outcome is Outcome.INVALID
    changed = revised(with_message(sealed(covered())), new_content)
    assert "changed-after-signing" in refused(changed).reasons


def test_doc_06_a_document_timestamp_of_another_file():
    one, other = (pdf.stamp_document(plain(n), stamp()) for n in (1, 2))
    _, b, c, _ = ranges(one)
    _, e, f, _ = ranges(other)
    assert judge(one).outcome is Outcome.VALID
    refused(one[:b] + other[e:f] + one[c:], "timestamp-imprint")
