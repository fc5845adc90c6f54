"""Section 4: key exchange and enveloped keys."""

import pytest

from gmkit import errors, keys, sm2
from gmkit.sm2.exchange import Initiator, Responder
from tests.known_attacks.values import KEY, PUBLIC, N, vectors
from tests.vectors.check_exchange import exchange

OTHER = sm2.generate_private_key()
RUNS = vectors("sm2/negative_key_exchange.json")


def replay(flag, count):
    """The runs of the file that carry *flag*, of which there are *count*."""
    chosen = [pair for pair in RUNS if pair[1]["flags"] == [flag]]
    assert len(chosen) == count
    for group, test in chosen:
        exchange(group, test)


def sides(**of_b):
    a = Initiator(KEY, OTHER.public_key(), length=16, user_id=b"A", peer_user_id=b"B")
    names = {"user_id": b"B", "peer_user_id": b"A", **of_b}
    return a, Responder(OTHER, PUBLIC, length=16, **names)


def test_kex_01_points_of_other_curves_and_infinity_are_refused(cpu_path):
    replay("InvalidCurve", 8)
    replay("PointNotOnCurve", 10)
    replay("SharedPointAtInfinity", 2)


def test_kex_01_half_of_x_at_its_limits(cpu_path):
    replay("EdgeCasePoint", 5)


def test_kex_01_private_keys_at_the_ends_of_the_range(cpu_path):
    replay("EdgeCaseKey", 5)
    for d in (0, N - 1, N, N + 1):
        with pytest.raises(errors.InvalidKey):
            sm2.SM2PrivateKey.from_bytes(d.to_bytes(32, "big"))


def test_kex_01_the_other_role_or_the_other_names_agree_on_nothing(cpu_path):
    replay("ModifiedIdentity", 6)
    a, b = sides(user_id=b"A", peer_user_id=b"B")
    b.receive(a.point())
    with pytest.raises(errors.VerificationError):
        a.finish(b.point(), b.confirmation())
    # Two that both begin: each takes the other for the answering side.
    a = Initiator(KEY, OTHER.public_key(), length=16, confirm=False)
    b = Initiator(OTHER, PUBLIC, length=16, confirm=False)
    assert a.finish(b.point()) != b.finish(a.point())
    assert a.confirmation() != b.confirmation()


def test_kex_01_every_bent_confirmation_is_refused():
    replay("ModifiedConfirmation", 16)
    for bit in range(256):
        a, b = sides()
        b.receive(a.point())
        bent = bytearray(b.confirmation())
        bent[bit // 8] ^= 1 << bit % 8
        with pytest.raises(errors.VerificationError):
            a.finish(b.point(), bytes(bent))


ZEROS = {
    "ends in 00": 0x1234 << 8,
    "ends in 0000": 0x1234 << 16,
    "ends in 31 zero bytes": 1 << 248,
    "begins with 00": (1 << 248) - 1,
    "begins with 31 zero bytes": 1,
    "begins and ends with 00": 0xFF << 120,
}


@pytest.mark.parametrize("number", ZEROS.values(), ids=ZEROS)
def test_env_01_keys_that_end_or_begin_with_zeros_survive(number):
    key = sm2.SM2PrivateKey.from_bytes(number.to_bytes(32, "big"))
    opened = keys.open_enveloped(keys.seal_enveloped(key, PUBLIC), KEY)
    assert opened.public_key() == key.public_key()


def test_env_01_bit_strings_are_whole_octets():
    sealed = keys.seal_enveloped(OTHER, PUBLIC)
    assert sealed[-35:-32] == bytes.fromhex("032100")
    for unused in range(1, 256):
        with pytest.raises(errors.EncodingError):
            keys.open_enveloped(sealed[:-33] + bytes([unused]) + sealed[-32:], KEY)


def test_env_01_a_public_key_of_somebody_else_is_refused():
    printed = OTHER.public_key().to_bytes()
    sealed = keys.seal_enveloped(OTHER, PUBLIC)
    assert sealed.count(printed) == 1
    stranger = sm2.generate_private_key().public_key().to_bytes()
    with pytest.raises(errors.InvalidKey):
        keys.open_enveloped(sealed.replace(printed, stranger), KEY)
