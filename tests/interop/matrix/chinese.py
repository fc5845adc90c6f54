"""The table of the documentation in Chinese, made from the English one."""

from __future__ import annotations

import re

from tools.phrasebook import translated

__all__ = ["in_chinese"]

_REASONS = {
    "tjfoc has no HMAC of its own": "tjfoc 没有自己的 HMAC",
    "gmssl has none": "gmssl 没有",
    "tongsuopy has none": "tongsuopy 没有",
    "its modes keep the IV in a global variable; not driven": "其工作模式把初始向量放在全局变量中；未予驱动",
    "passes through to Bouncy Castle, which has the column before": "转交 Bouncy Castle，见前一列",
    "sm-crypto has ECB and CBC": "sm-crypto 只有 ECB 与 CBC",
    "gmssl has ECB and CBC": "gmssl 只有 ECB 与 CBC",
    "not in OpenSSL 3.0": "OpenSSL 3.0 没有",
    "OpenSSL has DER only": "OpenSSL 只有 DER",
    "DER only": "只有 DER",
    "the default identifier is written into gmssl": "gmssl 将默认用户身份标识写死",
    "tongsuopy has the default identifier and no other": "tongsuopy 只有默认用户身份标识",
    "the plain forms only: C1C2C3 and C1C3C2": "只有裸格式：C1C2C3 与 C1C3C2",
    "the plain forms only": "只有裸格式",
    "tongsuopy does not encrypt with SM2": "tongsuopy 不用 SM2 加密",
    "no profile of its own: what the row of DER says": "没有自己的互通配置：与 DER 一行相同",
    "hutool writes raw keys in hex: see the profile": "hutool 以十六进制写裸密钥：见互通配置",
    "the library has algorithms, and no files or messages with SM2": "该库只有算法，没有使用 SM2 的文件或消息",
    "tjfoc does not write it": "tjfoc 不写",
    "OpenSSL 3.0 knows no HMAC-SM3 in PBKDF2": "OpenSSL 3.0 的 PBKDF2 不支持 HMAC-SM3",
    "tjfoc knows AES and HMAC-SHA in PBES2": "tjfoc 的 PBES2 只支持 AES 与 HMAC-SHA",
    "Bouncy Castle knows no HMAC-SM3 (401.2) in PBES2": "Bouncy Castle 的 PBES2 不支持 HMAC-SM3（401.2）",
    "hutool reads no protected keys": "hutool 不读受保护的密钥",
    "tongsuopy knows no HMAC-SM3 in PBKDF2": "tongsuopy 的 PBKDF2 不支持 HMAC-SM3",
    "OpenSSL has no SM2EnvelopedKey": "OpenSSL 没有 SM2EnvelopedKey",
    "tjfoc has none with SM2": "tjfoc 没有使用 SM2 的",
    "Bouncy Castle has no SM2EnvelopedKey": "Bouncy Castle 没有 SM2EnvelopedKey",
    "tongsuopy has keys, and neither certificates nor messages": "tongsuopy 只有密钥，没有证书与消息",
    "in a module of its own, go-pkcs12, not in gmsm": "在单独的模块 go-pkcs12 中，不在 gmsm 中",
    "gmkit does not write it: 3DES and SHA-1": "gmkit 不写：3DES 与 SHA-1",
    "tjfoc signs and verifies none with SM2": "tjfoc 不用 SM2 签名或验证它",
    "gmsm has neither OCSP nor timestamps": "gmsm 没有 OCSP 与时间戳",
    "OpenSSL 3.0 refuses an SM2 key in `ts -reply`, and its `ts -query` is not SM2's": "OpenSSL 3.0 在 `ts -reply` 中拒绝 SM2 密钥，其 `ts -query` 与 SM2 无关",
    "covered by the row above: answered by gmkit": "已含于上一行：由 gmkit 应答",
    "OpenSSL 3.0 refuses an SM2 key in `cms`": "OpenSSL 3.0 在 `cms` 中拒绝 SM2 密钥",
    "gmsm knows SM2 in messages by 1.2.156.10197.1.301.1 only, not by 1.2.156.10197.1.501": "gmsm 在消息中只认 1.2.156.10197.1.301.1 表示的 SM2，不认 1.2.156.10197.1.501",
    "its PKCS#7 is of RSA and ECDSA": "其 PKCS#7 只用 RSA 与 ECDSA",
    "Bouncy Castle knows SM2 in messages by 1.2.156.10197.1.501 only, not by 301.1": "Bouncy Castle 在消息中只认 1.2.156.10197.1.501 表示的 SM2，不认 301.1",
    "Bouncy Castle writes the RFC's content types only": "Bouncy Castle 只写 RFC 的内容类型",
    "Bouncy Castle has no key transport with the DER ciphertext of GM/T 0009": "Bouncy Castle 没有使用 GM/T 0009 的 DER 密文的密钥传输",
}  # fmt: skip

