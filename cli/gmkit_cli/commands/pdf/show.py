"""``gmkit pdf show``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password

LABELS = {
    "sub_filter": "form",
    "level": "level",
    "signer": "signed by",
    "claimed_time": "claimed time",
    "reason": "reason",
    "location": "location",
    "docmdp": "DocMDP",
    "locks": "locks",
    "problem": "problem",
}


@click.command()
@click.argument("file", type=params.PATH, default="-")
@params.password_option(help="Password of an encrypted file, from descriptor N.")
@pass_context
def command(context: Context, file: Path, password: Password) -> None:
    """
    Print the signatures of a PDF: fields, levels, what they cover, what came after them.

    Nothing is verified: see `gmkit verify`.

    \b
    Example:
      $ gmkit pdf show contract.pdf
    """
    from gmkit import pdf

    known = None if password.descriptor is None else password.read(str(file))
    found = pdf.show(params.read_bytes(file), password=known)
    context.emit(found, text=_lines(found))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    store = found["security_store"]
    yield f"revisions: {found['revisions']}" + (", encrypted" if found["encrypted"] else "")
    yield (
        f"kept with it: {store['certificates']} certificates, {store['crls']} revocation lists, "
        f"{store['ocsp']} OCSP responses"
    )
    if found["empty_fields"]:
        yield f"fields to sign: {', '.join(found['empty_fields'])}"
    for one in found["signatures"]:
        yield f"{one['field']}: {one['kind']}"
        for key, label in LABELS.items():
            if one.get(key):
                yield f"  {label}: {one[key]}"
        if "covers" in one:
            whole = "the whole file" if one["whole_file"] else f"bytes 0 to {one['covers'][3]:,}"
            yield f"  covers: {whole}, revision {one['revision']}"
            changed = f": {', '.join(one['changed_fields'])}" if one["changed_fields"] else ""
            yield f"  changes since: {one['changes']}{changed}"
