"""Truncated and bent files: a verdict or a typed error, in bounded time, whatever the octets."""

import random
import time

import pytest

from gmkit import pdf
from gmkit.errors import GmkitError
from gmkit.pdf import Level, Permission
from gmkit.verdict import Outcome, Trust
from gmkit.x509 import load_certificates
from tests.documents.people import NOW, SECOND, SIGNER, trust
from tests.pdf.files import plain, stamp, with_text_field
from tests.pdf.test_peers import WHEN
from tests.shared import shared

_LONGEST = 1.0  # seconds of processor time for one file


def corpus():
    data = pdf.sign(with_text_field(plain(2)), SIGNER, time=NOW, certify=Permission.FORMS)
    yield data
    yield pdf.extend(
        pdf.sign(plain(compressed=True), SECOND, time=NOW),
        Level.B_LTA,
        trust=trust(),
        stamp=stamp(),
    )


CORPUS = list(corpus())


def judged(data, given=None):
    start = time.process_time()
    verdict = pdf.verify(data, trust=given or trust())
    assert time.process_time() - start < _LONGEST
    for act in (pdf.show, lambda one: pdf.sign(one, SIGNER, time=NOW)):
        try:
            act(data)
        except GmkitError:
            continue
    return verdict


@pytest.mark.parametrize("number", range(len(CORPUS)))
def test_truncated_files_are_never_valid(number):
    data = CORPUS[number]
    choose = random.Random(number)
    for length in [0, 1, 4, 5, 9, *sorted(choose.randrange(len(data) - 2) for _ in range(30))]:
        assert judged(data[:length]).outcome is not Outcome.VALID, length


@pytest.mark.parametrize("number", range(len(CORPUS)))
def test_bent_files_are_never_valid(number):
    """Any octet matters but the padding, and in the last revision's end what readers skip."""
    data = CORPUS[number]
    choose = random.Random(number)
    for _ in range(50):
        at = choose.randrange(len(data))
        bent = bytearray(data)
        bent[at] ^= 1 << choose.randrange(8)
        verdict = judged(bytes(bent))
        if verdict.outcome is Outcome.VALID:
            same = data[at : at + 1] in b"0" and bytes(bent) != data
            reported = {one.code for s in verdict.signatures for one in s.findings}
            assert same or verdict.findings or reported, at


@pytest.mark.parametrize("number", range(len(CORPUS)))
def test_files_with_pieces_exchanged(number):
    data = CORPUS[number]
    choose = random.Random(number)
    words = [
        b"/",
        b"<<",
        b">>",
        b"[",
        b"]",
        b"null",
        b"-1",
        b"99999999999",
        b"R",
        b"(",
        b"\x00\xff",
    ]
    for _ in range(30):
        at = choose.randrange(len(data))
        word = choose.choice(words)
        judged(data[:at] + word + data[at + len(word) :])


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\nstartxref\n0\n%%EOF",
        b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF",
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 50_000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 99999999\ntrailer\n<</Size 99999999/Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\ntrailer\n" + b"<</A " * 20_000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
    ],
)
def test_files_made_to_hurt(data):
    assert judged(data).outcome is Outcome.INVALID


@pytest.mark.parametrize("name", ["pades_bb", "pades_bt", "gm_noattr"])
def test_bent_samples(name):
    data = shared(f"samples/pdf/{name}.pdf").read_bytes()
    roots = tuple(load_certificates(shared("samples/pdf/root.crt").read_bytes()))
    given = Trust(WHEN, roots=roots)
    choose = random.Random(name)
    for _ in range(20):
        bent = bytearray(data)
        bent[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
        judged(bytes(bent), given)
        judged(data[: choose.randrange(len(data))], given)
