import pytest

from gmkit import keys, sm2
from gmkit.errors import DeviceError, InvalidArgument, StorageError
from tests.devices.conftest import KEYS

FIRST = sm2.SM2PrivateKey.from_hex(KEYS[1][1])
PIN = KEYS[1][0].encode()
MAP = '[sign]\nmechanism = 0x80000010\nsignature = "raw"\n'


@pytest.fixture
def uris(device_library, containers, tmp_path):
    (tmp_path / "map.toml").write_text(MAP)
    (tmp_path / "pin").write_bytes(PIN + b"\n")
    return {
        "sdf": f"sdf:index=1?module-path={device_library}",
        "pkcs11": (
            f"pkcs11:token=gmkit%20soft%20token;object=sign-1?module-path={device_library}"
            f"&x-vendor-map={tmp_path}/map.toml"
        ),
        "pin": f"&pin-source=file:{tmp_path}/pin",
    }


@pytest.mark.parametrize("scheme", ["sdf", "pkcs11"])
@pytest.mark.parametrize("password", [PIN, lambda: PIN, None], ids=["bytes", "asked", "file"])
def test_a_key_by_uri(uris, scheme, password):
    uri = uris[scheme] + ("" if password else uris["pin"])
    key = keys.load(uri, password=password)
    FIRST.public_key().verify(key.sign(b"message"), b"message")


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        ("sdf:index=1", "module-path"),
        ("sdf:index=x?module-path=/x", "number"),
        ("sdf:?module-path=/x", "index"),
        ("sdf:index=1;index=2?module-path=/x", "index"),
        ("sdf:slot=1?module-path=/x", "slot"),
        ("sdf:index=1?module-path=/x&pin-value=1234", "PIN"),
        ("pkcs11:token=a?module-path=/x&x-vendor-map=/y", "object"),
    ],
)
def test_a_uri_that_cannot_be_used_says_why(uri, word):
    with pytest.raises(InvalidArgument, match=word):
        keys.load(uri)


def test_missing_pins_and_files(uris):
    with pytest.raises(StorageError, match="PIN"):
        keys.load(uris["sdf"] + "&pin-source=file:/nonexistent/pin")
    with pytest.raises(DeviceError, match="cannot be loaded"):
        keys.load("sdf:index=1?module-path=/nonexistent.so")
