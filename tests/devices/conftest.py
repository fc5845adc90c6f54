"""The software device: what is simulated is the hardware; the C interfaces are real."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    1: ("first-pin", "11" * 32, "22" * 32),
    2: ("second-pin", "33" * 32, "44" * 32),
}
VENDOR_MAP = """
name = "soft"
key_type = 0x80000001
[sign]
mechanism = 0x80000010
signature = "raw"
[decrypt]
mechanism = 0x80000011
ciphertext = "c1c3c2"
"""


@pytest.fixture(scope="session")
def device_library() -> str:
    """The library, built on first use."""
    subprocess.run(
        ["cargo", "build", "--quiet", "--release", "-p", "gmkit-softdevice"],
        cwd=ROOT / "rust",
        check=True,
    )
    return str(ROOT / "rust/target/release/libgmkit_softdevice.so")


@pytest.fixture
def containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "containers"
    file.write_text(
        "".join(f"{index} {pin} {sign} {enc}\n" for index, (pin, sign, enc) in KEYS.items())
    )
    monkeypatch.setenv("GMKIT_SOFT_DEVICE", str(file))
    return file
