"""OpenSSL as Python was linked with it: SM3 through hashlib."""

import hashlib
import os
import ssl

from measure import report

data = {size: os.urandom(size) for size in (64, 1024, 16384, 1 << 20)}
batch = [os.urandom(16384) for _ in range(256)]
operations = {
    f"SM3 {size} B": lambda octets=octets: hashlib.new("sm3", octets).digest()
    for size, octets in data.items()
}
operations["SM3 16 KiB x 256"] = lambda: [hashlib.new("sm3", octets).digest() for octets in batch]
report(ssl.OPENSSL_VERSION.split(" ")[0] + " " + ssl.OPENSSL_VERSION.split(" ")[1], operations)
