"""OpenSSL of this machine as a peer, through its library: no process for each case, and identifiers can be given."""

from harness import serve
from libcrypto import version
from openssl_sm import OPERATIONS as ALGORITHMS
from openssl_x509 import OPERATIONS as CERTIFICATES

serve(version(), {**ALGORITHMS, **CERTIFICATES})
