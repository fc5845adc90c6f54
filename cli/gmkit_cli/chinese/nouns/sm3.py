"""Help of ``gmkit sm3`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "SM3 digests and message authentication codes.": "SM3 杂凑值与消息鉴别码。",
    "Print the SM3 digest of files, or of standard input.": "显示各文件或标准输入的 SM3 杂凑值。",
    "Print, or verify, the HMAC-SM3 tag of FILE or standard input.": "显示或验证 FILE 或标准输入的 HMAC-SM3 鉴别码。",
    "File with the key, raw bytes.": "密钥文件，内容为原始字节。",
    "Compare with this tag: exit code 3 if it differs.": "与这个鉴别码比较：不同时退出码为 3。",
}
