"""SM2 key exchange: both sides, and everything that must not end in a secret."""

import pickle

import pytest

from gmkit import sm2
from gmkit.errors import InvalidArgument, InvalidKey, VerificationError
from gmkit.sm2.exchange import Initiator, Responder

A, B = sm2.generate_private_key(), sm2.generate_private_key()
NAMES_A = {"user_id": b"A", "peer_user_id": b"B"}
NAMES_B = {"user_id": b"B", "peer_user_id": b"A"}


def sides(length=16, **options):
    a = Initiator(A, B.public_key(), length=length, **NAMES_A, **options)
    b = Responder(B, A.public_key(), length=length, **NAMES_B, **options)
    return a, b


@pytest.mark.parametrize("length", [1, 16, 48, 100])
def test_both_sides_have_the_same_secret(length, cpu_path):
    a, b = sides(length)
    b.receive(a.point())
    secret = a.finish(b.point(), b.confirmation())
    assert len(secret) == length
    assert b.finish(a.confirmation()) == secret


def test_without_confirmation_only_where_it_is_written():
    a, b = sides()
    b.receive(a.point())
    with pytest.raises(InvalidArgument, match="confirm=False"):
        a.finish(b.point())
    with pytest.raises(InvalidArgument, match="confirm=False"):
        b.finish()
    # Nothing has happened yet: nothing to confirm, and the exchange can still be finished.
    with pytest.raises(InvalidArgument, match="nothing to confirm"):
        a.confirmation()
    assert a.finish(b.point(), b.confirmation()) == b.finish(a.confirmation())
    a, b = sides(confirm=False)
    b.receive(a.point())
    assert a.finish(b.point()) == b.finish()


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(32), bytes(33)])
def test_kex_01_a_wrong_confirmation_ends_the_exchange(wrong):
    for options in ({}, {"confirm": False}):
        a, b = sides(**options)
        b.receive(a.point())
        right = b.confirmation()
        with pytest.raises(VerificationError) as caught:
            a.finish(b.point(), wrong)
        assert caught.value.reason == "exchange-unconfirmed"
        with pytest.raises(InvalidArgument):
            a.finish(b.point(), right)
        with pytest.raises(InvalidArgument):
            a.confirmation()
        with pytest.raises(VerificationError):
            b.finish(wrong)
        for call in (lambda b=b: b.finish(b""), b.finish, b.confirmation):
            with pytest.raises(InvalidArgument):
                call()


def test_kex_01_reflected_confirmations_and_foreign_names_are_refused():
    a, b = sides()
    b.receive(a.point())
    a.finish(b.point(), b.confirmation())
    with pytest.raises(VerificationError):
        b.finish(b.confirmation())
    other = Responder(B, A.public_key(), length=16, user_id=b"B", peer_user_id=b"C")
    a, _ = sides()
    other.receive(a.point())
    with pytest.raises(VerificationError):
        a.finish(other.point(), other.confirmation())


@pytest.mark.parametrize(
    "point",
    [
        b"",
        b"\0",
        b"\4" + bytes(64),
        A.public_key().to_bytes()[:-1],
        A.public_key().to_bytes(compressed=True),
        A.public_key().to_bytes()[:64] + b"\0",
    ],
    ids=["empty", "infinity", "zeros", "short", "compressed", "last byte changed"],
)
def test_kex_01_pt_01_points_off_the_curve_are_refused(point):
    _, b = sides()
    if point == A.public_key().to_bytes():
        pytest.skip("the last byte happens to be 0")
    with pytest.raises(InvalidKey):
        b.receive(point)


def test_one_object_serves_one_exchange():
    a, b = sides()
    b.receive(a.point())
    with pytest.raises(InvalidArgument):
        b.receive(a.point())
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(a)
    with pytest.raises(InvalidArgument):
        sides(0)
    with pytest.raises(InvalidArgument):
        sides()[1].finish(bytes(32))
