"""The folder of an authority, opened: certificates, keys, profiles, and what was issued."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from gmkit import keys
from gmkit.ca import records
from gmkit.ca.escrow import Escrow
from gmkit.ca.layout import Layout, Settings
from gmkit.ca.records import Issued
from gmkit.ca.schema import authorities
from gmkit.ca.store import Store
from gmkit.errors import InvalidArgument, StorageError
from gmkit.keys import Signer
from gmkit.pki.issue import Issuer
from gmkit.pki.profile import CertificateProfile, load_profile
from gmkit.x509 import Certificate

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Opened", "Password"]

Password = bytes | Callable[[], bytes] | None


class Opened:
    """
    The folder of an authority, opened.

    Reading needs no password; the issuing key is loaded when the first certificate is issued.
    """

    def __init__(self, folder: str | os.PathLike[str], *, password: Password = None) -> None:
        """
        Args:
            folder: Where :func:`gmkit.ca.create` made it.
            password: That of the issuing key, or what asks for it when it is needed.

        Raises:
            StorageError: It is not the folder of an authority, or its store is of another form.
        """
        self._layout = Layout(Path(folder))
        self.settings: Settings = self._layout.read_settings()
        self._password = password
        self._keys: dict[str, Signer] = {}
        self._issuers: dict[tuple[str, int], Issuer] = {}
        self._profiles: dict[str, CertificateProfile] = {}
        self._store = Store(self._layout.store_url(self.settings.store), existing=True)
        try:
            self._store.check_version()
            with self._store.reading() as connection:
                rows = connection.execute(select(authorities)).all()
        except BaseException:
            self._store.close()
            raise
        self._ids = {row.name: row.id for row in rows}
        self._certificates = {row.name: Certificate(row.certificate) for row in rows}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    @property
    def root(self) -> Certificate:
        """The root's certificate: the anchor to give to everybody."""
        return self._certificate("root")

    @property
    def issuing(self) -> Certificate:
        """The issuing authority's certificate: it goes along with what is issued."""
        return self._certificate("issuing")

    @property
    def main(self) -> str:
        """Who signs for this folder: ``issuing``, or ``root`` where the root is alone."""
        return "issuing" if "issuing" in self._ids else "root"

    def find(self, **criteria: Any) -> list[Issued]:
        """
        What was issued; the arguments are those of :func:`gmkit.ca.records.find`.

        Raises:
            StorageError: The store failed.
        """
        return list(self.each(**criteria))

    def each(self, **criteria: Any) -> Iterator[Issued]:
        """As :meth:`find`, one by one out of one state of the store."""
        with self._store.reading() as connection:
            yield from records.find(connection, **criteria)

    def get(self, serial: int) -> Issued:
        """
        The certificate with this number.

        Raises:
            InvalidArgument: There is none.
        """
        found = self.find(serial=serial, limit=1)
        if not found:
            raise InvalidArgument(f"no certificate has the serial {serial:x}")
        return found[0]

    @property
    def escrow(self) -> Escrow:
        """The escrow of encryption keys."""
        return Escrow(self._store)

    def _shards(self, authority: str) -> int:
        """Into how many partitions its lists are divided; the root's never are."""
        return self.settings.crl_shards if authority == "issuing" else 1

    def _issuer(self, authority: str, shard: int) -> Issuer:
        """Who signs, with the addresses of one partition."""
        known = self._issuers.get((authority, shard))
        if known is not None:
            return known
        settings = self.settings
        made = Issuer(self._certificate(authority), self._key(authority))
        if authority == "issuing":
            made = replace(
                made,
                crl_urls=_of_shard(settings.crl_urls, shard),
                freshest_crl_urls=_of_shard(settings.delta_urls, shard),
                ocsp_urls=settings.ocsp_urls,
                issuer_urls=settings.issuer_urls,
            )
        self._issuers[authority, shard] = made
        return made

    def _key(self, authority: str) -> Signer:
        """The key of one authority, loaded when it is first needed."""
        if authority not in self._keys:
            settings = self.settings
            uri = settings.issuing_key if authority == "issuing" else settings.root_key
            if not uri:
                raise InvalidArgument(
                    f"the {authority} key is not for this folder",
                    hint="use the folder of the root" if authority == "root" else None,
                )
            self._keys[authority] = keys.load(self._layout.key_uri(uri), password=self._password)
        return self._keys[authority]

    def _profile(self, name: str) -> CertificateProfile:
        if name not in self._profiles:
            self._profiles[name] = load_profile(name, self._layout.profiles)
        return self._profiles[name]

    def _certificate(self, name: str) -> Certificate:
        if name not in self._certificates:
            raise StorageError(f"the store knows no {name} authority")
        return self._certificates[name]


def _of_shard(urls: tuple[str, ...], shard: int) -> tuple[str, ...]:
    return tuple(url.replace("{shard}", str(shard)) for url in urls)
