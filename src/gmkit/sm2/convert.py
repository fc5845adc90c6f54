"""One form of a signature or ciphertext into another; nothing is verified or decrypted here."""

from gmkit._native import sm2 as _native
from gmkit.sm2.formats import CiphertextFormat, SignatureFormat

__all__ = ["convert_ciphertext", "convert_signature"]


def convert_signature(signature: bytes, given: SignatureFormat, wanted: SignatureFormat) -> bytes:
    """
    The same r and s in another form (GM/T 0009-2012, clause 7.3; or r ‖ s, 64 bytes).

    Args:
        signature: 8 to 72 bytes in DER, 64 bytes plain.
        given: The form it is in.
        wanted: The form it shall have.

    Raises:
        EncodingError: If *signature* is not of the form *given*. The numbers are not checked.
    """
    return _native.convert_signature(signature, given, wanted)


def convert_ciphertext(
    ciphertext: bytes, given: CiphertextFormat, wanted: CiphertextFormat
) -> bytes:
    """
    The same C1, C2, C3 in another form (GM/T 0009-2012, clause 7.2; GB/T 32918.4-2016; the 2010 order).

    Nothing in the bytes tells the two plain orders apart: *given* must be known.

    Args:
        ciphertext: In a plain form 97 bytes more than the message; in DER some more.
        given: The form it is in.
        wanted: The form it shall have.

    Raises:
        EncodingError: If *ciphertext* cannot be of the form *given*.
    """
    return _native.convert_ciphertext(ciphertext, given, wanted)
