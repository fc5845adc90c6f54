"""``gmkit selftest``."""

import click

from gmkit_cli.context import FAILURE, Context, pass_context
from gmkit_cli.language import Told, told

HEAD = (told("check"), told("against"), told("status"), told("cases"), "")


@click.command()
@click.option(
    "--cross",
    is_flag=True,
    help="Also compare with OpenSSL and gmssl on random input.",
)
@click.option(
    "--cases",
    type=click.IntRange(1, 100_000),
    default=20,
    show_default=True,
    help="Random inputs for each comparison.",
)
@click.option("--seed", metavar="HEX", help="Repeat the inputs of a report.")
@pass_context
def command(context: Context, cross: bool, cases: int, seed: str | None) -> None:
    """
    Compute the known answers of every algorithm, and name the CPU path in use.

    Ends with exit code 1 if one comes out wrong, or if a comparison finds a difference.
    """
    from gmkit import selftest

    try:
        octets = None if seed is None else bytes.fromhex(seed)
    except ValueError:
        raise click.BadParameter("not hexadecimal", param_hint="--seed") from None
    report = selftest.run(cross=cross, cases=cases, seed=octets)
    rows = [
        (each.name, Told(each.against), Told(each.status), str(each.cases), each.detail)
        for each in report.outcomes
    ]
    context.emit(
        report.to_dict(),
        text=[
            told(
                f"gmkit {report.version}, CPU path {report.cpu_path} of {', '.join(report.cpu_paths)}"
            ),
            *context.table(HEAD, rows),
            *([told(f"random inputs from seed {report.seed}")] if report.seed else []),
        ],
    )
    if not report.passed:
        context.leave(FAILURE)
