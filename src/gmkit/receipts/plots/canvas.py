"""A picture in a file: whole or not at all, in colours that the colour-blind tell apart."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gmkit import atomic
from gmkit.errors import InvalidArgument, MissingDependency

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer
    from matplotlib.figure import Figure

__all__ = [
    "BAND",
    "COLOURS",
    "FURTHER",
    "GREY",
    "HATCHES",
    "draw",
    "legend",
    "panels",
    "refuse_target",
    "say",
    "subtitle",
    "whole_numbers",
]

FORMATS = (".png", ".svg")
# Okabe and Ito's palette, told apart with every common kind of colour blindness; hatches serve those who print in grey.
COLOURS = ("#0072B2", "#D55E00", "#E69F00")
FURTHER = ("#CC79A7", "#56B4E9", "#009E73", "#F0E442", "#000000", "#8C8C8C")
GREY = "#595959"
HATCHES = ("", "//", "..", "xx", "--", "\\\\")
BAND = "#D9D9D9"
FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "SimHei",
)  # fmt: skip
WIDTH, HEIGHT, DENSITY = 10.0, 2.1, 120  # inches of the whole, inches of a panel, pixels an inch

Draw = Callable[["Figure", str], None]


def refuse_target(path: Path, *, replace: bool = False) -> None:
    """
    Say before the work that a picture cannot be written in the end.

    Raises:
        InvalidArgument: The ending of *path* is neither .png nor .svg.
        MissingDependency: matplotlib is not installed.
        StorageError: The file exists, and *replace* is false.
    """
    if path.suffix.lower() not in FORMATS:
        raise InvalidArgument(f"{path}: pictures are written as {', '.join(FORMATS)}")
    try:
        import matplotlib.figure  # noqa: F401, PLC0415
    except ImportError as fault:
        raise MissingDependency(
            "a picture needs the package matplotlib", hint="pip install 'gmkit[plot]'"
        ) from fault
    if not replace:
        atomic.refuse_existing(path)


def draw(drawing: Draw, path: Path, *, language: str, replace: bool) -> str:
    """
    Draw, and write the picture.

    Args:
        drawing: Called with the figure and the language of its words.
        path: The file to make; .png or .svg.
        language: ``en`` or ``zh``.
        replace: Whether an existing file may be replaced.

    Returns:
        The language that was used: ``en`` where no font at hand has Chinese.

    Raises:
        InvalidArgument, MissingDependency, StorageError: As :func:`refuse_target`; the last also if the file cannot
            be written whole.
    """
    refuse_target(path, replace=replace)
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    fonts = _chinese_fonts() if language == "zh" else []
    used = language if language != "zh" or fonts else "en"
    picture = io.BytesIO()
    # The same figures make the same file: no date in it, and names inside SVG that do not change.
    style = {
        "font.family": [*fonts, "DejaVu Sans"], "svg.hashsalt": "gmkit", "hatch.linewidth": 0.6,
        "legend.handlelength": 1.6, "axes.spines.top": False, "axes.spines.right": False, "axes.unicode_minus": False,
        # Names in the picture come from others: a dollar sign begins no formula.
        "text.parse_math": False,
    }  # fmt: skip
    with rc_context(style):
        figure = Figure(layout="constrained")
        drawing(figure, used)
        form = path.suffix.lower()[1:]
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(picture, format=form, dpi=DENSITY, metadata=metadata)
    atomic.write_bytes(path, picture.getvalue(), replace=replace)
    return used


def panels(figure: Figure, heights: Sequence[float], *, share: bool) -> list[Axes]:
    """Panels one under the other, of relative heights, with one horizontal axis if they *share* it."""
    figure.set_size_inches(WIDTH, 0.9 + HEIGHT * sum(heights))
    made = figure.subplots(
        len(heights), 1, sharex=share, squeeze=False, gridspec_kw={"height_ratios": list(heights)}
    )
    found: list[Axes] = list(made[:, 0])
    for axes in found:
        axes.grid(axis="y", color="#E6E6E6", linewidth=0.8)
        axes.set_axisbelow(True)
    figure.align_ylabels(found)
    return found


def subtitle(figure: Figure, title: str, lines: Sequence[str]) -> None:
    """A title, and beneath it what it is about."""
    text = "\n".join([title, *lines])
    figure.suptitle(text, x=0.01, ha="left", fontsize="large", linespacing=1.4)


def say(axes: Axes, words: str) -> None:
    """Words in a panel with nothing to draw."""
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color=GREY)


def legend(axes: Axes, handles: Sequence[Artist | BarContainer]) -> None:
    """What is what, beside the panel: it covers no bar there."""
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        fontsize="small",
    )


def whole_numbers(axes: Axes) -> None:
    """A vertical axis from 0 that counts things."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.margins(y=0.08)
    axes.set_ylim(bottom=0)


def _chinese_fonts() -> list[str]:
    """The first font at hand that has Chinese."""
    from matplotlib import font_manager  # noqa: PLC0415

    if set(font_manager.get_font_names()).isdisjoint(FONTS):
        # What matplotlib knows it listed once, perhaps before the font was installed.
        manager = font_manager.fontManager
        listed = {each.fname for each in manager.ttflist}
        for path in set(font_manager.findSystemFonts()) - listed:
            with suppress(RuntimeError, OSError):  # of fonts it cannot read, as in its own list
                manager.addfont(path)
    known = set(font_manager.get_font_names())
    return [name for name in FONTS if name in known][:1]
