"""Help of ``gmkit tsa`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Timestamps (RFC 3161): run an authority, ask it, verify what it said.": "时间戳（RFC 3161）：运行时间戳机构、申请时间戳、验证时间戳。",
    "Make a timestamp authority in a new FOLDER. Its key stays where it is.": "在新目录 FOLDER 中建立时间戳机构。其密钥留在原处。",
    "Its certificate (profile tsa), and those above it that are to go along.": "其证书（证书模板 tsa），以及要一并发送的上级证书。",
    "The policy it stamps under.": "加盖时间戳所依据的策略。",
    "How far its clock may be off, in milliseconds; 0 says nothing.": "时钟可能的偏差，单位为毫秒；0 表示不说明。",
    "Time alone orders its stamps: one a second.": "单凭时间即可排出时间戳的先后：每秒一个。",
    "The content types of GM/T 0033-2014.": "使用 GM/T 0033-2014 的内容类型。",
    "Ask for a timestamp over FILE: a TimeStampReq in DER. The file itself stays here.": "为 FILE 申请时间戳：DER 编码的 TimeStampReq。文件本身不会发出。",
    "Hash of the file that is stamped.": "加盖时间戳的文件所用的杂凑算法。",
    "Policy to ask for; default: the authority's own.": "所请求的策略；默认为时间戳机构自己的策略。",
    "Do not bind the answer to this request.": "不把应答与这个请求绑定。",
    "Leave the authority's certificate out of the stamp.": "时间戳中不含时间戳机构的证书。",
    "Stamp: answer a REQUEST (DER) with the time of this machine.": "加盖时间戳：以本机的时间应答请求 REQUEST（DER）。",
    "What cannot be granted is answered too, with a rejection that says why; the exit code is 1 then.": "不能同意的请求也会应答，以拒绝说明原因；此时退出码为 1。",
    "Show what is in a timestamp request, response or token (DER). Nothing is verified.": "显示时间戳请求、响应或令牌（DER）的内容。不作任何验证。",
    "Verify a STAMP (a response or a token in DER) over a file, or as the answer to a request.": "针对文件，或作为对请求的应答，验证时间戳 STAMP（DER 编码的响应或令牌）。",
    "The authority's chain is judged at the time that the stamp states.": "时间戳机构的证书链按时间戳所述的时间判断。",
    "The file that is said to be stamped.": "据称已加盖时间戳的文件。",
    "The request: what was stamped, policy, nonce.": "时间戳请求：加盖的内容、策略、nonce。",
    "The authority's certificates, if they are not in the stamp.": "时间戳机构的证书，用于时间戳中未自带时。",
    "Revocation lists and OCSP responses; with them every certificate needs an answer.": "证书撤销列表与 OCSP 响应；给出时，每张证书都须有应答。",
}
