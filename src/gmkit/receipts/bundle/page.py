"""The verdict as a page to print: one file, no scripts, nothing fetched, a QR code of the receipt."""

from __future__ import annotations

import io
from datetime import datetime, timezone
from html import escape

from gmkit import sm3
from gmkit.errors import MissingDependency
from gmkit.receipts.bundle.judge import BundleVerdict
from gmkit.receipts.bundle.make import Bundle
from gmkit.receipts.bundle.words import facts, tell
from gmkit.receipts.verdict import Outcome

__all__ = ["page"]

MAX_QR = 2_300  # characters that a code of the densest kind still holds legibly
_COLOURS = {Outcome.VALID: "#0a6b2d", Outcome.INVALID: "#a8071a", Outcome.NOT_VERIFIABLE: "#8a5a00"}
_TITLES = {"en": "Verification of a receipt", "zh": "凭证验证报告"}
_NOTES = {
    "en": ("what the receipt states", "the receipt itself, to be verified by anyone", "its SM3 digest, because the receipt is too long for a code", "verified at"),
    "zh": ("凭证内容", "凭证原文（任何人均可验证）", "凭证原文的 SM3 杂凑值（原文过长）", "验证时间"),
}  # fmt: skip
_STYLE = """
body{font:16px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111}
h1{font-size:1.3rem}.verdict{font-size:1.2rem;font-weight:600;border-left:.4rem solid;padding:.4rem .8rem}
table{border-collapse:collapse}td{padding:.15rem 1rem .15rem 0;vertical-align:top;overflow-wrap:anywhere}td:first-child{color:#555;white-space:nowrap}
svg{width:14rem;height:14rem}footer{color:#555;font-size:.85rem}@media print{body{margin:0}}
"""  # fmt: skip


def page(bundle: Bundle, verdict: BundleVerdict, *, language: str = "en", now: datetime) -> str:
    """
    The page.

    Args:
        bundle: The bundle.
        verdict: The verdict on it.
        language: ``en`` or ``zh``.
        now: The present, which the page states.

    Raises:
        MissingDependency: segno is not installed.
    """
    headline, *lines = tell(verdict, language)
    notes = _NOTES[language]
    code, words = _code(bundle.receipt)
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>"
        for name, value in facts(verdict, language)
    )
    sentences = "".join(f"<li>{escape(line)}</li>" for line in lines)
    moment = now.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    colour = _COLOURS[verdict.outcome]
    table = f"<h2>{notes[0]}</h2><table>{rows}</table>" if rows else ""
    title = _TITLES[language]
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f'<p class="verdict" style="color:{colour};border-color:{colour}">{escape(headline)}</p>'
        f"<ul>{sentences}</ul>{table}"
        f"<figure>{code}<figcaption>{notes[1] if words else notes[2]}</figcaption></figure>"
        f"<footer>{notes[3]} {moment} · gmkit</footer></body></html>\n"
    )


def _code(receipt: str) -> tuple[str, bool]:
    """A QR code as SVG, and whether it holds the receipt itself."""
    try:
        import segno  # noqa: PLC0415
    except ImportError as fault:
        raise MissingDependency(
            "a page with a QR code needs the package segno", hint="pip install 'gmkit[page]'"
        ) from fault
    whole = len(receipt) <= MAX_QR
    content = receipt if whole else f"sm3:{sm3.digest(receipt.encode()).hex()}"
    file = io.BytesIO()
    segno.make_qr(content, error="l", boost_error=False).save(
        file, kind="svg", xmldecl=False, svgns=True, border=2
    )
    return file.getvalue().decode().strip(), whole
