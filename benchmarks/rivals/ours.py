"""gmkit, through its public interface."""

import os

from measure import report

from gmkit import sm2, sm3, sm4
from gmkit._native import cpu

key = sm2.generate_private_key()
public = key.public_key()
message = b"benchmark message of 32 octets.."
signature = key.sign(message)
sealed = public.encrypt(message)
gcm = sm4.SM4GCM(os.urandom(16))
data = {size: os.urandom(size) for size in (64, 1024, 16384, 1 << 20)}
batch = [os.urandom(16384) for _ in range(256)]
operations = {
    "SM2 sign": lambda: key.sign(message),
    "SM2 verify": lambda: public.verify(signature, message),
    "SM2 encrypt 32 B": lambda: public.encrypt(message),
    "SM2 decrypt 32 B": lambda: key.decrypt(sealed),
    "SM4-GCM 1 MiB": lambda: gcm.encrypt(bytes(12), data[1 << 20], b""),
    "SM3 16 KiB x 256": lambda: sm3.digest_batch(batch),
}
for size, octets in data.items():
    operations[f"SM3 {size} B"] = lambda octets=octets: sm3.digest(octets)
report(f"gmkit ({cpu.active()})", operations)
