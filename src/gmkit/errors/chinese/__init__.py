"""
Chinese for what errors say: every message and hint by its English template, in which ``{}`` stands for what is filled in.

The Chinese has the same ``{}``, or ``{0}``, ``{1}`` where the order differs. The terms are those of docs/zh/glossary.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gmkit.errors.chinese import (
    algorithms,
    authority,
    certificates,
    commands,
    inspection,
    keys,
    layouts,
    ledger,
    messages,
    native,
    paths,
    receipts,
    results,
    system,
    usage,
)
from gmkit.errors.chinese.things import THINGS

__all__ = ["REASONS", "TEXTS", "THINGS", "translated"]

# Reasons of verification errors. Those of certificate paths stand in gmkit.pki.reasons in the same words.
REASONS: dict[str, str] = {
    "not-verified": "验证未通过",
    "invalid-signature": "签名无效",
    "digest-algorithm": "杂凑算法与签名算法不匹配",
    "certificate-rejected": "证书被拒绝",
    "receipt-rejected": "凭证被拒绝",
    "expired": "证书已过期",
    "not-yet-valid": "证书尚未生效",
    "bad-signature": "签名与颁发者密钥不符",
    "unknown-issuer": "找不到颁发者证书",
    "untrusted-root": "根证书不受信任",
    "not-an-authority": "颁发者不是 CA 证书",
    "key-usage": "密钥用法不允许",
    "extended-key-usage": "扩展密钥用途不允许",
    "path-length": "超出路径长度限制",
    "name-mismatch": "证书与预期名称不符",
    "revoked": "证书已撤销",
    "revocation-unknown": "缺少可用的撤销信息",
    "revocation-stale": "撤销信息已过期",
    "algorithm-mismatch": "内外签名算法不一致",
    "unsupported-algorithm": "不支持的签名算法",
    "weak-algorithm": "算法或密钥强度不足",
}

TEXTS: dict[str, str] = {}
for _part in (
    algorithms, authority, certificates, commands, inspection, keys, layouts,
    ledger, messages, native, paths, receipts, results, system, usage,
):  # fmt: skip
    TEXTS |= _part.TEXTS

_FILLED = re.compile(r"\{(\d*)\}")


def translated(text: str) -> str | None:
    """
    The Chinese of a message or a hint, or None if a part of it has none.

    Several messages may be joined with semicolons; what is filled in is translated too if it is a message.
    """
    if (whole := _one(text)) is not None:
        return whole
    for joint, chinese in (("; or ", "；或者"), ("; ", "；")):
        if joint in text:
            parts = [
                part if part.startswith("gmkit ") else translated(part)
                for part in text.split(joint)
            ]
            return None if None in parts else chinese.join(part for part in parts if part)
    return None


def _one(text: str) -> str | None:
    if (plain := TEXTS.get(text)) is not None:
        return plain
    for beginning, end, pattern, chinese in _patterns():
        if not (text.startswith(beginning) and text.endswith(end)):
            continue
        if (match := re.fullmatch(pattern, text, re.DOTALL)) is not None:
            return _filled(chinese, match.groups())
    return None


def _filled(chinese: str, values: tuple[str, ...]) -> str:
    spoken = [(translated(value) if " " in value else None) or value for value in values]
    rest = iter(spoken)
    return _FILLED.sub(lambda found: spoken[int(found[1])] if found[1] else next(rest), chinese)


@cache
def _patterns() -> tuple[tuple[str, str, str, str], ...]:
    """
    What a text begins and ends with, its pattern and its Chinese.

    Templates that begin with words of their own come first, and among them the one with most words.
    """
    return tuple(sorted(_compiled(), key=lambda each: (each[0] != "", len(each[2])), reverse=True))


def _compiled() -> Iterator[tuple[str, str, str, str]]:
    for template, chinese in TEXTS.items():
        parts = template.split("{}")
        if len(parts) > 1:
            yield parts[0], parts[-1], "(.+?)".join(map(re.escape, parts)), chinese