_PHRASES = (
    (
        (
            r"⇄ both read what the other writes, → they read ours, ← we read theirs\. (\d+) cells were run with (\S+) random cases "
            r"in all, (\S+) at least in each, on (\S+)\."
        ),
        r"⇄ 双方都能读取对方写出的内容，→ 对方读取本库的，← 本库读取对方的。\4 运行了 \1 个单元格，共 \2 个随机用例，每格至少 \3 个。",
    ),
    (r"Peers: (.+)\.", r"对方的库：\1。"),
    ("Why a cell is empty:", "单元格为空的原因："),
)

_TITLES = {
    "SM2 signature, DER": "SM2 签名，DER",
    "SM2 signature, r ‖ s": "SM2 签名，r ‖ s",
    "SM2 signature, another identifier": "SM2 签名，其他用户身份标识",
    "SM2 ciphertext, DER": "SM2 密文，DER",
    "SM2 ciphertext, C1C3C2": "SM2 密文，C1C3C2",
    "SM2 ciphertext, C1C2C3": "SM2 密文，C1C2C3",
    "signature as its profile says": "按其互通配置的签名",
    "ciphertext as its profile says": "按其互通配置的密文",
    "private key, PKCS#8": "私钥，PKCS#8",
    "private key, SEC 1": "私钥，SEC 1",
    "private key, PBES2 with HMAC-SM3 and SM4": "私钥，PBES2 配 HMAC-SM3 与 SM4",
    "private key, PBES2 with HMAC-SHA-256 and AES": "私钥，PBES2 配 HMAC-SHA-256 与 AES",
    "public key, SubjectPublicKeyInfo": "公钥，SubjectPublicKeyInfo",
    "SM2EnvelopedKey (GM/T 0009)": "SM2EnvelopedKey（GM/T 0009）",
    "PKCS#12, AES and SHA-256": "PKCS#12，AES 与 SHA-256",
    "PKCS#12, 3DES and SHA-1": "PKCS#12，3DES 与 SHA-1",
    "certificate": "证书",
    "request, PKCS#10": "证书请求，PKCS#10",
    "revocation list": "证书撤销列表",
    "OCSP request": "OCSP 请求",
    "OCSP response": "OCSP 响应",
    "timestamp, RFC 3161": "时间戳，RFC 3161",
    "timestamp request": "时间戳请求",
    "SignedData, RFC 5652": "SignedData，RFC 5652",
    "SignedData, RFC 5652, detached": "SignedData，RFC 5652，不含原文",
    "SignedData, GM/T 0010": "SignedData，GM/T 0010",
    "SignedData, GM/T 0010, detached": "SignedData，GM/T 0010，不含原文",
    "EnvelopedData, RFC 5652": "EnvelopedData，RFC 5652",
    "EnvelopedData, GM/T 0010": "EnvelopedData，GM/T 0010",
}


def in_chinese(table: str) -> str:
    """
    The Chinese of a rendered table.

    Raises:
        KeyError: A row or a reason has no Chinese yet.
    """
    notes = tuple((rf"(\d+)\. {re.escape(en)}", rf"\1. {zh}") for en, zh in _REASONS.items())
    return translated(table, phrases=(*_PHRASES, *notes), cells=_TITLES)
