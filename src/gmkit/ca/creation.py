"""Making an authority: keys, root, issuing authority, store, settings, in one call."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert

from gmkit import sm2
from gmkit.atomic import refuse_existing
from gmkit.ca import audit
from gmkit.ca.assembly import Content, assemble
from gmkit.ca.issuing import BACKDATE
from gmkit.ca.layout import Settings
from gmkit.ca.records import row_of
from gmkit.ca.schema import authorities, certificates
from gmkit.errors import InvalidArgument
from gmkit.pki.issue import Application, Issuer, issue, random_serial, self_sign
from gmkit.pki.profile import load_profile
from gmkit.pki.reasons import Refused
from gmkit.pki.signatures import SignatureVerifier
from gmkit.x509 import Certificate, Name

__all__ = ["Names", "create", "create_issuing", "create_root"]


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


def create_root(
    folder: str | os.PathLike[str],
    subject: Name,
    *,
    password: bytes | None,
    now: datetime,
    profile: sm2.KeyProfile = sm2.KeyProfile.SM4_SM3,
    not_after: datetime | None = None,
    act: dict[str, object] | None = None,
) -> None:
    """
    Make a root alone, in a folder to be taken away: it certifies authorities and makes its list.

    Args:
        folder: Where; it must not exist. It appears whole, or not at all.
        subject: What it is called.
        password: For the key file, or None.
        now: The present.
        profile: How the key is protected.
        not_after: Last second of its validity; if None, as long as the profile allows.
        act: What goes into the audit log first.

    Raises:
        StorageError: The folder exists, or could not be written; nothing is left.
        IssuingError: The name does not fit the profile ``root``.
    """
    key = sm2.generate_private_key()
    certificate = self_sign(
        key, load_profile("root"), subject, serial=random_serial(),
        not_before=now.replace(microsecond=0) - BACKDATE, not_after=not_after,
    )  # fmt: skip
    files = {
        "keys/root.pem": Content(key.to_pem(password=password, profile=profile), secret=True),
        "root.pem": Content(certificate.to_pem()),
    }

    def fill(connection: Connection) -> None:
        _fill(connection, {"root": certificate}, now, act)

    assemble(Path(folder), Settings(issuing_key=""), files, fill)


def create_issuing(
    folder: str | os.PathLike[str],
    root: Certificate,
    issuing: Certificate,
    *,
    key: bytes | None,
    key_uri: str | None,
    settings: Settings,
    now: datetime,
    act: dict[str, object] | None = None,
) -> None:
    """
    Make an issuing authority whose root is elsewhere.

    Args:
        folder: Where; it must not exist. It appears whole, or not at all.
        root: The root's certificate.
        issuing: Its own, signed by the root.
        key: Its key file, which is written into the folder; or
        key_uri: where its key is.
        settings: Addresses, and another store than SQLite in the folder.
        now: The present.
        act: What goes into the audit log first.

    Raises:
        InvalidArgument: The root did not sign *issuing*, or that is no authority.
        StorageError: The folder exists, or could not be written; nothing is left.
    """
    try:
        SignatureVerifier(sm2.DEFAULT_USER_ID).verify(
            issuing.tbs, issuing.algorithm, issuing.signature, root.key_info
        )
    except Refused:
        raise InvalidArgument(f"{issuing.subject} is not signed by {root.subject}") from None
    if issuing.basic_constraints is None or not issuing.basic_constraints.ca:
        raise InvalidArgument(f"the certificate of {issuing.subject} is not one of an authority")
    files = {"root.pem": Content(root.to_pem()), "issuing.pem": Content(issuing.to_pem())}
    chosen = replace(settings, root_key="")
    if key is not None:
        files["keys/issuing.pem"] = Content(key, secret=True)
    elif key_uri is not None:
        chosen = replace(chosen, issuing_key=key_uri)

    def fill(connection: Connection) -> None:
        # The root keeps the rows of both: who revokes the issuing authority does it there.
        _fill(connection, {"root": root, "issuing": issuing}, now, act, in_store=False)

    assemble(Path(folder), chosen, files, fill)


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


def _fill(
    connection: Connection,
    made: dict[str, Certificate],
    now: datetime,
    act: dict[str, object] | None = None,
    *,
    in_store: bool = True,
) -> None:
    """The authorities, their certificates and the first acts."""
    audit.begin(connection, now)
    acts = [] if act is None else [act]
    for number, (name, certificate) in enumerate(made.items(), 1):
        connection.execute(
            insert(authorities).values(id=number, name=name, certificate=certificate.der)
        )
        created: dict[str, object] = {
            "act": "create",
            "authority": name,
            "serial": f"{certificate.serial:x}",
            "certificate": certificate.fingerprint().hex(),
        }
        if in_store:
            profile = "root" if name == "root" else "issuing-ca"
            connection.execute(insert(certificates).values(row_of(1, profile, certificate, now)))
        else:
            created["in_store"] = False
        acts.append(created)
    audit.record(connection, now, acts)
