"""Help of ``gmkit sm4`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "SM4 encryption that notices changes.": "能察觉改动的 SM4 加密。",
    "Open what `gmkit sm4 encrypt` sealed; nothing is written unless all of it is as it was.": "打开 `gmkit sm4 encrypt` 加密的内容；只要有一处不是原样，就什么也不写出。",
    "SM4 key: a file of 16 bytes (sm4 keygen).": "SM4 密钥：16 字节的文件（sm4 keygen）。",
    "Bind the data to this text; opening needs the same.": "把数据与这段文本绑定；解密时须给出同一文本。",
    "Seal FILE or standard input, of any size, with SM4-GCM under a key file.": "用密钥文件以 SM4-GCM 加密 FILE 或标准输入，长度不限。",
    "The result carries its own nonce, and `gmkit sm4 decrypt` notices every change to it.": "结果自带 nonce，对它的任何改动都会被 `gmkit sm4 decrypt` 察觉。",
    "Make an SM4 key: a file of 16 random bytes.": "生成 SM4 密钥：16 个随机字节的文件。",
    "File to make, mode 0600.": "要建立的文件，权限为 0600。",
}
