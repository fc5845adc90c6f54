"""Making an authority: keys, root, issuing authority, store, settings, in one call."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert

from gmkit import sm2
from gmkit.atomic import refuse_existing
from gmkit.ca import audit
from gmkit.ca.authority import BACKDATE, row_of
from gmkit.ca.layout import Layout, Settings
from gmkit.ca.migrate import migrate
from gmkit.ca.schema import authorities, certificates
from gmkit.ca.store import Store
from gmkit.errors import StorageError
from gmkit.pki.issue import Application, Issuer, issue, random_serial, self_sign
from gmkit.pki.profile import load_profile
from gmkit.x509 import Certificate, Name

__all__ = ["Names", "create"]


@dataclass(frozen=True, slots=True)
class Names:
    """
    What the two authorities are called.

    Attributes:
        root, issuing: Their subjects.
    """

    root: Name
    issuing: Name


def create(
    folder: str | os.PathLike[str],
    names: Names,
    *,
    password: bytes | None,
    now: datetime,
    settings: Settings | None = None,
    profile: sm2.KeyProfile = sm2.KeyProfile.SM4_SM3,
) -> None:
    """
    Make an authority: two key pairs, the root's certificate, the issuing authority's, a store, settings.

    Args:
        folder: Where; it must not exist. It appears whole, or not at all.
        names: What the two are called.
        password: For both key files. None, which must be written out, leaves them open to whoever can
            read the files.
        now: The present.
        settings: Addresses, and another store than SQLite in the folder.
        profile: How the keys are protected.

    Raises:
        StorageError: The folder exists, or could not be written; nothing is left.
        IssuingError: The names do not fit the profiles ``root`` and ``issuing-ca``.
    """
    target = Path(folder)
    refuse_existing(target)
    chosen = settings or Settings()
    keys = {"root": sm2.generate_private_key(), "issuing": sm2.generate_private_key()}
    made = _certificates(keys, names, now.replace(microsecond=0))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    layout = Layout(temporary)
    try:
        temporary.mkdir(mode=0o755)
        (temporary / "keys").mkdir(mode=0o700)
        _write(layout.settings, chosen.to_toml().encode(), 0o644)
        for name, certificate in made.items():
            pem = keys[name].to_pem(password=password, profile=profile)
            _write(temporary / "keys" / f"{name}.pem", pem, 0o600)
            _write(layout.certificate(name), certificate.to_pem(), 0o644)
        # SQLite would make it with the mode of any file; subjects are nobody else's business.
        if chosen.store == Settings().store:
            _write(temporary / "store.sqlite", b"", 0o600)
        _fill(Store(layout.store_url(chosen.store)), made, now)
        _sync(temporary / "keys")
        _sync(temporary)
        refuse_existing(target)
        temporary.rename(target)
        _sync(target.parent)
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise StorageError(
            f"cannot make {target}: {words}", hint="nothing was left there"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _certificates(
    keys: dict[str, sm2.SM2PrivateKey], names: Names, now: datetime
) -> dict[str, Certificate]:
    begin = now - BACKDATE
    root = self_sign(
        keys["root"], load_profile("root"), names.root, serial=random_serial(), not_before=begin
    )
    application = Application(
        subject=names.issuing, public_key_info=keys["issuing"].public_key().to_der()
    )
    issuing = issue(
        Issuer(root, keys["root"]),
        load_profile("issuing-ca"),
        application,
        serial=random_serial(),
        not_before=begin,
    )
    return {"root": root, "issuing": issuing}


def _fill(store: Store, made: dict[str, Certificate], now: datetime) -> None:
    """The tables, and in them the authorities, their certificates and the first acts."""
    try:
        migrate(store)
        with store.writing() as connection:
            audit.begin(connection, now)
            acts = []
            for number, (name, certificate) in enumerate(made.items(), 1):
                connection.execute(
                    insert(authorities).values(id=number, name=name, certificate=certificate.der)
                )
                profile = "root" if name == "root" else "issuing-ca"
                connection.execute(
                    insert(certificates).values(row_of(1, profile, certificate, now))
                )
                acts.append(
                    {
                        "act": "create",
                        "authority": name,
                        "certificate": certificate.fingerprint().hex(),
                    }
                )
            audit.record(connection, now, acts)
    finally:
        store.close()


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
    with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor, not a path
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
