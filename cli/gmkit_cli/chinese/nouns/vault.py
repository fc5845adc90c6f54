"""Help of ``gmkit vault`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Personal data that receipts withhold: kept sealed, shown, restricted, erased.": "凭证不予出示的个人信息：加密保存、披露、限制、删除。",
    "Destroy the key and the data of a person; receipts and proofs stay as they are.": "销毁一个人的密钥与数据；凭证与证明保持原样。",
    "What was sealed cannot be opened again by anybody, except from copies of the vault made before: let those expire. If others read the vault all the while, old pages stay in its log until `gmkit vault overwrite` has run.": "加密保存的内容谁也无法再打开，只有此前作出的个人信息库副本例外：请让这些副本到期清除。若同时一直有他人在读取个人信息库，旧页会留在其日志中，直到运行 `gmkit vault overwrite`。",
    "SUBJECT is what the records call the person; - reads it from standard input. The change is written to the log as a signed record that names the person by a pseudonym.": "SUBJECT 是记录中对本人的称呼；- 表示从标准输入读取。变更作为一条经签名的记录写入日志，以假名指代本人。",
    "Why; nothing personal, it is logged.": "原因；会写入日志，请勿含个人信息。",
    "Receipts file to append the signed record to.": "追加这条经签名的记录的凭证文件。",
    "Make an empty vault: a file, or the URL of a PostgreSQL database.": "建立空的个人信息库：文件，或 PostgreSQL 数据库的 URL。",
    "Whoever has the key can read what the vault keeps; without it nobody can. Keep the two apart, and a copy of the key.": "持有密钥的人可以读取个人信息库保存的内容；没有密钥，谁也不能。请把二者分开保存，并留存密钥的副本。",
    "Make sure that nothing erased is left in the files of a vault.": "确保个人信息库的文件中不留下任何已删除的内容。",
    "Needed only after `gmkit vault erase` said that others were reading.": "仅在 `gmkit vault erase` 说明有他人正在读取之后才需要。",
    "Undo a restriction: the data of a person can be shown again.": "解除限制：一个人的数据可以重新披露。",
    "Data that was erased does not come back.": "已删除的数据不会恢复。",
    "Let the data of a person be stored and nothing else, until it is released.": "使一个人的数据仅供存储，直到解除限制。",
    "For data that a law orders to be kept although its purpose is gone.": "用于法律要求保存而目的已不存在的数据。",
    "Tell in which state the data of a person is, and how much of it is kept.": "说明一个人的数据处于何种状态，保存了多少。",
    "SUBJECT is what the records call the person; - reads it from standard input.": "SUBJECT 是记录中对本人的称呼；- 表示从标准输入读取。",
}
