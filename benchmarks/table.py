"""The results as a page and a plot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

# Which rival's operation a batch of ours is compared with.
COMPARED_WITH = {
    "SM2 verify, known key": "SM2 verify, new key",
    "SM2 sign, batch": "SM2 sign",
    "SM2 verify, known key, batch": "SM2 verify, new key",
    "SM2 verify, all keys different, batch": "SM2 verify, new key",
    "SM2 decrypt, batch": "SM2 decrypt 32 B",
    "SM3 16384 B, batch of 64": "SM3 16384 B",
}


def shown(value: float, unit: str) -> str:
    """A figure for people."""
    digits = 0 if value >= 10 else 2
    return f"{value:,.{digits}f}{' MB/s' if unit == 'MB/s' else ''}"


def write(results: dict[str, Any], folder: Path) -> None:
    """Write benchmarks.md and benchmarks.svg into *folder*."""
    facts, ours, rivals = results["facts"], results["ours"], results["rivals"]
    best_path = next(iter(ours))
    best = ours[best_path]
    names = list(rivals)
    lines = [
        "# Speed beside the rivals",
        "",
        "Written by `make bench`; do not edit. One core, CPU time, median of three loops of a quarter of a second, in one",
        f"run: {facts['date']}, {facts['processor']}, CPython {facts['python']}. Operations a second, or MB a second (10^6 bytes).",
        f"Ours is called from Python; CPU path: {best_path.removeprefix('gmkit, ')}. A batch is compared with a rival's single",
        "operation. In brackets: how many times the rival we are.",
        "",
        "![the same as a plot](benchmarks.svg)",
        "",
        "| operation | gmkit | " + " | ".join(names) + " |",
        "|---|---:|" + "---:|" * len(names),
    ]
    for operation, (value, unit) in best.items():
        cells = []
        for name in names:
            theirs = rivals[name].get(COMPARED_WITH.get(operation, operation))
            cells.append(f"{shown(*theirs)} ({value / theirs[0]:.1f}×)" if theirs else "–")
        lines.append(f"| {operation} | **{shown(value, unit)}** | " + " | ".join(cells) + " |")
    lines += ["", "## On each CPU path", "", "| operation | " + " | ".join(ours) + " |"]
    lines += ["|---|" + "---:|" * len(ours)]
    for operation in best:
        cells = [shown(*ours[path][operation]) if operation in ours[path] else "–" for path in ours]
        lines.append(f"| {operation} | " + " | ".join(cells) + " |")
    if results["core"]:
        lines += [
            "", "## What a call from Python costs", "",
            "| operation | core in Rust (digest given) | from Python (message with Z, checks, DER) | kept |",
            "|---|---:|---:|---:|",
        ]  # fmt: skip
        for operation, value in results["core"].items():
            python = best[operation][0]
            lines.append(
                f"| {operation} | {value:,.0f} | {python:,.0f} | {100 * python / value:.0f} % |"
            )
    (folder / "benchmarks.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    plot(best, rivals, folder / "benchmarks.svg", facts)
    for page in ("README.md", "README.zh-CN.md"):
        in_short(folder.parent / page, best, rivals, facts)


# What the first page shows.
SHORT = (
    "SM2 sign",
    "SM2 verify, new key",
    "SM2 verify, known key",
    "SM2 sign, batch",
    "SM2 verify, known key, batch",
    "SM3 16384 B, batch of 64",
    "SM4-GCM 1048576 B",
)


def in_short(
    page: Path, best: dict[str, Any], rivals: dict[str, Any], facts: dict[str, str]
) -> None:
    """Put a few rows between the marks of a page."""
    begin, end = "<!-- speed -->", "<!-- end of speed -->"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        raise ValueError(f"{page.name} has no marks {begin} … {end}")
    lines = [
        f"{facts['date']}, {facts['processor']}, one core",
        "",
        "| | gmkit | fastest rival measured |",
    ]
    lines.append("|---|---:|---:|")
    for operation in SHORT:
        value, unit = best[operation]
        theirs = {
            name: results[COMPARED_WITH.get(operation, operation)]
            for name, results in rivals.items()
            if COMPARED_WITH.get(operation, operation) in results
        }
        name = max(theirs, key=lambda rival: theirs[rival][0])
        ratio = value / theirs[name][0]
        lines.append(
            f"| {operation} | {shown(value, unit)} | {shown(*theirs[name])} {name} ({ratio:.1f}×) |"
        )
    page.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + after, encoding="utf-8")


def plot(best: dict[str, Any], rivals: dict[str, Any], file: Path, facts: dict[str, str]) -> None:
    """Bars of how many times the best rival we are."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "gmkit"
    rows = []
    for operation, (value, _) in best.items():
        theirs = [
            results[COMPARED_WITH.get(operation, operation)][0]
            for results in rivals.values()
            if COMPARED_WITH.get(operation, operation) in results
        ]
        if theirs:
            rows.append((operation, value / max(theirs)))
    figure, axes = plt.subplots(figsize=(9, 0.32 * len(rows) + 1.2))
    labels, ratios = zip(*reversed(rows), strict=True)
    axes.barh(labels, ratios, color=["#2a6f97" if ratio >= 1 else "#bc4749" for ratio in ratios])
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("times the fastest rival measured (batches beside single operations)")
    axes.set_title(f"gmkit, one core, {facts['processor']}, {facts['date']}", fontsize=10)
    for at, ratio in enumerate(ratios):
        axes.text(ratio, at, f" {ratio:.1f}×", va="center", fontsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
