"""``gmkit receipt sign``."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import errors, inputs, language, params, vaults
from gmkit_cli.context import FAILURE, Context, pass_context
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.errors import RecordError
    from gmkit.receipts.bulk import Signed, Source


@click.command()
@click.argument("file", type=params.PATH, default="-")
@inputs.key_option()
@params.password_option()
@click.option(
    "--cert", "certs", type=params.PATH, multiple=True,
    help="The signer's certificate and those above it, put into the file for whoever verifies.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv", "parquet"]),
    help="Form of the records; default: as the name of FILE ends, jsonl for a pipe.",
)  # fmt: skip
@click.option(
    "--withhold", metavar="FIELD,…",
    help="Keep these fields out of the receipts: a digest stands there, the data goes to --vault.",
)  # fmt: skip
@click.option(
    "--subject", metavar="FIELD", help="The field that says whom the data is about: buyer.id."
)
@click.option(
    "--decoys", type=click.IntRange(0, 32), default=0, help="Further digests in each receipt."
)
@click.option("--vault", help="The vault that keeps what is withheld: a file or a URL.")
@vaults.vault_options
@click.option("--refused", type=params.PATH, help="Write the refused records here, as JSON Lines.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first refused record; write nothing.")
@click.option("--restart", is_flag=True, help="Throw away what an interrupted run left.")
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str, password: Password, certs: tuple[Path, ...],
    form: str | None, withhold: str | None, subject: str | None, decoys: int, vault: str | None,
    vault_key: str | None, vault_password: Password, refused: Path | None, fail_fast: bool, restart: bool, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Sign every record of FILE: one receipt a line.

    A record is a JSON object, a CSV row or a Parquet row with the fields kind, id, time, amount (an
    integer in minor units), currency, and any others. One that cannot be represented exactly is
    refused with its line number, and the run goes on; exit code 1 then says that not all was signed.
    The output appears when it is complete. A run that was interrupted goes on where it was when the
    same command is given again.

    \b
    Example:
      $ gmkit receipt sign orders.jsonl --key shop.key --cert shop.pem -o orders.receipts
      $ gmkit receipt sign orders.jsonl --key shop.key --withhold buyer,ship --subject buyer.id \
          --vault people.vault --vault-key vault.key -o orders.receipts
    """
    from gmkit.receipts import bulk

    if output == params.STDIO and (context.json or refused is not None):
        raise click.UsageError("--json and --refused need an output file: name it with -o")
    stream = sys.stdin.buffer if file == params.STDIO else None
    default = None if stream is None else "jsonl"
    source = bulk.open_source(
        file, bulk.Format(form or default) if form or default else None, stream=stream
    )
    signer = inputs.private_key(key, password)
    chain = [each.der for each in inputs.signing_chain(certs, signer.public_key())]
    started = time.monotonic()
    if withhold is not None and (subject is None or vault is None):
        raise click.UsageError("--withhold needs --vault, --vault-key and --subject")
    stack = ExitStack()
    withholding = None
    if withhold is not None and subject is not None and vault is not None:
        keeper = stack.enter_context(vaults.opened(vault, vault_key, vault_password))
        now = datetime.now(timezone.utc)
        withholding = bulk.Withholding(withhold.split(","), keeper, subject, now, decoys)

    def run(
        target: Path, report: Callable[[RecordError], None], progress: Callable[[int], None]
    ) -> Signed:
        return bulk.sign_file(
            source, signer, target, certificates=chain, withholding=withholding, refused=refused,
            replace=force, restart=restart, fail_fast=fail_fast, report=report, progress=progress,
        )  # fmt: skip

    with stack:
        done = _sign(context, source, run, output)
    seconds = time.monotonic() - started
    if done.stopped:
        context.say("stopped at the first refused record; nothing was written")
    else:
        context.say(f"signed {done.signed:,}, refused {done.refused:,} in {seconds:.1f} s")
    result = {"file": str(output), "signed": done.signed, "refused": done.refused}
    result |= {"resumed_after": done.resumed_after, "stopped": done.stopped, "seconds": seconds}
    context.emit(result, text=())
    if done.refused:
        context.leave(FAILURE)


def _sign(
    context: Context,
    source: Source,
    run: Callable[[Path, Callable[[RecordError], None], Callable[[int], None]], Signed],
    output: Path,
) -> Signed:
    with context.progress(source.size, unit=source.unit) as bar:

        def report(fault: RecordError) -> None:
            bar.clear()
            refused = "已拒绝：" if context.lang == language.CHINESE else "refused: "
            context.say_as_is(refused + errors.one_line(fault, context.lang))

        if output != params.STDIO:
            return run(output, report, bar.reach)
        # A pipe cannot take anything back: it gets the whole, once that exists.
        with tempfile.TemporaryDirectory(prefix="gmkit-") as folder:
            whole = Path(folder) / "receipts"
            done = run(whole, report, bar.reach)
            if whole.exists():
                with whole.open("rb") as file, context.sink(output) as sink:
                    shutil.copyfileobj(file, sink)
            return done
