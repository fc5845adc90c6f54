"""Section 5: what of the arithmetic can be seen from here. The rest is beside the code, in rust/."""

import pytest

from gmkit import sm2
from tests.known_attacks.values import MESSAGE, RAW, N, numbers
from tests.reference import sm2 as reference
from tests.shared import ROOT
from tests.toml import tomllib


def test_ar_06_the_proved_code_is_the_published_crate():
    """Taken through the registry with the checksum of the lock file; no changed copy lies about."""
    lock = tomllib.loads((ROOT / "rust/Cargo.lock").read_text(encoding="utf-8"))
    (crate,) = [package for package in lock["package"] if package["name"] == "fiat-crypto"]
    assert crate["source"].startswith("registry+https://github.com/rust-lang/crates.io-index")
    assert len(crate["checksum"]) == 64
    core = tomllib.loads((ROOT / "rust/gmkit-core/Cargo.toml").read_text(encoding="utf-8"))
    assert set(core["dependencies"]["fiat-crypto"]) <= {"version", "default-features"}
    workspace = tomllib.loads((ROOT / "rust/Cargo.toml").read_text(encoding="utf-8"))
    assert "patch" not in workspace
    for path in (ROOT / "rust/gmkit-core/src").rglob("*.rs"):
        assert "fn fiat_sm2_" not in path.read_text(encoding="utf-8"), path


EDGES = [
    *(1, 2, 3, N - 2, N - 3, (N - 1) // 2, (N + 1) // 2),
    *(1 << i for i in range(1, 256, 13)),
    *((1 << i) - 1 for i in range(5, 256, 17)),
    *((1 << i) + 1 for i in range(5, 256, 17)),
    *(int(digit * 64, 16) % (N - 2) for digit in "13578af"),
    (1 << 192) - (1 << 64),
    N - (1 << 128),
]


@pytest.mark.parametrize("d", EDGES, ids=lambda d: f"{d:x}"[:16])
def test_ar_05_structured_private_keys(d, cpu_path):
    key = sm2.SM2PrivateKey.from_bytes(d.to_bytes(32, "big"))
    point = reference.public_key(d)
    assert key.public_key().to_bytes() == reference.encode(point)
    e = reference.message_digest(MESSAGE, point)
    assert reference.verify(point, e, *numbers(key.sign(MESSAGE, format=RAW)))
