"""tongsuopy (Tongsuo's C code)."""

from tongsuopy.crypto import hashes
from tongsuopy.crypto.asymciphers import ec
from tongsuopy.crypto.ciphers import Cipher, algorithms, modes

from benchmarks.timing import MESSAGE, report

key = ec.generate_private_key(ec.SM2())
public = key.public_key()
signature = key.sign(MESSAGE, ec.ECDSA(hashes.SM3()))
report("SM2 sign", lambda: key.sign(MESSAGE, ec.ECDSA(hashes.SM3())))
report("SM2 verify, new key", lambda: public.verify(signature, MESSAGE, ec.ECDSA(hashes.SM3())))


def digest(data: bytes) -> bytes:
    running = hashes.Hash(hashes.SM3())
    running.update(data)
    return running.finalize()


def run(mode: object, data: bytes) -> bytes:
    context = Cipher(algorithms.SM4(bytes(16)), mode).encryptor()
    return context.update(data) + context.finalize()


for size in (64, 1024, 16384, 1 << 20):
    data = bytes(size)
    report(f"SM3 {size} B", lambda: digest(data), size=size)  # noqa: B023
    report(f"SM4-GCM {size} B", lambda: run(modes.GCM(bytes(12)), data), size=size)  # noqa: B023
for size in (16384, 1 << 20):
    data = bytes(size)
    report(f"SM4-CTR {size} B", lambda: run(modes.CTR(bytes(16)), data), size=size)  # noqa: B023
    report(f"SM4-CBC encrypt {size} B", lambda: run(modes.CBC(bytes(16)), data), size=size)  # noqa: B023
