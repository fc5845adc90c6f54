"""``gmkit receipt plot``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from gmkit_cli import params, pictures, receipt_trust
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("file", type=params.PATH, default="-")
@receipt_trust.trust_options
@params.time_option
@click.option(
    "-o", "--output", "target", type=params.PATH, required=True, help="Draw to FILE: .png or .svg."
)
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="The day to draw; default: that of the first receipt.",
)  # fmt: skip
@click.option(
    "--zone", callback=pictures.zone, default="UTC", show_default=True, metavar="NAME",
    help="Time zone of the day and its hours, such as Asia/Shanghai.",
)  # fmt: skip
@params.force_option
@pass_context
def command(
    context: Context, file: Path, roots: tuple[Path, ...], certs: tuple[Path, ...],
    pubkeys: tuple[Path, ...], at: datetime | None, target: Path, day: datetime | None,
    zone: ZoneInfo, force: bool,
) -> None:  # fmt: skip
    """
    Draw a day's receipts by the hour: verdicts, amounts, reasons of refusal, gaps in numbers and in time.

    Every receipt is verified first, as `gmkit receipt verify` does. Words are English or Chinese (--lang). Needs
    gmkit[plot]. Exit code 3 if a receipt of the day is not valid.

    \b
    Example:
      $ gmkit receipt plot orders.receipts --root root.pem --zone Asia/Shanghai -o day.png
    """
    from gmkit.errors import InvalidArgument
    from gmkit.receipts import Outcome, plots

    plots.refuse_target(target, replace=force)
    signers = receipt_trust.signers(roots, certs, pubkeys, at)
    with params.open_input(file) as stream, context.progress(None, unit="receipts") as bar:
        figures = plots.figures_of_day(
            stream, signers, day=None if day is None else day.date(), zone=zone, progress=bar.reach
        )
    if figures is None:
        raise InvalidArgument(f"{file}: no receipt states a time", hint="name the day with --day")
    used = plots.plot_day(figures, target, language=context.lang, replace=force)
    pictures.tell_language(context, used)
    totals = {each: sum(hours) for each, hours in figures.outcomes.items()}
    valid, invalid, doubtful = (totals[each] for each in Outcome)
    missing = None if figures.missing is None else sum(figures.missing)
    context.emit(
        {
            "file": str(target), "day": str(figures.day), "zone": str(zone), "receipts": figures.receipts,
            **{each.value.replace(" ", "_"): count for each, count in totals.items()},
            "reasons": {each.value: sum(hours) for each, hours in figures.reasons.items()},
            "amounts": {each: sum(hours) for each, hours in figures.amounts.items()},
            "missing_numbers": missing,
            "silences": [[_clock(start), _clock(end)] for start, end in figures.silences],
            "elsewhere": figures.elsewhere, "untimed": figures.untimed,
        },
        text=[
            told(
                f"{figures.receipts:,} receipts of {figures.day} ({zone}): {valid:,} valid, {invalid:,} invalid, "
                f"{doubtful:,} not verifiable"
            ),
            *(
                told(f"{sum(hours):,} refused: {each.value}")
                for each, hours in figures.reasons.items()
            ),
            *([told(f"{missing:,} numbers without a valid receipt")] if missing else ()),
            *(told(f"no receipt from {_clock(a)} to {_clock(b)}") for a, b in figures.silences),
            *([told(f"{figures.elsewhere:,} of other days left out")] if figures.elsewhere else ()),
            *([told(f"{figures.untimed:,} without a readable time left out")] if figures.untimed else ()),
        ],
    )  # fmt: skip
    if totals[Outcome.VALID] != figures.receipts or figures.untimed:
        context.leave(NOT_VERIFIED)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
