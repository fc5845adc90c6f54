"""Section 9: encodings, key files, passwords. Most of it is tested beside each parser; here is what spans them."""

from __future__ import annotations

import contextlib
import tracemalloc
from collections.abc import Iterator

import pytest

from gmkit import asn1, interop, keys, sm2, strict_json, x509
from gmkit.ca import proofs
from gmkit.documents.evidence import Evidence
from gmkit.errors import DecryptionError, EncodingError, GmkitError, InvalidSignature, WrongPassword
from gmkit.receipts import Signers
from gmkit.receipts.bundle import read_bundle
from gmkit.receipts.evaluation import verify_item
from gmkit.receipts.ledger.checks import read_document
from gmkit.sm2 import SignatureFormat
from gmkit.x509 import oids
from tests.bounds import within
from tests.documents.people import ROOT, SIGNER_CERTIFICATE, SIGNER_KEY
from tests.known_attacks.parsers import PASSWORD, parsers
from tests.known_attacks.values import vectors
from tests.unit.pki import build

MIB = 1 << 20
LENGTHS = (0, 1, 20, 21, 32, 33, 255, 256, 65_536)


def nested(depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = b"\x30\x84" + len(inner).to_bytes(4, "big") + inner
    return inner


HOSTILE = {
    "nested sequences": nested(10_000),
    "nested without lengths": b"\x30\x80" * 10_000,
    "nested in the middle": asn1.sequence(asn1.integer(1), nested(5000), asn1.null()),
    "an enormous identifier": b"\x06\x83\x01\x86\xa0" + b"\x81" * 99_999 + b"\x01",
    "an enormous identifier inside": asn1.sequence(
        asn1.sequence(b"\x06\x83\x01\x86\xa0" + b"\x81" * 99_999 + b"\x01")
    ),
    "2^31 bytes": b"\x30\x84\x80\x00\x00\x00",
    "2^32 - 1 bytes": b"\x30\x84\xff\xff\xff\xff\x02\x01\x00",
    "2^63 bytes": b"\x30\x88\x80" + bytes(7),
    "a length of 127 octets": b"\x30\xff" + b"\xff" * 127,
    "an enormous number": b"\x02\x83\x01\x00\x00" + b"\x7f" * 65_536,
    "many members": asn1.sequence(b"\x05\x00" * 5_000),
    "braces": b"{" * 100_000,
    "brackets": b'{"a":' + b"[" * 100_000,
    "dashes": b"-----BEGIN " * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_en_01_depth_and_lengths_are_bounded_in_every_parser(name):
    data = HOSTILE[name]
    for which, parser in parsers().items():

        def act(read=parser.read):
            with contextlib.suppress(GmkitError):
                read(data)

        within(0.1, act)
        tracemalloc.start()
        act()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 16 * MIB, which


def changed_structures(data: bytes) -> Iterator[tuple[str, bytes]]:
    """*data* with one member of one SEQUENCE left out, doubled, or exchanged for the next."""
    found: list[asn1.Element] = []
    waiting = [asn1.decode(data, what="test")]
    while waiting:
        element = waiting.pop()
        if element.tag & 0x20:
            found.append(element)
            waiting += element.children()
    for parent in found:
        members = [child.raw for child in parent.children()]
        for at in range(len(members)):
            for kind, new in (
                ("out", members[:at] + members[at + 1 :]),
                ("twice", [*members[: at + 1], *members[at:]]),
                ("swapped", [*members[:at], *members[at : at + 2][::-1], *members[at + 2 :]]),
            ):
                if new != members:
                    yield f"{kind} at {parent.offset}.{at}", _replaced(data, parent, b"".join(new))


def _replaced(data: bytes, parent: asn1.Element, content: bytes) -> bytes:
    """The whole with the content of one element replaced, and every length around it right again."""

    def rebuilt(element: asn1.Element) -> bytes:
        if element.offset == parent.offset and element.raw == parent.raw:
            body = content
        elif element.tag & 0x20 and element.offset < parent.offset:
            body = b"".join(map(rebuilt, element.children()))
        else:
            return element.raw
        return bytes([element.raw[0]]) + asn1.octet_string(body)[1:]

    return rebuilt(asn1.decode(data, what="test"))


# What may be absent: the public key beside a private one, id-ecPublicKey before the curve, NULL after a PRF.
SAME_KEY = {"private key", "protected key", "public key"}


@pytest.mark.parametrize(
    "name",
    ["private key", "protected key", "public key", "enveloped key", "signature", "ciphertext"],
)
def test_en_01_members_left_out_doubled_or_swapped_are_refused(name):
    read, good = parsers()[name]
    expected = read(good)
    cases = list(changed_structures(good))
    assert len(cases) >= 5
    for what, data in cases:
        try:
            loaded = read(data)
        except GmkitError:
            continue
        assert name in SAME_KEY, what
        assert what.startswith("out"), what
        public = loaded if name == "public key" else loaded.public_key()
        assert public == (expected if name == "public key" else expected.public_key())


def test_en_01_the_parts_of_a_certificate_stand_once_and_in_order():
    good = SIGNER_CERTIFICATE.der
    tbs = asn1.decode(good, what="test").children()[0]
    own = {tbs.offset, 0}
    refused, read = 0, []
    for what, data in changed_structures(good):
        if int(what.split()[-1].split(".")[0]) not in own:
            continue
        try:
            certificate = x509.Certificate.from_der(data)
        except EncodingError:
            refused += 1
            continue
        # Version and extensions are OPTIONAL in the schema: read as absent, and signed by nobody.
        read.append(what.split()[0])
        with pytest.raises(InvalidSignature):
            ROOT.key.public_key().verify(certificate.signature, certificate.tbs)
    assert refused > 20
    assert read == ["out", "out"]


@pytest.mark.parametrize("length", [*range(71)])
def test_en_02_a_key_of_another_length_in_a_request(length):
    request = x509.RequestBuilder(subject=x509.parse_name("CN=a")).sign(SIGNER_KEY)
    algorithm = asn1.sequence(asn1.oid(oids.EC_PUBLIC_KEY), asn1.oid(oids.SM2_CURVE))
    point = (SIGNER_KEY.public_key().to_bytes() + bytes(5))[:length]
    for unused in range(9):
        bits = asn1.octet_string(bytes([unused]) + point)
        info = asn1.sequence(algorithm, b"\x03" + bits[1:])
        assert request.public_key_info in request.der
        outer, *rest = asn1.decode(request.der, what="test").children()
        members = [child.raw for child in outer.children()]
        members[2] = info
        data = asn1.sequence(asn1.sequence(*members), *(each.raw for each in rest))
        if (length, unused) == (65, 0):
            assert x509.CertificateRequest.from_der(data).public_key() == SIGNER_KEY.public_key()
            continue
        with pytest.raises(GmkitError):
            x509.CertificateRequest.from_der(data).public_key()


@pytest.mark.parametrize(("iterations", "seconds"), [(65_536, 0.2), (600_000, 2)])
def test_en_04_what_a_password_costs_to_try(iterations, seconds):
    for profile in keys.KeyProfile:
        data = SIGNER_KEY.to_der(password=PASSWORD, iterations=iterations, profile=profile)
        loaded = within(seconds, lambda data=data: keys.load_der_private_key(data, PASSWORD))
        assert loaded.public_key() == SIGNER_KEY.public_key()


@pytest.mark.parametrize("name", ["r_short", "s_short"])
def test_en_10_numbers_that_begin_with_zeros_keep_their_width(name):
    """In raw, DER, hexadecimal and base64; with its zeros stripped none of them is a signature."""
    group, case = next(
        pair for pair in vectors("sm2/known_faults_verify.json") if pair[1]["comment"] == name
    )
    raw, message = bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])
    key = sm2.SM2PublicKey.from_bytes(bytes.fromhex(group["publicKey"]))
    r, s = raw[:32], raw[32:]
    stripped = r.lstrip(b"\0") + s.lstrip(b"\0")
    assert len(stripped) < 64
    der = sm2.convert_signature(raw, SignatureFormat.RAW, SignatureFormat.DER)
    plain = interop.profile("sm-crypto")
    assert plain.signature is SignatureFormat.RAW
    for text in interop.Text:
        peer = plain.with_text(text)
        peer.verify(key, text.write(raw), message)
        for wrong in (stripped, stripped.rjust(63, b"\0"), stripped.ljust(64, b"\0"), b"\0" + raw):
            with pytest.raises(InvalidSignature):
                peer.verify(key, text.write(wrong), message)
    key.verify(der, message)
    assert sm2.convert_signature(der, SignatureFormat.DER, SignatureFormat.RAW) == raw


