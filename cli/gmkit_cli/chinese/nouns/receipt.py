"""Help of ``gmkit receipt`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Signed records of transactions.": "经签名的交易记录。",
    "Put a receipt and everything that proves it into one file, to be verified years later with a root alone.": "把一张凭证及证明它的全部内容放入一个文件，多年以后只凭根即可验证。",
    "The receipt on this line; default: the first.": "这一行的凭证；默认为第一张。",
    "The ledger that proves it, with its certificates.": "证明该凭证的账本，连同账本的证书。",
    "Certificates of signer, log and timestamp authority, and those above them.": "签名人、账本与时间戳机构的证书及其上级证书。",
    "Revocation lists for them.": "针对这些证书的撤销列表。",
    "Show withheld data beside the receipts of FILE, for those who may see it.": "在 FILE 的凭证旁披露不予出示的数据，交给有权查看的人。",
    "The signatures stay as they are; whoever verifies finds that the data is what was signed.": "签名保持不变；验证者会发现数据正是所签的内容。",
    "Only the receipt of this record; default: every one.": "只处理这一记录的凭证；默认为全部。",
    "The fields to show; default: all that are kept.": "要披露的字段；默认为保存的全部字段。",
    "The vault that keeps the data: a file or a URL.": "保存数据的个人信息库：文件或 URL。",
    "Write one receipt in a form that other people's tools verify: the same signature, nothing signed anew.": "把一张凭证写成其他工具可以验证的形式：签名不变，没有重新签名。",
    "raw: the message, its signature beside it (.sig); jws: RFC 7515; cms: RFC 5652; cms-gm: GM/T 0010.": "raw：消息，签名在旁（.sig）；jws：RFC 7515；cms：RFC 5652；cms-gm：GM/T 0010。",
    "The signer's certificate and those above it, where FILE does not carry them.": "签名人的证书及其上级证书，用于 FILE 未自带时。",
    "Draw a day's receipts by the hour: verdicts, amounts, reasons of refusal, gaps in numbers and in time.": "逐小时画出一天的凭证：结论、金额、拒绝的原因，以及编号与时间上的间断。",
    "Every receipt is verified first, as `gmkit receipt verify` does. Words are English or Chinese (--lang). Needs gmkit[plot]. Exit code 3 if a receipt of the day is not valid.": "先像 `gmkit receipt verify` 那样验证每张凭证。文字为英文或中文（--lang）。需要 gmkit[plot]。当天有凭证不是有效的，退出码为 3。",
    "Draw to FILE: .png or .svg.": "画到 FILE：.png 或 .svg。",
    "The day to draw; default: that of the first receipt.": "要画的日期；默认为第一张凭证的日期。",
    "Time zone of the day and its hours, such as Asia/Shanghai.": "日期与小时所用的时区，例如 Asia/Shanghai。",
    "Take shown data away from receipts before they are handed on; the signatures stay valid.": "在转交之前取走凭证中已披露的数据；签名仍然有效。",
    "Fields that stay shown; default: none.": "继续披露的字段；默认为无。",
    "Tell which receipts of a compromised key stand: those under a checkpoint dated before.": "说明密钥泄露后哪些凭证仍然成立：处于泄露之前有日期的检查点之下的。",
    (
        "Verdicts:\n"
        "  stands       under a checkpoint that an authority dated before --revoked-at\n"
        "  late window  taken in before, by the clock of the ledger alone\n"
        "  falls        everything else"
    ): (
        "结论：\n"
        "  stands       处于时间戳机构证明早于 --revoked-at 的检查点之下\n"
        "  late window  仅凭账本的时钟，收入时间在此之前\n"
        "  falls        其余全部"
    ),
    "Exit code 3 if any does not stand.": "有凭证不成立时，退出码为 3。",
    "From when on the key is not to be believed.": "自此时起不再相信该密钥。",
    "Roots of the timestamp authorities that are believed.": "受信任的时间戳机构的根。",
    "Certificates below those roots.": "这些根之下的证书。",
    "Print what a receipt states. It is NOT verified: `gmkit receipt verify` does that.": "显示凭证的内容。不作验证：请用 `gmkit receipt verify`。",
    "Show the receipt on this line; default: the first.": "显示这一行的凭证；默认为第一张。",
    "Sign every record of FILE: one receipt a line.": "对 FILE 中的每条记录签名：每行一张凭证。",
    "A record is a JSON object, a CSV row or a Parquet row with the fields kind, id, time, amount (an integer in minor units), currency, and any others. One that cannot be represented exactly is refused with its line number, and the run goes on; exit code 1 then says that not all was signed. The output appears when it is complete. A run that was interrupted goes on where it was when the same command is given again.": "记录是 JSON 对象、CSV 行或 Parquet 行，含有字段 kind、id、time、amount（以最小货币单位计的整数）、currency 以及其他任意字段。不能精确表示的记录连同行号被拒绝，运行继续；此时退出码 1 说明没有全部签名。输出在完成之后才出现。中断的运行在再次给出同一命令时，从原处继续。",
    "The signer's certificate and those above it, put into the file for whoever verifies.": "签名人的证书及其上级证书，放入文件供验证者使用。",
    "Form of the records; default: as the name of FILE ends, jsonl for a pipe.": "记录的格式；默认由 FILE 的扩展名决定，管道则为 jsonl。",
    "Keep these fields out of the receipts: a digest stands there, the data goes to --vault.": "这些字段不在凭证中出示：凭证中是杂凑值，数据放入 --vault。",
    "The field that says whom the data is about: buyer.id.": "说明数据属于谁的字段：buyer.id。",
    "Further digests in each receipt.": "每张凭证中附加的杂凑值个数。",
    "The vault that keeps what is withheld: a file or a URL.": "保存不予出示的数据的个人信息库：文件或 URL。",
    "Write the refused records here, as JSON Lines.": "把被拒绝的记录写到这里，格式为 JSON Lines。",
    "Stop at the first refused record; write nothing.": "遇到第一条被拒绝的记录即停止；什么也不写出。",
    "Throw away what an interrupted run left.": "丢弃中断的运行所留下的内容。",
    "Verify every receipt of FILE, each on its own, and say why where one is refused.": "逐张验证 FILE 中的凭证，有被拒绝的则说明原因。",
    "FILE may be a bundle (gmkit receipt bundle): it is explained in sentences, and certificates are judged for the time that its timestamp proves.": "FILE 可以是凭证包（gmkit receipt bundle）：此时以语句说明，并按其时间戳所证明的时间判断证书。",
    "Certificates that the file carries are used as links to a root, never as roots. Exit code 3 if any receipt is not valid.": "文件自带的证书只作通往根的中间环节，绝不作为根。有凭证不是有效的，退出码为 3。",
    (
        "Verdicts:\n"
        "  valid           signed by the named signer, and unchanged\n"
        "  invalid         changed, forged, malformed, or a second one for the same record\n"
        "  not verifiable  no path from the signer's certificate to a root given here"
    ): (
        "结论：\n"
        "  有效      由所称的签名人签名，未被改动\n"
        "  无效      被改动、伪造、格式错误，或同一记录的第二张凭证\n"
        "  无法验证  从签名人的证书到此处给出的根没有路径"
    ),
    "Revocation list; with one, every certificate below the root needs its answer in one.": "撤销列表；给出一个时，根以下的每张证书都须在某个列表中得到答复。",
    "List the valid receipts too.": "有效的凭证也列出。",
    "Write every verdict to FILE: .csv, .jsonl or .parquet.": "把每个结论写入 FILE：.csv、.jsonl 或 .parquet。",
    "For a bundle: write a page to print to FILE.": "用于凭证包：把可打印的网页写入 FILE。",
    "For a bundle: language of the explanation.": "用于凭证包：说明所用的语言。",
}
