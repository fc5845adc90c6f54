"""Help of ``gmkit evidence`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Evidence files: proof of a signed document that is renewed and outlives its certificates.": "证据文件：签名文档的证明，可以更新，比其证书更长久。",
    "Verify a signed document, and put what proves it under a timestamp, in one file.": "验证签名文档，并把证明它的内容加盖时间戳，放入一个文件。",
    "The document itself stays outside. Renew the file before the authority's certificate ends.": "文档本身不放入。请在时间戳机构的证书到期之前更新证据文件。",
    "Detached signature of FILE.": "FILE 的签名，单独存放，不含原文。",
    "Hash of the timestamp.": "时间戳的杂凑算法。",
    "Also for a document that is not valid: this proves when it existed, and no more.": "对不是有效的文档也制作：只证明它何时已经存在，仅此而已。",
    "Put a new timestamp over EVIDENCE, while the newest one still holds.": "在最新的时间戳仍然有效时，为 EVIDENCE 加盖新的时间戳。",
    "Roots and revocation lists of today, for the newest timestamp's authority, go into the file. Write over the old file with -o EVIDENCE --force.": "最新时间戳所属机构当前的根与撤销列表会放入文件。用 -o EVIDENCE --force 覆盖旧文件。",
    "Hash everything anew with this one, before the old one ends; takes FILE.": "在旧算法失效之前，用这一算法对全部内容重新计算杂凑值；需要 FILE。",
    "An algorithm (sm3, sha256, …, or dotted) convinces until TIME only.": "一个算法（sm3、sha256、…，或点分形式）只在 TIME 之前可信。",
    "What an EVIDENCE file says: for which document, stamped when, to be renewed until when.": "EVIDENCE 文件的内容：针对哪个文档、何时加盖时间戳、须在何时之前更新。",
    "Verify FILE by its EVIDENCE, offline: roots come from here, the rest is in the file.": "凭 EVIDENCE 离线验证 FILE：根在此给出，其余都在文件中。",
    "Exit codes: 0 valid, 1 failure, 2 wrong usage, 3 invalid, 4 not verifiable.": "退出码：0 有效，1 失败，2 用法错误，3 无效，4 无法验证。",
}
