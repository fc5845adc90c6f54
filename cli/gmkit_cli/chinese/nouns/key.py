"""Help of ``gmkit key`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Key files: make, look at, convert; ask for a certificate.": "密钥文件：生成、查看、转换；申请证书。",
    "Write a key in another form, or under another password.": "把密钥写成另一种格式，或换一个口令保护。",
    "KEY is PKCS#8 or SEC 1 in PEM or DER, PKCS#12, a .sm2 file of CFCA, or (--from) a raw key as a library writes it.": "KEY 是 PEM 或 DER 编码的 PKCS#8 或 SEC 1、PKCS#12、CFCA 的 .sm2 文件，或（用 --from）某个库所写的裸密钥。",
    "PKCS#8; SEC 1 (EC PRIVATE KEY, never protected); the public key alone; PKCS#12; or the certificates beside the key.": "PKCS#8；SEC 1（EC PRIVATE KEY，从不加口令）；仅公钥；PKCS#12；或与密钥同在的证书。",
    "Of several keys in KEY, the one with this name.": "KEY 中有多个密钥时，取这一名称的那个。",
    "KEY is a raw key as this library writes it.": "KEY 是这个库所写的裸密钥。",
    "Write a raw key as this library takes it.": "写成这个库所接受的裸密钥。",
    "With pkcs12: another key, of a pair.": "用于 pkcs12：双密钥中的另一个密钥。",
    "With pkcs12: put these beside.": "用于 pkcs12：一并放入这些证书。",
    "DER instead of PEM.": "写 DER 而不是 PEM。",
    "With public: the algorithm's identifier, id-ecPublicKey or 1.2.156.10197.1.301.": "用于 public：算法的对象标识符，id-ecPublicKey 或 1.2.156.10197.1.301。",
    "With sec1: an EC PARAMETERS block before the key.": "用于 sec1：在密钥之前写一个 EC PARAMETERS 块。",
    "Read the new password from file descriptor N.": "从文件描述符 N 读取新口令。",
    "Make an SM2 key pair; the private key goes into a PKCS#8 file of mode 0600.": "生成 SM2 密钥对；私钥写入权限为 0600 的 PKCS#8 文件。",
    "Write the public key to this file as well.": "同时把公钥写入这个文件。",
    "Open the encryption key that an authority delivered, in whichever form, and write it as a key file.": "打开证书认证机构下发的加密密钥，不论何种格式，并写成密钥文件。",
    "Recognised: SM2EnvelopedKey (GM/T 0009), the response of GM/T 0092, an envelope of GB/T 35275, PKCS#12, and CFCA's two ways. Which it was, and what in it deviates from its standard, is said on standard error.": "可识别：SM2EnvelopedKey（GM/T 0009）、GM/T 0092 的响应、GB/T 35275 的数字信封、PKCS#12，以及 CFCA 的两种方式。究竟是哪一种、与所属标准有何偏差，写到标准错误。",
    "--key is the private key it was packed for: that of the signing half, or the temporary one of the request. PKCS#12 and CFCA's .sm2 files open with a password instead (--password-fd).": "--key 是封装时所针对的私钥：双证书中签名密钥的私钥，或请求中临时密钥的私钥。PKCS#12 与 CFCA 的 .sm2 文件则用口令打开（--password-fd）。",
    "The encryption certificate: the key that was delivered must be its own.": "加密证书：下发的密钥必须与之对应。",
    "Ask for a certificate: a PKCS#10 request (RFC 2986) for a key, signed with it.": "申请证书：为密钥生成 PKCS#10 证书请求（RFC 2986），并用该密钥签名。",
    "Say what key is in a file or at a key URI; of a private key, never its number.": "说明文件中或密钥 URI 处是什么密钥；对私钥绝不显示其数值。",
    "KEY is a private key, a public key, or a certificate to take it from.": "KEY 是私钥、公钥，或含有公钥的证书。",
}
