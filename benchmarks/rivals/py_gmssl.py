"""gmssl (pure Python)."""

from gmssl import sm2, sm3

from benchmarks.timing import MESSAGE, report

PRIVATE = "11" * 32
key = sm2.CryptSM2(private_key=PRIVATE, public_key="00" * 64)
key.public_key = key._kg(int(PRIVATE, 16), sm2.default_ecc_table["g"])
signature = key.sign_with_sm3(MESSAGE)
box = key.encrypt(MESSAGE)
report("SM2 sign", lambda: key.sign_with_sm3(MESSAGE))
report("SM2 verify, new key", lambda: key.verify_with_sm3(signature, MESSAGE))
report("SM2 encrypt 32 B", lambda: key.encrypt(MESSAGE))
report("SM2 decrypt 32 B", lambda: key.decrypt(box))
for size in (64, 1024):
    report(f"SM3 {size} B", lambda: sm3.sm3_hash(list(bytes(size))), size=size)  # noqa: B023
