"""The picture of a day's receipts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gmkit.receipts.plots.canvas import (
    BAND,
    COLOURS,
    FURTHER,
    GREY,
    HATCHES,
    draw,
    legend,
    panels,
    say,
    subtitle,
    whole_numbers,
)
from gmkit.receipts.plots.figures import HOURS, DayFigures
from gmkit.receipts.plots.words import OUTCOMES, REASONS, WORDS
from gmkit.receipts.verdict import Outcome

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer
    from matplotlib.figure import Figure

__all__ = ["plot_day"]

# Minor units in a major one, ISO 4217, where it is a hundred; others are drawn in minor units.
HUNDREDTHS = {"AUD", "CAD", "CHF", "CNY", "EUR", "GBP", "HKD", "MOP", "NZD", "SGD", "TWD", "USD"}
MOST_REASONS = 5  # and one for all others
PLACES = [hour + 0.5 for hour in range(HOURS)]


def plot_day(
    figures: DayFigures, path: Path, *, language: str = "en", replace: bool = False
) -> str:
    """
    Draw a day: receipts by verdict, amounts, refusals by reason, and numbers left out, hour by hour.

    Args:
        figures: The day.
        path: The file to make, .png or .svg; it appears whole or not at all.
        language: ``en`` or ``zh``.
        replace: Whether an existing file may be replaced.

    Returns:
        The language that was used: ``en`` where no font at hand has Chinese.

    Raises:
        InvalidArgument: The ending of *path* is neither.
        MissingDependency: matplotlib is not installed.
        StorageError: The file exists, or cannot be written whole.
    """

    def drawing(figure: Figure, used: str) -> None:
        _draw(figure, figures, used)

    return draw(drawing, path, language=language, replace=replace)


def _draw(figure: Figure, figures: DayFigures, language: str) -> None:
    words = WORDS[language]
    receipts, amounts, refused, missing = made = panels(figure, (1.2, 1, 1, 0.8), share=True)
    subtitle(figure, words["day"].format(day=figures.day), _notes(figures, words))
    _receipts(receipts, figures, language)
    _amounts(amounts, figures, words)
    _refused(refused, figures, language)
    _missing(missing, figures, words)
    for axes in made:
        for start, end in figures.silences:
            axes.axvspan(start / 60, end / 60, color=BAND, zorder=0, linewidth=0)
    missing.set_xlim(0, HOURS)
    missing.set_xticks(range(0, HOURS + 1, 2))
    missing.set_xlabel(words["hour"].format(zone=figures.zone))


def _notes(figures: DayFigures, words: dict[str, str]) -> list[str]:
    totals = {outcome: sum(hours) for outcome, hours in figures.outcomes.items()}
    counted = words["counted"].format(
        receipts=figures.receipts, valid=totals[Outcome.VALID],
        invalid=totals[Outcome.INVALID], open=totals[Outcome.NOT_VERIFIABLE],
    )  # fmt: skip
    left_out = (("elsewhere", figures.elsewhere), ("untimed", figures.untimed))
    return [counted, *(words[name].format(count=count) for name, count in left_out if count)]


def _receipts(axes: Axes, figures: DayFigures, language: str) -> None:
    from matplotlib.patches import Patch  # noqa: PLC0415

    words = WORDS[language]
    series = [(OUTCOMES[language][each], hours) for each, hours in figures.outcomes.items()]
    bars = _stacked(axes, [each for each in series if any(each[1])], COLOURS)
    if figures.silences:
        bars.append(Patch(color=BAND, label=words["silence"]))
    axes.set_ylabel(words["receipts"])
    legend(axes, bars)


def _amounts(axes: Axes, figures: DayFigures, words: dict[str, str]) -> None:
    if not figures.amounts:
        say(axes, words["no amounts"])
        axes.set_yticks([])
        return
    # Sums in different currencies do not belong on one scale: the one with most money in it is drawn.
    currency, *others = sorted(
        figures.amounts, key=lambda each: -sum(map(abs, figures.amounts[each]))
    )
    hundredths = currency in HUNDREDTHS
    sums = [each / 100 if hundredths else each for each in figures.amounts[currency]]
    axes.bar(PLACES, sums, width=0.85, color=COLOURS[0])
    axes.set_ylabel(words["amount" if hundredths else "minor"].format(currency=currency))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    if others:
        axes.set_title(
            words["currencies"].format(others=", ".join(others)), fontsize="small", loc="right"
        )


def _refused(axes: Axes, figures: DayFigures, language: str) -> None:
    words = WORDS[language]
    axes.set_ylabel(words["refused"])
    if not figures.reasons:
        say(axes, words["none refused"])
        axes.set_yticks([])
        return
    ranked = sorted(figures.reasons.items(), key=lambda each: -sum(each[1]))
    series = [
        (f"{REASONS[language][reason]}: {sum(hours):,}", hours)
        for reason, hours in ranked[:MOST_REASONS]
    ]
    if rest := [hours for _, hours in ranked[MOST_REASONS:]]:
        others = [sum(hour) for hour in zip(*rest, strict=True)]
        series.append((f"{words['others']}: {sum(others):,}", others))
    legend(axes, _stacked(axes, series, FURTHER))


def _missing(axes: Axes, figures: DayFigures, words: dict[str, str]) -> None:
    axes.set_ylabel(words["missing"])
    if figures.missing is None or not any(figures.missing):
        say(axes, words["not numbered" if figures.missing is None else "none missing"])
        axes.set_yticks([])
        return
    axes.bar(PLACES, figures.missing, width=0.85, color=GREY)
    whole_numbers(axes)


def _stacked(
    axes: Axes, series: list[tuple[str, list[int]]], colours: tuple[str, ...]
) -> list[Artist | BarContainer]:
    bottom = [0] * HOURS
    bars: list[Artist | BarContainer] = []
    for number, (label, hours) in enumerate(series):
        made = axes.bar(
            PLACES, hours, bottom=bottom, width=0.85, color=colours[number], hatch=HATCHES[number],
            edgecolor="white", linewidth=0, label=label,
        )  # fmt: skip
        bars.append(made)
        bottom = [low + high for low, high in zip(bottom, hours, strict=True)]
    whole_numbers(axes)
    return bars
