"""The forms a delivered key comes in, and what is found when one is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from gmkit.sm2 import SM2PrivateKey


class Form(Enum):
    """How the encryption key is packed."""

    ENVELOPED_KEY = "enveloped-key"
    """SM2EnvelopedKey (GM/T 0009-2012, clause 7)."""
    GMT0092 = "gmt0092"
    """CSRResponse (GM/T 0092-2020, clause 8): certificates, with an SM2EnvelopedKey inside."""
    GBT35275 = "gbt35275"
    """An enveloped message (GB/T 35275-2017, GM/T 0010-2012) whose content is the key."""
    PKCS12 = "pkcs12"
    """PKCS#12 (RFC 7292), under a password instead of the signing key."""
    CFCA_ESCROW = "cfca-escrow"
    """What CFCA answers a request with a temporary key; read only, no standard has it."""
    CFCA_FILE = "cfca"
    """A ``.sm2`` file of CFCA, under a password; read only."""


@dataclass(frozen=True, slots=True)
class Opened:
    """
    A delivered key.

    Attributes:
        form: What it was packed in.
        key: The private key for decrypting.
        certificates: Certificates beside it, in DER, that of the key first.
        deviations: What is not as the standard of the form has it, in words; it was unmistakable.
    """

    form: Form
    key: SM2PrivateKey
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    deviations: tuple[str, ...] = ()
