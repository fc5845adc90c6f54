"""CMS and timestamps beside gmsm and Bouncy Castle: they verify ours, we verify theirs, and neither takes a changed one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gmkit import cms, documents, tsp
from gmkit.cms import Family
from gmkit.verdict import Outcome
from tests.documents.people import (
    NOW,
    ROOT,
    SECOND,
    SIGNER,
    SIGNER_CERTIFICATE,
    TSA,
    TSA_CERTIFICATE,
    key,
    trust,
    usage,
)
from tests.openssl import openssl
from tests.peers import PeerError, peer

CONTENTS = [b"", b"order 1", bytes(range(256)) * 300]
SIGNER_D, TSA_D, HOLDER_D = ((n).to_bytes(32, "big") for n in (2, 4, 7))
HOLDER = ROOT.issue(key(7), "Holder", 30, extensions=(usage(2, 3, 4),))
# gmsm knows the signature by the key's identifier only, Bouncy Castle by that of SM2 with SM3 only; and
# Bouncy Castle reads, but does not write, the content types of GM/T 0010 (documents of both say so).
TAKES = {
    ("gmsm", Family.RFC): False,
    ("gmsm", Family.GM): True,
    ("bouncycastle", Family.RFC): True,
    ("bouncycastle", Family.GM): False,
}


@pytest.mark.parametrize("detached", [False, True])
@pytest.mark.parametrize(("name", "family"), TAKES)
def test_they_verify_what_we_sign(name, family, detached):
    cases, wrong = [], []
    for content in CONTENTS:
        der = cms.sign(content, [SIGNER], family=family, detached=detached, signing_time=NOW)
        data = {"data": content} if detached else {}
        cases.append({"der": der, **data})
        bad = der.replace(
            value := cms.parse(der).signers[0].signature, value[:-1] + bytes([value[-1] ^ 1])
        )
        wrong.append({"der": bad, **data})
    other = peer(name)
    answers = other.calls("cms.verify", cases)
    if not TAKES[name, family]:
        assert all(isinstance(one, PeerError) or not one["valid"] for one in answers)
        return
    for content, answer in zip(CONTENTS, answers, strict=True):
        assert not isinstance(answer, PeerError), answer
        assert answer["valid"] is True
        assert answer["data"] == content
    for answer in other.calls("cms.verify", wrong):
        assert isinstance(answer, PeerError) or answer["valid"] is False


@pytest.mark.parametrize("detached", [False, True])
@pytest.mark.parametrize(
    ("name", "family"), [("gmsm", "gm"), ("gmsm", "rfc"), ("bouncycastle", "rfc")]
)
def test_we_verify_what_they_sign(name, family, detached):
    common = {"key": SIGNER_D, "certificate": SIGNER_CERTIFICATE.der, "family": family}
    cases = [{**common, "data": content, "detached": detached} for content in CONTENTS]
    at = NOW + timedelta(days=1)
    for content, answer in zip(CONTENTS, peer(name).calls("cms.sign", cases), strict=True):
        assert not isinstance(answer, PeerError), answer
        der = answer["der"]
        given = content if detached else None
        verdict = documents.verify(der, trust=trust(at), content=given)
        assert verdict.outcome is Outcome.VALID, verdict.reasons
        assert cms.parse(der).family.value == family
        other = documents.verify(der, trust=trust(at), content=content + b"!")
        assert other.outcome is Outcome.INVALID


@pytest.mark.parametrize("family", Family)
def test_envelopes_in_both_directions(family):
    other = peer("gmsm")
    for content in CONTENTS[1:]:
        ours = cms.encrypt(content, [HOLDER], family=family, authenticated=False)
        opened = other.call("cms.decrypt", der=ours, key=HOLDER_D, certificate=HOLDER.der)
        assert opened["data"] == content
        made = other.call("cms.encrypt", data=content, certificate=HOLDER.der, family=family.value)
        theirs = cms.parse_enveloped(made["der"])
        assert theirs.decrypt(key(7), HOLDER) == content


def test_bouncy_castle_has_no_envelopes_for_sm2():
    """Its generators know neither SM4-CBC nor SM2 by identifier: nothing to compare, until that changes."""
    other = peer("bouncycastle")
    ours = cms.encrypt(b"data", [HOLDER], authenticated=False)
    with pytest.raises(PeerError):
        other.call("cms.decrypt", der=ours, key=HOLDER_D, certificate=HOLDER.der)
    with pytest.raises(PeerError):
        other.call("cms.encrypt", data=b"data", certificate=HOLDER.der, family="rfc")


def test_bouncy_castle_believes_our_timestamps_and_we_its():
    other = peer("bouncycastle")
    imprint = tsp.Imprint.of(b"data")
    asked = other.call(
        "timestamp.request", hash=imprint.algorithm, digest=imprint.digest, nonce=(99).to_bytes(2, "big"), policy="1.2.3.4"
    )  # fmt: skip
    answer = TSA.respond(asked["der"], time=NOW)
    found = other.call(
        "timestamp.verify", der=answer, request=asked["der"], certificate=TSA_CERTIFICATE.der
    )
    assert (found["valid"], found["time"]) == (True, int(NOW.timestamp()))
    request = tsp.TimestampRequest(imprint, nonce=77)
    theirs = other.call(
        "timestamp.respond",
        der=request.to_der(),
        key=TSA_D,
        certificate=TSA_CERTIFICATE.der,
        hash=imprint.algorithm,
        policy="1.2.3.4",
        serial=(5).to_bytes(2, "big"),
        time=int(NOW.timestamp()),
    )
    verdict = documents.verify(b"data", trust=trust(NOW), signature=theirs["der"])
    assert verdict.outcome is Outcome.VALID, verdict.reasons
    assert verdict.signatures[0].time.proved == NOW
    wrong = documents.verify(b"date", trust=trust(NOW), signature=theirs["der"])
    assert wrong.outcome is Outcome.INVALID


@pytest.mark.parametrize("family", Family)
def test_openssl_verifies_the_attributes(family, tmp_path):
    message = cms.parse(cms.sign(b"data", [SIGNER, SECOND], family=family, signing_time=NOW))
    keys = {SIGNER_CERTIFICATE: SIGNER.key, SECOND.certificate: SECOND.key}
    for info in message.signers:
        (certificate,) = (one for one in keys if info.signer.fits(one))
        files = {
            "attributes": info.signed_attributes.signed_octets,
            "signature": info.signature,
            "key.pem": keys[certificate].public_key().to_pem(),
        }
        for name, octets in files.items():
            (tmp_path / name).write_bytes(octets)
        said = openssl(
            "dgst", "-sm3", "-verify", tmp_path / "key.pem", "-sigopt", "distid:1234567812345678",
            "-signature", tmp_path / "signature", tmp_path / "attributes",
        )  # fmt: skip
        assert b"Verified OK" in said
