"""
A message read from its file means what it means whole.

There are two readers of signed and of enveloped messages, one for memory and one for files of any size. What
one refuses, the other must refuse too: otherwise the same file is good for one command and bad for the next.
"""

from __future__ import annotations

import io

import pytest

from gmkit import cms
from gmkit.cms import Family
from gmkit.errors import GmkitError
from tests.documents.people import SIGNER
from tests.unit.cms.test_large import CERTIFICATE, KEY, segmented

CONTENT = b"content!" * 3


def flipped(message):
    """Every message that differs in one bit, and where."""
    for at in range(len(message)):
        for bit in range(8):
            changed = bytearray(message)
            changed[at] ^= 1 << bit
            yield (at, bit), bytes(changed)


def verified(message, content):
    found = cms.verify_signatures(message, content=content, certificates=[SIGNER.certificate])
    return [(one.signer_info.signature, one.claimed_time) for one in found]


def opened_in_pieces(message):
    opened = io.BytesIO()
    cms.decrypt_file(io.BytesIO(message), opened, KEY, CERTIFICATE)
    return opened.getvalue()


def result(judge, message):
    """What comes out, or None if it is refused."""
    try:
        return judge(message)
    except GmkitError:
        return None


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("attributes", [True, False])
@pytest.mark.parametrize("form", [bytes, lambda message: segmented(message, 10)])
def test_signed_messages(family, attributes, form):
    made = cms.sign(
        CONTENT, [SIGNER], family=family, attributes=attributes, with_certificates=False
    )
    for where, message in flipped(form(made)):
        whole = result(lambda octets: verified(cms.parse(octets), None), message)
        parts = result(lambda octets: verified(*cms.open_signed(io.BytesIO(octets))), message)
        assert whole == parts, where


@pytest.mark.parametrize(
    ("family", "authenticated"), [(Family.RFC, True), (Family.RFC, False), (Family.GM, False)]
)
def test_envelopes(family, authenticated):
    made = cms.encrypt(CONTENT, [CERTIFICATE], family=family, authenticated=authenticated)
    for where, message in flipped(made):
        whole = result(
            lambda octets: cms.parse_enveloped(octets).decrypt(KEY, CERTIFICATE), message
        )
        assert whole == result(opened_in_pieces, message), where
