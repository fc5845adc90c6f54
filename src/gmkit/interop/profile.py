"""What each library does when nothing is said."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gmkit import asn1, sm2
from gmkit.errors import DecryptionError, EncodingError, InvalidArgument, InvalidSignature
from gmkit.interop.text import Text

__all__ = ["Profile", "Text", "names", "profile"]

_DER = sm2.SignatureFormat.DER
_RAW = sm2.SignatureFormat.RAW
_C1C3C2 = sm2.CiphertextFormat.C1C3C2
_C1C2C3 = sm2.CiphertextFormat.C1C2C3


@dataclass(frozen=True, slots=True)
class Profile:
    """
    One library's forms of SM2 signatures, ciphertexts and raw keys.

    Attributes:
        name: The profile's name.
        peer: The library and version it was tried with.
        user_id: The signer's identifier it uses when none is given.
        signature: DER or r ‖ s.
        ciphertext: DER, C1C3C2 or C1C2C3.
        leading_04: Whether a plain ciphertext begins with the 04 of its point.
        text: How signatures and ciphertexts are written.
        key_text: How raw keys are written.
        key_04: Whether a raw public key begins with 04.
        longest: Longest message in bytes the peer encrypts or decrypts, or None.
    """

    name: str
    peer: str
    user_id: bytes = sm2.DEFAULT_USER_ID
    signature: sm2.SignatureFormat = _DER
    ciphertext: sm2.CiphertextFormat = _C1C3C2
    leading_04: bool = True
    text: Text = Text.BYTES
    key_text: Text = Text.HEX
    key_04: bool = True
    longest: int | None = None

    def with_text(self, text: Text) -> Profile:
        """The same profile, writing signatures and ciphertexts as other text."""
        return replace(self, text=text)

    def sign(self, key: sm2.SM2PrivateKey, data: bytes) -> bytes | str:
        """A signature over *data* that the peer verifies with its defaults."""
        return self.text.write(key.sign(data, user_id=self.user_id, format=self.signature))

    def verify(self, key: sm2.SM2PublicKey, signature: bytes | str, data: bytes) -> None:
        """
        Verify a signature the peer made over *data* with its defaults.

        Raises:
            InvalidSignature: If it does not verify, or is not of the peer's form.
        """
        try:
            octets = self.read_signature(signature)
        except EncodingError as error:
            raise InvalidSignature(f"not a signature as {self.name} writes it: {error}") from None
        key.verify(octets, data, user_id=self.user_id, format=self.signature)

    def read_signature(self, signature: bytes | str) -> bytes:
        """
        A signature of the peer in the form ``signature``; it is not verified.

        Raises:
            EncodingError: If it is not written as the peer writes.
        """
        return self.text.read(signature, what="SM2 signature")

    def encrypt(self, key: sm2.SM2PublicKey, data: bytes) -> bytes | str:
        """
        A ciphertext of *data* that the peer decrypts with its defaults.

        Raises:
            InvalidArgument: If *data* is empty, or longer than the peer can take.
        """
        if self.longest is not None and len(data) > self.longest:
            raise InvalidArgument(
                f"{self.name} decrypts at most {self.longest} bytes, not {len(data)}",
                hint="encrypt an SM4 key, and the data with it",
            )
        return self.write_ciphertext(key.encrypt(data, format=self.ciphertext))

    def write_ciphertext(self, box: bytes) -> bytes | str:
        """A ciphertext of the form ``ciphertext``, with its leading 04, as the peer writes it."""
        plain_form = self.ciphertext is not sm2.CiphertextFormat.DER
        return self.text.write(box if self.leading_04 or not plain_form else box[1:])

    def decrypt(self, key: sm2.SM2PrivateKey, ciphertext: bytes | str) -> bytes:
        """
        Decrypt what the peer has encrypted with its defaults.

        Raises:
            DecryptionError: If it does not open, or is not of the peer's form.
        """
        return key.decrypt(self.read_ciphertext(ciphertext), format=self.ciphertext)

    def read_ciphertext(self, ciphertext: bytes | str) -> bytes:
        """
        A ciphertext of the peer in the form ``ciphertext``, with its leading 04.

        Raises:
            DecryptionError: If it is not written as the peer writes.
        """
        try:
            box = self.text.read(ciphertext, what="SM2 ciphertext")
        except EncodingError as error:
            raise DecryptionError(hint=f"not as {self.name} writes it: {error}") from error
        plain_form = self.ciphertext is not sm2.CiphertextFormat.DER
        return b"\x04" + box if plain_form and not self.leading_04 else box

    def write_public_key(self, key: sm2.SM2PublicKey) -> bytes | str:
        """A raw public key as the peer takes it."""
        return self.key_text.write(key.to_bytes()[0 if self.key_04 else 1 :])

    def write_private_key(self, key: sm2.SM2PrivateKey) -> bytes | str:
        """A raw private key (32 bytes) as the peer takes it: **not protected**."""
        info = asn1.decode(key.to_der(password=None), what="key").children()
        return self.key_text.write(info[2].inside().children()[1].octet_string())

    def read_public_key(self, value: bytes | str) -> sm2.SM2PublicKey:
        """
        A raw public key as the peer writes it.

        Raises:
            EncodingError: If it is not written this way.
            InvalidKey: If it is no point of the curve.
        """
        octets = self.key_text.read(value, what="SM2 public key")
        expected = 65 if self.key_04 else 64
        if len(octets) != expected:
            raise EncodingError(
                f"{self.name} writes a public key in {expected} bytes, not {len(octets)}",
                what="SM2 public key",
            )
        return sm2.SM2PublicKey.from_bytes(octets if self.key_04 else b"\x04" + octets)

    def read_private_key(self, value: bytes | str) -> sm2.SM2PrivateKey:
        """
        A raw private key (32 bytes) as the peer writes it.

        Raises:
            EncodingError: If it is not written this way.
            InvalidKey: If the number is no private key.
        """
        octets = self.key_text.read(value, what="SM2 private key")
        if len(octets) != 32:
            raise EncodingError(
                f"a private key has 32 bytes, not {len(octets)}: leading zeros belong to it",
                what="SM2 private key",
            )
        return sm2.SM2PrivateKey.from_bytes(octets)


_PROFILES = {
    known.name: known
    for known in (
        Profile(
            "openssl",
            "OpenSSL 3.0.19, without the option distid",
            user_id=b"",
            ciphertext=sm2.CiphertextFormat.DER,
        ),
        Profile(
            "gmssl-c",
            "GmSSL 3 (by gmssl_pyx 2.1.0)",
            ciphertext=sm2.CiphertextFormat.DER,
            longest=255,
        ),
        Profile(
            "gmssl-py",
            "gmssl 3.2.2 (Python): sign_with_sm3, encrypt; ciphertexts are bytes there",
            signature=_RAW,
            ciphertext=_C1C2C3,
            leading_04=False,
            text=Text.HEX,
            key_04=False,
        ),
        Profile("gmsm", "emmansun/gmsm 0.41.1 (Go): SignWithSM2, Encrypt without options"),
        Profile("tjfoc", "tjfoc/gmsm 1.4.1 (Go): Sign, Encrypt with mode C1C3C2"),
        Profile(
            "bouncycastle",
            "Bouncy Castle 1.82 (Java): SM3withSM2, the cipher SM2",
            ciphertext=_C1C2C3,
        ),
        Profile("hutool", "hutool 5.8.41 (Java): SM2.sign, SM2.encrypt"),
        Profile(
            "sm-crypto",
            "sm-crypto 0.5.8 (JavaScript); before 0.4 with hash: true",
            signature=_RAW,
            leading_04=False,
            text=Text.HEX,
        ),
        Profile(
            "cfca",
            "CFCA SADK 3.2 and later, encryptedType 0",
            ciphertext=sm2.CiphertextFormat.DER,
            text=Text.BASE64,
        ),
    )
}


def names() -> tuple[str, ...]:
    """The names of all profiles."""
    return tuple(_PROFILES)


def profile(name: str) -> Profile:
    """
    The profile with this name.

    Raises:
        InvalidArgument: If there is none; the message lists them.
    """
    try:
        return _PROFILES[name]
    except KeyError:
        raise InvalidArgument(f"no profile {name!r}; there are {', '.join(_PROFILES)}") from None
