"""What a Signature.xml says about itself, held against the rest: deviations, none of which decides."""

from __future__ import annotations

from datetime import timedelta

from gmkit.ofd.package import locate
from gmkit.ofd.signature import SignatureFile
from gmkit.seal import SealSignature
from gmkit.seal.lenient import claimed_time
from gmkit.verdict import Finding, Severity

__all__ = ["check_description", "check_property", "check_stamps", "check_times", "warning"]

_SM2_METHODS = {"1.2.156.10197.1.501", "1.2.156.10197.1.301.1", "sm2", "sm3withsm2", "sm2withsm3"}
_USUAL_NAME = "SignedValue.dat"


def check_description(file: SignatureFile) -> list[Finding]:
    """What Signature.xml says about itself."""
    found = []
    method = (file.method or "").lower()
    if method not in _SM2_METHODS:
        text = f"SignatureMethod is {file.method!r}"
        found.append(warning("signature-method", text, "签名方法标识异常", file.path))
    if file.value is not None and file.value.rpartition("/")[2] != _USUAL_NAME:
        text = f"the value is called {file.value.rpartition('/')[2]}, not {_USUAL_NAME}"
        found.append(warning("value-name", text, "签名值文件名不规范", file.value))
    written = (file.check_method or "").lower()
    if written == "1.2.156.10197.1.401.2":
        text = "the digest is named by the identifier of HMAC-SM3"
        found.append(warning("check-method", text, "杂凑方法标识不规范", file.path))
    return found


def check_stamps(file: SignatureFile, pages: frozenset[str]) -> list[Finding]:
    """Stamps on pages that the document does not have."""
    found = []
    for stamp in file.stamps:
        if stamp.page not in pages:
            text = f"a stamp stands on page {stamp.page!r}, which the document does not have"
            found.append(warning("stamp-page", text, "签章位置所在页不存在", file.path))
    return found


def check_property(signed: SealSignature, file: SignatureFile) -> list[Finding]:
    """PropertyInfo names what is protected."""
    stated = signed.property_info
    if locate("/" + stated.lstrip("/"), source="").lower() == file.path.lower():
        return []
    text = f"propertyInfo is {stated!r}, not the path of the Signature.xml"
    return [warning("property-info", text, "propertyInfo 与签名文件路径不符", file.path)]


def check_times(signed: SealSignature, file: SignatureFile) -> list[Finding]:
    """The two times a seal signature states."""
    beside = claimed_time(file.time or "")
    if beside is None or signed.time is None:
        return []
    if abs(beside.value - signed.time.value) <= timedelta(hours=14):
        return []
    text = f"Signature.xml claims {beside}, the value {signed.time}"
    return [warning("claimed-times-differ", text, "两处签名时间不一致", file.path)]


def warning(code: str, text: str, zh: str, where: str = "") -> Finding:
    """A deviation that leaves no doubt about what is signed."""
    return Finding(code, Severity.WARNING, text, zh, where)
