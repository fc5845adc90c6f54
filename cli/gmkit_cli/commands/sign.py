"""``gmkit sign``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.params import Password
from gmkit_cli.pdf_signing import PdfOptions, pdf_options, sign_pdf
from gmkit_cli.stamping import load_stamp, stamp_options

if TYPE_CHECKING:
    from gmkit.cms import MessageSigner
    from gmkit.documents import Stamp

HEAD = 1024


@click.command()
@click.argument("file", type=params.PATH)
@inputs.signer_options
@click.option(
    "--chain", type=params.PATH, multiple=True, help="Certificates above the signer's, sent along."
)
@stamp_options
@click.option(
    "--as", "form", type=click.Choice(["document", "cms"]), default="document", show_default=True,
    help="Sign in the way of the document's kind, or any file as a CMS message.",
)  # fmt: skip
@click.option(
    "--profile", type=click.Choice(["rfc", "gm"]), default="rfc", show_default=True,
    help="CMS and PDF: types of RFC 5652, or of GM/T 0010 (GB/T 35275).",
)  # fmt: skip
@click.option("--attached", is_flag=True, help="CMS: put the file into the message.")
@click.option(
    "--time", "at", type=params.TIME, default=None, help="Claim this time of signing; default: now."
)
@pdf_options
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str, password: Password, certs: tuple[Path, ...],
    chain: tuple[Path, ...], tsa_key: str | None, tsa_password: Password,
    tsa_cert: tuple[Path, ...], tsa_url: str | None, form: str, profile: str, attached: bool,
    at: datetime | None, pdf: PdfOptions, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Sign a document: PDF, OFD and XML get a signature inside, any other file a CMS signature beside it.

    A CMS message with its content gets a further signature.

    \b
    Example:
      $ gmkit sign order.txt --key shop.key --cert shop.pem -o order.txt.p7s
      $ gmkit verify order.txt --trust root.pem --revocation root.crl
      $ gmkit sign contract.pdf --key shop.key --cert shop.pem --visible 1,400,80,120,120 \\
          --picture seal.png -o signed.pdf
    """
    from gmkit.cms import Family, MessageSigner
    from gmkit.documents import Kind, recognise, sign
    from gmkit.errors import InvalidArgument

    private = inputs.private_key(key, password)
    own, *above = inputs.signing_chain((*certs, *chain), private.public_key())
    stamp = load_stamp(tsa_key, tsa_password, tsa_cert, tsa_url)
    moment = at or datetime.now(timezone.utc)
    signer = MessageSigner(private, own, tuple(above))
    if file != STDIO and not pdf and (form == "cms" or _is_plain(file)):
        _sign_file(context, file, signer, moment, stamp, profile, attached, output, force)
        return
    data = params.read_bytes(file)
    kind = Kind.CMS if form == "cms" else recognise(data)
    family = Family(profile)
    if pdf and kind is not Kind.PDF:
        raise InvalidArgument(f"there are options for PDF files, and {file} is none")
    if kind is Kind.PDF and not attached:
        done = sign_pdf(data, signer, pdf, time=moment, stamp=stamp, family=family)
        context.deliver(output, done, replace=force)
        return
    if (attached or profile != "rfc") and kind in (Kind.PDF, Kind.OFD, Kind.XML):
        raise InvalidArgument(f"--attached and --profile are for CMS; this is {kind.value}")
    done = sign(
        data,
        signer,
        time=moment,
        kind=Kind.CMS if form == "cms" else None,
        stamp=stamp,
        family=family,
        detached=not attached,
    )
    context.deliver(output, done, replace=force)


def _is_plain(file: Path) -> bool:
    """Whether the file's head shows that it is none of the kinds with a signature inside."""
    from gmkit.documents import Kind, recognise

    with file.open("rb") as stream:
        head = stream.read(HEAD)
        if head[:2] == b"PK":
            head += stream.read()
    return recognise(head) is Kind.PLAIN


def _sign_file(
    context: Context,
    file: Path,
    signer: MessageSigner,
    moment: datetime,
    stamp: Stamp | None,
    profile: str,
    attached: bool,
    output: Path,
    force: bool,
) -> None:
    """In pieces: the file may have any size."""
    from dataclasses import replace

    from gmkit.cms import Family
    from gmkit.documents import sign_to

    with file.open("rb") as source, context.sink(output, replace=force) as target:
        sign_to(
            source,
            target,
            [replace(signer, stamp=stamp)],
            time=moment,
            family=Family(profile),
            detached=not attached,
        )
