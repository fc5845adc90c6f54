import pytest

from gmkit import sm2
from gmkit.errors import (
    DecryptionError,
    DeviceError,
    EncodingError,
    StorageError,
    UnsupportedAlgorithm,
)
from gmkit.keys.devices.pkcs11 import PKCS11Token
from gmkit.keys.devices.vendor import VendorMap
from tests.devices.conftest import KEYS, VENDOR_MAP

FIRST = sm2.SM2PrivateKey.from_hex(KEYS[1][1])
FIRST_ENCRYPTION = sm2.SM2PrivateKey.from_hex(KEYS[1][2])
PIN = KEYS[1][0].encode()


@pytest.fixture
def vendor(tmp_path):
    (tmp_path / "vendor.toml").write_text(VENDOR_MAP)
    return VendorMap.load(tmp_path / "vendor.toml")


@pytest.fixture
def token(device_library, containers, vendor):
    with PKCS11Token(device_library, vendor, token="gmkit soft token") as opened:
        opened.login(PIN)
        yield opened


@pytest.mark.parametrize("form", sm2.SignatureFormat)
def test_a_token_key_signs_as_a_key_in_memory_does(token, form):
    key = token.private_key("sign-1")
    assert key.public_key() == FIRST.public_key()
    signature = key.sign(b"message", user_id=b"alice", format=form)
    FIRST.public_key().verify(signature, b"message", user_id=b"alice", format=form)


@pytest.mark.parametrize("form", sm2.CiphertextFormat)
def test_a_token_key_decrypts(token, form):
    key = token.private_key("encrypt-1")
    box = FIRST_ENCRYPTION.public_key().encrypt(b"message", format=form)
    assert key.decrypt(box, format=form) == b"message"
    with pytest.raises(DecryptionError):
        key.decrypt(box[:-1] + bytes([box[-1] ^ 1]), format=form)


def test_wrong_pin_label_and_token(device_library, containers, vendor):
    with PKCS11Token(device_library, vendor) as opened:
        with pytest.raises(DeviceError, match="refuses the PIN"):
            opened.login(b"wrong")
        with pytest.raises(DeviceError, match="0 private keys"):
            opened.private_key("sign-1")
        opened.login(PIN)
        with pytest.raises(DeviceError, match="0 private keys"):
            opened.private_key("absent")
    with pytest.raises(DeviceError, match="gmkit soft token"):
        PKCS11Token(device_library, vendor, token="another")
    with pytest.raises(DeviceError, match="does not open"):
        PKCS11Token("/nonexistent.so", vendor)


def test_a_map_without_decryption_says_so(device_library, containers, tmp_path):
    (tmp_path / "map.toml").write_text(VENDOR_MAP[: VENDOR_MAP.index("[decrypt]")])
    with PKCS11Token(device_library, VendorMap.load(tmp_path / "map.toml")) as opened:
        opened.login(PIN)
        box = FIRST_ENCRYPTION.public_key().encrypt(b"message")
        with pytest.raises(UnsupportedAlgorithm):
            opened.private_key("encrypt-1").decrypt(box)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("[sign]", "[sing]", "no table"),
        ("0x80000010", '"ten"', "mechanism"),
        ('"raw"', '"rs"', "signature"),
        ("= 0x80000001", "=", "not TOML"),
        ("0x80000011", "-1", "mechanism"),
    ],
)
def test_a_wrong_map_is_refused_by_entry(tmp_path, old, new, word):
    (tmp_path / "map.toml").write_text(VENDOR_MAP.replace(old, new))
    with pytest.raises(EncodingError, match=word):
        VendorMap.load(tmp_path / "map.toml")
    with pytest.raises(StorageError):
        VendorMap.load(tmp_path / "absent.toml")
