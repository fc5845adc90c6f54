"""A report on an OFD document for programs."""

from __future__ import annotations

from gmkit.ofd.verify import Report
from gmkit.verdict import to_dict

__all__ = ["report_dict"]


def report_dict(report: Report) -> dict[str, object]:
    """The verdict, the signatures as stored, and every part with what covers it, for JSON."""
    return {
        **to_dict(report.verdict),
        "stored": [
            {
                "name": name,
                "file": file.path,
                "provider": file.provider,
                "method": file.method,
                "time": file.time,
                "check_method": file.check_method,
                "references": [one.path for one in file.references],
                "stamps": [
                    {"page": one.page, "box": one.box, "clip": one.clip} for one in file.stamps
                ],
            }
            for name, file in report.signatures.items()
        ],
        "parts": [
            {
                "path": part.path,
                "role": part.role,
                "bytes": part.length,
                "covered_by": list(part.covered_by),
            }
            for part in report.parts
        ],
    }
