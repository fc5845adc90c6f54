"""``gmkit ca audit verify``."""

from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.commands.ca.audit.prove import MAX_NOTE
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.language import told

MAX_PROOF = 1 << 20  # bytes


@click.command()
@click.argument("what", metavar="FOLDER|PROOF", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--checkpoint",
    "shown",
    type=params.PATH,
    multiple=True,
    help="A checkpoint that was kept elsewhere: the log must continue it.",
)
@click.option(
    "--issuer", type=params.PATH, help="For a proof: the issuing authority's certificate."
)
@pass_context
def command(context: Context, what: Path, shown: tuple[Path, ...], issuer: Path | None) -> None:
    """
    Verify the whole audit log of an authority in FOLDER, or a PROOF that somebody made of it.

    Of the whole log: its tree, the signed checkpoints, and that certificates, revocations and lists in the
    store are those of the log. Exit code 3: not verified.

    \b
    Examples:
      $ gmkit ca audit verify authority --checkpoint january.txt
      $ gmkit ca audit verify issued.proof --issuer issuing.pem
    """
    if what.is_dir():
        if issuer is not None:
            raise click.UsageError("--issuer is for a proof; the folder has its own certificate")
        _verify_log(context, what, [params.read_bytes(p, limit=MAX_NOTE) for p in shown])
    else:
        if issuer is None:
            raise click.UsageError("a proof needs --issuer")
        if shown:
            raise click.UsageError("--checkpoint is for the whole log; a proof holds its own")
        _verify_proof(context, what, issuer)


def _verify_log(context: Context, folder: Path, notes: list[bytes]) -> None:
    from gmkit import ca

    with ca.Authority(folder) as authority:
        newest, faults = authority.log.verify(notes)
        size, root = authority.audit_root()
    covered = 0 if newest is None else newest.size
    result = {
        "verified": not faults,
        "acts": size,
        "root": root.hex(),
        "signed": covered,
        "faults": [{"code": each.code, "message": each.message} for each in faults],
    }
    lines = [told(f"not verified: {each.message} [{each.code}]") for each in faults]
    context.emit(result, text=lines or [told(f"verified: {size} acts, {covered} of them signed")])
    if faults:
        context.leave(NOT_VERIFIED)


def _verify_proof(context: Context, path: Path, issuer: Path) -> None:
    from gmkit.ca import proofs

    proved = proofs.verify(
        params.read_bytes(path, limit=MAX_PROOF), inputs.certificates((issuer,))[0]
    )
    result: dict[str, object] = {
        "verified": True,
        "origin": proved.checkpoint.origin,
        "size": proved.checkpoint.size,
        "root": proved.checkpoint.root.hex(),
    }
    if proved.older is not None:
        result["older"] = {"size": proved.older.size, "root": proved.older.root.hex()}
        line = told(
            f"verified: the log of {proved.checkpoint.size} acts continues that of {proved.older.size}"
        )
    else:
        result |= {"number": proved.number, "act": proved.act}
        line = told(f"verified: act {proved.number} of {proved.checkpoint.size}: {proved.act}")
    context.emit(result, text=[line])
