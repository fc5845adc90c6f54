"""FF1: a number of so many digits becomes another of as many (SP 800-38G)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit._native import sm4 as _native
from gmkit.errors import InvalidArgument

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LARGEST_RADIX = 65_536


def ff1_encrypt(
    key: Buffer, text: str, *, tweak: Buffer = b"", alphabet: str = "0123456789"
) -> str:
    """
    Encrypt a text to one of the same length over the same alphabet.

    The same text under the same tweak always gives the same result: where few texts are possible, a
    tweak that differs from record to record is what keeps equal ones from being seen.

    Args:
        key: 16 bytes.
        text: Characters of *alphabet*. There must be a million possible texts of its length, and half of
            it must stay below 2^96: in decimal 6 to 56 digits.
        tweak: Public bytes that belong to the text, or none.
        alphabet: 2 to 65,536 different characters, in the order of their values.

    Returns:
        As many characters as *text*.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: the length, a character or the alphabet is not as said.
        TypeError: an argument is of another type.
    """
    return _crypt(key, text, tweak, alphabet, encrypt=True)


def ff1_decrypt(
    key: Buffer, text: str, *, tweak: Buffer = b"", alphabet: str = "0123456789"
) -> str:
    """Undo ``ff1_encrypt``: same arguments, same errors."""
    return _crypt(key, text, tweak, alphabet, encrypt=False)


def _crypt(key: Buffer, text: str, tweak: Buffer, alphabet: str, *, encrypt: bool) -> str:
    if not isinstance(text, str) or not isinstance(alphabet, str):
        raise TypeError("text and alphabet are str")
    values = {character: value.to_bytes(2, "big") for value, character in enumerate(alphabet)}
    if not 2 <= len(alphabet) <= _LARGEST_RADIX or len(values) != len(alphabet):
        raise InvalidArgument("an alphabet has 2 to 65,536 characters, each once")
    if not values.keys() >= set(text):
        raise InvalidArgument("the text has a character that is not in the alphabet")
    digits = b"".join(values[character] for character in text)
    result = _native.ff1_crypt(key, digits, tweak, len(alphabet), encrypt)
    pairs = zip(result[::2], result[1::2], strict=True)
    return "".join(alphabet[high << 8 | low] for high, low in pairs)
