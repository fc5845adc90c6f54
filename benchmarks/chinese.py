"""The page of the benchmarks in Chinese, made from the English one."""

from __future__ import annotations

from tools.phrasebook import translated

__all__ = ["page"]

_PHRASES = (
    ("# Speed beside the rivals", "# 与对比实现的速度比较"),
    (
        (
            r"Written by `make bench`; do not edit\. One core, CPU time, (\d+) short rounds in which all run one after the other, "
            r"medians: (\S+), (.+), CPython (\S+)\. Operations a second, or MB a second \(10\^6 bytes\)\. Ours is called from "
            r"Python; CPU path: (\S+)\. A batch is compared with a rival's single operation\. In brackets: how many times the rival "
            r"we are \(median of the rounds' ratios\)\."
        ),
        (
            r"由 `make bench` 写出，请勿手工修改。单核，处理器时间，\1 个短轮次，每轮中各实现依次运行，取中位数：\2，\3，CPython \4。"
            r"单位为次每秒，或 MB 每秒（10^6 字节）。本库从 Python 调用；CPU 路径：\5。批量与对比实现的单次操作相比。"
            r"括号内为本库是对比实现的多少倍（各轮比值的中位数）。"
        ),
    ),
    (
        (
            r"Written by `make bench`; do not edit\. One core, CPU time, median of three loops of a quarter of a second, in one run: "
            r"(\S+), (.+), CPython (\S+)\. Operations a second, or MB a second \(10\^6 bytes\)\. Ours is called from Python; CPU "
            r"path: (\S+)\. A batch is compared with a rival's single operation\. In brackets: how many times the rival we are\."
        ),
        (
            r"由 `make bench` 写出，请勿手工修改。单核，处理器时间，三次各四分之一秒的循环取中位数，在同一次运行中测得：\1，\2，CPython \3。"
            r"单位为次每秒，或 MB 每秒（10^6 字节）。本库从 Python 调用；CPU 路径：\4。批量与对比实现的单次操作相比。"
            r"括号内为本库是对比实现的多少倍。"
        ),
    ),
    (r"!\[the same as a plot\]\(benchmarks\.svg\)", "![同样数据的图](../benchmarks.svg)"),
    ("## On each CPU path", "## 各 CPU 路径"),
    (
        (
            r"In brackets: times (.+), which is assembly on this processor; on the portable path, behind the semicolon, times the same "
            r"library built without assembly, as that path is\."
        ),
        r"括号内为 \1 的倍数，它在此处理器上使用汇编；portable 路径分号之后，是同一库不用汇编构建时的倍数，该路径本身也不用汇编。",
    ),
    ("## The core alone on each CPU path", "## 各 CPU 路径上的核心本身"),
    (
        r"SM2 in Rust, in the same rounds; the random octets are given, and nothing is DER\.",
        "Rust 中的 SM2，在相同轮次中测得；随机字节由外部给出，不做 DER 编码。",
    ),
    (
        r"In brackets as above: times (.+), with its randomness and DER\.",
        r"括号含义同上：\1 的倍数，后者含随机数与 DER。",
    ),
    (r"In brackets: times (.+)\.", r"括号内为 \1 的倍数。"),
    (
        r"One call keeps (\d+) to (\d+) % of the core's own speed, measured in the same rounds\.",
        r"一次调用保留核心自身速度的 \1 % 至 \2 %，在相同轮次中测得。",
    ),
    ("## What a call from Python costs", "## 从 Python 调用的开销"),
)

_CELLS = {
    "operation": "操作",
    "core in Rust": "Rust 核心",
    "core in Rust (digest given)": "Rust 核心（给出杂凑值）",
    "from Python (and DER, checks, randomness)": "从 Python（另含 DER、检查、随机数）",
    "from Python (message with Z, checks, DER)": "从 Python（消息与 Z、检查、DER）",
    "kept": "保留",
    "SM2 sign": "SM2 签名",
    "SM2 verify, new key": "SM2 验签，新公钥",
    "SM2 verify, known key": "SM2 验签，已知公钥",
    "SM2 encrypt 32 B": "SM2 加密 32 B",
    "SM2 key from octets": "SM2 从字节得私钥",
    "SM2 table of a key": "SM2 公钥的表",
    "SM2 decrypt 32 B": "SM2 解密 32 B",
    "SM2 sign, batch": "SM2 签名，批量",
    "SM2 verify, known key, batch": "SM2 验签，已知公钥，批量",
    "SM2 verify, all keys different, batch": "SM2 验签，公钥各不相同，批量",
    "SM2 decrypt, batch": "SM2 解密，批量",
    "SM3 16384 B, batch of 64": "SM3 16384 B，64 个一批",
    "SM4-CBC encrypt 16384 B": "SM4-CBC 加密 16384 B",
    "SM4-CBC decrypt 16384 B": "SM4-CBC 解密 16384 B",
    "SM4-CBC encrypt 1048576 B": "SM4-CBC 加密 1048576 B",
    "SM4-CBC decrypt 1048576 B": "SM4-CBC 解密 1048576 B",
    "fastest rival measured": "所测对比实现中最快者",
}


def page(english: str) -> str:
    """The Chinese page of the English one."""
    return translated(english, phrases=_PHRASES, cells=_CELLS)


def in_short(english: str) -> str:
    """The table of the first page in Chinese."""
    when = ((r"(\S+), (.+), one core", r"\1，\2，单核"),)
    return translated(english, phrases=when, cells=_CELLS)
