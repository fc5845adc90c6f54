"""``gmkit ca init``."""

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import keyfiles, params, subjects
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password

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
@keyfiles.profile_option
@params.password_option()
@keyfiles.unprotected_option
@pass_context
def command(
    context: Context, folder: Path, organisation: str, country: str, root_subject: str | None,
    issuing_subject: str | None, crl_urls: tuple[str, ...], ocsp_urls: tuple[str, ...],
    issuer_urls: tuple[str, ...], store: str | None, protection: object, password: Password,
    unprotected: bool,
) -> None:  # fmt: skip
    """
    Make an authority in a new FOLDER: a root, an issuing authority, their keys, a store.

    Give FOLDER/root.pem to everybody. Take FOLDER/keys/root.pem to where nobody can reach it: issuing
    does not need it.

    \b
    Example:
      $ gmkit ca init authority --organisation "Example Ltd"
    """
    from gmkit import atomic, ca
    from gmkit.ca.layout import Settings
    from gmkit.sm2 import KeyProfile
    from gmkit.x509 import build_name

    assert isinstance(protection, KeyProfile)
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
            f"root     {root.subject}",
            f"         SM3 {root.fingerprint().hex()}",
            f"issuing  {issuing.subject}",
            f"         SM3 {issuing.fingerprint().hex()}",
        ],
    )
