"""
Artefact by peer by direction with random cases: what is in the documentation's table, tried.

`make matrix` runs many more of them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gmkit.errors import GmkitError
from tests.interop.matrix import ARTEFACTS, PEERS, Direction, Mismatch, reason_for, render, run_cell
from tests.interop.matrix.chinese import in_chinese
from tests.interop.matrix.table import BEGIN, END
from tests.peers import PeerError, peer

DOCS = Path(__file__).resolve().parents[2] / "docs"
COUNT = 200
# Interpreted arithmetic: a hundred cases of what the library does by itself, fewer of its other forms.
INTERPRETED = {"gmssl-py", "sm-crypto"}
# Key derivations of 50,000 rounds that the peer insists on; those of PKCS#12 are three a file.
SLOWEST = {
    ("bouncycastle", "pkcs12"): 6,
    ("bouncycastle", "pkcs12-old"): 4,
    ("openssl", "pkcs12"): 100,
    ("openssl", "pkcs12-old"): 50,
}
SEED = 20261122


def cases(name, artefact):
    """How many, so that the whole takes about a minute."""
    if (name, artefact) in SLOWEST:
        return SLOWEST[name, artefact]
    if name in INTERPRETED:
        return 100 if artefact.startswith(("default", "sm")) else 40
    return COUNT


@pytest.mark.parametrize("direction", Direction, ids=lambda d: d.name.lower())
@pytest.mark.parametrize("artefact", ARTEFACTS, ids=lambda a: a.name)
@pytest.mark.parametrize("name", PEERS)
def test_cell(name, artefact, direction):
    running = peer(name)
    if reason_for(artefact, name, direction) is None:
        run_cell(artefact, running, direction, cases(name, artefact.name), SEED)
        return
    # Empty, it says: then not one case works.
    for seed in (1, 2):
        with pytest.raises((Mismatch, KeyError)):
            run_cell(artefact, running, direction, 1, seed)


def test_the_table_of_the_documentation_is_the_one_that_was_run():
    shown, chinese = (
        (folder / "interoperation.md")
        .read_text(encoding="utf-8")
        .partition(BEGIN)[2]
        .partition(END)[0]
        for folder in (DOCS, DOCS / "zh")
    )
    assert chinese == "\n" + in_chinese(shown.lstrip())
    shown = shown.strip()
    lines = shown.splitlines()
    counts = lines[0].partition("theirs. ")[2]
    assert re.fullmatch(r"[0-9]+ cells were run with .* on \d{4}-\d\d-\d\d\.", counts)
    versions = dict(
        re.findall(r"`([a-z-]+)` ([^;]+?)(?:;|\.$)", shown.partition("Peers: ")[2].splitlines()[0])
    )
    assert tuple(versions) == PEERS
    assert shown == render(versions, counts).strip()


def test_gmssl_eats_digits_of_a_public_key_that_begins_with_04():
    """Why the matrix gives it no such key: it strips every 0 and 4 off the front."""
    from gmkit import sm2

    key = next(
        key
        for key in map(
            sm2.SM2PrivateKey.from_bytes, (n.to_bytes(32, "big") for n in range(1, 5000))
        )
        if key.public_key().to_bytes()[1] == 4
    )
    signature = key.sign(b"data", format=sm2.SignatureFormat.RAW)
    case = {"public": key.public_key().to_bytes(), "data": b"data", "signature": signature}
    [answer] = peer("gmssl-py").calls("default.verify", [case])
    assert isinstance(answer, PeerError) or answer == {"valid": False}


def test_tjfoc_drops_leading_zeros_of_a_private_key():
    """Why the matrix has it write no such key; the one in 256 that it writes short is refused with the reason."""
    from gmkit import keys, sm2
    from gmkit.errors import InvalidKey

    octets = bytes(3) + bytes(range(1, 30))
    public = sm2.SM2PrivateKey.from_bytes(octets).public_key().to_bytes()
    written = peer("tjfoc").call("key.write", key=octets, public=public, form="pkcs8")["der"]
    with pytest.raises(InvalidKey, match="29 bytes instead of 32"):
        keys.load_der_private_key(written, None)


def test_gmsm_spoils_or_refuses_one_in_256_of_the_shortest_messages():
    """
    Why the matrix gives it none of them. If the key stream is all zero it starts anew, from a public key that it
    has multiplied already; and where the ciphertext is all zero, it refuses, as it should the key stream.
    """
    from gmkit import sm2

    octets = bytes(range(1, 33))
    key = sm2.SM2PrivateKey.from_bytes(octets)
    gmsm, plain = peer("gmsm"), sm2.CiphertextFormat.C1C3C2
    case = {"key": octets, "public": key.public_key().to_bytes(), "data": b"x", "form": "c1c3c2"}

    def fails(box):
        try:
            return key.decrypt(box, format=plain) != b"x"
        except GmkitError:
            return True

    boxes = [answer["ciphertext"] for answer in gmsm.calls("encrypt", [case] * 5000)]
    spoiled = [box for box in boxes if fails(box)]
    assert 0 < len(spoiled) < 100
    for answer in gmsm.calls("decrypt", [{**case, "ciphertext": box} for box in spoiled]):
        assert isinstance(answer, PeerError)  # nor can it open them itself
    ours = [key.public_key().encrypt(b"x", format=plain) for _ in range(5000)]
    assert not any(map(fails, ours))
    answers = gmsm.calls("decrypt", [{**case, "ciphertext": box} for box in ours])
    refused = [box for box, answer in zip(ours, answers, strict=True) if answer != {"data": b"x"}]
    assert refused == [box for box in ours if box[-1] == 0]
    assert refused
