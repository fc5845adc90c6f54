"""Help of ``gmkit ocsp`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "OCSP (RFC 6960): ask about a certificate, read and verify the answer.": "OCSP（RFC 6960）：询问一张证书，读取并验证应答。",
    "Ask about the first certificate of CERTIFICATE: an OCSP request in DER.": "询问 CERTIFICATE 中的第一张证书：生成 DER 编码的 OCSP 请求。",
    "Its issuer's certificate; default: the second one in CERTIFICATE.": "其颁发者证书；默认为 CERTIFICATE 中的第二张。",
    "Hash that names the issuer; nothing rests on its strength.": "用于指明颁发者的杂凑算法；安全性与其强度无关。",
    "An answer made in advance will do.": "预先签好的应答也可以。",
    "As text, to follow the responder's address and a /.": "写成文本，可接在应答者地址与一个 / 之后。",
    "Show what is in an OCSP request or response (DER). Nothing is verified.": "显示 OCSP 请求或响应（DER）的内容。不作任何验证。",
    "Verify an OCSP RESPONSE, and say what it says about the certificate.": "验证 OCSP 响应 RESPONSE，并说明它对该证书的答复。",
    "It counts if the certificate's issuer signed it, or whom the issuer authorised, and if it still holds. Whether to trust the issuer is the question of `gmkit cert verify --ocsp`.": "响应须由证书的颁发者或其授权者签名，并仍在有效期内，才算数。颁发者是否可信，由 `gmkit cert verify --ocsp` 回答。",
    "Exit code 3: revoked, unknown, or the response does not count.": "退出码 3：已撤销、未知，或响应不算数。",
    "The certificate that is asked about.": "所询问的证书。",
    "Its issuer's certificate, trusted; default: the second one in --cert.": "其颁发者证书，视为可信；默认为 --cert 中的第二张。",
    "The request; its nonce must be repeated.": "请求；响应须重复其中的 nonce。",
    "Responders trusted as such.": "直接信任的应答者。",
}
