"""
SM2 key exchange as users have it.

The one-time number cannot be given here, on purpose. So in every good run gmkit plays each side with a number of
its own against the plain Python reference, which has the other side's number from the file; and both sides once.
In a bad run what arrives is what the file says; the Rust tests run the same with all numbers fixed.
"""

import pytest

from gmkit import errors
from gmkit.sm2 import SM2PrivateKey, SM2PublicKey
from gmkit.sm2.exchange import Initiator, Responder
from tests.reference import sm2 as reference
from tests.vectors.loader import unhex

REFUSALS = {
    "InvalidKey": (errors.InvalidKey, "the peer's point is not one to agree on"),
    "VerificationError": (errors.VerificationError, "the peer did not confirm the secret"),
}


def exchange(group, test):
    """A whole run; a bad one stops where the file says, by the exception the file says."""
    if test["result"] == "valid":
        against_the_reference(test)
        secret_a, secret_b = (secret for _, secret in run(test, []))
        assert secret_a == secret_b
        assert len(secret_a) == test["size"]
        return
    refusal, words = REFUSALS[test["error"]]
    done = []
    with pytest.raises(refusal) as caught:
        run(test, done)
    assert type(caught.value) is refusal
    assert words in str(caught.value)
    assert done == ["responder", "initiator"][: STAGES.index(test["failsAt"])]


STAGES = ["responder", "initiator", "confirmation"]


def sides(test):
    """A and B, each with what it takes for the other's key and identifier."""
    keys = {side: SM2PrivateKey.from_bytes(*unhex(test, f"privateKey{side}")) for side in "AB"}
    for side, key in keys.items():
        assert key.public_key().to_bytes().hex() == test[f"publicKey{side}"]
    made = []
    for kind, own, peer in ((Initiator, "A", "B"), (Responder, "B", "A")):
        peer_key, peer_id = (
            bytes.fromhex(test.get(f"received{what[0].upper()}{what[1:]}{peer}", test[what + peer]))
            for what in ("publicKey", "userId")
        )
        made.append(
            kind(
                keys[own],
                SM2PublicKey.from_bytes(peer_key),
                length=test["size"],
                user_id=bytes.fromhex(test[f"userId{own}"]),
                peer_user_id=peer_id,
            )
        )
    return made


def run(test, done):
    """((A, its secret), (B, its secret)); *done* says what has succeeded so far."""
    a, b = sides(test)
    # A side that chose its key for infinity sends the one point that it was chosen for.
    sent = {"A": a.point(), "B": b.point()} if "shared" in test else points_of(test)
    b.receive(arrived(test, "PointA", sent["A"]))
    done.append("responder")
    secret_a = a.finish(
        arrived(test, "PointB", sent["B"]), arrived(test, "ConfirmB", b.confirmation())
    )
    done.append("initiator")
    secret_b = b.finish(arrived(test, "ConfirmA", a.confirmation()))
    return (a, secret_a), (b, secret_b)


def points_of(test):
    return {side: bytes.fromhex(test[f"point{side}"]) for side in "AB"}


def arrived(test, what, sent):
    return bytes.fromhex(test.get(f"received{what}", sent.hex()))


def against_the_reference(test):
    """gmkit as A, then as B, beside somebody who has the numbers of the file."""
    d_a, d_b, r_a, r_b = (
        int(test[name + side], 16) for name in ("privateKey", "ephemeral") for side in "AB"
    )
    p_a, p_b = (reference.decode(*unhex(test, f"publicKey{side}")) for side in "AB")
    z_a = reference.z_value(*unhex(test, "userIdA"), p_a)
    z_b = reference.z_value(*unhex(test, "userIdB"), p_b)
    a, b = sides(test)
    size, points = test["size"], points_of(test)
    own, peer = (d_b, r_b), (p_a, reference.decode(a.point()))
    made = reference.exchange(own, peer, z_a, z_b, initiator=False, size=size)
    assert a.finish(points["B"], made.confirm_b) == made.key
    assert a.confirmation() == made.confirm_a
    own, peer = (d_a, r_a), (p_b, reference.decode(b.point()))
    made = reference.exchange(own, peer, z_a, z_b, initiator=True, size=size)
    b.receive(points["A"])
    assert b.confirmation() == made.confirm_b
    assert b.finish(made.confirm_a) == made.key


CHECKS = {"SM2-key-exchange": exchange}
