"""``gmkit key open``."""

from pathlib import Path

import click

from gmkit_cli import inputs, keyfiles, params
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.language import Told
from gmkit_cli.params import Password

_SPOKEN = {
    "enveloped-key": "SM2EnvelopedKey (GM/T 0009)",
    "gmt0092": "certificate response (GM/T 0092)",
    "gbt35275": "enveloped message (GB/T 35275)",
    "pkcs12": "PKCS#12",
    "cfca-escrow": "CFCA's reply to a request with a temporary key",
    "cfca": "CFCA key file (.sm2)",
}


@click.command()
@click.argument("file", type=params.PATH, default="-")
@inputs.key_option(required=False)
@click.option(
    "--cert",
    type=params.PATH,
    help="The encryption certificate: the key that was delivered must be its own.",
)
@params.output_option
@keyfiles.protection_option
@params.password_option()
@params.password_option("--new-password-fd", help="Read the new password from file descriptor N.")
@keyfiles.unprotected_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str | None, cert: Path | None, output: Path, protection: object,
    password: Password, new_password: Password, unprotected: bool, force: bool,
) -> None:  # fmt: skip
    """
    Open the encryption key that an authority delivered, in whichever form, and write it as a key file.

    Recognised: SM2EnvelopedKey (GM/T 0009), the response of GM/T 0092, an envelope of GB/T 35275, PKCS#12, and
    CFCA's two ways. Which it was, and what in it deviates from its standard, is said on standard error.

    --key is the private key it was packed for: that of the signing half, or the temporary one of the request.
    PKCS#12 and CFCA's .sm2 files open with a password instead (--password-fd).

    \b
    Example:
      $ gmkit key open shop-enc.key.der --key shop.key -o shop-enc.key
    """
    from gmkit import delivery
    from gmkit.errors import InvalidArgument
    from gmkit.sm2 import KeyProfile, SM2PrivateKey

    assert isinstance(protection, KeyProfile)
    receiver = None if key is None else inputs.private_key(key, password)
    if receiver is not None and not isinstance(receiver, SM2PrivateKey):
        raise InvalidArgument("a key in a device opens no delivered key here")
    certificate = None if cert is None else inputs.certificates((cert,))[0]
    opened = delivery.open_delivery(
        params.read_bytes(file, limit=inputs.MAX_FILE), receiver,
        password=inputs.asked_for(password, str(file)), certificate=certificate,
    )  # fmt: skip
    context.say_as_is(f"{file}: {context.spoken(Told(_SPOKEN[opened.form.value]))}")
    for deviation in opened.deviations:
        context.say(f"note: {deviation}")
    secret = keyfiles.new_password(new_password, "the opened key", unprotected=unprotected)
    pem = opened.key.to_pem(password=secret, profile=protection)
    if output == STDIO:
        context.deliver(output, pem, secret=True)
    else:
        context.write(output, pem, secret=True, replace=force)
        context.emit(
            {
                "file": str(output),
                "form": opened.form.value,
                "deviations": list(opened.deviations),
                "certificates": len(opened.certificates),
                "fingerprint": opened.key.public_key().fingerprint().hex(),
            },
            text=(),
        )