@pytest.mark.parametrize("length", LENGTHS)
def test_en_12_serials_numbers_and_identifiers_of_any_length(length):
    octets = b"\x01" * length
    number = int.from_bytes(octets, "big")
    certificate = build.Made("leaf", "root", serial=number).read()
    assert certificate.serial == number
    entry = build.revoked(number)
    listed = build.crl("root", entry, number=number)
    assert [each.serial for each in listed] == [number]
    assert listed.find(number)
    identifier = b"\x06" + asn1.octet_string(b"\x2a" + octets)[1:]
    odd = asn1.sequence(identifier, asn1.octet_string(b""))
    try:
        assert len(build.leaf("leaf", "root", odd).extensions[-1].oid) > 2
    except EncodingError:
        assert length > 100


@pytest.mark.parametrize("length", LENGTHS)
def test_en_12_vectors_tags_salts_and_digests_of_any_length(length):
    """Whatever is not of the algorithm's length is refused; nothing is read beyond it."""
    replaced = {
        "protected key": (16, (EncodingError, WrongPassword)),
        "enveloped message": (16, (EncodingError, DecryptionError)),
        "authenticated envelope": (12, (EncodingError, DecryptionError)),
        "ciphertext": (32, (DecryptionError,)),
        "PKCS#12": (16, (EncodingError, WrongPassword)),
    }
    for name, (usual, refusals) in replaced.items():
        read, good = parsers()[name]
        places = [e for e in octet_strings(good) if len(e.content) == usual]
        assert places, name
        for place in places:
            data = _replaced_leaf(good, place, b"\x5a" * length)
            with pytest.raises(refusals):
                read(data)


