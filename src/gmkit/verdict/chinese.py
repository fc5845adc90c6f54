"""A verdict as text in Chinese, out of its JSON form: so it needs no way of its own from another process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gmkit.errors.chinese import translated

__all__ = ["to_chinese"]

_CHECKS = {
    "intact": "完整性",
    "chain": "证书链",
    "revocation": "撤销状态",
    "time": "时间",
}
_STATES = {"passed": "通过", "failed": "未通过", "not checked": "未检查"}
_SEVERITIES = {"note": "说明", "warning": "警告", "not checked": "未检查", "error": "错误"}
_EXTENTS = {"whole": "全部", "part": "部分", "unknown": "未知"}
_VERDICTS = {"valid": "有效", "invalid": "无效", "not verifiable": "无法验证"}


def to_chinese(document: Mapping[str, Any]) -> list[str]:
    """
    Lines for people, the answer first, as :func:`gmkit.verdict.to_text` has them in English.

    Args:
        document: What :func:`gmkit.verdict.to_dict` makes of a verdict.
    """
    lines = [f"{document['file']}：{document['verdict_zh']}  [{document['kind']}]"]
    if document["reasons"]:
        lines.append(f"  原因码：{'、'.join(document['reasons'])}")
    lines += [f"  {_finding(one)}" for one in document["findings"]]
    for signature in document["signatures"]:
        lines += [f"  {line}" for line in _signature(signature)]
    lines.append(f"  判断时刻：{document['at']}")
    return lines


def _signature(one: Mapping[str, Any]) -> Iterator[str]:
    algorithm = f"，{one['algorithm']}" if one["algorithm"] else ""
    yield f"{one['name']}：{_VERDICTS[one['verdict']]}  [{one['kind']}{algorithm}]"
    if (signer := one["signer"]) is not None:
        yield f"  签名人：{signer['subject']}"
        yield f"  颁发者：{signer['issuer']}，序列号 {signer['serial']}"
    for name, label in _CHECKS.items():
        check = one[name]
        words = _words(check)
        reason = f" [{check['reason']}]" if check["reason"] else ""
        yield f"  {label}：{_STATES[check['state']]}{'：' + words if words else ''}{reason}"
    yield f"  签名时间：{_when(one['time'])}"
    coverage = one["coverage"]
    words = f"（{_words(coverage)}）" if _words(coverage) else ""
    outside = f"；范围之外：{'、'.join(coverage['outside'])}" if coverage["outside"] else ""
    yield f"  覆盖范围：{_EXTENTS[coverage['extent']]}{words}{outside}"
    for finding in one["findings"]:
        yield f"  {_finding(finding)}"
    for nested in one["counter_signatures"]:
        yield from (f"  {line}" for line in _signature(nested))


def _finding(finding: Mapping[str, Any]) -> str:
    where = f"{finding['where']}：" if finding["where"] else ""
    return f"{_SEVERITIES[finding['severity']]}：{where}{_words(finding)} [{finding['code']}]"


def _words(said: Mapping[str, Any]) -> str:
    words: str = said["zh"] or translated(said["text"]) or said["text"]
    return words


def _when(time: Mapping[str, Any]) -> str:
    if time["proved"] is not None:
        return f"最迟 {time['proved']}，由 {time['proved_by']} 证明"
    if time["claimed"] is not None:
        return f"{time['claimed']}，为签名人声称，没有证明"
    return "未知，没有证明"
