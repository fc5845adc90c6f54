"""``gmkit ca issue``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import batches, inputs, issued, keyfiles, params, subjects
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.language import told
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.ca import Application


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("request", type=params.PATH, required=False)
@click.option(
    "--profile",
    metavar="NAME",
    help="What the certificate is for; see `gmkit ca profiles`.",
)
@inputs.key_option(required=False)
@subjects.subject_option(required=False)
@subjects.names_option
@click.option(
    "--days", type=click.IntRange(min=1), help="Validity; default: as long as the profile allows."
)
@click.option(
    "--no-chain", is_flag=True, help="Leave the issuing authority's certificate out of the output."
)
@click.option(
    "--batch",
    type=click.Path(exists=True, path_type=Path),
    help="Many requests: a folder, or a .csv or .jsonl file.",
)
@click.option("--out", type=click.Path(path_type=Path), help="For --batch: a new folder for them.")
@click.option(
    "--make-keys",
    is_flag=True,
    help="For --batch: make a key where there is a subject and no request.",
)
@keyfiles.unprotected_option
@params.output_option
@params.password_option(
    "--ca-password-fd", help="Read the issuing key's password from file descriptor N."
)
@params.password_option()
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, request: Path | None, profile: str | None, key: str | None,
    subject: str | None, names: tuple[str, ...], days: int | None, no_chain: bool,
    batch: Path | None, out: Path | None, make_keys: bool, unprotected: bool, output: Path,
    ca_password: Password, password: Password, force: bool,
) -> None:  # fmt: skip
    """
    Issue a certificate from a REQUEST (PKCS#10), or for a private key at hand.

    The certificate is followed by the issuing authority's, ready to be used as a chain.

    With --batch, each line or file of a folder is an application of its own, which may name a profile and days
    of its own; --out gets a certificate for each, and report.jsonl, which says what became of each. Exit
    code 1 if one of them was refused; the others are issued.

    \b
    Examples:
      $ gmkit ca issue authority shop.csr --profile merchant-signing -o shop.pem
      $ gmkit ca issue authority --key shop.key --subject "CN=Shop,O=Company,C=CN" \\
          --profile merchant-signing -o shop.pem
      $ gmkit ca issue authority --batch requests.csv --profile merchant-signing --out issued
    """
    from gmkit import atomic, ca

    if batch is not None:
        if any((request, key, subject, names)) or out is None or output != STDIO:
            raise click.UsageError("--batch goes with --out, and not with a single request")
        options = batches.Options(batch, out, profile, days, make_keys, unprotected, not no_chain)
        batches.run(context, folder, options, ca_password=ca_password, password=password)
        return
    if out is not None or make_keys or unprotected:
        raise click.UsageError("--out, --make-keys and --unprotected go with --batch")
    if profile is None:
        raise click.UsageError("--profile is missing")
    if output != STDIO and not force:
        atomic.refuse_existing(output)
    application = _application(request, key, subject, names, password)
    now = datetime.now(timezone.utc).replace(microsecond=0)
    end = None if days is None else batches.end_of(now, days)
    secret = inputs.asked_for(ca_password, "the issuing key")
    with ca.Authority(folder, password=secret) as authority:
        certificate = authority.issue(profile, application, now=now, not_after=end)
        chain = [certificate] if no_chain else [certificate, authority.issuing]
    with issued.handing_over(folder, certificate):
        context.write(output, b"".join(each.to_pem() for each in chain), replace=force)
    if output != STDIO:
        shown = {
            "serial": f"{certificate.serial:x}",
            "subject": str(certificate.subject),
            "not_after": f"{certificate.not_after:%Y-%m-%dT%H:%M:%SZ}",
            "file": str(output),
        }
        context.emit(
            shown, text=told(f"{shown['serial']}  {shown['subject']}  until {shown['not_after']}")
        )


def _application(
    request: Path | None,
    key: str | None,
    subject: str | None,
    names: tuple[str, ...],
    password: Password,
) -> Application:
    from gmkit import ca
    from gmkit.x509 import RequestBuilder

    if (request is None) == (key is None):
        raise click.UsageError("give either a REQUEST or --key")
    if key is not None:
        if subject is None:
            raise click.UsageError("--key needs --subject")
        # Through a request like any other: it proves that the key is at hand.
        asked = RequestBuilder(subject=subjects.name(subject)).sign(
            inputs.private_key(key, password)
        )
    else:
        assert request is not None
        asked = inputs.request(request)
    application = ca.Application.from_request(asked)
    if subject is not None:
        application = replace(application, subject=subjects.name(subject))
    if names:
        application = replace(application, alternative_names=subjects.general_names(names))
    return application
