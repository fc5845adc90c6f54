"""What a verdict on a bundle means, in English and in Chinese, for people who know no cryptography."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from gmkit.receipts.bundle.judge import BundleVerdict, Status, Step
from gmkit.receipts.verdict import Outcome

__all__ = ["HEADLINES", "LANGUAGES", "facts", "tell"]

LANGUAGES = ("en", "zh")

HEADLINES = {
    "en": {
        Outcome.VALID: "This receipt is genuine and unchanged.",
        Outcome.INVALID: "This receipt is NOT genuine: something in it was changed or made up.",
        Outcome.NOT_VERIFIABLE: "It cannot be said whether this receipt is genuine: evidence is missing.",
    },
    "zh": {
        Outcome.VALID: "该凭证真实有效，未被改动。",
        Outcome.INVALID: "该凭证无效：内容被改动或系伪造。",
        Outcome.NOT_VERIFIABLE: "无法判断该凭证的真伪：证据不足。",
    },
}

_STEPS = {
    "en": {
        ("receipt", Status.OK): "{detail} signed exactly these words.",
        ("receipt", Status.FAILED): "The signature or the content does not hold: {detail}.",
        ("receipt", Status.UNDECIDED): "Who signed cannot be established: {detail}.",
        ("ledger", Status.OK): "It stands in the ledger {origin}, as entry {place} of {size}.",
        ("ledger", Status.FAILED): "It is not in the ledger where it is said to be: {detail}.",
        ("ledger", Status.MISSING): "No proof that it is in a ledger came with it.",
        ("log", Status.OK): "The ledger is kept by {detail}.",
        ("log", Status.UNDECIDED): "Who keeps the ledger cannot be established: {detail}.",
        ("timestamp", Status.OK): "It existed on {proved} at the latest, as {detail} attests.",
        ("timestamp", Status.FAILED): "The timestamp does not hold: {detail}.",
        ("timestamp", Status.UNDECIDED): "Who made the timestamp cannot be established: {detail}.",
        ("timestamp", Status.MISSING): "Nobody attests when it was made; the time in it is the signer's own word.",
        ("revocation", Status.OK): "The certificates had not been revoked.",
        ("revocation", Status.MISSING): "Whether a certificate had been revoked was not checked.",
    },
    "zh": {
        ("receipt", Status.OK): "签名人 {detail} 所签内容与此完全一致。",
        ("receipt", Status.FAILED): "签名或内容验证不通过：{detail}。",
        ("receipt", Status.UNDECIDED): "无法确认签名人身份：{detail}。",
        ("ledger", Status.OK): "已登记于账本 {origin}，第 {place} 条（共 {size} 条）。",
        ("ledger", Status.FAILED): "账本中并无此登记：{detail}。",
        ("ledger", Status.MISSING): "未附账本登记证明。",
        ("log", Status.OK): "账本由 {detail} 维护。",
        ("log", Status.UNDECIDED): "无法确认账本维护者：{detail}。",
        ("timestamp", Status.OK): "最迟于 {proved} 已经存在，由 {detail} 证明。",
        ("timestamp", Status.FAILED): "时间戳验证不通过：{detail}。",
        ("timestamp", Status.UNDECIDED): "无法确认时间戳机构：{detail}。",
        ("timestamp", Status.MISSING): "无第三方证明其形成时间；所载时间仅为签名人自述。",
        ("revocation", Status.OK): "相关证书当时未被撤销。",
        ("revocation", Status.MISSING): "未检查证书是否被撤销。",
    },
}  # fmt: skip

_NAMES = {
    "en": {"kind": "kind", "id": "number", "time": "time stated", "amount": "amount", "currency": "currency", "order": "order", "seller": "seller", "sequence": "place in the order"},
    "zh": {"kind": "类型", "id": "编号", "time": "所载时间", "amount": "金额（最小货币单位）", "currency": "币种", "order": "订单号", "seller": "卖方", "sequence": "订单内序号"},
}  # fmt: skip
_KINDS_ZH = {
    "order": "下单", "payment": "付款", "shipment": "发货", "delivery": "签收", "refund": "退款", "evaluation": "评价",
    "reply": "回复", "amendment": "更正", "erasure": "删除", "report": "报告",
}  # fmt: skip
_SHOWN_ORDER = ("receipt", "ledger", "timestamp", "log", "revocation")


def tell(verdict: BundleVerdict, language: str = "en") -> list[str]:
    """
    The verdict in sentences, a line each, the headline first.

    Args:
        verdict: The verdict.
        language: ``en`` or ``zh``.
    """
    steps = sorted(verdict.steps, key=lambda step: _SHOWN_ORDER.index(step.name))
    lines = [HEADLINES[language][verdict.outcome]]
    return lines + [words for step in steps if (words := _sentence(step, verdict, language))]


def facts(verdict: BundleVerdict, language: str = "en") -> list[tuple[str, str]]:
    """What the receipt states, by name, for a table; nothing of one that is refused."""
    if verdict.verified is None:
        return []
    stated = verdict.verified.record.to_mapping() | dict(verdict.verified.disclosed)
    if language == "zh":
        stated["kind"] = _KINDS_ZH[str(stated["kind"])]
    names = _NAMES[language]
    return [
        (
            names.get(name, name),
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        )
        for name, value in stated.items()
    ]


def _sentence(step: Step, verdict: BundleVerdict, language: str) -> str | None:
    form = _STEPS[language].get((step.name, step.status))
    if form is None:
        return None
    included = verdict.included
    return form.format(
        detail=step.detail,
        proved=_moment(verdict.proved),
        origin=included.note.checkpoint.origin if included else "",
        place=f"{included.place + 1:,}" if included else "",
        size=f"{included.note.checkpoint.size:,}" if included else "",
    )


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
