"""
Keys inside a PKCS #11 token, through PyKCS11 and a vendor map.

Digests (Z and SM3) are computed here over the public key the token shows; the token signs 32 bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gmkit import asn1, sm2
from gmkit.errors import (
    DecryptionError,
    DeviceError,
    EncodingError,
    MissingDependency,
    UnsupportedAlgorithm,
)
from gmkit.keys.devices.stream import DeviceKey
from gmkit.keys.devices.vendor import VendorMap

if TYPE_CHECKING:
    from typing_extensions import Self

_CURVE = asn1.oid("1.2.156.10197.1.301")


class PKCS11Token:
    """An open session with a token. Close it, or use it in ``with``."""

    def __init__(self, module: str, vendor: VendorMap, *, token: str | None = None) -> None:
        """
        Open a session.

        Args:
            module: Path of the vendor's PKCS #11 library.
            vendor: The maker's numbers for SM2.
            token: Label of the token; may be left out if there is only one.

        Raises:
            MissingDependency: If PyKCS11 is not installed.
            DeviceError: If the library or the token cannot be opened.
        """
        try:
            import PyKCS11  # noqa: PLC0415 - only who has a token needs it
        except ImportError:
            raise MissingDependency(
                "a PKCS #11 token needs the package PyKCS11", hint="pip install 'gmkit[pkcs11]'"
            ) from None
        self._api = PyKCS11
        self.vendor = vendor
        self._library = PyKCS11.PyKCS11Lib()
        try:
            self._library.load(module)
            self._session = self._library.openSession(self._slot(token))
        except PyKCS11.PyKCS11Error as error:
            raise DeviceError(f"the token behind {module} does not open: {error}") from None

    def login(self, pin: bytes) -> None:
        """
        Log in as user.

        Raises:
            DeviceError: If the PIN is wrong or locked.
        """
        self._ask("the token refuses the PIN", self._session.login, pin.decode())

    def private_key(self, label: str) -> PKCS11PrivateKey:
        """
        The key whose label is *label*.

        Raises:
            DeviceError: If there is not exactly one private key, and one public key beside it.
        """
        private = self._find(self._api.CKO_PRIVATE_KEY, label)
        public = self._find(self._api.CKO_PUBLIC_KEY, label)
        parameters, point = self._ask(
            "the token does not show the public key",
            self._session.getAttributeValue,
            public,
            [self._api.CKA_EC_PARAMS, self._api.CKA_EC_POINT],
        )
        if bytes(parameters) != _CURVE:
            raise DeviceError(f"the key {label!r} is not on the SM2 curve")
        encoded = asn1.decode(bytes(point), what="CKA_EC_POINT").octet_string()
        return PKCS11PrivateKey(self, private, label, sm2.SM2PublicKey.from_bytes(encoded))

    def close(self) -> None:
        """Close the session."""
        self._ask("the session does not close", self._session.closeSession)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _slot(self, token: str | None) -> int:
        slots: list[int] = self._library.getSlotList(tokenPresent=True)
        labels = {slot: self._library.getTokenInfo(slot).label.strip(" \0") for slot in slots}
        fitting = [slot for slot in slots if token is None or labels[slot] == token]
        if len(fitting) != 1:
            raise DeviceError(
                f"{len(fitting)} tokens fit; present are: {', '.join(labels.values()) or 'none'}",
                hint="name one with token=",
            )
        return fitting[0]

    def _find(self, kind: int, label: str) -> Any:
        template = [(self._api.CKA_CLASS, kind), (self._api.CKA_LABEL, label)]
        if self.vendor.key_type is not None:
            template.append((self._api.CKA_KEY_TYPE, self.vendor.key_type))
        found = self._ask("the token cannot be searched", self._session.findObjects, template)
        if len(found) != 1:
            what = "private" if kind == self._api.CKO_PRIVATE_KEY else "public"
            raise DeviceError(f"the token has {len(found)} {what} keys with the label {label!r}")
        return found[0]

    def _ask(self, failure: str, function: Any, *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except self._api.PyKCS11Error as error:
            raise DeviceError(f"{failure}: {error}") from None


class PKCS11PrivateKey(DeviceKey):
    """
    A private key inside a token, usable wherever an :class:`~gmkit.sm2.SM2PrivateKey` is.

    Got from :meth:`PKCS11Token.private_key`.
    """

    __slots__ = ("_handle", "_label", "_token")

    def __init__(
        self, token: PKCS11Token, handle: Any, label: str, public: sm2.SM2PublicKey
    ) -> None:
        super().__init__(public)
        self._token = token
        self._handle = handle
        self._label = label

    def _sign_digest(self, e: bytes) -> bytes:
        token, vendor = self._token, self._token.vendor
        mechanism = token._api.Mechanism(vendor.sign_mechanism, None)  # noqa: SLF001
        made = bytes(
            token._ask("the token does not sign", token._session.sign, self._handle, e, mechanism)  # noqa: SLF001
        )
        try:
            return sm2.convert_signature(made, vendor.signature, sm2.SignatureFormat.RAW)
        except EncodingError:
            raise DeviceError(
                "the token returned no signature of the form the vendor map states"
            ) from None

    def decrypt(
        self,
        ciphertext: bytes,
        *,
        format: sm2.CiphertextFormat = sm2.CiphertextFormat.DER,  # noqa: A002 - as SM2PrivateKey
    ) -> bytes:
        """
        Decrypt in the token (GB/T 32918.4-2016).

        Raises:
            DecryptionError: If the ciphertext does not open.
            UnsupportedAlgorithm: If the vendor map names no mechanism for it.
        """
        token, vendor = self._token, self._token.vendor
        if vendor.decrypt_mechanism is None:
            raise UnsupportedAlgorithm(f"the vendor map {vendor.name!r} has no way to decrypt")
        given = sm2.convert_ciphertext(ciphertext, format, vendor.ciphertext)
        mechanism = token._api.Mechanism(vendor.decrypt_mechanism, None)  # noqa: SLF001
        try:
            return bytes(token._session.decrypt(self._handle, given, mechanism))  # noqa: SLF001
        except token._api.PyKCS11Error as error:  # noqa: SLF001
            raise DecryptionError from error

    def __repr__(self) -> str:
        return f"<PKCS11PrivateKey {self._label!r}, {self._public!r}>"
