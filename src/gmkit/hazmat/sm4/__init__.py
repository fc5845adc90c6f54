"""
SM4 modes that protocols prescribe (GB/T 32907-2016, GB/T 17964-2021, GB/T 15852.1-2020).

None of them but ``SM4GCMSIV`` notices changes to the ciphertext, none chooses its own IV:
``gmkit.sm4.seal`` does both.
"""

from gmkit._native.sm4 import SM4GCMSIV, BlockCipher, CTRStream, GCMEncryptor, OFBStream
from gmkit.hazmat.sm4.format_preserving import ff1_decrypt, ff1_encrypt
from gmkit.hazmat.sm4.macs import cbc_mac, cmac, verify_cmac
from gmkit.hazmat.sm4.modes import (
    cbc_decrypt,
    cbc_encrypt,
    cbc_encrypt_batch,
    cfb_decrypt,
    cfb_encrypt,
    ctr_decrypt,
    ctr_encrypt,
    ecb_decrypt,
    ecb_encrypt,
    ofb_decrypt,
    ofb_encrypt,
    xts_decrypt,
    xts_encrypt,
)
from gmkit.hazmat.sm4.options import Padding, XTSStandard
from gmkit.hazmat.sm4.rare import (
    bc_decrypt,
    bc_encrypt,
    hctr_decrypt,
    hctr_encrypt,
    ofbnlf_decrypt,
    ofbnlf_encrypt,
)
from gmkit.hazmat.sm4.streams import CBCDecryptor, CBCEncryptor

__all__ = [
    "SM4GCMSIV",
    "BlockCipher",
    "CBCDecryptor",
    "CBCEncryptor",
    "CTRStream",
    "GCMEncryptor",
    "OFBStream",
    "Padding",
    "XTSStandard",
    "bc_decrypt",
    "bc_encrypt",
    "cbc_decrypt",
    "cbc_encrypt",
    "cbc_encrypt_batch",
    "cbc_mac",
    "cfb_decrypt",
    "cfb_encrypt",
    "cmac",
    "ctr_decrypt",
    "ctr_encrypt",
    "ecb_decrypt",
    "ecb_encrypt",
    "ff1_decrypt",
    "ff1_encrypt",
    "hctr_decrypt",
    "hctr_encrypt",
    "ofb_decrypt",
    "ofb_encrypt",
    "ofbnlf_decrypt",
    "ofbnlf_encrypt",
    "verify_cmac",
    "xts_decrypt",
    "xts_encrypt",
]
