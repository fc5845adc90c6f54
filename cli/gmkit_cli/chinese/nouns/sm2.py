"""Help of ``gmkit sm2`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "SM2 signatures and public-key encryption, for files and pipes.": "SM2 签名与公钥加密，用于文件与管道。",
    "Write a signature or a ciphertext in another form; no key is needed, and nothing is verified.": "把签名或密文写成另一种格式；不需要密钥，也不作任何验证。",
    "FORM is der or raw for signatures; der, c1c3c2 or c1c2c3 (both with 04) for ciphertexts; or the name of a library, whose form and text it is: sm-crypto, hutool, …": "FORM 对签名为 der 或 raw；对密文为 der、c1c3c2 或 c1c2c3（后两种均带 04）；或某个库的名称，采用其格式与文本编码：sm-crypto、hutool、…",
    "The form it has.": "现有的格式。",
    "The form to write.": "要写成的格式。",
    "Decrypt FILE or standard input with an SM2 private key (GB/T 32918.4-2016).": "用 SM2 私钥解密 FILE 或标准输入（GB/T 32918.4-2016）。",
    "DER (GM/T 0009), or the plain forms with a leading 04.": "DER（GM/T 0009），或以 04 开头的裸格式。",
    "The form and the defaults of another library: openssl, gmssl-c, gmssl-py, gmsm, tjfoc, bouncycastle, hutool, sm-crypto, cfca.": "采用另一个库的格式与默认值：openssl、gmssl-c、gmssl-py、gmsm、tjfoc、bouncycastle、hutool、sm-crypto、cfca。",
    "Encrypt FILE or standard input to an SM2 public key (GB/T 32918.4-2016).": "用 SM2 公钥加密 FILE 或标准输入（GB/T 32918.4-2016）。",
    "Meant for keys and short texts; the whole input is held in memory.": "适用于密钥与短文本；全部输入都放在内存中。",
    "Public key, or a certificate to take it from: a file in PEM or DER.": "公钥，或含有公钥的证书：PEM 或 DER 文件。",
    "Sign FILE or standard input with SM2 and SM3 (GB/T 32918.2-2016).": "用 SM2 与 SM3 对 FILE 或标准输入签名（GB/T 32918.2-2016）。",
    "DER, or RAW: r and s, 32 bytes each.": "DER，或 RAW：r 与 s 各 32 字节。",
    "Verify an SM2 signature over FILE or standard input; exit code 3 if it does not fit.": "验证 FILE 或标准输入的 SM2 签名；不符时退出码为 3。",
    "The key is taken as it is: no certificate is judged (`gmkit cert verify` does that).": "公钥按所给的直接使用：不判断证书（那是 `gmkit cert verify` 的事）。",
    "File with the signature.": "含有签名的文件。",
}
