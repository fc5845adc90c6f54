"""The messages inside PDF files beside gmsm, Bouncy Castle and `openssl dgst`."""

from __future__ import annotations

import pytest

from gmkit import cms, pdf
from gmkit.cms import Family
from gmkit.pdf.structure import Document
from gmkit.verdict import Outcome
from tests.documents.people import NOW, SIGNER, SIGNER_CERTIFICATE, SIGNER_KEY, trust
from tests.openssl import openssl
from tests.pdf.files import plain, stamp
from tests.pdf.test_attacks import covered, with_message
from tests.peers import PeerError, peer

SIGNER_D = (2).to_bytes(32, "big")
READERS = [("bouncycastle", Family.RFC), ("gmsm", Family.GM)]


def parts(data):
    """The message of the first signature, and what it covers."""
    document = Document(data)
    field = next(document.signatures())
    return field.message, document.covered(field).read()


@pytest.mark.parametrize(("name", "family"), READERS)
def test_they_verify_what_stands_in_our_files(name, family):
    data = pdf.sign(plain(), SIGNER, time=NOW, family=family, stamp=stamp())
    data = pdf.extend(data, pdf.Level.B_LTA, trust=trust(), stamp=stamp())
    message, content = parts(data)
    cases = [{"der": message, "data": content}, {"der": message, "data": content + b"!"}]
    good, bad = peer(name).calls("cms.verify", cases)
    assert not isinstance(good, PeerError), good
    assert good["valid"] is True
    assert isinstance(bad, PeerError) or bad["valid"] is False


@pytest.mark.parametrize(
    ("name", "family"), [("bouncycastle", "rfc"), ("gmsm", "gm"), ("gmsm", "rfc")]
)
def test_we_verify_their_messages_in_a_file(name, family):
    asked = {
        "key": SIGNER_D,
        "certificate": SIGNER_CERTIFICATE.der,
        "family": family,
        "detached": True,
    }
    made = peer(name).call("cms.sign", data=covered(), **asked)["der"]
    assert pdf.verify(with_message(made), trust=trust()).outcome is Outcome.VALID
    other = peer(name).call("cms.sign", data=covered() + b"!", **asked)["der"]
    assert pdf.verify(with_message(other), trust=trust()).outcome is Outcome.INVALID


def test_openssl_agrees_on_digest_and_attributes(tmp_path):
    message, content = parts(pdf.sign(plain(), SIGNER, time=NOW))
    signer = cms.parse(message).signers[0]
    attributes = signer.signed_attributes
    assert attributes is not None
    digest = openssl("dgst", "-sm3", "-binary", stdin=content)
    assert attributes.message_digest() == digest
    (tmp_path / "key.pem").write_bytes(SIGNER_KEY.public_key().to_pem())
    (tmp_path / "value").write_bytes(signer.signature)
    said = openssl(
        "dgst",
        "-sm3",
        "-verify",
        tmp_path / "key.pem",
        "-sigopt",
        "distid:1234567812345678",
        "-signature",
        tmp_path / "value",
        stdin=attributes.signed_octets,
    )
    assert b"Verified OK" in said
