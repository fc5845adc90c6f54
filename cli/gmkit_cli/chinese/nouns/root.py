"""Help of ``gmkit`` itself in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "China's national cryptography: keys, certificates and signed transaction records.": "国密工具箱：密钥、证书与经签名的交易记录。",
    "Example: a merchant signs and a buyer verifies": "示例：商家签名，买家验证",
    (
        "Results go to standard output, words to standard error; --json makes results one JSON document.\n"
        "Exit codes: 0 done, 1 failure, 2 wrong usage, 3 not verified, 130 interrupted, 143 terminated."
    ): (
        "结果写到标准输出，说明写到标准错误；--json 使结果成为一个 JSON 文档。\n"
        "退出码：0 完成，1 失败，2 用法错误，3 未通过验证，130 被中断，143 被终止。"
    ),
    "Show the version and exit.": "显示版本并退出。",
}
