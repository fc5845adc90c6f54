"""The words in pictures, in English and in Chinese."""

from __future__ import annotations

from gmkit.receipts.verdict import Outcome, Reason

__all__ = ["CODES", "OUTCOMES", "REASONS", "WORDS"]

WORDS = {
    "en": {
        "day": "Receipts of {day}",
        "counted": "{receipts:,} receipts: {valid:,} valid, {invalid:,} invalid, {open:,} not verifiable",
        "elsewhere": "{count:,} of other days left out",
        "untimed": "{count:,} without a readable time left out",
        "hour": "hour of the day ({zone}), as the receipts state it",
        "receipts": "receipts an hour",
        "refused": "refused an hour",
        "none refused": "no receipt of the day was refused",
        "others": "other reasons",
        "amount": "{currency} an hour,\nvalid receipts",
        "minor": "{currency} an hour\n(minor units),\nvalid receipts",
        "no amounts": "no valid receipt of the day states an amount",
        "currencies": "also in {others}, not drawn",
        "missing": "numbers without\na valid receipt",
        "not numbered": "identifiers do not count on, so gaps cannot be told",
        "none missing": "no number lacks a valid receipt",
        "silence": "long without a receipt",
        "audit": "Audit of {origin}",
        "audited": "{entries:,} entries, {checkpoints:,} checkpoints hold, {findings:,} findings, {remarks:,} remarks",
        "waiting": "{count:,} entries wait for a checkpoint",
        "entries": "entries under\na checkpoint",
        "lag": "from stated time\nto checkpoint",
        "median": "median",
        "longest": "longest",
        "time": "time of the checkpoint (UTC)",
        "findings": "findings",
        "remarks": "remarks",
        "no checkpoint": "there is no checkpoint yet",
        "nothing wrong": "nothing is wrong",
    },
    "zh": {
        "day": "{day} 的凭证",
        "counted": "共 {receipts:,} 张：有效 {valid:,}，无效 {invalid:,}，无法验证 {open:,}",
        "elsewhere": "未计入其他日期的 {count:,} 张",
        "untimed": "未计入无可读时间的 {count:,} 张",
        "hour": "时刻（{zone}），以凭证所载时间为准",
        "receipts": "每小时凭证数",
        "refused": "每小时拒绝数",
        "none refused": "当日没有被拒绝的凭证",
        "others": "其他原因",
        "amount": "每小时金额 {currency}\n（有效凭证）",
        "minor": "每小时金额 {currency}\n（最小货币单位，\n有效凭证）",
        "no amounts": "当日有效凭证均未载明金额",
        "currencies": "另有 {others}，未绘出",
        "missing": "缺少有效凭证的\n编号数",
        "not numbered": "编号不连续递增，无法判断缺号",
        "none missing": "没有缺号",
        "silence": "长时间无凭证",
        "audit": "账本审计：{origin}",
        "audited": "{entries:,} 条记录，{checkpoints:,} 个检查点成立，{findings:,} 项问题，{remarks:,} 项备注",
        "waiting": "{count:,} 条记录尚待检查点",
        "entries": "检查点覆盖的\n记录数",
        "lag": "所载时间到\n检查点的间隔",
        "median": "中位数",
        "longest": "最长",
        "time": "检查点时间（UTC）",
        "findings": "问题",
        "remarks": "备注",
        "no checkpoint": "尚无检查点",
        "nothing wrong": "未发现问题",
    },
}
OUTCOMES = {
    "en": {each: each.value for each in Outcome},
    "zh": {Outcome.VALID: "有效", Outcome.INVALID: "无效", Outcome.NOT_VERIFIABLE: "无法验证"},
}
REASONS = {
    "en": {each: each.value for each in Reason},
    "zh": {
        Reason.MALFORMED: "格式错误", Reason.TOO_LONG: "过长", Reason.HEADER: "头部错误", Reason.TYPE: "类型未知",
        Reason.ALGORITHM: "算法不符", Reason.SIGNATURE: "签名无效", Reason.PAYLOAD: "内容不合规范",
        Reason.DISCLOSURE: "披露数据不符", Reason.EVALUATION: "评价不成立", Reason.DUPLICATE_ID: "编号重复",
        Reason.UNKNOWN_SIGNER: "签名人未知", Reason.CERTIFICATE: "证书不被接受",
    },
}  # fmt: skip
CODES = {
    "rollback": "回滚", "fork": "分叉", "omission": "遗漏", "duplicate-id": "编号重复", "order-fork": "订单内序号重复",
    "order-gap": "订单内缺号", "tree": "树不一致", "entry": "记录不符", "receipt": "凭证被拒绝", "checkpoint": "检查点不成立",
    "manifest": "段清单不符", "segment": "段文件不符", "index": "索引不符", "table": "数据表异常", "clock": "时钟倒退",
}  # fmt: skip
"""What an audit finds, in Chinese; in English its code is its name."""
