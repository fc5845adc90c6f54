"""``gmkit ca pair``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, issued, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told
from gmkit_cli.params import Password

_ENDINGS = {
    "enveloped-key": "enc.key.der",
    "gmt0092": "response.der",
    "gbt35275": "enc.p7",
    "pkcs12": "enc.p12",
}


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
@click.option(
    "--delivery",
    type=click.Choice(list(_ENDINGS)),
    default="enveloped-key",
    show_default=True,
    help="How the encryption key is packed for the owner of the signing key.",
)
@click.option(
    "--for-temporary-key",
    is_flag=True,
    help="Pack it for the second key of the REQUEST (as CFCA's requests have one).",
)
@params.password_option(
    "--delivery-password-fd", help="Read the password for --delivery pkcs12 from file descriptor N."
)
@params.password_option(
    "--ca-password-fd", help="Read the issuing key's password from file descriptor N."
)
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, request: Path, profile: str, prefix: str, delivery: str,
    for_temporary_key: bool, delivery_password: Password, ca_password: Password, force: bool,
) -> None:  # fmt: skip
    """
    Issue a dual pair from a REQUEST of the signing key (GM/T 0015).

    REQUEST is PKCS#10 in PEM or DER, with the attributes of GM/T 0092 or of CFCA or without.

    Writes PREFIX-sign.pem, PREFIX-enc.pem, and the encryption key for the owner of the signing key, which
    `gmkit key open` opens: PREFIX-enc.key.der (SM2EnvelopedKey of GM/T 0009), PREFIX-response.der (GM/T 0092),
    PREFIX-enc.p7 (envelope of GB/T 35275) or PREFIX-enc.p12 (PKCS#12).

    \b
    Examples:
      $ gmkit ca pair authority shop.csr -o shop
      $ gmkit ca pair authority shop.csr -o shop --delivery pkcs12
    """
    from gmkit import atomic, ca
    from gmkit.delivery import Form
    from gmkit.errors import InvalidArgument

    names = [Path(f"{prefix}-{end}") for end in ("sign.pem", "enc.pem", _ENDINGS[delivery])]
    if not force:
        for name in names:
            atomic.refuse_existing(name)
    asked = inputs.request(request)
    application = ca.Application.from_request(asked)
    receiver = asked.temporary_key() if for_temporary_key else None
    if for_temporary_key and receiver is None:
        raise InvalidArgument("the request has no temporary key")
    form = Form(delivery)
    under = (
        delivery_password.read("the delivered key", confirm=True) if form is Form.PKCS12 else None
    )
    secret = inputs.asked_for(ca_password, "the issuing key")
    with ca.Authority(folder, password=secret) as authority:
        pair = authority.issue_pair(
            profile, application, now=datetime.now(timezone.utc), form=form, receiver=receiver,
            delivery_password=under,
        )  # fmt: skip
        chain = authority.issuing.to_pem()
    contents = (pair.signing.to_pem() + chain, pair.encryption.to_pem() + chain, pair.delivered)
    key = "is in escrow" if pair.escrowed else "is lost: revoke its certificate"
    with issued.handing_over(
        folder, pair.signing, pair.encryption, also=f"the encryption key {key}"
    ):
        for name, content in zip(names, contents, strict=True):
            context.write(name, content, secret=content is pair.delivered, replace=force)
    context.emit(
        {
            "sign": f"{pair.signing.serial:x}",
            "encrypt": f"{pair.encryption.serial:x}",
            "delivery": delivery,
            "escrowed": pair.escrowed,
            "files": [str(name) for name in names],
        },
        text=[
            told(f"sign     {pair.signing.serial:x}  {pair.signing.subject}"),
            told(f"encrypt  {pair.encryption.serial:x}  {pair.encryption.subject}"),
            *([told("the encryption key is in escrow")] if pair.escrowed else []),
        ],
    )
