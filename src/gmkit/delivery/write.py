"""Packing the encryption key for its owner."""

from __future__ import annotations

from collections.abc import Sequence

from gmkit import asn1, cms, keys
from gmkit.cms import Family
from gmkit.delivery.form import Form
from gmkit.delivery.pack import pack
from gmkit.errors import InvalidArgument
from gmkit.keys import KeyProfile
from gmkit.sm2 import SM2PrivateKey, SM2PublicKey
from gmkit.x509 import Certificate


def write(
    form: Form,
    key: SM2PrivateKey,
    signing: Certificate,
    encryption: Certificate,
    *,
    chain: Sequence[Certificate] = (),
    receiver: SM2PublicKey | None = None,
    password: bytes | None = None,
    profile: KeyProfile = KeyProfile.SM4_SM3,
    iterations: int = 600_000,
) -> bytes:
    """
    The encryption key of a pair in one of the forms.

    Args:
        form: Which.
        key: The private key of *encryption*.
        signing: The certificate of the key that opens it (but for PKCS#12).
        encryption: The certificate of *key*.
        chain: Certificates of issuers, for PKCS#12.
        receiver: Another key that opens it, the temporary one of a request; None for that of *signing*.
        password: For PKCS#12: text in UTF-8; None for the others.
        profile: For PKCS#12: the algorithms under the password.
        iterations: For PKCS#12: the cost of the password.

    Returns:
        DER.

    Raises:
        InvalidArgument: The key is not that of its certificate, a password where none belongs or none where
            one does, or a form that is only read.
        RandomnessError: The operating system gave no random bytes.
    """
    if key.public_key() != encryption.public_key():
        raise InvalidArgument("the encryption key is not that of its certificate")
    if (password is not None) is not (form is Form.PKCS12):
        raise InvalidArgument(
            "PKCS#12 needs a password" if password is None else f"{form.value} takes no password"
        )
    if form is Form.PKCS12:
        assert password is not None
        contents = pack([key], [encryption, *chain])
        return keys.to_pkcs12(contents, password=password, profile=profile, iterations=iterations)
    to = signing.public_key() if receiver is None else receiver
    if not isinstance(to, SM2PublicKey):
        raise InvalidArgument("the signing certificate is not of an SM2 key")
    if form is Form.ENVELOPED_KEY:
        return keys.seal_enveloped(key, to)
    if form is Form.GMT0092:
        return _response(keys.seal_enveloped(key, to), signing, encryption)
    if form is Form.GBT35275:
        if receiver is not None:
            raise InvalidArgument("an envelope of GB/T 35275 is for a certificate, not a bare key")
        return cms.encrypt(
            _number(key), [signing], family=Family.GM, authenticated=False, any_usage=True
        )
    raise InvalidArgument(f"{form.value} is read and not written")


def _response(enveloped: bytes, signing: Certificate, encryption: Certificate) -> bytes:
    """
    ``CSRResponse ::= SEQUENCE { signCertificate CertificateSet, encryptedPrivateKey [0] SM2EnvelopedKey
    OPTIONAL, encryptCertificate [1] CertificateSet OPTIONAL }`` (GM/T 0092-2020).

    How it tags is not confirmed: [0] EXPLICIT and [1] IMPLICIT is what gmsm writes and reads, and the reader
    here takes either. One certificate in each set, because readers take the first and DER would sort them.
    """
    return asn1.sequence(
        asn1.set_of(signing.der),
        asn1.explicit(0, enveloped),
        asn1.implicit(1, asn1.set_of(encryption.der)),
    )


def _number(key: SM2PrivateKey) -> bytes:
    """The private number after 32 zero octets, as devices have it and gmcert.org sends it."""
    private = asn1.decode(keys.to_sec1_der(key), what="key").children()
    return bytes(32) + private[1].octet_string()
