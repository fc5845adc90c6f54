"""cryptography (OpenSSL inside): SM3 and SM4; it has no SM2."""

from functools import partial

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hashes import SM3, Hash

from benchmarks.timing import report

KEY, IV = bytes(range(16)), bytes(16)


def digest(data: bytes) -> bytes:
    running = Hash(SM3())
    running.update(data)
    return running.finalize()


def run(mode: object, data: bytes, *, encrypt: bool = True) -> bytes:
    cipher = Cipher(SM4(KEY), mode)
    context = cipher.encryptor() if encrypt else cipher.decryptor()
    return context.update(data) + context.finalize()


for size in (64, 1024, 16384, 1 << 20):
    data = bytes(size)
    report(f"SM3 {size} B", partial(digest, data), size=size)
    report(f"SM4-GCM {size} B", lambda: run(modes.GCM(IV[:12]), data), size=size)  # noqa: B023
for size in (16384, 1 << 20):
    data = bytes(size)
    report(f"SM4-ECB {size} B", lambda: run(modes.ECB(), data), size=size)  # noqa: B023
    report(f"SM4-CTR {size} B", lambda: run(modes.CTR(IV), data), size=size)  # noqa: B023
    report(f"SM4-CBC encrypt {size} B", lambda: run(modes.CBC(IV), data), size=size)  # noqa: B023
    report(
        f"SM4-CBC decrypt {size} B",
        lambda: run(modes.CBC(IV), data, encrypt=False),  # noqa: B023
        size=size,
    )
