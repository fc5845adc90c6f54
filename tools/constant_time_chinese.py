"""The figures of docs/constant-time.md in Chinese."""

from __future__ import annotations

from tools.phrasebook import translated

__all__ = ["in_chinese"]

_PHRASES = (
    (
        r"Measured (\S+) on (.+) \(family (\d+), model (\d+)\), (.+), release profile, (\d+) % of the measurements\.",
        r"\1 测于 \2（family \3，model \4），\5，release 配置，测量次数为全量的 \6 %。",
    ),
)

_CELLS = {
    "operation and secret": "操作与秘密",
    "leaky build": "故意泄露的构建",
    "not here": "本机没有",
    "sm2 key from octets": "SM2 由字节得到密钥",
    "sm2 key generation": "SM2 密钥生成",
    "sm2 sign": "SM2 签名",
    "sm2 sign, known nonce": "SM2 签名，随机数已知",
    "sm2 sign batch": "SM2 批量签名",
    "sm2 encrypt": "SM2 加密",
    "sm2 decrypt": "SM2 解密",
    "sm2 decrypt, wrong C3": "SM2 解密，C3 不符",
    "sm2 decrypt batch": "SM2 批量解密",
    "sm3, one and many": "SM3，单个与批量",
    "hmac and its comparison": "HMAC 及其比较",
    "pbkdf2, hkdf, sm2 kdf": "PBKDF2、HKDF、SM2 密钥派生",
    "sm4 blocks": "SM4 分组",
    "sm4 cbc and unpadding": "SM4 CBC 与去除填充",
    "sm4 streams": "SM4 流",
    "sm4 gcm": "SM4 GCM",
    "sm4 ccm": "SM4 CCM",
    "sm4 xts": "SM4 XTS",
    "sm4 cmac": "SM4 CMAC",
    "sm2 sign, key": "SM2 签名，密钥",
    "sm2 sign, nonce": "SM2 签名，随机数",
    "sm2 sign batch, key": "SM2 批量签名，密钥",
    "sm2 encrypt, message": "SM2 加密，消息",
    "sm2 decrypt, key": "SM2 解密，密钥",
    "sm2 decrypt, where C3 differs": "SM2 解密，C3 相异之处",
    "sm2 decrypt batch, key": "SM2 批量解密，密钥",
    "hmac, where tags differ": "HMAC，鉴别码相异之处",
    "sm4 gcm, where tags differ": "SM4 GCM，鉴别标签相异之处",
    "sm4 unpadding, length": "SM4 去除填充，长度",
    "sm4 unpadding, where wrong": "SM4 去除填充，出错之处",
    "sm4 block, key and text": "SM4 分组，密钥与明文",
    "sm2 key exchange": "SM2 密钥交换",
    "sm2 key exchange, key": "SM2 密钥交换，密钥",
    "sm4 cbc, many messages": "SM4 CBC，多条消息",
    "sm4 cbc, many messages, key and text": "SM4 CBC，多条消息，密钥与明文",
    "sm4 gcm in pieces": "SM4 GCM，分段",
    "sm4 gcm-siv": "SM4 GCM-SIV",
}


def in_chinese(part: str) -> str:
    """
    The Chinese of the conditions or of a table.

    Raises:
        KeyError: A case of the harness has no Chinese yet.
    """
    return translated(part, phrases=_PHRASES, cells=_CELLS)
