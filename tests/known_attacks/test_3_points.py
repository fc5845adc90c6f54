"""Section 3: public keys and points."""

from functools import partial

import pytest

from gmkit import errors, keys
from gmkit.sm2 import CiphertextFormat
from tests.bounds import within
from tests.known_attacks.values import KEY, POINT, PUBLIC, N, P, SM2PublicKey, sm2, vectors
from tests.reference import sm2 as reference
from tests.reference import strict_der
from tests.reference.strict_der import element

SPKI_HEAD = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
INVALID_CURVE = [
    bytes.fromhex(test["publicKey"])
    for _, test in vectors("sm2/known_faults_keys.json")
    if test["flags"] == ["InvalidCurve"]
]


def spki(point):
    return element(0x30, SPKI_HEAD + element(3, b"\0" + point))


def pem(der):
    import base64

    text = base64.b64encode(der).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join(
        ["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]
    ).encode()


ENTRIES = {
    "raw": SM2PublicKey.from_bytes,
    "DER": lambda point: keys.load_der_public_key(spki(point)),
    "PEM": lambda point: keys.load_pem_public_key(pem(spki(point))),
}


def refused_everywhere(point):
    for load in ENTRIES.values():
        with pytest.raises((errors.InvalidKey, errors.EncodingError)):
            load(point)


def test_the_entries_take_a_good_key():
    for load in ENTRIES.values():
        assert load(PUBLIC.to_bytes()) == PUBLIC


def test_pt_01_pt_02_points_of_other_curves_are_no_keys(cpu_path):
    assert len(INVALID_CURVE) == 8
    for point in INVALID_CURVE:
        refused_everywhere(point)


def test_pt_01_pt_02_points_of_other_curves_are_no_c1(cpu_path):
    d = int("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8", 16)
    message = b"attack at dawn"
    for point in INVALID_CURVE:
        c1 = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
        shared = reference.multiply(d, c1)
        x2, y2 = map(reference.to_bytes, shared)
        stream = reference.sm3.sm2_kdf(x2 + y2, len(message))
        c2 = bytes(a ^ b for a, b in zip(message, stream, strict=True))
        c3 = reference.sm3.digest(x2 + message + y2)
        for form in CiphertextFormat:
            with pytest.raises(errors.DecryptionError):
                KEY.decrypt(strict_der.join(form.name, c1, c3, c2), format=form)


def test_pt_03_coordinates_out_of_range(cpu_path):
    x, y = POINT
    full = 2**256
    for bad in (
        *((value, y) for value in (P, P + 1, full - 1)),
        *((x, value) for value in (P, P + 1, full - 1)),
        *((0, 0), (P, P), (full - 1, full - 1)),
    ):
        refused_everywhere(reference.encode(bad))
    small = next(
        (x, y)
        for x in range(1, 100)
        for y in [pow(x**3 - 3 * x + reference.SM2P256V1.b, (P + 1) // 4, P)]
        if reference.on_curve((x, y))
    )
    assert SM2PublicKey.from_bytes(reference.encode(small))
    refused_everywhere(reference.encode((small[0] + P, small[1])))


def test_pt_04_infinity_in_every_encoding(cpu_path):
    for point in (b"\0", bytes(65), bytes(33), b"\4" + bytes(64), b"\2" + bytes(32)[:-1] + b"\0"):
        if point[0] != 2:
            refused_everywhere(point)
    tail = bytes(32) + b"C2"
    for c1 in (b"\0", bytes(65), bytes(33), b"\4" + bytes(64)):
        for form in (CiphertextFormat.C1C3C2, CiphertextFormat.C1C2C3):
            with pytest.raises(errors.DecryptionError):
                KEY.decrypt(c1 + tail, format=form)
    with pytest.raises(errors.DecryptionError):
        KEY.decrypt(strict_der.join("DER", (0, 0), bytes(32), b"C2"))


def test_pt_05_prefix_and_length_go_together(cpu_path):
    good = PUBLIC.to_bytes()
    body = (good[1:] * 3)[:129]
    accepted = set()
    for prefix in range(8):
        for length in range(131):
            octets = (bytes([prefix]) + body)[:length]
            try:
                SM2PublicKey.from_bytes(octets)
                accepted.add((prefix, length))
            except errors.InvalidKey:
                pass
    assert accepted == {(4, 65), (2, 33), (3, 33)}


def test_pt_06_keys_that_begin_like_a_prefix(cpu_path):
    keys_of = [test for _, test in vectors("sm2/known_faults_keys.json") if "privateKey" in test]
    assert {test["comment"] for test in keys_of} == {
        *("x_begins_04", "x_begins_00", "x_begins_0404"),
    }
    for test in keys_of:
        octets = bytes.fromhex(test["publicKey"])
        private = sm2.SM2PrivateKey.from_hex(test["privateKey"])
        public = private.public_key()
        assert public.to_bytes() == octets
        assert SM2PublicKey.from_bytes(public.to_bytes(compressed=True)) == public
        for load in ENTRIES.values():
            assert load(octets).to_bytes() == octets
        assert keys.load_pem_public_key(public.to_pem()) == public
        assert keys.load_der_public_key(public.to_der()) == public
        with pytest.raises(errors.InvalidKey):
            SM2PublicKey.from_bytes(octets[1:])  # without its prefix it is another length
        public.verify(private.sign(b"m"), b"m")
        assert private.decrypt(public.encrypt(b"m")) == b"m"


def test_pt_07_x_without_a_square_root_is_refused_in_bounded_time(cpu_path):
    tried = 0
    for x in range(1, 400):
        square = (x**3 - 3 * x + reference.SM2P256V1.b) % P
        if pow(square, (P - 1) // 2, P) != 1:
            tried += 1
            for prefix in (2, 3):
                with pytest.raises(errors.InvalidKey):
                    within(
                        0.1,
                        partial(SM2PublicKey.from_bytes, bytes([prefix]) + x.to_bytes(32, "big")),
                    )
    assert tried > 150


def test_pt_08_the_parity_bit_chooses_the_point(cpu_path):
    for number in range(1, 501):
        public = sm2.SM2PrivateKey.from_bytes((number * 7919).to_bytes(32, "big")).public_key()
        whole, short = public.to_bytes(), public.to_bytes(compressed=True)
        assert short[0] == 2 + whole[64] % 2
        assert SM2PublicKey.from_bytes(short) == public
        other = SM2PublicKey.from_bytes(bytes([short[0] ^ 1]) + short[1:]).to_bytes()
        assert other[:33] == whole[:33]
        assert (int.from_bytes(other[33:], "big") + int.from_bytes(whole[33:], "big")) == P


@pytest.mark.parametrize(
    "curve",
    [
        *("06082a8648ce3d030107", "06052b81040022", "06052b8104000a"),  # P-256, P-384, secp256k1
        "06092b2403030208010107",  # brainpoolP256r1
        "06082a811ccf5501822e",  # SM9
        "0500",
        "",
    ],
)
def test_pt_09_pt_10_other_curves_are_refused(curve):
    algorithm = element(0x30, bytes.fromhex("06072a8648ce3d0201") + bytes.fromhex(curve))
    der = element(0x30, algorithm + element(3, b"\0" + PUBLIC.to_bytes()))
    with pytest.raises((errors.UnsupportedAlgorithm, errors.EncodingError, errors.InvalidKey)):
        keys.load_der_public_key(der)


def test_the_order_of_the_group_is_prime_to_every_small_order():
    """With cofactor 1 a point of the curve has order n: nothing small is left to check."""
    assert all(N % small for small in range(2, 1000))
    assert reference.multiply(N, POINT) is None
