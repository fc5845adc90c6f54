"""Help of ``gmkit pdf`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Signed PDF files: what they say, and how they are kept verifiable.": "签名的 PDF 文件：其中有什么，如何使其长期可以验证。",
    "Keep a signed PDF verifiable: add a timestamp, the evidence, a timestamp over both.": "使签名的 PDF 长期可以验证：添加时间戳、证据，以及覆盖二者的时间戳。",
    (
        "Levels:\n"
        "  b-t    a timestamp over signatures that have none\n"
        "  b-lt   certificates and revocation information, from --untrusted and --revocation\n"
        "  b-lta  both, under a document timestamp; again, before that one ends: its renewal"
    ): (
        "级别：\n"
        "  b-t    为没有时间戳的签名加盖时间戳\n"
        "  b-lt   证书与撤销信息，取自 --untrusted 与 --revocation\n"
        "  b-lta  以上二者，并由文档时间戳覆盖；在其到期之前再做一次即为更新"
    ),
    "Every signature must hold at this time, or nothing is written.": "此时每个签名都须有效，否则什么也不写出。",
    "The PAdES level to reach.": "要达到的 PAdES 级别。",
    "Print the signatures of a PDF: fields, levels, what they cover, what came after them.": "显示 PDF 中的签名：域、级别、覆盖范围，以及其后有什么改动。",
    "Nothing is verified: see `gmkit verify`.": "不作任何验证：见 `gmkit verify`。",
    "Password of an encrypted file, from descriptor N.": "加密文件的口令，取自文件描述符 N。",
}
