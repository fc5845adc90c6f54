"""A verdict as JSON, as text and as a page of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape

from gmkit.verdict.model import Check, Finding, Outcome, SignatureVerdict, SignerSummary, Verdict

__all__ = ["html_page", "html_part", "to_dict", "to_html", "to_text"]

_ZH = {
    Outcome.VALID: "有效",
    Outcome.INVALID: "无效",
    Outcome.NOT_VERIFIABLE: "无法验证",
}
_LABELS = {
    "intact": ("intact", "完整性"),
    "chain": ("certificate chain", "证书链"),
    "revocation": ("revocation", "撤销状态"),
    "time": ("time", "时间"),
}


def to_dict(verdict: Verdict) -> dict[str, object]:
    """Everything, as strings, numbers, lists and dictionaries for JSON."""
    return {
        "file": verdict.name,
        "kind": verdict.kind,
        "verdict": verdict.outcome.value,
        "verdict_zh": _ZH[verdict.outcome],
        "reasons": list(verdict.reasons),
        "not_checked": [_finding(one) for one in verdict.not_checked],
        "at": _time(verdict.at),
        "signatures": [_signature(one) for one in verdict.signatures],
        "findings": [_finding(one) for one in verdict.findings],
    }


def to_text(verdict: Verdict) -> list[str]:
    """Lines for people: the answer first. Names in them come from others; see the caller's escaping."""
    lines = [f"{verdict.name}: {verdict.outcome.value} ({_ZH[verdict.outcome]})  [{verdict.kind}]"]
    if verdict.reasons:
        lines.append(f"  reasons: {', '.join(verdict.reasons)}")
    lines += [f"  {line}" for one in verdict.findings for line in _finding_lines(one)]
    for signature in verdict.signatures:
        lines += [f"  {line}" for line in _signature_lines(signature)]
    lines.append(f"  judged as of {_time(verdict.at)}")
    return lines


def to_html(*verdicts: Verdict) -> str:
    """A page that needs nothing else: every name in it is escaped, there is no script."""
    return html_page(map(html_part, verdicts))


def html_page(parts: Iterable[str]) -> str:
    """A page of parts made by :func:`html_part`."""
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<title>gmkit: verification report 验证报告</title>\n"
        f"<style>{_STYLE}</style></head><body>\n<h1>Verification report 验证报告</h1>\n"
        f"{body}\n</body></html>\n"
    )


def _signature(one: SignatureVerdict) -> dict[str, object]:
    return {
        "name": one.name,
        "kind": one.kind,
        "algorithm": one.algorithm,
        "verdict": one.outcome.value,
        "reasons": list(one.reasons),
        "signer": None if one.signer is None else _signer(one.signer),
        "intact": _check(one.intact),
        "chain": _check(one.chain),
        "revocation": _check(one.revocation),
        "time": {
            **_check(one.time.check),
            "claimed": _time(one.time.claimed),
            "proved": _time(one.time.proved),
            "proved_by": one.time.by or None,
            "earliest": _time(one.time.earliest),
            "latest": _time(one.time.latest),
        },
        "coverage": {
            "extent": one.coverage.extent.value,
            "outside": list(one.coverage.outside),
            "text": one.coverage.text,
            "zh": one.coverage.zh,
        },
        "findings": [_finding(finding) for finding in one.findings],
        "not_checked": [_finding(finding) for finding in one.not_checked],
        "counter_signatures": [_signature(nested) for nested in one.nested],
    }


def _signer(signer: SignerSummary) -> dict[str, object]:
    return {
        "subject": signer.subject,
        "issuer": signer.issuer,
        "serial": f"{signer.serial:x}",
        "not_before": _time(signer.not_before),
        "not_after": _time(signer.not_after),
        "fingerprint_sm3": signer.fingerprint.hex(),
    }


def _check(check: Check) -> dict[str, object]:
    return {
        "state": check.state.value,
        "reason": check.reason or None,
        "text": check.text,
        "zh": check.zh,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "where": finding.where or None,
        "text": finding.text,
        "zh": finding.zh,
    }


