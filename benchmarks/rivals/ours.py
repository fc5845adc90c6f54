"""gmkit from Python, on the CPU path in force."""

from functools import partial

from benchmarks.timing import MESSAGE, report
from gmkit import sm2, sm3, sm4
from gmkit._native import cpu
from gmkit.hazmat import sm4 as modes

BATCH = 2048

key = sm2.generate_private_key()
signature = key.sign(MESSAGE)
fresh = [sm2.SM2PublicKey.from_bytes(key.public_key().to_bytes()) for _ in range(1)]
known = sm2.SM2PublicKey.from_bytes(key.public_key().to_bytes()).precompute()
box = key.public_key().encrypt(MESSAGE)
print(f"CPU path {cpu.active()}", flush=True)
report("SM2 sign", lambda: key.sign(MESSAGE))
report("SM2 verify, new key", lambda: fresh[0].verify(signature, MESSAGE))
report("SM2 verify, known key", lambda: known.verify(signature, MESSAGE))
report("SM2 encrypt 32 B", lambda: key.public_key().encrypt(MESSAGE))
report("SM2 decrypt 32 B", lambda: key.decrypt(box))
messages = [MESSAGE[:28] + number.to_bytes(4, "big") for number in range(BATCH)]
signatures = sm2.sign_batch(key, messages, threads=1)
report("SM2 sign, batch", lambda: sm2.sign_batch(key, messages, threads=1), items=BATCH)
report(
    "SM2 verify, known key, batch",
    lambda: sm2.verify_batch(known, messages, signatures, threads=1),
    items=BATCH,
)
others = [sm2.generate_private_key() for _ in range(BATCH)]
publics = [other.public_key() for other in others]
theirs = [other.sign(message) for other, message in zip(others, messages, strict=True)]
report(
    "SM2 verify, all keys different, batch",
    lambda: sm2.verify_batch(publics, messages, theirs, threads=1),
    items=BATCH,
)
boxes = [key.public_key().encrypt(message) for message in messages]
report("SM2 decrypt, batch", lambda: sm2.decrypt_batch(key, boxes, threads=1), items=BATCH)
for size in (64, 1024, 16384, 1 << 20):
    report(f"SM3 {size} B", partial(sm3.digest, bytes(size)), size=size)
many = [bytes(16384)] * 64
report("SM3 16384 B, batch of 64", lambda: sm3.digest_batch(many), items=64, size=16384)
k, iv = sm4.generate_key(), bytes(16)
gcm = sm4.SM4GCM(k)
for size in (64, 1024, 16384, 1 << 20):
    data = bytes(size)
    report(f"SM4-GCM {size} B", partial(gcm.encrypt, iv[:12], data, None), size=size)
for size in (16384, 1 << 20):
    data = bytes(size)
    report(f"SM4-ECB {size} B", partial(modes.ecb_encrypt, k, data), size=size)
    report(f"SM4-CTR {size} B", partial(modes.ctr_encrypt, k, data, counter=iv), size=size)
    report(
        f"SM4-CBC encrypt {size} B",
        partial(modes.cbc_encrypt, k, data, iv=iv, padding=modes.Padding.NONE),
        size=size,
    )
    report(
        f"SM4-CBC decrypt {size} B",
        partial(modes.cbc_decrypt, k, data, iv=iv, padding=modes.Padding.NONE),
        size=size,
    )
