import dataclasses

import pytest

from gmkit import merkle, sm2
from gmkit.errors import EncodingError, InvalidArgument, InvalidSignature, VerificationError

LOG = sm2.generate_private_key()
WITNESS = sm2.generate_private_key()
CHECKPOINT = merkle.Checkpoint("example.cn/ledger", 20, merkle.leaf_hash(b"x"))
SIGNERS = {"log": LOG.public_key(), "witness": WITNESS.public_key()}


def test_a_signed_checkpoint_reads_back_and_verifies():
    note = CHECKPOINT.sign(LOG, name="log").cosign(WITNESS, name="witness").to_bytes()
    assert merkle.parse_checkpoint(note).verify(SIGNERS, threshold=2) == CHECKPOINT
    assert note.startswith(b"example.cn/ledger\n20\n")


def test_extensions_are_signed_too():
    extended = dataclasses.replace(CHECKPOINT, extensions=("time 2026-01-01",))
    note = extended.sign(LOG, name="log").to_bytes()
    assert merkle.parse_checkpoint(note).verify(SIGNERS) == extended
    with pytest.raises(InvalidSignature):
        merkle.parse_checkpoint(note.replace(b"2026", b"2027")).verify(SIGNERS)


def test_unknown_signers_do_not_count_and_wrong_signatures_are_refused():
    stranger = sm2.generate_private_key()
    note = CHECKPOINT.sign(stranger, name="log").to_bytes()
    with pytest.raises(VerificationError) as caught:
        merkle.parse_checkpoint(note).verify(SIGNERS)
    assert caught.value.reason == "checkpoint-signers"
    good = CHECKPOINT.sign(LOG, name="log")
    with pytest.raises(VerificationError) as caught:
        good.verify(SIGNERS, threshold=2)
    assert caught.value.reason == "checkpoint-signers"
    with pytest.raises(InvalidSignature):
        merkle.parse_checkpoint(good.to_bytes().replace(b"\n20\n", b"\n21\n")).verify(SIGNERS)


def test_one_signer_signing_twice_counts_once():
    note = CHECKPOINT.sign(LOG, name="log").cosign(LOG, name="log")
    with pytest.raises(VerificationError):
        note.verify(SIGNERS, threshold=2)


def test_every_truncation_is_refused_or_says_who_is_missing():
    note = CHECKPOINT.sign(LOG, name="log").to_bytes()
    for length in range(len(note)):
        with pytest.raises((EncodingError, VerificationError)):
            merkle.parse_checkpoint(note[:length]).verify(SIGNERS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n20\n", b"\n020\n"),
        (b"\n20\n", b"\n+20\n"),
        (b"\n20\n", b"\n-1\n"),
        (b"\n20\n", b"\n\n"),
        (b"=\n", b"\n"),
        ("— ".encode(), b"- "),
        (b"example", b"\xff"),
        (b"log ", b"lo+g "),
    ],
)
def test_other_spellings_are_refused(old, new):
    note = CHECKPOINT.sign(LOG, name="log").to_bytes()
    assert old in note
    with pytest.raises(EncodingError):
        merkle.parse_checkpoint(note.replace(old, new, 1))


def test_what_cannot_be_written_is_refused():
    for name in ("two words", "a+b", "", "a\nb"):
        with pytest.raises(InvalidArgument):
            CHECKPOINT.sign(LOG, name=name)
    with pytest.raises(InvalidArgument):
        merkle.Checkpoint("two\nlines", 1, bytes(32)).text()
    with pytest.raises(InvalidArgument):
        CHECKPOINT.sign(LOG, name="log").verify(SIGNERS, threshold=0)
