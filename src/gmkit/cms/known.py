"""Keys of signers who come again: their tables make verifying several times as fast."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gmkit import sm2
from gmkit.x509 import Certificate
from gmkit.x509.public_key import PublicKeyInfo

__all__ = ["verifying_key"]

_KEPT = 32  # keys; a table takes about 150 KB
#: A table costs as much as about ten verifications: it is made for who is seen this often.
_OFTEN = 8


@dataclass(slots=True)
class _Known:
    key: sm2.SM2PublicKey
    uses: int = 0


def verifying_key(certificate: Certificate) -> sm2.SM2PublicKey | None:
    """
    The SM2 key of a certificate, with its table if it was seen often; None for a key of another kind.

    Only public data is kept, and being kept says nothing about trust.

    Raises:
        UnsupportedAlgorithm: If gmkit does not do this kind of key.
        InvalidKey: If the key is none.
    """
    known = _known(certificate.public_key_info)
    if known is None:
        return None
    known.uses += 1
    if known.uses == _OFTEN:
        known.key.precompute()
    return known.key


@lru_cache(maxsize=_KEPT)
def _known(public_key_info: bytes) -> _Known | None:
    key = PublicKeyInfo(public_key_info).key()
    return _Known(key) if isinstance(key, sm2.SM2PublicKey) else None
