"""``gmkit ca init``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, keyfiles, params, subjects
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.sm2 import KeyProfile

FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--organisation", default="Example", show_default=True, help="O of both names.")
@click.option("--country", default="CN", show_default=True, help="C of both names.")
@click.option("--root-subject", metavar="NAME", help="Whole name of the root, instead.")
@click.option(
    "--issuing-subject", metavar="NAME", help="Whole name of the issuing authority, instead."
)
@click.option(
    "--crl-url",
    "crl_urls",
    metavar="URL",
    multiple=True,
    help="Where its revocation lists will be.",
)
@click.option(
    "--ocsp-url",
    "ocsp_urls",
    metavar="URL",
    multiple=True,
    help="Where its OCSP responder will be.",
)
@click.option(
    "--issuer-url",
    "issuer_urls",
    metavar="URL",
    multiple=True,
    help="Where its certificate will be.",
)
@click.option("--store", metavar="URL", help="Another store than SQLite in the folder.")
@click.option(
    "--ceremony",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Make what this file says instead; without --reviewed, show it and make nothing.",
)
@click.option("--reviewed", metavar="SM3", help="The ceremony file that was reviewed.")
@params.password_option(
    "--root-password-fd",
    help="For a ceremony: read the password of the root's key from file descriptor N.",
)
@keyfiles.protection_option
@params.password_option()
@keyfiles.unprotected_option
@pass_context
def command(
    context: Context, folder: Path, organisation: str, country: str, root_subject: str | None,
    issuing_subject: str | None, crl_urls: tuple[str, ...], ocsp_urls: tuple[str, ...],
    issuer_urls: tuple[str, ...], store: str | None, ceremony: Path | None, reviewed: str | None,
    root_password: Password, protection: object, password: Password, unprotected: bool,
) -> None:  # fmt: skip
    """
    Make an authority in a new FOLDER: a root, an issuing authority, their keys, a store.

    Give FOLDER/root.pem to everybody. Take FOLDER/keys/root.pem to where nobody can reach it: issuing
    does not need it.

    With --ceremony a file says what is made: a root in a folder of its own, to be taken away, the issuing
    authority below it, cross-certificates. Run it without --reviewed first: it shows what the file says, and
    the SM3 to repeat after --reviewed once everybody agrees.

    \b
    Examples:
      $ gmkit ca init authority --organisation "Example Ltd"
      $ gmkit ca init authority --ceremony ceremony.toml
    """
    from gmkit import atomic, ca
    from gmkit.ca.layout import Settings
    from gmkit.sm2 import KeyProfile
    from gmkit.x509 import build_name

    assert isinstance(protection, KeyProfile)
    if ceremony is not None:
        _perform(
            context, folder, ceremony, reviewed, protection, root_password, password,
            unprotected=unprotected,
        )  # fmt: skip
        return
    if reviewed is not None:
        raise click.UsageError("--reviewed goes with --ceremony")
    atomic.refuse_existing(folder)  # before a person types a password
    both = (("C", country), ("O", organisation))
    names = ca.Names(
        root=subjects.name(root_subject)
        if root_subject
        else build_name((*both, ("CN", f"{organisation} Root"))),
        issuing=subjects.name(issuing_subject)
        if issuing_subject
        else build_name((*both, ("CN", f"{organisation} Issuing"))),
    )
    settings = Settings(crl_urls=crl_urls, ocsp_urls=ocsp_urls, issuer_urls=issuer_urls)
    if store:
        settings = replace(settings, store=store)
    secret = keyfiles.new_password(password, "the keys of the authority", unprotected=unprotected)
    ca.create(
        folder, names, password=secret, now=datetime.now(timezone.utc), settings=settings,
        profile=protection,
    )  # fmt: skip
    with ca.Authority(folder) as authority:
        root, issuing = authority.root, authority.issuing
    context.emit(
        {
            "folder": str(folder),
            "root": {"subject": str(root.subject), "fingerprint": root.fingerprint().hex()},
            "issuing": {
                "subject": str(issuing.subject),
                "fingerprint": issuing.fingerprint().hex(),
            },
        },
        text=[
            told(f"root     {root.subject}"),
            f"         SM3 {root.fingerprint().hex()}",
            told(f"issuing  {issuing.subject}"),
            f"         SM3 {issuing.fingerprint().hex()}",
        ],
    )


def _perform(
    context: Context,
    folder: Path,
    path: Path,
    reviewed: str | None,
    protection: KeyProfile,
    root_password: Password,
    password: Password,
    *,
    unprotected: bool,
) -> None:
    from gmkit.ca import ceremony

    plan = ceremony.read(path)
    lines = plan.described()
    if reviewed is None:
        hint = told(f"nothing was made; if this is right: --reviewed {plan.fingerprint.hex()}")
        context.emit(
            {"plan": lines, "file": plan.fingerprint.hex(), "made": False}, text=[*lines, hint]
        )
        return
    secrets = [
        keyfiles.new_password(each, what, unprotected=unprotected) if wanted else None
        for each, what, wanted in (
            (root_password, "the root's key", plan.root_subject is not None),
            (password, "the issuing key", plan.issuing_subject is not None),
        )
    ]
    ceremony.perform(
        plan, folder, ceremony.Secrets(
            secrets[0], secrets[1], protection, inputs.asked_for(password, "the issuing key")
            if plan.issuing_key is not None else None,
        ),
        now=datetime.now(timezone.utc), reviewed=params.parse_hex(reviewed, "--reviewed"),
    )  # fmt: skip
    context.emit(
        {"plan": lines, "file": plan.fingerprint.hex(), "made": True}, text=[*lines, told("made")]
    )
