"""The picture of an audit."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from gmkit.receipts.ledger import Audit
from gmkit.receipts.plots.canvas import (
    COLOURS,
    HATCHES,
    draw,
    legend,
    panels,
    say,
    subtitle,
    whole_numbers,
)
from gmkit.receipts.plots.history import History
from gmkit.receipts.plots.words import CODES, WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_audit"]

# Waits that people have words for, in seconds.
WAITS = {
    1: "1 s", 60: "1 min", 3600: "1 h", 86_400: "1 d", 30 * 86_400: "30 d", 365 * 86_400: "1 y",
    3650 * 86_400: "10 y",
}  # fmt: skip


def plot_audit(
    audit: Audit, history: History, path: Path, *, origin: str, language: str = "en", replace: bool = False
) -> str:  # fmt: skip
    """
    Draw an audit: checkpoints over time, how long receipts waited for one, and what was found, by kind.

    Args:
        audit: What the audit found.
        history: The checkpoints of the same ledger.
        path: The file to make, .png or .svg; it appears whole or not at all.
        origin: The name of the log, for the title.
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
        words = WORDS[used]
        kinds = len({each.code for each in audit.findings}) + len(
            {each.code for each in audit.remarks}
        )
        sizes, waits, found = panels(figure, (1, 1.2, 0.25 + 0.15 * kinds), share=False)
        notes = [
            words["audited"].format(
                entries=audit.entries, checkpoints=audit.checkpoints,
                findings=len(audit.findings), remarks=len(audit.remarks),
            )
        ]  # fmt: skip
        if history.waiting:
            notes.append(words["waiting"].format(count=history.waiting))
        subtitle(figure, words["audit"].format(origin=origin), notes)
        _sizes(sizes, history, words)
        waits.sharex(sizes)
        _waits(waits, history, words)
        _found(found, audit, used)

    return draw(drawing, path, language=language, replace=replace)


def _sizes(axes: Axes, history: History, words: dict[str, str]) -> None:
    axes.set_ylabel(words["entries"])
    if not history.inclusions:
        say(axes, words["no checkpoint"])
        axes.set_axis_off()
        return
    times = [each.time for each in history.inclusions]
    axes.step(
        times,
        [each.size for each in history.inclusions],
        where="post",
        color=COLOURS[0],
        marker="o",
        markersize=3,
    )
    whole_numbers(axes)
    from matplotlib.dates import AutoDateFormatter, AutoDateLocator  # noqa: PLC0415

    locator = AutoDateLocator(maxticks=8)
    formatter = AutoDateFormatter(locator)
    formatter.scaled |= {1 / 24: "%m-%d %H:%M", 1 / 1440: "%m-%d %H:%M"}
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(formatter)
    axes.tick_params(labelbottom=False)


def _waits(axes: Axes, history: History, words: dict[str, str]) -> None:
    there = [each for each in history.inclusions if each.longest is not None]
    axes.set_ylabel(words["lag"])
    if not there:
        say(axes, words["no checkpoint"])
        axes.set_axis_off()
        return
    times = [each.time for each in there]
    for name, values, form, colour in (
        ("longest", [each.longest for each in there], "^", COLOURS[1]),
        ("median", [each.median for each in there], "o", COLOURS[0]),
    ):
        axes.plot(
            times,
            values,
            linestyle="none",
            marker=form,
            markersize=4,
            color=colour,
            label=words[name],
        )
    most = max(each.longest or 0 for each in there)
    least = min(each.median or 0 for each in there)
    # Seconds and years on one scale; a stated time after the checkpoint lies below zero.
    axes.set_yscale("symlog", linthresh=1)
    ticks = [each for each in WAITS if each <= most * 10]
    below = [-each for each in ticks if least < 0 and -each >= least * 10]
    axes.set_yticks(
        [*below, 0, *ticks],
        [*(f"−{WAITS[-each]}" for each in below), "0", *(WAITS[each] for each in ticks)],
    )
    axes.set_xlabel(words["time"])
    axes.minorticks_off()
    legend(axes, axes.get_legend_handles_labels()[0])


def _found(axes: Axes, audit: Audit, language: str) -> None:
    words = WORDS[language]
    if not audit.findings and not audit.remarks:
        say(axes, words["nothing wrong"])
        axes.set_axis_off()
        return
    counted = [
        (name, Counter(each.code for each in listed).most_common())
        for name, listed in (("findings", audit.findings), ("remarks", audit.remarks))
    ]
    labels: list[str] = []
    for number, (name, codes) in enumerate(counted):
        if codes:
            places = range(len(labels), len(labels) + len(codes))
            bars = axes.barh(
                places, [count for _, count in codes], color=COLOURS[1 - number], hatch=HATCHES[number],
                edgecolor="white", linewidth=0, label=words[name],
            )  # fmt: skip
            axes.bar_label(bars, fmt="{:,.0f}", padding=3, fontsize="small")
            labels += [CODES[code] if language == "zh" else code for code, _ in codes]
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.margins(x=0.1)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    legend(axes, axes.get_legend_handles_labels()[0])
