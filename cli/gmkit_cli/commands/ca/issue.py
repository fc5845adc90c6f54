"""``gmkit ca issue``."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params, subjects
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("request", type=params.PATH, required=False)
@click.option(
    "--profile",
    required=True,
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
@params.output_option
@params.password_option(
    "--ca-password-fd", help="Read the issuing key's password from file descriptor N."
)
@params.password_option()
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, request: Path | None, profile: str, key: str | None,
    subject: str | None, names: tuple[str, ...], days: int | None, no_chain: bool, output: Path,
    ca_password: Password, password: Password, force: bool,
) -> None:  # fmt: skip
    """
    Issue a certificate from a REQUEST (PKCS#10), or for a private key at hand.

    The certificate is followed by the issuing authority's, ready to be used as a chain.

    \b
    Examples:
      $ gmkit ca issue authority shop.csr --profile merchant-signing -o shop.pem
      $ gmkit ca issue authority --key shop.key --subject "CN=Shop,O=Company,C=CN" \\
          --profile merchant-signing -o shop.pem
    """
    from gmkit import atomic, ca
    from gmkit.x509 import CertificateRequest, RequestBuilder

    if (request is None) == (key is None):
        raise click.UsageError("give either a REQUEST or --key")
    if output != STDIO and not force:
        atomic.refuse_existing(output)
    if key is not None:
        if subject is None:
            raise click.UsageError("--key needs --subject")
        # Through a request like any other: it proves that the key is at hand.
        asked = RequestBuilder(subject=subjects.name(subject)).sign(
            inputs.private_key(key, password)
        )
    else:
        assert request is not None
        data = params.read_bytes(request, limit=inputs.MAX_FILE)
        is_der = data[:1] == b"\x30"
        asked = CertificateRequest.from_der(data) if is_der else CertificateRequest.from_pem(data)
    application = ca.Application.from_request(asked)
    if subject is not None:
        application = replace(application, subject=subjects.name(subject))
    if names:
        application = replace(application, alternative_names=subjects.general_names(names))
    now = datetime.now(timezone.utc).replace(microsecond=0)
    end = None if days is None else now + timedelta(days=days) - ca.BACKDATE - timedelta(seconds=1)
    secret = inputs.asked_for(ca_password, "the issuing key")
    with ca.Authority(folder, password=secret) as authority:
        certificate = authority.issue(profile, application, now=now, not_after=end)
        chain = [certificate] if no_chain else [certificate, authority.issuing]
    context.write(output, b"".join(each.to_pem() for each in chain), replace=force)
    if output != STDIO:
        shown = {
            "serial": f"{certificate.serial:x}",
            "subject": str(certificate.subject),
            "not_after": f"{certificate.not_after:%Y-%m-%dT%H:%M:%SZ}",
            "file": str(output),
        }
        context.emit(
            shown, text=f"{shown['serial']}  {shown['subject']}  until {shown['not_after']}"
        )
