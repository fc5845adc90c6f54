"""Known attacks on signed messages and timestamps, and the corpus of samples cut short and with flipped bits."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest

from gmkit import asn1, cms, documents, sm3, tsp, x509
from gmkit.cms import Family, oids
from gmkit.cms.attributes import attribute
from gmkit.verdict import Outcome, State, Trust
from tests.documents.people import (
    NOW,
    ROOT,
    SIGNER,
    SIGNER_CERTIFICATE,
    SIGNER_KEY,
    STAMPING,
    TSA,
    key,
    trust,
    usage,
)
from tests.shared import shared

CONTENT = b"pay 12.00 to A\n"
OTHER = b"pay 9999.00 to B\n"


def message(
    attributes: bytes | None,
    signed: bytes,
    *,
    content: bytes = CONTENT,
    family: Family = Family.RFC,
    inner: str | None = None,
) -> bytes:
    """A message whose parts a test chooses freely; *signed* is what the signature covers."""
    serial = asn1.integer(SIGNER_CERTIFICATE.serial)
    sm3_ = asn1.sequence(asn1.oid(oids.SM3))
    info = asn1.sequence(
        asn1.integer(1),
        asn1.sequence(SIGNER_CERTIFICATE.issuer_octets, serial),
        sm3_,
        b"" if attributes is None else asn1.implicit(0, attributes),
        asn1.sequence(asn1.oid(oids.SM2_WITH_SM3)),
        asn1.octet_string(SIGNER_KEY.sign(signed)),
    )
    data = inner or oids.content_type(family, oids.DATA)
    body = asn1.sequence(
        asn1.integer(1),
        asn1.set_of(sm3_),
        asn1.sequence(asn1.oid(data), asn1.explicit(0, asn1.octet_string(content))),
        asn1.implicit(0, asn1.set_of(SIGNER_CERTIFICATE.der)),
        asn1.set_of(info),
    )
    outer = asn1.oid(oids.content_type(family, oids.SIGNED_DATA))
    return asn1.sequence(outer, asn1.explicit(0, body))


def attributes(*, digests=(CONTENT,), types=("1.2.840.113549.1.7.1",)) -> bytes:
    found = [
        attribute(oids.ATTRIBUTE_MESSAGE_DIGEST, asn1.octet_string(sm3.digest(content)))
        for content in digests
    ]
    found += [attribute(oids.ATTRIBUTE_CONTENT_TYPE, asn1.oid(kind)) for kind in types]
    return asn1.set_of(*found)


def answer(data: bytes) -> tuple[Outcome, str]:
    verdict = documents.verify(data, trust=trust())
    return verdict.outcome, (verdict.reasons or ("",))[0]


VALID = (Outcome.VALID, "")
REFUSED = (Outcome.INVALID, "invalid-signature")


def test_doc_01_the_control_is_valid():
    good = attributes()
    assert answer(message(good, good)) == VALID
    assert answer(message(None, CONTENT)) == VALID


def test_doc_01_another_content_under_good_attributes():
    good = attributes()
    assert answer(message(good, good, content=OTHER)) == REFUSED


@pytest.mark.parametrize(
    "changed",
    [
        {"digests": ()},
        {"types": ()},
        {"digests": (CONTENT, OTHER)},
        {"digests": (CONTENT, CONTENT)},
        {"types": ("1.2.840.113549.1.7.1", "1.2.840.113549.1.7.1")},
        {"types": ("1.2.840.113549.1.7.2",)},
    ],
)
def test_doc_01_an_attribute_removed_doubled_or_of_another_type(changed):
    wrong = attributes(**changed)
    outcome, reason = answer(message(wrong, wrong))
    assert outcome is Outcome.INVALID
    assert reason in {"invalid-signature", "malformed"}


def test_doc_01_attributes_are_signed_as_a_set():
    good = attributes()
    as_stored = asn1.implicit(0, good)
    assert answer(message(good, as_stored)) == REFUSED


def test_doc_01_attributes_cannot_be_passed_off_as_content():
    # The octets of signed attributes, taken as the content of a message without attributes.
    good = attributes()
    stolen = cms.parse(message(good, good)).signers[0]
    assert stolen.signed_attributes.signed_octets == good
    forged = message(None, good, content=good)
    # It verifies, as the signer did sign these octets: what protects is that nobody reads DER as a contract.
    assert answer(forged) == VALID
    assert answer(message(None, good, content=CONTENT)) == REFUSED


def test_doc_01_attributes_that_nobody_signed():
    assert answer(message(attributes(), CONTENT)) == REFUSED
    bare = message(None, CONTENT)
    added = cms.add_unsigned_attributes(bare, attribute("1.2.3.4", asn1.null()))
    assert answer(added) == VALID


def test_doc_01_detached_with_the_wrong_file():
    signature = documents.sign(CONTENT, SIGNER, time=NOW)
    verdict = documents.verify(OTHER, trust=trust(), signature=signature)
    assert (verdict.outcome, verdict.reasons) == (Outcome.INVALID, ("invalid-signature",))


@pytest.mark.parametrize("family", Family)
def test_doc_02_types_of_the_two_families(family):
    """Real files mix the names of plain data: read and reported. Any other type must be the one that is named."""
    other = Family.GM if family is Family.RFC else Family.RFC
    mixed, own = (oids.content_type(each, oids.DATA) for each in (other, family))
    for inner, named in ((own, mixed), (mixed, own), (mixed, mixed), (own, own)):
        found = attributes(types=(named,))
        data = message(found, found, family=family, inner=inner)
        verdict = documents.verify(data, trust=trust())
        assert verdict.outcome is Outcome.VALID
        codes = {one.code for one in verdict.signatures[0].findings}
        assert ("mixed-families" in codes) == ((inner, named) != (own, own))
        for kind in (oids.SIGNED_DATA, oids.ENVELOPED_DATA):
            wrong = attributes(types=(oids.content_type(other, kind),))
            assert answer(message(wrong, wrong, family=family, inner=inner)) == REFUSED


def test_doc_06_a_timestamp_from_before_its_certificate():
    late = key(60)
    certificate = ROOT.issue(late, "Late", 60, NOW, NOW + timedelta(days=900), (usage(0), STAMPING))
    authority = tsp.TimestampAuthority(late, certificate, "1.2.3.4")
    stamp = documents.local_stamp(authority, clock=lambda: NOW - timedelta(seconds=1))
    message_ = documents.sign(CONTENT, SIGNER, time=NOW, detached=False, stamp=stamp)
    verdict = documents.verify(message_, trust=trust(NOW + timedelta(days=1)))
    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.INVALID, "timestamp-outside-validity")


def test_doc_06_a_timestamp_by_a_signer_who_is_no_authority():
    plain = tsp.TimestampAuthority(SIGNER_KEY, SIGNER_CERTIFICATE, "1.2.3.4")
    stamp = documents.local_stamp(plain, clock=lambda: NOW)
    message_ = documents.sign(CONTENT, SIGNER, time=NOW, detached=False, stamp=stamp)
    verdict = documents.verify(message_, trust=trust())
    assert (verdict.outcome, verdict.reasons) == (
        Outcome.INVALID,
        ("timestamp-extended-key-usage",),
    )


def test_doc_06_a_claimed_time_proves_nothing():
    # Signed after the certificate ended, with a claim from when it was good.
    later = NOW + timedelta(days=500)
    message_ = documents.sign(CONTENT, SIGNER, time=NOW, detached=False)
    verdict = documents.verify(message_, trust=trust(later))
    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.NOT_VERIFIABLE, "expired")
    future = documents.sign(CONTENT, SIGNER, time=NOW + timedelta(days=30), detached=False)
    found = documents.verify(future, trust=trust()).signatures[0].findings
    assert [one.code for one in found] == ["claimed-time"]


def test_doc_06_a_timestamp_moved_from_another_signature():
    stamp = documents.local_stamp(TSA, clock=lambda: NOW)
    one = documents.sign(CONTENT, SIGNER, time=NOW, detached=False, stamp=stamp)
    token = cms.parse(one).signers[0].unsigned_attributes.single(oids.ATTRIBUTE_TIMESTAMP)
    bare = documents.sign(OTHER, SIGNER, time=NOW, detached=False)
    moved = cms.add_unsigned_attributes(bare, attribute(oids.ATTRIBUTE_TIMESTAMP, token.raw))
    assert answer(moved) == (Outcome.INVALID, "timestamp-imprint")


def test_too_many_signatures_are_said_and_not_passed_over():
    data = documents.sign(CONTENT, SIGNER, time=NOW, detached=False)
    counter = cms.parse(cms.counter_sign(data, SIGNER)).signers[0].unsigned_attributes.sets[0][1]
    (one,) = counter.children()
    many = attribute(oids.ATTRIBUTE_COUNTER_SIGNATURE, *[one.raw] * 2000)
    start = time.process_time()
    verdict = documents.verify(cms.add_unsigned_attributes(data, many), trust=trust())
    assert time.process_time() - start < 5
    assert verdict.outcome is not Outcome.VALID
    assert "too-many-signatures" in verdict.reasons
    assert len(verdict.signatures[0].nested) == 255
    kind, holder = asn1.decode(data).children()
    *head, infos = holder.inside().children()
    body = asn1.sequence(
        *(each.raw for each in head), asn1.set_of(*[infos.children()[0].raw] * 300)
    )
    verdict = documents.verify(asn1.sequence(kind.raw, asn1.explicit(0, body)), trust=trust())
    assert (verdict.outcome, verdict.reasons) == (
        Outcome.NOT_VERIFIABLE,
        ("too-many-signatures",),
    )


def corpus() -> list[str]:
    folders = {"cms": ".p7", "ts": ".tsr", "xml": ".xml"}
    return [
        f"samples/{folder}/{path.name}"
        for folder, end in folders.items()
        for path in sorted(shared(f"samples/{folder}").glob(f"*{end}"))
    ]


def test_the_corpus_cut_short_and_with_flipped_bits():
    (root,) = x509.load_certificates(shared("samples/cms/root.crt").read_bytes())
    given = Trust(root.not_before + timedelta(days=400), (root,))
    stamped = shared("samples/ts/msg.bin").read_bytes()
    choose = random.Random(11)
    names = corpus()
    assert len(names) >= 9
    for name in names:
        whole = shared(name).read_bytes()
        broken = [whole[: choose.randrange(len(whole))] for _ in range(40)]
        for _ in range(120):
            changed = bytearray(whole)
            changed[choose.randrange(len(whole))] ^= 1 << choose.randrange(8)
            broken.append(bytes(changed))
        for data in broken:
            start = time.process_time()
            signature = data if name.endswith(".tsr") else None
            document = stamped if signature is not None else data
            verdict = documents.verify(document, trust=given, signature=signature)
            assert time.process_time() - start < 0.5
            assert verdict.outcome is not Outcome.VALID


def test_a_good_sample_stays_intact():
    (root,) = x509.load_certificates(shared("samples/cms/root.crt").read_bytes())
    given = Trust(root.not_before + timedelta(days=400), (root,))
    verdict = documents.verify(shared("samples/cms/bc-attr.p7").read_bytes(), trust=given)
    assert verdict.signatures[0].intact.state is State.PASSED
