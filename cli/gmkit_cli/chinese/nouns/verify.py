"""Help of ``gmkit verify`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Verify signed documents: PDF, OFD, XML, CMS (.p7s, .p7m), and files with a signature beside them.": "验证签名文档：PDF、OFD、XML、CMS（.p7s、.p7m），以及签名放在旁边的文件。",
    "What a FILE is shows from its content; a folder stands for everything below it. FILE.p7s beside FILE is its detached signature.": "FILE 是什么，由其内容判断；给出目录即指其下的全部文件。FILE 旁边的 FILE.p7s 是它的签名，不含原文。",
    (
        "Verdicts:\n"
        "  valid           every check was made and passed\n"
        "  invalid         a check failed: changed, forged, revoked, malformed\n"
        "  not verifiable  something could not be checked; the report says what"
    ): (
        "结论：\n"
        "  有效      各项检查都已进行并通过\n"
        "  无效      有检查未通过：被改动、伪造、已撤销、格式错误\n"
        "  无法验证  有内容无法检查；报告说明是什么"
    ),
    "Exit codes: 0 all valid, 1 failure, 2 wrong usage, 3 some invalid, 4 some not verifiable.": "退出码：0 全部有效，1 失败，2 用法错误，3 有无效的，4 有无法验证的。",
    "Detached signature of the only FILE (CMS, timestamp).": "唯一的 FILE 的签名，单独存放，不含原文（CMS、时间戳）。",
    "What a detached signature in FILE signs.": "FILE 为不含原文的签名时，其所签的原文。",
    "Accept this one non-conforming form of CMS.": "接受 CMS 的这一种不合标准的形式。",
    "Exit with 0 although this was not checked; the verdict stays what it is.": "即使这一项未检查，也以 0 退出；结论保持不变。",
    "Password of an encrypted PDF, from file descriptor N.": "加密 PDF 的口令，取自文件描述符 N。",
    "Documents judged at once; default: all cores.": "同时判断的文档数；默认用全部处理器核。",
}
