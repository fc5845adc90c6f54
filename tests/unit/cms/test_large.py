"""Messages that stay in their file: signed and enveloped, in DER and in the segments of BER."""

from __future__ import annotations

import io
import random
import tracemalloc

import pytest

from gmkit import asn1, cms, documents, sm2
from gmkit.cms import Family
from gmkit.cms.skim import header_octets
from gmkit.errors import DecryptionError, GmkitError, InvalidArgument, VerificationError
from gmkit.verdict import Outcome
from tests.certificates import certificate
from tests.documents.people import SECOND, SIGNER, trust

KEY = sm2.SM2PrivateKey.from_hex("11" * 32)
CERTIFICATE = certificate(KEY, "recipient")
CONTENT = bytes(range(256)) * 9_000  # 2.3 MB


def indefinite(tag: int, *parts: bytes) -> bytes:
    return bytes([tag | 0x20, 0x80]) + b"".join(parts) + b"\x00\x00"


def segmented(message: bytes, size: int = 1000) -> bytes:
    """The same message as OpenSSL streams it: indefinite lengths, the content in segments."""
    kind, holder = asn1.decode(message).children()
    version, digests, info, *rest = holder.inside().children()
    inner, content = info.children()
    octets = content.inside().octet_string()
    pieces = [asn1.octet_string(octets[at : at + size]) for at in range(0, len(octets), size)]
    held = indefinite(0xA0, indefinite(0x24, *pieces))
    body = indefinite(
        0x30, version.raw, digests.raw, indefinite(0x30, inner.raw, held), *(r.raw for r in rest)
    )
    return indefinite(0x30, kind.raw, indefinite(0xA0, body))


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("attributes", [True, False])
@pytest.mark.parametrize("form", [bytes, segmented])
@pytest.mark.parametrize("content", [b"", b"small", CONTENT])
def test_the_content_stays_in_the_file(family, attributes, form, content):
    message = form(cms.sign(content, [SIGNER, SECOND], family=family, attributes=attributes))
    file = io.BytesIO(b"before" + message)
    file.seek(6)
    parsed, inside = cms.open_signed(file)
    assert parsed.content is None
    assert len(cms.verify_signatures(parsed, content=inside)) == 2
    inside.seek(0)
    assert inside.read() == content
    if content:
        changed = bytearray(message)
        changed[message.index(content[:4])] ^= 1
        parsed, inside = cms.open_signed(io.BytesIO(bytes(changed)))
        with pytest.raises(VerificationError):
            cms.verify_signatures(parsed, content=inside)


def test_a_detached_message_has_no_content():
    parsed, inside = cms.open_signed(io.BytesIO(cms.sign(b"x", [SIGNER], detached=True)))
    assert inside is None
    cms.verify_signatures(parsed, content=b"x")


def test_memory_stays_constant(tmp_path):
    path = tmp_path / "large.p7m"
    size = 200 << 20
    with path.open("wb+") as file:
        source = tmp_path / "zeros"
        with source.open("wb") as zeros:
            zeros.truncate(size)
        with source.open("rb") as zeros:
            cms.sign_file(zeros, file, [SIGNER])
    tracemalloc.start()
    verdict = documents.verify(path, trust=trust())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert verdict.outcome is Outcome.VALID
    assert peak < 16 << 20


def test_broken_messages_end_in_an_error_of_ours():
    message = segmented(cms.sign(b"content" * 50, [SIGNER]), 40)
    good = cms.sign(b"content" * 50, [SIGNER])
    choose = random.Random(5)
    for whole in (message, good):
        for _ in range(1500):
            changed = bytearray(whole)
            for _ in range(choose.choice([1, 1, 2])):
                changed[choose.randrange(len(changed))] ^= 1 << choose.randrange(8)
            cut = bytes(changed[: choose.choice([len(changed), choose.randrange(len(changed))])])
            try:
                parsed, inside = cms.open_signed(io.BytesIO(cut))
                cms.verify_signatures(parsed, content=inside)
            except GmkitError:
                continue
    nested = b""
    for _ in range(50):
        nested = indefinite(0x24, nested)
    held = asn1.sequence(asn1.oid("1.2.840.113549.1.7.1"), asn1.explicit(0, nested))
    body = asn1.sequence(asn1.integer(1), asn1.set_of(), held, asn1.set_of())
    deep = asn1.sequence(asn1.oid("1.2.840.113549.1.7.2"), asn1.explicit(0, body))
    with pytest.raises(GmkitError, match="deeply"):
        cms.open_signed(io.BytesIO(deep))


@pytest.mark.parametrize(
    ("family", "authenticated"), [(Family.RFC, True), (Family.RFC, False), (Family.GM, False)]
)
@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 127, 128, 65_537, 2_300_000])
def test_envelopes_in_pieces_and_whole_are_the_same(family, authenticated, length):
    content = CONTENT[:length]
    sealed = io.BytesIO()
    cms.encrypt_file(
        io.BytesIO(content), sealed, [CERTIFICATE], family=family, authenticated=authenticated
    )
    whole = cms.parse_enveloped(sealed.getvalue())
    assert whole.decrypt(KEY) == content
    assert whole.family is family
    other = cms.encrypt(content, [CERTIFICATE], family=family, authenticated=authenticated)
    for message in (sealed.getvalue(), other):
        opened = io.BytesIO()
        cms.decrypt_file(io.BytesIO(message), opened, KEY, CERTIFICATE)
        assert opened.getvalue() == content


def test_nothing_of_a_changed_envelope_comes_out():
    sealed = cms.encrypt(CONTENT, [CERTIFICATE])
    for at in (len(sealed) // 2, len(sealed) - 1, len(sealed) - 100):
        changed = bytearray(sealed)
        changed[at] ^= 1
        opened = io.BytesIO()
        with pytest.raises(DecryptionError):
            cms.decrypt_file(io.BytesIO(bytes(changed)), opened, KEY)
        assert opened.getvalue() == b""


def test_envelopes_broken_at_random_end_in_an_error_of_ours():
    choose = random.Random(6)
    for authenticated in (True, False):
        sealed = cms.encrypt(b"content" * 30, [CERTIFICATE], authenticated=authenticated)
        for _ in range(600):
            changed = bytearray(sealed)
            changed[choose.randrange(len(changed))] ^= 1 << choose.randrange(8)
            try:
                cms.decrypt_file(io.BytesIO(bytes(changed)), io.BytesIO(), KEY)
            except GmkitError:
                continue


def test_what_is_refused():
    with pytest.raises(InvalidArgument, match="authenticated"):
        cms.encrypt_file(io.BytesIO(), io.BytesIO(), [CERTIFICATE], family=Family.GM)
    with pytest.raises(InvalidArgument, match="recipient"):
        cms.encrypt_file(io.BytesIO(), io.BytesIO(), [])
    assert header_octets(4, 127) == b"\x04\x7f"
