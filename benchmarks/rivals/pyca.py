"""cryptography: SM3 and SM4-GCM."""

import os

import cryptography
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from measure import report

key = os.urandom(16)
data = {size: os.urandom(size) for size in (64, 1024, 16384, 1 << 20)}
batch = [os.urandom(16384) for _ in range(256)]


def digest(octets):
    hashed = hashes.Hash(hashes.SM3())
    hashed.update(octets)
    return hashed.finalize()


def gcm(octets):
    sealer = Cipher(algorithms.SM4(key), modes.GCM(os.urandom(12))).encryptor()
    return sealer.update(octets) + sealer.finalize() + sealer.tag


operations = {
    f"SM3 {size} B": lambda octets=octets: digest(octets) for size, octets in data.items()
}
operations["SM3 16 KiB x 256"] = lambda: [digest(octets) for octets in batch]
operations["SM4-GCM 1 MiB"] = lambda: gcm(data[1 << 20])
report(f"cryptography {cryptography.__version__}", operations)
