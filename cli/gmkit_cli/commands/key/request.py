"""``gmkit key request``."""

from pathlib import Path

import click

from gmkit_cli import inputs, params, subjects
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("key", metavar="KEY")
@subjects.subject_option(required=True)
@subjects.names_option
@params.output_option
@params.password_option()
@params.force_option
@pass_context
def command(
    context: Context, key: str, subject: str, names: tuple[str, ...], output: Path, password: Password,
    force: bool,
) -> None:  # fmt: skip
    """
    Ask for a certificate: a PKCS#10 request (RFC 2986) for a key, signed with it.

    \b
    Example:
      $ gmkit key request shop.key --subject "CN=Shop,O=Company,C=CN" -o shop.csr
    """
    from gmkit.x509 import RequestBuilder
    from gmkit.x509.building import extensions

    alternative = subjects.general_names(names)
    builder = RequestBuilder(
        subject=subjects.name(subject),
        extensions=(extensions.subject_alt_name(alternative),) if alternative else (),
    )
    request = builder.sign(inputs.private_key(key, password))
    context.deliver(output, request.to_pem(), replace=force)
