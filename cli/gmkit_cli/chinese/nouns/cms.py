"""Help of ``gmkit cms`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "CMS messages: envelopes, counter-signatures, what a message holds.": "CMS 消息：数字信封、副签、消息中有什么。",
    "Confirm a signature in a CMS message by signing its value.": "对 CMS 消息中一个签名的值再签名，以示确认。",
    "Which signature of the message, counted from 1.": "消息中的第几个签名，从 1 数起。",
    "Open an envelope in FILE (DER or BER), of any size.": "打开 FILE 中的数字信封（DER 或 BER），长度不限。",
    "Of an authenticated one nothing is written before all of it was found unchanged.": "对带鉴别的数字信封，确认全部内容未被改动之后才写出。",
    "The recipient's certificate; needed if there are several recipients.": "接收人的证书；有多个接收人时需要。",
    "Put FILE, of any size, into an envelope that only the holders of some certificates can open.": "把 FILE（长度不限）装入数字信封，只有某些证书的持有者才能打开。",
    "Certificates of those who may open it: the encryption half of a dual pair.": "可以打开它的人的证书：双证书中的加密证书。",
    "SM4-CBC, which most receivers take and which notices no change; default: SM4-GCM.": "SM4-CBC，多数接收方支持，但不能察觉改动；默认为 SM4-GCM。",
    "Types of RFC 5652, or of GM/T 0010 (GB/T 35275), which has CBC only.": "RFC 5652 的类型，或 GM/T 0010（GB/T 35275）的类型，后者只有 CBC。",
    "What a CMS message holds, signed or enveloped, of either family; nothing is verified.": "CMS 消息中有什么，签名的或加密的，两类标准均可；不作任何验证。",
}
