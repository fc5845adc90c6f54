"""Why a chain is refused: a stable identifier, the clause it comes from, and what to do."""

from __future__ import annotations

from typing import NamedTuple

from gmkit.errors import CertificateRejected

__all__ = ["REASONS", "Reason", "Refused"]


class Reason(NamedTuple):
    """
    A reason.

    Attributes:
        clause: The document and clause that demand it; of RFC 5280 unless another is named.
        text: The rule in English.
        zh: The rule in Chinese.
        hint: What to do about it, or None.
    """

    clause: str
    text: str
    zh: str
    hint: str | None = None


class Refused(Exception):
    """
    One certificate fails one rule.

    Attributes:
        reason: Key of :data:`REASONS`.
        detail: What was found.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def at(self, subject: str | None, depth: int | None) -> CertificateRejected:
        """The same for the outside, with the certificate and its place in the chain."""
        return CertificateRejected(
            self.detail,
            reason=self.reason,
            subject=subject,
            depth=depth,
            hint=REASONS[self.reason].hint,
        )


REASONS: dict[str, Reason] = {
    # What section 6 of RFC 5280 checks.
    "expired": Reason("6.1.3 (a)(2)", "the validity period is over", "证书已过期"),
    "not-yet-valid": Reason(
        "6.1.3 (a)(2)", "the validity period has not begun", "证书尚未生效", "check the clock"
    ),
    "bad-signature": Reason(
        "6.1.3 (a)(1)",
        "the issuer's key did not make the signature",
        "签名与颁发者密钥不符",
        "gmkit cert verify --explain tries the known mistakes (user ID, digest, encoding)",
    ),
    "unknown-issuer": Reason(
        "6.1.3 (a)(4)",
        "no certificate of the issuer is at hand",
        "找不到颁发者证书",
        "give the intermediate certificates, or the root that is trusted",
    ),
    "untrusted-root": Reason(
        "6.1.1 (d)",
        "the chain ends in a root that is not trusted",
        "根证书不受信任",
        "give the root as a trusted one if it is",
    ),
    "not-an-authority": Reason(
        "6.1.4 (k)", "the issuer is not an authority (cA)", "颁发者不是 CA 证书"
    ),
    "key-usage": Reason("6.1.4 (n)", "keyUsage forbids this use", "密钥用法不允许"),
    "extended-key-usage": Reason(
        "4.2.1.12", "extKeyUsage forbids this purpose", "扩展密钥用途不允许"
    ),
    "path-length": Reason("6.1.4 (l)", "too many authorities follow", "超出路径长度限制"),
    "name-not-permitted": Reason(
        "6.1.3 (b)", "a name lies outside what its authorities may name", "名称不在允许范围"
    ),
    "name-excluded": Reason(
        "6.1.3 (c)", "a name lies in what its authorities may not name", "名称被排除"
    ),
    "name-constraints-malformed": Reason(
        "4.2.1.10", "name constraints are not well formed", "名称限制格式错误"
    ),
    "policy": Reason("6.1.3 (f)", "no certificate policy is valid for the path", "证书策略无效"),
    "policy-mapping": Reason("6.1.4 (a)", "anyPolicy is mapped", "策略映射含 anyPolicy"),
    "unknown-critical-extension": Reason(
        "4.2", "a critical extension is not understood", "存在无法识别的关键扩展"
    ),
    "malformed-extension": Reason(
        "4.2", "an extension does not hold what it should", "扩展内容格式错误"
    ),
    "duplicate-extension": Reason("4.2", "an extension occurs twice", "扩展重复"),
    "algorithm-mismatch": Reason(
        "4.1.1.2", "signature algorithms inside and outside differ", "内外签名算法不一致"
    ),
    "unsupported-algorithm": Reason(
        "6.1.3 (a)(1)", "this algorithm is not done here", "不支持的签名算法"
    ),
    "weak-algorithm": Reason(
        "RFC 8017; GB/T 32918", "the algorithm or key is too weak", "算法或密钥强度不足"
    ),
    "version": Reason("4.1.2.1", "the version does not allow what is there", "证书版本不符"),
    "too-deep": Reason("6.1", "the chain is longer than the caller allows", "证书链过长"),
    "too-complex": Reason(
        "RFC 4158, 7.2", "checking would take more work than is reasonable", "验证过于复杂"
    ),
    # What the caller asked for.
    "name-mismatch": Reason(
        "RFC 9525, 6", "the certificate is not for the expected name", "证书与预期名称不符"
    ),
    # Revocation.
    "revoked": Reason("6.3", "the certificate is revoked", "证书已撤销"),
    "revocation-unknown": Reason(
        "6.3.3", "no usable revocation information", "缺少可用的撤销信息", "give a current CRL"
    ),
    "revocation-stale": Reason(
        "6.3.3", "the revocation information is not current", "撤销信息已过期", "fetch a newer CRL"
    ),
    # The profile of section 4.
    "serial-number": Reason("4.1.2.2", "serial number out of range", "序列号不合规"),
    "issuer-empty": Reason("4.1.2.4", "the issuer has no name", "颁发者名称为空"),
    "subject-empty": Reason("4.1.2.6", "the subject has no name", "主体名称为空"),
    "authority-key-identifier": Reason(
        "4.2.1.1", "authorityKeyIdentifier is missing or wrongly made", "颁发机构密钥标识符不合规"
    ),
    "subject-key-identifier": Reason(
        "4.2.1.2", "subjectKeyIdentifier is missing or wrongly made", "主体密钥标识符不合规"
    ),
    "criticality": Reason("4.2", "an extension has the wrong criticality", "扩展关键性标记错误"),
    "basic-constraints": Reason(
        "4.2.1.9", "basicConstraints are missing or wrongly made", "基本限制不合规"
    ),
    "key-usage-profile": Reason("4.2.1.3", "keyUsage is wrongly made", "密钥用法扩展不合规"),
    "name-constraints-misplaced": Reason(
        "4.2.1.10", "name constraints in an end entity's certificate", "最终实体证书含名称限制"
    ),
    "subject-alt-name": Reason("4.2.1.6", "subjectAltName is wrongly made", "主体别名不合规"),
    "policies-duplicate": Reason("4.2.1.4", "a policy is named twice", "证书策略重复"),
    # Browsers: Baseline Requirements of the CA/Browser Forum.
    "browser-subject-alt-name": Reason(
        "BR 7.1.2.7.12", "subjectAltName does not suit a TLS server", "主体别名不符合浏览器要求"
    ),
    "browser-common-name": Reason(
        "BR 7.1.4.3", "commonName is not one of the alternative names", "通用名不在主体别名中"
    ),
    "browser-extended-key-usage": Reason(
        "BR 7.1.2.7.10", "extKeyUsage does not suit a TLS server", "扩展密钥用途不符合浏览器要求"
    ),
    "browser-authority": Reason(
        "BR 7.1.2.7.8", "the server's certificate is one of an authority", "服务器证书为 CA 证书"
    ),
    "browser-root": Reason(
        "BR 7.1.2.1", "the root is not made as browsers require", "根证书不符合浏览器要求"
    ),
    "browser-key": Reason("BR 6.1.5", "the key does not suit browsers", "密钥不符合浏览器要求"),
}