def _time(time: datetime | None) -> str | None:
    return None if time is None else f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _signature_lines(one: SignatureVerdict) -> Iterator[str]:
    algorithm = f", {one.algorithm}" if one.algorithm else ""
    yield f"{one.name}: {one.outcome.value} ({_ZH[one.outcome]})  [{one.kind}{algorithm}]"
    if one.signer is not None:
        yield f"  signed by: {one.signer.subject}"
        yield f"  issued by: {one.signer.issuer}, number {one.signer.serial:x}"
    for name, check in one.checks:
        reason = f" [{check.reason}]" if check.reason else ""
        words = f": {check.text}" if check.text else ""
        yield f"  {_LABELS[name][0]}: {check.state.value}{words}{reason}"
    yield f"  signed at: {_when(one)}"
    outside = f"; outside: {', '.join(one.coverage.outside)}" if one.coverage.outside else ""
    words = f" ({one.coverage.text})" if one.coverage.text else ""
    yield f"  covers: {one.coverage.extent.value}{words}{outside}"
    for finding in one.findings:
        yield from (f"  {line}" for line in _finding_lines(finding))
    for nested in one.nested:
        yield from (f"  {line}" for line in _signature_lines(nested))


def _when(one: SignatureVerdict) -> str:
    time = one.time
    if time.proved is not None:
        return f"{_time(time.proved)} at the latest, proved by {time.by}"
    if time.claimed is not None:
        return f"{_time(time.claimed)}, as the signer claims; nothing proves it"
    return "unknown; nothing proves a time"


def _finding_lines(finding: Finding) -> Iterator[str]:
    where = f"{finding.where}: " if finding.where else ""
    yield f"{finding.severity.value}: {where}{finding.text} [{finding.code}]"


def html_part(verdict: Verdict) -> str:
    """The part of a page about one document."""
    rows = [
        _row(
            "answer 结论",
            f"{verdict.outcome.value} {_ZH[verdict.outcome]}",
            _style(verdict.outcome),
        )
    ]
    if verdict.reasons:
        rows.append(_row("reasons 原因", ", ".join(verdict.reasons)))
    rows.append(_row("kind 类型", verdict.kind))
    rows.append(_row("as of 验证时间", _time(verdict.at) or ""))
    rows += [_finding_row(one) for one in verdict.findings]
    parts = [f"<section><h2>{escape(verdict.name)}</h2><table>{''.join(rows)}</table>"]
    parts += [_signature_part(one, 3) for one in verdict.signatures]
    return "".join(parts) + "</section>"


def _signature_part(one: SignatureVerdict, level: int) -> str:
    rows = [_row("answer 结论", f"{one.outcome.value} {_ZH[one.outcome]}", _style(one.outcome))]
    rows.append(_row("kind 类型", f"{one.kind} {one.algorithm}".strip()))
    if one.signer is not None:
        rows.append(_row("signer 签名人", one.signer.subject))
        rows.append(_row("issuer 颁发者", f"{one.signer.issuer} ({one.signer.serial:x})"))
    for name, check in one.checks:
        words = " ".join(filter(None, [check.state.value, check.text, check.zh, check.reason]))
        rows.append(_row(" ".join(_LABELS[name]), words, check.state.name.lower()))
    rows.append(_row("signed at 签名时间", _when(one)))
    words = " ".join(filter(None, [one.coverage.text, one.coverage.zh, *one.coverage.outside]))
    rows.append(_row("coverage 覆盖范围", f"{one.coverage.extent.value} {words}"))
    rows += [_finding_row(finding) for finding in one.findings]
    heading = f"h{min(level, 6)}"
    nested = "".join(_signature_part(inner, level + 1) for inner in one.nested)
    return f"<{heading}>{escape(one.name)}</{heading}><table>{''.join(rows)}</table>{nested}"


def _finding_row(one: Finding) -> str:
    words = " ".join(filter(None, [one.where, one.text, one.zh, f"[{one.code}]"]))
    return _row(one.severity.value, words, one.severity.name.lower())


def _row(label: str, words: str, style: str = "") -> str:
    mark = f' class="{style}"' if style else ""
    return f"<tr><th>{escape(label)}</th><td{mark}>{escape(words)}</td></tr>"


def _style(outcome: Outcome) -> str:
    return outcome.name.lower()


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.25em .6em;border-bottom:1px solid #ddd;"
    "overflow-wrap:anywhere}th{width:14em;font-weight:600}"
    ".valid,.passed{color:#06622c}.invalid,.failed,.error{color:#a40000;font-weight:600}"
    ".not_verifiable,.unchecked{color:#8a5a00}"
)
