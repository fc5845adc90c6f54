"""
E-invoices in XML (数电票, and fiscal bills of the same make): what they say, and why nobody can verify it.

Their signature names neither a certificate nor a canonicalisation that is public. Whether one is genuine,
only the national query platform of the tax administration can say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit.verdict import (
    Check,
    Coverage,
    Extent,
    Finding,
    Severity,
    SignatureVerdict,
    TimeProof,
    Trust,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

__all__ = ["is_einvoice", "verdict"]

_REASON = "einvoice-not-verifiable-offline"
_TEXT = (
    "an XML e-invoice cannot be verified offline: neither the tax bureau's certificate nor the octets it "
    "signs are public; ask the national query platform (inv-veri.chinatax.gov.cn)"
)
_ZH = "数电票 XML 无法离线验证：税务机关的签名证书和被签名字节均未公开，请到国家税务总局全国增值税发票查验平台查验"
_FIELDS = (
    ("InvoiceNumber", "invoice number", "发票号码"),
    ("EInvoiceNumber", "bill number", "票据号码"),
    ("IssueTime", "time of issue", "开票时间"),
    ("IssueDate", "date of issue", "开票日期"),
    ("TaxBureauName", "tax bureau", "税务机关"),
    ("SellerName", "seller", "销售方"),
    ("SellerIdNum", "seller's tax number", "销售方纳税人识别号"),
    ("BuyerName", "buyer", "购买方"),
    ("TotalTax-includedAmount", "total with tax", "价税合计"),
)
_MAX_TEXT = 200  # characters of a field that are shown


def is_einvoice(root: etree._Element) -> bool:
    """Whether a document is one: its root, or the tax bureau's signature in it, says so."""
    return _local(root) == "EInvoice" or any(
        _local(one) == "TaxBureauSignature" for one in root.iter()
    )


def verdict(root: etree._Element, trust: Trust, name: str) -> Verdict:
    """The answer: not verifiable offline, why, and what the document says of itself."""
    check = Check.unchecked(_REASON, _TEXT, _ZH)
    signed = [_local(one) for one in root.iter() if _local(one).endswith("Signature")]
    one = SignatureVerdict(
        signed[0] if signed else "signature of the tax bureau",
        "e-invoice, XML",
        check,
        None,
        check,
        check,
        TimeProof(Check.passed("nothing proves a time", "无"), latest=trust.at),
        Coverage(Extent.UNKNOWN, (), "not public", "未公开"),
        tuple(_said(root)),
    )
    found = (
        ()
        if signed
        else (Finding("no-signature", Severity.WARNING, "it holds no signature", "其中没有签名"),)
    )
    return Verdict(name, "XML e-invoice (数电票)", trust.at, (one,), found)


def _said(root: etree._Element) -> Iterator[Finding]:
    for field, label, zh in _FIELDS:
        for one in root.iter():
            if _local(one) == field and one.text and one.text.strip():
                value = one.text.strip()[:_MAX_TEXT]
                yield Finding("claims", Severity.NOTE, f"{label}: {value}", f"{zh}: {value}", field)
                break


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
