"""The results as a page and a plot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import chinese

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
    """Write benchmarks.md, its Chinese page and benchmarks.svg into *folder*."""
    facts, ours, rivals = results["facts"], results["ours"], results["rivals"]
    best_path = next(iter(ours))
    best = ours[best_path]
    names = list(rivals)
    lines = [
        "# Speed beside the rivals",
        "",
        f"Written by `make bench`; do not edit. One core, CPU time, {facts['rounds']} short rounds in which all run one after the",
        f"other, medians: {facts['date']}, {facts['processor']}, CPython {facts['python']}. Operations a second, or MB a",
        f"second (10^6 bytes). Ours is called from Python; CPU path: {best_path.removeprefix('gmkit, ')}. A batch is compared",
        "with a rival's single operation. In brackets: how many times the rival we are (median of the rounds' ratios).",
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
            ratio = results["ratios"][name].get(operation)
            cells.append(f"{shown(*theirs)} ({ratio:.1f}×)" if theirs and ratio else "–")
        lines.append(f"| {operation} | **{shown(value, unit)}** | " + " | ".join(cells) + " |")
    lines += ["", "## On each CPU path", "", "| operation | " + " | ".join(ours) + " |"]
    lines += ["|---|" + "---:|" * len(ours)]
    lines += rows(ours, list(best), results, names)
    gmsm = [name for name in names if name.startswith("gmsm")]
    if gmsm:
        lines += [
            "",
            f"In brackets: times {gmsm[0]}, which is assembly on this processor; on the portable path, behind the semicolon,",
            "times the same library built without assembly, as that path is.",
        ]
    if results["core"]:
        lines += calls(results, best)
        cores = results["core"]
        lines += ["", "## The core alone on each CPU path", ""]
        lines += [
            "SM2 in Rust, in the same rounds; the random octets are given, and nothing is DER.",
            "",
        ]
        lines += ["| operation | " + " | ".join(cores) + " |", "|---|" + "---:|" * len(cores)]
        lines += rows(cores, list(next(iter(cores.values()))), results, names)
        if gmsm:
            lines += ["", f"In brackets as above: times {gmsm[0]}, with its randomness and DER."]
    page = "\n".join(lines) + "\n"
    (folder / "benchmarks.md").write_text(page, encoding="utf-8")
    (folder / "zh" / "benchmarks.md").write_text(chinese.page(page), encoding="utf-8")
    plot(best, results["ratios"], folder / "benchmarks.svg", facts)
    table = in_short(results)
    insert(folder.parent / "README.md", table)
    insert(folder.parent / "README.zh-CN.md", chinese.in_short(table))


def rows(
    ours: dict[str, Any], operations: list[str], results: dict[str, Any], names: list[str]
) -> list[str]:
    """One row an operation, one column a CPU path, gmsm's ratio beside each figure."""
    gmsm = [name for name in names if name.startswith("gmsm")]
    found = []
    for operation in operations:
        cells = []
        for path, figures in ours.items():
            if operation not in figures:
                cells.append("–")
                continue
            # The portable path has two fair rivals: the one to reach, and the one that is plain code too.
            rivals_here = gmsm if path.endswith("portable") else gmsm[:1]
            ratios = [
                results["ratios on each path"][path][name].get(operation) for name in rivals_here
            ]
            beside = "; ".join(f"{ratio:.2f}×" for ratio in ratios if ratio)
            cells.append(shown(*figures[operation]) + (f" ({beside})" if beside else ""))
        found.append(f"| {operation} | " + " | ".join(cells) + " |")
    return found


def calls(results: dict[str, Any], best: dict[str, Any]) -> list[str]:
    """What a call from Python keeps of the core's speed, on the best CPU path."""
    kept = [100 * share for share in results["kept"].values()]
    lines = [
        "", "## What a call from Python costs", "",
        f"One call keeps {min(kept):.0f} to {max(kept):.0f} % of the core's own speed, measured in the same rounds.", "",
        "| operation | core in Rust | from Python (and DER, checks, randomness) | kept |",
        "|---|---:|---:|---:|",
    ]  # fmt: skip
    core = next(iter(results["core"].values()))
    for operation, share in results["kept"].items():
        alone, python = core[operation], best[operation]
        lines.append(f"| {operation} | {shown(*alone)} | {shown(*python)} | {100 * share:.0f} % |")
    return lines


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


def insert(page: Path, table: str) -> None:
    """Put a table between the marks of a page."""
    begin, end = "<!-- speed -->", "<!-- end of speed -->"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        raise ValueError(f"{page.name} has no marks {begin} … {end}")
    page.write_text(before + begin + "\n" + table + "\n" + end + after, encoding="utf-8")


def in_short(results: dict[str, Any]) -> str:
    """A few rows for the first page."""
    facts, rivals, ratios = results["facts"], results["rivals"], results["ratios"]
    best = next(iter(results["ours"].values()))
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
        ratio = ratios[name][operation]
        lines.append(
            f"| {operation} | {shown(value, unit)} | {shown(*theirs[name])} {name} ({ratio:.1f}×) |"
        )
    return "\n".join(lines)


def plot(best: dict[str, Any], ratios: dict[str, Any], file: Path, facts: dict[str, Any]) -> None:
    """Bars of how many times the best rival we are."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "gmkit"
    rows = []
    for operation in best:
        of_each = [found[operation] for found in ratios.values() if operation in found]
        if of_each:
            rows.append((operation, min(of_each)))
    figure, axes = plt.subplots(figsize=(9, 0.32 * len(rows) + 1.2))
    labels, times = zip(*reversed(rows), strict=True)
    axes.barh(labels, times, color=["#2a6f97" if ratio >= 1 else "#bc4749" for ratio in times])
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlabel("times the fastest rival measured (batches beside single operations)")
    axes.set_title(f"gmkit, one core, {facts['processor']}, {facts['date']}", fontsize=10)
    for at, ratio in enumerate(times):
        axes.text(ratio, at, f" {ratio:.1f}×", va="center", fontsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