@pytest.mark.parametrize("length", [0, 1, 4, 8, 11, 17, 32, 255])
def test_en_12_a_short_tag_that_says_so_is_no_tag(length):
    read, good = parsers()["authenticated envelope"]
    tag = octet_strings(good)
    (tag,) = (each for each in tag if each.raw == good[-18:])
    shorter = _replaced_leaf(good, tag, tag.content[:length].ljust(length, b"\0"))
    assert shorter.count(b"\x02\x01\x10") == 1
    stated = asn1.integer(length)
    data = shorter.replace(b"\x02\x01\x10", stated[:3]) if length < 128 else shorter
    with pytest.raises(DecryptionError):
        read(data)


def octet_strings(data: bytes) -> list[asn1.Element]:
    found, waiting = [], [asn1.decode(data, what="test")]
    while waiting:
        element = waiting.pop()
        if element.tag & 0x20:
            waiting += element.children()
        elif element.tag == asn1.Tag.OCTET_STRING:
            found.append(element)
    return found


def _replaced_leaf(data: bytes, leaf: asn1.Element, content: bytes) -> bytes:
    def rebuilt(element: asn1.Element) -> bytes:
        if element.offset == leaf.offset and element.raw == leaf.raw:
            return asn1.octet_string(content)
        if not element.tag & 0x20:
            return element.raw
        return (
            bytes([element.raw[0]])
            + asn1.octet_string(b"".join(map(rebuilt, element.children())))[1:]
        )

    return rebuilt(asn1.decode(data, what="test"))


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":"b","a":"b"}',
        b'{"version":1,"proof":[{"a":1,"a":2}]}',
        b'{"version":NaN}',
        b'{"version":-Infinity}',
    ],
)
def test_en_09_a_proof_says_everything_once(text):
    """Where a name stands twice, one reader takes the first value and another the last."""
    with pytest.raises(ValueError, match=r"stands twice|no number"):
        strict_json.loads(text)
    for read in (
        read_document,
        Evidence.parse,
        read_bundle,
        lambda data: verify_item(data, Signers()),
        lambda data: proofs.verify(data, ROOT.certificate),
    ):
        with pytest.raises(GmkitError, match=r"JSON|a list of evaluations"):
            read(text)
