"""Help of ``gmkit selftest`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Compute the known answers of every algorithm, and name the CPU path in use.": "计算每个算法的已知答案，并给出所用的 CPU 路径。",
    "Ends with exit code 1 if one comes out wrong, or if a comparison finds a difference.": "有答案不对，或比较中发现差异时，退出码为 1。",
    "Also compare with OpenSSL and gmssl on random input.": "同时以随机输入与 OpenSSL 和 gmssl 比较。",
    "Random inputs for each comparison.": "每项比较的随机输入个数。",
    "Repeat the inputs of a report.": "重复某份报告的输入。",
}
