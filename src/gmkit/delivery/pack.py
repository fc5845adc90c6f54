"""Keys and certificates as PKCS#12 has them: each key tied to its certificate, named by its use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from gmkit.errors import InvalidKey
from gmkit.keys import Pkcs12, StoredCertificate, StoredKey
from gmkit.sm2 import SM2PrivateKey
from gmkit.x509 import Certificate

_ENCRYPTING = 0b11100  # keyEncipherment, dataEncipherment, keyAgreement
_SIGNING = 0b11  # digitalSignature, nonRepudiation


def pack(keys: Sequence[SM2PrivateKey], certificates: Iterable[Certificate]) -> Pkcs12:
    """
    The contents of a PKCS#12 file: one key, or both of a dual pair, with certificates.

    A key whose certificate is for signing alone is called ``sign``, for encrypting alone ``encrypt``,
    any other ``key``; certificates of others follow without a name.

    Raises:
        InvalidKey: Two keys would have the same name.
    """
    left = list(dict.fromkeys(certificates))  # an issuer may lie beside each half
    stored: list[StoredKey] = []
    tied: list[StoredCertificate] = []
    for key in keys:
        own = next((c for c in left if c.public_key() == key.public_key()), None)
        name = "key" if own is None else _use(own)
        if any(other.name == name for other in stored):
            raise InvalidKey(
                f"two keys that would both be called {name!r} in one file",
                hint="give the certificate of each, with --cert",
            )
        local_id = None
        if own is not None:
            local_id = hashlib.sha1(own.der, usedforsecurity=False).digest()
            tied.append(StoredCertificate(own.der, name, local_id))
            left.remove(own)
        stored.append(StoredKey(key, name, local_id))
    return Pkcs12(tuple(stored), (*tied, *(StoredCertificate(each.der) for each in left)))


def _use(certificate: Certificate) -> str:
    bits = certificate.key_usage_bits
    if bits is None or (bits & _ENCRYPTING and bits & _SIGNING):
        return "key"
    return "encrypt" if bits & _ENCRYPTING else "sign"
