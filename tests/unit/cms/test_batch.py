"""Many messages at once give what each gives by itself."""

from __future__ import annotations

import random

import pytest

from gmkit import cms
from gmkit.cms import Family
from gmkit.errors import GmkitError, InvalidArgument
from tests.documents.people import NOW, SECOND, SIGNER
from tests.shared import shared


def single(message, content):
    try:
        return cms.verify_signatures(
            cms.parse(message), content=content, certificates=(SIGNER.certificate,)
        )
    except GmkitError as why:
        return why


def test_a_batch_is_what_its_messages_are():
    choose = random.Random(8)
    messages, contents = [], []
    for number in range(120):
        content = choose.randbytes(choose.randrange(200))
        detached = choose.random() < 0.4
        made = cms.sign(
            content,
            choose.choice([[SIGNER], [SECOND], [SIGNER, SECOND]]),
            family=choose.choice(list(Family)),
            detached=detached,
            attributes=choose.random() < 0.7,
            with_certificates=choose.random() < 0.8,
        )
        if number % 3 == 0:
            changed = bytearray(made)
            changed[choose.randrange(len(made))] ^= 1 << choose.randrange(8)
            made = bytes(changed)
        messages.append(made)
        contents.append(choose.choice([content, content, b"other", None]) if detached else None)
    messages += [b"", b"0", shared("samples/cms/cfca_sadk_attached.p7").read_bytes()]
    contents += [None, None, None]
    found = cms.verify_batch(
        messages, contents=contents, certificates=[SIGNER.certificate], threads=2
    )
    kinds = set()
    for message, content, one in zip(messages, contents, found, strict=True):
        alone = single(message, content)
        if isinstance(alone, GmkitError):
            assert (type(one), getattr(one, "reason", None)) == (
                type(alone),
                getattr(alone, "reason", None),
            )
        else:
            assert [each.signer_info.signature for each in one] == [
                each.signer_info.signature for each in alone
            ]
            assert [each.certificate for each in one] == [each.certificate for each in alone]
        kinds.add(type(one).__name__)
    assert {"tuple", "InvalidSignature", "EncodingError", "VerificationError"} <= kinds


def test_none_and_too_few():
    assert cms.verify_batch([]) == []
    with pytest.raises(InvalidArgument):
        cms.verify_batch([cms.sign(b"", [SIGNER], signing_time=NOW)], contents=[])


def test_a_signer_who_comes_again_is_judged_as_at_first():
    good = cms.sign(b"data", [SIGNER], signing_time=NOW)
    value = cms.parse(good).signers[0].signature
    bad = good.replace(value, value[:-1] + bytes([value[-1] ^ 1]))
    for _ in range(40):  # with and without the table of the key
        assert isinstance(single(good, None), tuple)
        assert type(single(bad, None)).__name__ == "InvalidSignature"
    assert [type(one).__name__ for one in cms.verify_batch([good, bad])] == [
        "tuple",
        "InvalidSignature",
    ]
