"""``gmkit ca pair``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("request", type=params.PATH)
@click.option(
    "--profile",
    default="dual-sign",
    show_default=True,
    metavar="NAME",
    help="Profile of the signing half.",
)
@click.option(
    "-o",
    "--output",
    "prefix",
    metavar="PREFIX",
    required=True,
    help="The three files begin with this.",
)
@params.password_option(
    "--ca-password-fd", help="Read the issuing key's password from file descriptor N."
)
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, request: Path, profile: str, prefix: str, ca_password: Password,
    force: bool,
) -> None:  # fmt: skip
    """
    Issue a dual pair from a REQUEST of the signing key (GM/T 0015).

    Writes PREFIX-sign.pem, PREFIX-enc.pem, and PREFIX-enc.key.der: the encryption key for the owner of the
    signing key, an SM2EnvelopedKey that `gmkit key open` opens.

    \b
    Example:
      $ gmkit ca pair authority shop.csr -o shop
    """
    from gmkit import atomic, ca
    from gmkit.x509 import CertificateRequest

    names = [Path(f"{prefix}-{end}") for end in ("sign.pem", "enc.pem", "enc.key.der")]
    if not force:
        for name in names:
            atomic.refuse_existing(name)
    data = params.read_bytes(request, limit=inputs.MAX_FILE)
    is_der = data[:1] == b"\x30"
    asked = CertificateRequest.from_der(data) if is_der else CertificateRequest.from_pem(data)
    application = ca.Application.from_request(asked)
    secret = inputs.asked_for(ca_password, "the issuing key")
    with ca.Authority(folder, password=secret) as authority:
        pair = authority.issue_pair(profile, application, now=datetime.now(timezone.utc))
        chain = authority.issuing.to_pem()
    contents = (pair.signing.to_pem() + chain, pair.encryption.to_pem() + chain, pair.enveloped_key)
    for name, content in zip(names, contents, strict=True):
        context.write(name, content, replace=force)
    context.emit(
        {
            "sign": f"{pair.signing.serial:x}",
            "encrypt": f"{pair.encryption.serial:x}",
            "files": [str(name) for name in names],
        },
        text=[
            f"sign     {pair.signing.serial:x}  {pair.signing.subject}",
            f"encrypt  {pair.encryption.serial:x}  {pair.encryption.subject}",
        ],
    )
