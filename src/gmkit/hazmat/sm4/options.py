"""What the modes let their callers choose."""

from enum import Enum


class Padding(Enum):
    """How CBC fills the last block."""

    PKCS7 = "pkcs7"
    """1 to 16 bytes that say how many they are."""
    NONE = "none"
    """Nothing: the data is whole blocks."""


class XTSStandard(Enum):
    """Whose definition of XTS; they agree on the first block only."""

    IEEE = "ieee"
    """IEEE 1619: what OpenSSL calls ``xts_standard=IEEE``."""
    GB = "gb"
    """GB/T 17964-2021: what OpenSSL calls ``xts_standard=GB``."""


def pads(padding: Padding) -> bool:
    """Whether to pad; refuses what is no Padding."""
    if not isinstance(padding, Padding):
        raise TypeError(f"padding is a member of Padding, not {type(padding).__name__}")
    return padding is Padding.PKCS7


def is_gb(standard: XTSStandard) -> bool:
    """Whether the standard is the Chinese one; refuses what is no XTSStandard."""
    if not isinstance(standard, XTSStandard):
        raise TypeError(f"standard is a member of XTSStandard, not {type(standard).__name__}")
    return standard is XTSStandard.GB
