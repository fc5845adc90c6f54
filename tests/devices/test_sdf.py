import ctypes.util
import threading

import pytest

from gmkit import sm2
from gmkit.errors import (
    DecryptionError,
    DeviceError,
    EncodingError,
    InvalidArgument,
    UnsupportedAlgorithm,
)
from gmkit.keys.devices.sdf import SDFDevice
from tests.devices.conftest import KEYS

FIRST = sm2.SM2PrivateKey.from_hex(KEYS[1][1])
FIRST_ENCRYPTION = sm2.SM2PrivateKey.from_hex(KEYS[1][2])
PIN = KEYS[1][0].encode()


@pytest.fixture
def device(device_library, containers):
    with SDFDevice(device_library) as opened:
        yield opened


@pytest.mark.parametrize("form", sm2.SignatureFormat)
def test_a_device_key_signs_as_a_key_in_memory_does(device, form):
    key = device.private_key(1, pin=PIN)
    assert key.public_key() == FIRST.public_key()
    for user_id in (sm2.DEFAULT_USER_ID, b"alice"):
        signature = key.sign(b"message", user_id=user_id, format=form)
        FIRST.public_key().verify(signature, b"message", user_id=user_id, format=form)


@pytest.mark.parametrize("form", sm2.CiphertextFormat)
@pytest.mark.parametrize("length", [1, 16, 32, 33, 4096])
def test_a_device_key_decrypts(device, form, length):
    key = device.private_key(1, pin=PIN)
    message = bytes(range(256)) * 16
    box = FIRST_ENCRYPTION.public_key().encrypt(message[:length], format=form)
    assert key.decrypt(box, format=form) == message[:length]
    broken = box[:-1] + bytes([box[-1] ^ 1])
    with pytest.raises(DecryptionError):
        key.decrypt(broken, format=form)
    with pytest.raises(EncodingError):
        key.decrypt(b"\x00", format=form)


def test_the_device_says_who_it_is(device):
    assert device.info().name == "soft device"


def test_pin_and_index_are_checked(device):
    with pytest.raises(DeviceError, match="PIN"):
        device.private_key(1, pin=b"wrong")
    with pytest.raises(DeviceError, match="no key"):
        device.private_key(9, pin=PIN)
    with pytest.raises(DeviceError, match="no key"):
        device.private_key(9)
    with pytest.raises(InvalidArgument):
        device.private_key(0)
    without_pin = device.private_key(2)
    with pytest.raises(DeviceError, match="PIN"):
        without_pin.sign(b"message")


def test_a_library_or_device_that_is_not_there(device_library, monkeypatch, tmp_path):
    with pytest.raises(DeviceError, match="cannot be loaded"):
        SDFDevice(str(tmp_path / "absent.so"))
    monkeypatch.setenv("GMKIT_SOFT_DEVICE", str(tmp_path / "absent"))
    with pytest.raises(DeviceError, match="cannot be opened"):
        SDFDevice(device_library)
    with pytest.raises(UnsupportedAlgorithm, match="no function SDF_OpenDevice"):
        SDFDevice(ctypes.util.find_library("c") or "libc.so.6")


def test_threads_share_one_session(device):
    key = device.private_key(1, pin=PIN)
    failures = []

    def work():
        try:
            for _ in range(20):
                FIRST.public_key().verify(key.sign(b"m"), b"m")
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_nothing_of_the_key_is_shown(device):
    assert KEYS[1][1] not in repr(device.private_key(1, pin=PIN))
