"""libgcrypt (Debian's), SM3 through ctypes."""

import ctypes
import os

from measure import report

SM3 = 326  # GCRY_MD_SM3
library = ctypes.CDLL("libgcrypt.so.20")
library.gcry_check_version.restype = ctypes.c_char_p
version = library.gcry_check_version(None).decode()
place = ctypes.create_string_buffer(32)


def digest(octets):
    library.gcry_md_hash_buffer(SM3, place, octets, ctypes.c_size_t(len(octets)))


data = {size: os.urandom(size) for size in (64, 1024, 16384, 1 << 20)}
batch = [os.urandom(16384) for _ in range(256)]
digest(b"abc")
assert place.raw.hex().startswith("66c7f0f4")
operations = {
    f"SM3 {size} B": lambda octets=octets: digest(octets) for size, octets in data.items()
}
operations["SM3 16 KiB x 256"] = lambda: [digest(octets) for octets in batch]
report(f"libgcrypt {version}", operations)
