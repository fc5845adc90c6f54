"""Help of ``gmkit cert`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Certificates, requests and revocation lists.": "证书、证书请求与证书撤销列表。",
    "Check certificates against the rules of RFC 5280 and GM/T 0015, one rule for one clause.": "按 RFC 5280 与 GM/T 0015 的规则检查证书，一条规则对应一项条款。",
    "FILE is PEM, DER or PKCS#7. Trust is not looked at. Exit code 3 if a rule of severity error is broken.": "FILE 为 PEM、DER 或 PKCS#7。不考察是否可信。违反严重程度为 error 的规则时，退出码为 3。",
    "The certificate it was signed with: more can be checked.": "签发它的证书：据此可以检查更多内容。",
    "Leave this rule out.": "不检查这条规则。",
    "Tell by the exit code whether a certificate should be renewed now.": "以退出码说明证书现在是否应当续期。",
    (
        "Exit codes:\n"
        "  0  it should, or it has expired\n"
        "  4  not yet\n"
        "  1  it cannot be read\n"
        "  2  wrong usage"
    ): ("退出码：\n  0  应当续期，或已经过期\n  4  尚早\n  1  无法读取\n  2  用法错误"),
    "Due when it ends within this time, or when so much of its life is over.": "剩余时间不超过此值，或有效期已过去这一比例时，即为到时。",
    "Due if any certificate of FILE is, not only the first.": "FILE 中任何一张证书到时即算到时，而不只看第一张。",
    "Print what certificates, requests and revocation lists say.": "显示证书、证书请求与证书撤销列表的内容。",
    'FILE is PEM (a bundle too), DER or PKCS#7. Nothing is judged: see `gmkit cert verify`. What deviates from DER or from the profile is listed under "findings".': "FILE 为 PEM（可含多张）、DER 或 PKCS#7。不作任何判断：见 `gmkit cert verify`。与 DER 或证书模板的偏差列在“findings”之下。",
    "Verify a certificate: is there a chain to a trusted root, good for this purpose at this time?": "验证证书：是否有一条到受信任根的证书链，在这一时间适合这一用途？",
    "The first certificate of FILE is the one asked about; those after it may lie in between.": "所问的是 FILE 中的第一张证书；其后的证书可作中间证书。",
    "Certificates that may lie in between.": "可作中间证书的证书。",
    "Revocation lists.": "证书撤销列表。",
    "OCSP responses in DER.": "DER 编码的 OCSP 响应。",
    "Whether each certificate needs an answer; default: require with --crl or --ocsp, otherwise none.": "是否每张证书都须有撤销状态的应答；默认：给出 --crl 或 --ocsp 时为 require，否则为 none。",
    "What for.": "用途。",
    "Host name or address the certificate must be for.": "证书须适用的主机名或地址。",
    "How strictly certificates must be made.": "对证书的编制要求有多严格。",
    "On failure, look for the cause; accepts nothing.": "失败时查找原因；不会因此接受任何东西。",
}
