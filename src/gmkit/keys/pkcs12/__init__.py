"""
PKCS#12 files (RFC 7292): private keys of SM2 and certificates under one password.

A dual pair is two keys with a certificate each in one file. Certificates are DER here; what is in them is
for :mod:`gmkit.x509`.

Read: PBES2 with any of the functions and ciphers of RFC 8018 that are read elsewhere here, HMAC-SM3 and SM4
included; the older ways with triple DES, and RC2 for certificates; DER and BER; the MAC of RFC 7292 with
SHA-1, SHA-2 or SM3, and PBMAC1 (RFC 9579). Written: PBES2 by :class:`~gmkit.keys.KeyProfile`.
"""

from gmkit.keys.pkcs12.contents import Pkcs12, StoredCertificate, StoredKey
from gmkit.keys.pkcs12.read import load_pkcs12
from gmkit.keys.pkcs12.write import to_pkcs12

__all__ = ["Pkcs12", "StoredCertificate", "StoredKey", "load_pkcs12", "to_pkcs12"]
