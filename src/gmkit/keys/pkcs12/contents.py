"""What a PKCS#12 file holds, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from gmkit.errors import InvalidKey
from gmkit.sm2 import SM2PrivateKey


@dataclass(frozen=True, slots=True)
class StoredKey:
    """
    A private key in a file.

    Attributes:
        key: The key.
        name: The name shown to people (friendlyName), or None.
        local_id: What ties it to its certificate (localKeyId), or None.
    """

    key: SM2PrivateKey
    name: str | None = None
    local_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """
    A certificate in a file.

    Attributes:
        der: The certificate.
        name: The name shown to people, or None.
        local_id: What ties it to its key, or None.
    """

    der: bytes = field(repr=False)
    name: str | None = None
    local_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class Pkcs12:
    """
    The contents of a file, in stored order.

    Attributes:
        keys: Private keys; a dual pair has two.
        certificates: Certificates of the keys and of those who issued them.
    """

    keys: tuple[StoredKey, ...] = ()
    certificates: tuple[StoredCertificate, ...] = ()

    def key(self, name: str | None = None) -> SM2PrivateKey:
        """
        The one key in the file, or the one with this name.

        Args:
            name: Its friendlyName; None for the only one.

        Raises:
            InvalidKey: There is no such key, or more than one.
        """
        fitting = [stored for stored in self.keys if name is None or stored.name == name]
        if len(fitting) == 1:
            return fitting[0].key
        names = ", ".join(repr(stored.name) for stored in self.keys)
        if not fitting:
            found = f"none named {name!r} among {names}" if self.keys else "no private key"
            raise InvalidKey(f"{found} in this PKCS#12 file")
        raise InvalidKey(
            f"{len(fitting)} private keys in this PKCS#12 file: {names}",
            hint="a dual pair: say which of them is meant, by its name",
        )
