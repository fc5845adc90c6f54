"""
What a PKCS #11 vendor calls SM2.

The standard (PKCS #11 3.2) has no numbers for SM2, so every maker has its own. A vendor map is a small
TOML file with this maker's, taken from the manual of the device::

    name = "example"
    key_type = 0x80000001                   # CKK_… of an SM2 key; leave out if the device has none
    [sign]
    mechanism = 0x80000010                  # signs the 32 bytes of e; no hashing in the device
    signature = "raw"                       # raw: r ‖ s, 64 bytes; der: SEQUENCE of two INTEGERs
    [decrypt]                               # optional
    mechanism = 0x80000011
    ciphertext = "c1c3c2"                   # c1c3c2, c1c2c3 (with the leading 04) or der
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gmkit import sm2
from gmkit.errors import EncodingError, StorageError
from gmkit.settings import read_toml

_SIGNATURES = {"raw": sm2.SignatureFormat.RAW, "der": sm2.SignatureFormat.DER}
_CIPHERTEXTS = {
    "c1c3c2": sm2.CiphertextFormat.C1C3C2,
    "c1c2c3": sm2.CiphertextFormat.C1C2C3,
    "der": sm2.CiphertextFormat.DER,
}


@dataclass(frozen=True, slots=True)
class VendorMap:
    """
    Numbers and forms of one maker.

    Attributes:
        name: The maker.
        key_type: CKA_KEY_TYPE of an SM2 key, or None if it is not to be asked for.
        sign_mechanism: Mechanism that signs the 32 bytes of e.
        signature: The form in which the device returns a signature.
        decrypt_mechanism: Mechanism that decrypts, or None if the device does not.
        ciphertext: The form in which the device takes a ciphertext.
    """

    name: str
    key_type: int | None
    sign_mechanism: int
    signature: sm2.SignatureFormat
    decrypt_mechanism: int | None
    ciphertext: sm2.CiphertextFormat

    @classmethod
    def load(cls, path: str | Path) -> VendorMap:
        """
        Read a vendor map.

        Raises:
            StorageError: If the file cannot be read.
            EncodingError: If it is no vendor map; the message names the entry.
        """
        try:
            text = Path(path).read_bytes()
        except OSError as error:
            raise StorageError(f"the vendor map {path} cannot be read: {error.strerror}") from None
        try:
            return cls._from(read_toml(text))
        except ValueError as error:
            raise EncodingError(f"{path} is not TOML: {error}", what="vendor map") from None

    @classmethod
    def _from(cls, entries: dict[str, Any]) -> VendorMap:
        sign = _table(entries, "sign")
        decrypt = _table(entries, "decrypt") if "decrypt" in entries else {}
        return cls(
            name=str(entries.get("name", "unnamed")),
            key_type=_number(entries, "key_type") if "key_type" in entries else None,
            sign_mechanism=_number(sign, "mechanism"),
            signature=_choice(sign, "signature", _SIGNATURES),
            decrypt_mechanism=_number(decrypt, "mechanism") if decrypt else None,
            ciphertext=(
                _choice(decrypt, "ciphertext", _CIPHERTEXTS)
                if decrypt
                else sm2.CiphertextFormat.C1C3C2
            ),
        )


def _table(entries: dict[str, Any], name: str) -> dict[str, Any]:
    table = entries.get(name)
    if not isinstance(table, dict):
        raise EncodingError(f"the vendor map has no table [{name}]", what="vendor map")
    return table


def _number(entries: dict[str, Any], name: str) -> int:
    number = entries.get(name)
    if type(number) is not int or number < 0:
        raise EncodingError(f"{name} must be a number, not {number!r}", what="vendor map")
    return number


def _choice(entries: dict[str, Any], name: str, choices: dict[str, Any]) -> Any:
    choice = entries.get(name)
    if not isinstance(choice, str) or choice not in choices:
        raise EncodingError(
            f"{name} must be one of {', '.join(choices)}, not {choice!r}", what="vendor map"
        )
    return choices[choice]
