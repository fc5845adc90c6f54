"""
The folder of an authority.

::

    root.pem, issuing.pem      the two certificates; give root.pem to everybody
    keys/root.pem              its private key, PKCS#8, mode 0600: take it away to where nobody can reach it
    keys/issuing.pem           the key that issues, PKCS#8, mode 0600
    ca.toml                    settings, for people to edit
    store.sqlite               what was issued, and the audit log (unless the settings name another store)
    checkpoint.txt             what was last signed about the audit log: keep copies elsewhere
    last-backup.txt            when the last backup was made, and the SM3 of its manifest
    lists/                     the latest revocation lists, DER, ready for a web server
    profiles/                  certificate profiles of its own, if any

The folder appears whole or not at all. Nobody but its owner may look into ``keys/``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gmkit import settings
from gmkit.errors import InvalidArgument, StorageError

__all__ = ["Layout", "Settings"]

_HEAD = """\
# Settings of this authority. Edit them; the next command goes by them.
# Addresses go into certificates that are issued from then on: one list of addresses for the same thing.
# Keys may be in devices: sdf:… and pkcs11:… instead of file:…
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What ``ca.toml`` says.

    Attributes:
        store: URL of the store for SQLAlchemy; a relative SQLite path is relative to the folder.
        root_key, issuing_key: URIs of the keys; a relative file is relative to the folder. Empty: the key
            is not for this folder to use.
        crl_urls, delta_urls, ocsp_urls, issuer_urls: Addresses that go into what is issued; with several
            partitions of the lists, ``{shard}`` in the first two stands for the number of one.
        crl_shards: Into how many partitions the lists are divided; may grow, never shrink.
        crl_days: For how long a list is good: until then there must be another.
    """

    store: str = "sqlite:///store.sqlite"
    root_key: str = "file:keys/root.pem"
    issuing_key: str = "file:keys/issuing.pem"
    crl_urls: tuple[str, ...] = ()
    delta_urls: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()
    issuer_urls: tuple[str, ...] = ()
    crl_shards: int = 1
    crl_days: int = 7

    def __post_init__(self) -> None:
        for name in ("crl_shards", "crl_days"):
            if not 1 <= getattr(self, name) <= 1000:
                raise InvalidArgument(f"ca.toml: {name} must be from 1 to 1000")
        for url in (*self.crl_urls, *self.delta_urls, *self.ocsp_urls, *self.issuer_urls):
            # As a certificate can hold it (RFC 5280, clause 4.2.1.6): told now, not at the first certificate.
            if not url.isascii() or not url.isprintable() or " " in url or ":" not in url:
                raise InvalidArgument(
                    f"{url!r} is no address as it stands in certificates",
                    hint="an international address is written with xn--… and %-escapes",
                )
        sharded = (*self.crl_urls, *self.delta_urls)
        if self.crl_shards > 1 and not all("{shard}" in url for url in sharded):
            raise InvalidArgument(
                "ca.toml: with several crl_shards every list's address needs {shard}"
            )

    def to_toml(self) -> str:
        """The contents of the file."""
        return _HEAD + settings.to_toml(self)

    @classmethod
    def from_toml(cls, data: bytes) -> Settings:
        """
        From the contents of the file.

        Raises:
            InvalidArgument: It is not TOML, or holds what it must not.
        """
        return settings.from_toml(cls, data, file="ca.toml")


@dataclass(frozen=True, slots=True)
class Layout:
    """
    Where what is, in the folder of an authority.

    Attributes:
        folder: The folder.
    """

    folder: Path

    @property
    def settings(self) -> Path:
        """``ca.toml``."""
        return self.folder / "ca.toml"

    @property
    def checkpoint(self) -> Path:
        """``checkpoint.txt``."""
        return self.folder / "checkpoint.txt"

    @property
    def last_backup(self) -> Path:
        """``last-backup.txt``."""
        return self.folder / "last-backup.txt"

    @property
    def profiles(self) -> Path:
        """``profiles/``."""
        return self.folder / "profiles"

    @property
    def lists(self) -> Path:
        """``lists/``."""
        return self.folder / "lists"

    def certificate(self, name: str) -> Path:
        """``root.pem`` or ``issuing.pem``."""
        return self.folder / f"{name}.pem"

    def key_uri(self, uri: str) -> str:
        """A key URI, a relative file taken as relative to the folder."""
        path = uri.removeprefix("file:")
        if path != uri and not path.startswith("/"):
            return f"file:{(self.folder.resolve() / path).as_uri().removeprefix('file://')}"
        return uri

    def store_url(self, url: str) -> str:
        """A store URL, a relative SQLite path taken as relative to the folder."""
        path = url.removeprefix("sqlite:///")
        if path != url and not path.startswith("/"):
            return f"sqlite:///{self.folder.resolve() / path}"
        return url

    def read_settings(self) -> Settings:
        """
        What ``ca.toml`` says.

        Raises:
            StorageError: There is none: this is not the folder of an authority.
            InvalidArgument: It does not say what it should.
        """
        return Settings.from_toml(self.read(self.settings))

    def read(self, path: Path) -> bytes:
        """
        A file of the folder.

        Raises:
            StorageError: It cannot be read.
        """
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise StorageError(
                f"{self.folder} is not the folder of an authority: {path.name} is missing",
                hint="gmkit ca init FOLDER makes one",
            ) from None
        except OSError as error:
            raise StorageError(f"cannot read {path}: {(error.strerror or '').lower()}") from error
