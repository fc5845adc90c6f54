"""``gmkit sm2 convert``."""

from pathlib import Path

import click

from gmkit_cli import params, peers
from gmkit_cli.context import Context, pass_context

_SIGNATURES = ("der", "raw")
_CIPHERTEXTS = ("der", "c1c3c2", "c1c2c3")


@click.command()
@click.argument("what", type=click.Choice(["signature", "ciphertext"]))
@click.argument("file", type=params.PATH, default="-")
@click.option("--from", "given", metavar="FORM", required=True, help="The form it has.")
@click.option("--to", "wanted", metavar="FORM", required=True, help="The form to write.")
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, what: str, file: Path, given: str, wanted: str, output: Path, force: bool
) -> None:
    """
    Write a signature or a ciphertext in another form; no key is needed, and nothing is verified.

    FORM is der or raw for signatures; der, c1c3c2 or c1c2c3 (both with 04) for ciphertexts; or the name of
    a library, whose form and text it is: sm-crypto, hutool, …

    \b
    Examples:
      $ gmkit sm2 convert signature answer.hex --from sm-crypto --to der -o answer.sig
      $ gmkit sm2 convert ciphertext box --from c1c2c3 --to hutool -o box.new
    """
    from gmkit import interop, sm2

    data = params.read_bytes(file)
    plain = _SIGNATURES if what == "signature" else _CIPHERTEXTS
    for form in (given, wanted):
        if form not in plain and form not in interop.names():
            raise click.UsageError(
                f"{form!r} is no form of a {what}: {', '.join((*plain, *interop.names()))}"
            )
    octets, source, target = data, None, None
    if given not in plain:
        source = interop.profile(given)
        value = peers.read_value(source, data)
        octets = (
            source.read_signature(value) if what == "signature" else source.read_ciphertext(value)
        )
    if wanted not in plain:
        target = interop.profile(wanted)
    if what == "signature":
        made = sm2.convert_signature(
            octets,
            given=source.signature if source else sm2.SignatureFormat(given),
            wanted=target.signature if target else sm2.SignatureFormat(wanted),
        )
        written = peers.write_value(target.text.write(made)) if target else made
    else:
        made = sm2.convert_ciphertext(
            octets,
            given=source.ciphertext if source else sm2.CiphertextFormat(given),
            wanted=target.ciphertext if target else sm2.CiphertextFormat(wanted),
        )
        written = peers.write_value(target.write_ciphertext(made)) if target else made
    context.deliver(output, written, replace=force)
