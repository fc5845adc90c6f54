"""``gmkit selftest``."""

import click

from gmkit_cli import output
from gmkit_cli.context import FAILURE, Context, pass_context


@click.command()
@pass_context
def command(context: Context) -> None:
    """
    Compute the known answers of every algorithm, and name the CPU path in use.

    Ends with exit code 1 if one comes out wrong.
    """
    from gmkit import selftest

    report = selftest.run()
    rows = [
        (each.name, each.against, each.status, str(each.cases), each.detail)
        for each in report.outcomes
    ]
    context.emit(
        report.to_dict(),
        text=[
            f"gmkit {report.version}, CPU path {report.cpu_path} of {', '.join(report.cpu_paths)}",
            *output.table(("check", "against", "status", "cases", ""), rows),
        ],
    )
    if not report.passed:
        context.leave(FAILURE)
