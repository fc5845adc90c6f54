"""``gmkit cms show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context

if TYPE_CHECKING:
    from gmkit.cms import EnvelopedData, SignedData


@click.command()
@click.argument("file", type=params.PATH, default="-")
@pass_context
def command(context: Context, file: Path) -> None:
    """
    What a CMS message holds, signed or enveloped, of either family; nothing is verified.

    \b
    Example:
      $ gmkit cms show order.txt.p7s
    """
    from gmkit.cms import parse, parse_enveloped
    from gmkit.documents.kinds import message_octets
    from gmkit.errors import EncodingError

    octets = message_octets(params.read_bytes(file))
    try:
        data, lines = _signed(parse(octets))
    except EncodingError as why:
        try:
            data, lines = _enveloped(parse_enveloped(octets))
        except EncodingError:
            raise why from None
    context.emit(data, text=lines)
    context.say("nothing of this is verified; gmkit verify does that")


def _signed(message: SignedData) -> tuple[dict[str, object], list[str]]:
    signers = [
        {
            "signer": next(
                (str(one.subject) for one in message.certificates if info.signer.fits(one)), None
            ),
            "digest": info.digest_algorithm.oid,
            "signature": info.signature_algorithm.oid,
            "signed_attributes": []
            if info.signed_attributes is None
            else [oid for oid, _ in info.signed_attributes.sets],
            "unsigned_attributes": []
            if info.unsigned_attributes is None
            else [oid for oid, _ in info.unsigned_attributes.sets],
        }
        for info in message.signers
    ]
    data: dict[str, object] = {
        "kind": "signedData",
        "family": message.family.value,
        "content_type": message.content_type,
        "content_bytes": None if message.content is None else len(message.content),
        "certificates": [str(one.subject) for one in message.certificates],
        "revocation_lists": len(message.lists),
        "signers": signers,
        "findings": [f"{one.id}: {one.text}, byte {one.offset}" for one in message.findings],
    }
    held = "detached" if message.content is None else f"{len(message.content):,} bytes inside"
    lines = [
        f"signedData, {message.family.value}",
        f"content      {message.content_type}, {held}",
        *(f"certificate  {one.subject}" for one in message.certificates),
    ]
    for each in signers:
        lines.append(f"signed by    {each['signer'] or 'nobody whose certificate is here'}")
        lines.append(f"             {each['signature']} over {each['digest']}")
        lines += [f"  signed     {oid}" for oid in each["signed_attributes"] or ()]
        lines += [f"  unsigned   {oid}" for oid in each["unsigned_attributes"] or ()]
    lines += [f"deviates     {one.text}, byte {one.offset}" for one in message.findings]
    return data, lines


def _enveloped(message: EnvelopedData) -> tuple[dict[str, object], list[str]]:
    serials = [
        one.identifier.serial.hex()
        if one.identifier.serial is not None
        else (one.identifier.key_identifier or b"").hex()
        for one in message.recipients
    ]
    data: dict[str, object] = {
        "kind": message.kind,
        "family": message.family.value,
        "content_type": message.content_type,
        "algorithm": message.algorithm.oid,
        "encrypted_bytes": len(message.encrypted),
        "authenticated": message.mac is not None,
        "recipients": serials,
    }
    lines = [
        f"{message.kind}, {message.family.value}",
        f"content      {message.content_type}, {len(message.encrypted):,} bytes under {message.algorithm.oid}",
        *(f"recipient    {serial}" for serial in serials),
    ]
    return data, lines
