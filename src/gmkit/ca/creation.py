"""Making an authority: keys, root, issuing authority, store, settings, in one call."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert

from gmkit import sm2
from gmkit.atomic import refuse_existing
from gmkit.ca import audit
from gmkit.ca.assembly import Content, assemble
from gmkit.ca.authority import BACKDATE
from gmkit.ca.layout import Settings
from gmkit.ca.records import row_of
from gmkit.ca.schema import authorities, certificates
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
    keys = {"root": sm2.generate_private_key(), "issuing": sm2.generate_private_key()}
    refuse_existing(Path(folder))
    made = _certificates(keys, names, now.replace(microsecond=0))
    files = {}
    for name, certificate in made.items():
        pem = keys[name].to_pem(password=password, profile=profile)
        files[f"keys/{name}.pem"] = Content(pem, secret=True)
        files[f"{name}.pem"] = Content(certificate.to_pem())

    def fill(connection: Connection) -> None:
        _fill(connection, made, now)

    assemble(Path(folder), settings or Settings(), files, fill)


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


def _fill(connection: Connection, made: dict[str, Certificate], now: datetime) -> None:
    """The authorities, their certificates and the first acts."""
    audit.begin(connection, now)
    acts = []
    for number, (name, certificate) in enumerate(made.items(), 1):
        connection.execute(
            insert(authorities).values(id=number, name=name, certificate=certificate.der)
        )
        profile = "root" if name == "root" else "issuing-ca"
        connection.execute(insert(certificates).values(row_of(1, profile, certificate, now)))
        acts.append(
            {
                "act": "create",
                "authority": name,
                "serial": f"{certificate.serial:x}",
                "certificate": certificate.fingerprint().hex(),
            }
        )
    audit.record(connection, now, acts)
