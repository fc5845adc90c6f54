"""gmssl_pyx (GmSSL's C code)."""

import gmssl_pyx as g

from benchmarks.timing import MESSAGE, report

public, private = g.sm2_key_generate()
signature = g.sm2_sign(private, public, MESSAGE)
box = g.sm2_encrypt(public, MESSAGE)
report("SM2 sign", lambda: g.sm2_sign(private, public, MESSAGE))
report("SM2 verify, new key", lambda: g.sm2_verify(public, MESSAGE, signature))
report("SM2 encrypt 32 B", lambda: g.sm2_encrypt(public, MESSAGE))
report("SM2 decrypt 32 B", lambda: g.sm2_decrypt(private, box))
for size in (64, 1024, 16384, 1 << 20):
    data = bytes(size)
    report(f"SM3 {size} B", lambda: g.sm3_hash(data), size=size)  # noqa: B023
for size in (64, 1024, 16384, 1 << 20):
    data = bytes(size)
    report(
        f"SM4-GCM {size} B",
        lambda: g.sm4_gcm_encrypt(bytes(16), bytes(12), b"", plaintext=data),  # noqa: B023
        size=size,
    )
