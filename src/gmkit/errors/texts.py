"""
What the errors mean, in English and in Chinese: one entry for each kind, and more for common mistakes.

An error carries its message in English, made where it is raised. Here stand the title and the hint of its
kind, and for messages whose cause is mostly the same mistake, a hint that names the mistake. Chinese for the
messages themselves stands in :mod:`gmkit.errors.chinese`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gmkit.errors import GmkitError, VerificationError
from gmkit.errors.chinese import REASONS, translated


class Kind(NamedTuple):
    """
    A class of errors.

    Attributes:
        title: What failed.
        hint: What to do about it.
        hint_zh: The same in Chinese.
    """

    title: str
    hint: str
    hint_zh: str


KINDS: dict[str, Kind] = {
    "GMK-ERROR": Kind(
        "gmkit failed",
        "the message says what failed",
        "请参看错误信息",
    ),
    "GMK-ARGUMENT": Kind(
        "an argument cannot be used",
        "the message names the argument and what it may be; --help and the docstring list all of them",
        "错误信息给出了参数及其允许的取值；--help 与函数文档列出全部参数",
    ),
    "GMK-ENCODING": Kind(
        "the bytes are not what they should be",
        "`gmkit inspect FILE` says what they are, and repairs common damage",
        "用 `gmkit inspect 文件` 查看它究竟是什么，常见损坏可由它修复",
    ),
    "GMK-KEY": Kind(
        "not a key, or not one of this kind",
        "`gmkit inspect FILE` says what key it is and in which form",
        "用 `gmkit inspect 文件` 查看它是何种密钥、何种格式",
    ),
    "GMK-ALGORITHM": Kind(
        "an algorithm that is not done here",
        "ask the other side for SM2, SM3 and SM4, or for another algorithm of the standards page",
        "请对方改用 SM2、SM3、SM4，或标准页所列的其他算法",
    ),
    "GMK-PASSWORD": Kind(
        "a protected key did not open",
        "check the password: its bytes count, so a trailing line end or another text encoding is another one",
        "请检查口令：口令按字节比较，末尾多一个换行或文字编码不同都是另一个口令",
    ),
    "GMK-DECRYPT": Kind(
        "a ciphertext did not open",
        "another key, another form (DER, C1C3C2, C1C2C3, with or without 04), or changed data: "
        "`gmkit inspect FILE --key KEY` tells the form",
        "密钥不对、密文格式不对（DER、C1C3C2、C1C2C3、有无 04），或数据被改动："
        "`gmkit inspect 文件 --key 私钥` 可判断格式",
    ),
    "GMK-VERIFY": Kind(
        "not verified",
        "the reason says which check failed; treat the data as unsigned",
        "原因码给出未通过的检查；请将数据视为未签名",
    ),
    "GMK-SIGNATURE": Kind(
        "a signature does not fit key and message",
        "another form (DER, or r and s as 64 bytes), another user identifier (OpenSSL's is empty unless told), a "
        "message that was hashed before, or changed data: `gmkit sm2 verify` says which",
        "签名格式不同（DER 或 64 字节的 r‖s）、用户身份标识不同（OpenSSL 默认为空）、消息被预先做过杂凑，"
        "或数据被改动：`gmkit sm2 verify` 会指出是哪一种",
    ),
    "GMK-CERTIFICATE": Kind(
        "a certificate or its chain was refused",
        "`gmkit cert verify --explain` names the certificate, the rule and the clause",
        "用 `gmkit cert verify --explain` 查看是哪张证书、哪条规则",
    ),
    "GMK-RECEIPT": Kind(
        "a receipt was refused",
        "`gmkit receipt show` shows what is in it; ask its sender for another copy",
        "用 `gmkit receipt show` 查看内容；请发送方重新提供",
    ),
    "GMK-RECORD": Kind(
        "a record that cannot be represented exactly",
        "the message names line and field: integers within 2^53, no fractions, valid Unicode",
        "错误信息给出行号与字段：整数须在 2^53 之内，不得含小数，文本须为有效 Unicode",
    ),
    "GMK-DATA": Kind(
        "personal data that is gone or may not be read",
        "erased data does not come back; the receipt stays verifiable without it",
        "已删除的个人信息无法恢复；凭证本身仍可验证",
    ),
    "GMK-ISSUE": Kind(
        "the authority refuses to issue",
        "the message names what the profile or the lint forbids; `gmkit ca profiles` shows the profiles",
        "错误信息给出模板或检查规则所禁止的内容；`gmkit ca profiles` 列出各模板",
    ),
    "GMK-STORAGE": Kind(
        "a file or a store could not be read or written whole",
        "check the path, its permissions and the space; what was there before is unchanged",
        "请检查路径、权限与剩余空间；原有内容未被改动",
    ),
    "GMK-DEVICE": Kind(
        "a device with keys in it fails or refuses",
        "check the library's path, the index of the key and the PIN in the key URI",
        "请检查密钥 URI 中的库路径、密钥索引与 PIN",
    ),
    "GMK-DEPENDENCY": Kind(
        "an optional package is needed",
        "the message says which; pip installs it",
        "错误信息给出所需的软件包；用 pip 安装即可",
    ),
    "GMK-SELFTEST": Kind(
        "a known answer came out wrong",
        "do not use this installation: reinstall it, and report the output of `gmkit selftest`",
        "请勿使用此安装：重新安装，并反馈 `gmkit selftest` 的输出",
    ),
    "GMK-RANDOM": Kind(
        "the operating system gave no random bytes",
        "nothing was signed or encrypted; mend the system's generator first",
        "未做任何签名或加密；请先修复操作系统的随机数发生器",
    ),
}

# Messages whose cause is mostly one mistake: pattern, hint, the same in Chinese.
MISTAKES: tuple[tuple[str, str, str], ...] = (
    (
        r"the key is protected by a password",
        "give its password: password=… in Python, --password-fd on the command line",
        "请给出口令：Python 中用 password=…，命令行用 --password-fd",
    ),
    (
        r"a password was given, but the key is not protected by one",
        "leave the password out",
        "请不要给出口令",
    ),
    (
        r"an SM2 private key has 32 bytes, not (30|31)",
        "a leading zero was dropped: pad the number to 32 bytes on the left",
        "前导零丢失：请在左侧补零至 32 字节",
    ),
    (
        r"an SM2 private key has 32 bytes, not 33",
        "a zero stands before it (Java's BigInteger writes one): take it off",
        "前面多了一个零（Java 的 BigInteger 会这样写）：请去掉",
    ),
    (
        r"an SM2 private key has 32 bytes, not 64",
        "64 hexadecimal digits are text: use from_hex",
        "64 个十六进制数字是文本：请用 from_hex",
    ),
    (
        r"expected exactly 64 hexadecimal digits",
        "no 0x and no blanks; with 63 or 62 digits a leading zero was dropped: pad with 0 on the left",
        "不带 0x、不含空格；若为 63 或 62 位则前导零丢失，请在左侧补 0",
    ),
    (
        r"beginning with 02 or 03; found 64",
        "the leading 04 of the point is missing (gmssl and others leave it out): put it before the 64 bytes",
        "缺少点坐标前的 04（gmssl 等库会省略）：请在 64 字节前加上 04",
    ),
    (
        r"beginning with 02 or 03; found (63|62)",
        "the leading 04 is missing and a leading zero was dropped: pad X and Y to 32 bytes each",
        "缺少开头的 04，且前导零丢失：请将 X、Y 各补足 32 字节",
    ),
    (
        r"beginning with 02 or 03; found (126|128|130|132)",
        "these are hexadecimal digits: bytes.fromhex(text) first, or `gmkit key convert --from NAME`",
        "这是十六进制文本：先用 bytes.fromhex(文本)，或 `gmkit key convert --from 名称`",
    ),
    (
        r"an SM4 key has 16 bytes, not 32",
        "32 hexadecimal digits are a key of 16 bytes: bytes.fromhex(text) first",
        "32 个十六进制数字对应 16 字节密钥：先用 bytes.fromhex(文本)",
    ),
    (
        r"is the block on one line\?",
        "the text is all in one line: `gmkit inspect FILE -o NEW` writes it whole",
        "全部内容在同一行：`gmkit inspect 文件 -o 新文件` 可修复",
    ),
    (
        r"line breaks are written as backslash and n",
        "out of JSON or a configuration: `gmkit inspect FILE -o NEW` writes it whole",
        "取自 JSON 或配置文件：`gmkit inspect 文件 -o 新文件` 可修复",
    ),
    (
        r"no private key in the text",
        "it holds something else, a public key or a certificate: `gmkit inspect FILE` says what",
        "其中是公钥、证书或其他内容：`gmkit inspect 文件` 可查看",
    ),
    (
        r"no public key in the text",
        "of a private key, `gmkit key convert KEY --to public` writes the public one",
        "若为私钥，可用 `gmkit key convert 私钥 --to public` 导出公钥",
    ),
    (
        r"no PEM block found \(",
        "`gmkit inspect FILE` says what it is; a bare key of another library is read by `gmkit key convert --from NAME`",
        "`gmkit inspect 文件` 可判断它是什么；其他库的裸密钥可用 `gmkit key convert --from 名称` 读取",
    ),
    (
        r"the store failed: (disk I/O error|database or disk is full)",
        "is there room on the disk? what was acknowledged before is kept",
        "磁盘是否还有空间？此前已确认的内容不受影响",
    ),
    (
        r"the store failed: (unable to open database file|attempt to write a readonly database)",
        "SQLite writes beside the file even to read: it and its folder must be writable; copy them from a read-only medium",
        "SQLite 即使只读也要在文件旁写入：文件及其目录须可写；只读介质上的请先复制",
    ),
    (
        r"no PEM block found; this looks like DER",
        "read it as DER",
        "请按 DER 读取",
    ),
    (
        r"expected SEQUENCE, found tag 0x2d",
        "this is PEM text: read it as PEM",
        "这是 PEM 文本：请按 PEM 读取",
    ),
)
_MISTAKES = tuple((re.compile(pattern), en, zh) for pattern, en, zh in MISTAKES)


def hint(message: str) -> str | None:
    """The hint for a message that mostly has one cause, or None."""
    return next((en for pattern, en, _ in _MISTAKES if pattern.search(message)), None)


def in_chinese(error: GmkitError) -> tuple[str, str]:
    """Message and hint in Chinese; a message from elsewhere stays as it is, behind the kind of error."""
    title = error.title_zh
    if isinstance(error, VerificationError) and error.reason in REASONS:
        title = REASONS[error.reason]
    message = translated(error.message) or (f"{title}：{error.message}" if error.message else title)
    named = next((zh for pattern, _, zh in _MISTAKES if pattern.search(error.message)), None)
    own = error.own_hint
    if own is None or named is not None:
        return message, named or KINDS[error.code].hint_zh
    return message, translated(own) or _of_kind(own) or own


def _of_kind(hint: str) -> str | None:
    """The Chinese of a hint that is that of a kind."""
    return next((kind.hint_zh for kind in KINDS.values() if kind.hint == hint), None)
