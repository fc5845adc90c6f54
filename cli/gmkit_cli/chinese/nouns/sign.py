"""Help of ``gmkit sign`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Sign a document: PDF, OFD and XML get a signature inside, any other file a CMS signature beside it.": "为文档签名：PDF、OFD 与 XML 的签名写在文件内，其他文件的 CMS 签名放在旁边。",
    "A CMS message with its content gets a further signature.": "带有内容的 CMS 消息会得到一个新增的签名。",
    "Certificates above the signer's, sent along.": "签名人的上级证书，随签名一起发送。",
    "Sign in the way of the document's kind, or any file as a CMS message.": "按文档类型的方式签名，或把任何文件作为 CMS 消息签名。",
    "CMS and PDF: types of RFC 5652, or of GM/T 0010 (GB/T 35275).": "CMS 与 PDF：RFC 5652 的类型，或 GM/T 0010（GB/T 35275）的类型。",
    "CMS: put the file into the message.": "CMS：把文件放入消息。",
    "PDF: the field to sign.": "PDF：要签名的域。",
    "PDF: show the signature on this page, in points from its lower left corner.": "PDF：在这一页显示签名，单位为点，从页面左下角算起。",
    "PDF: the picture of a visible signature.": "PDF：可见签名的图片。",
    "PDF: the text of a visible signature; default without a picture: who and when.": "PDF：可见签名的文字；没有图片时默认为签名人与时间。",
    "PDF: the PAdES level; default: b-t with a timestamp, b-b without.": "PDF：PAdES 级别；默认：有时间戳时为 b-t，没有时为 b-b。",
    "PDF: certify the file, and allow this to be added afterwards.": "PDF：作认证签名，之后只允许添加这些内容。",
    "PDF: lock a form field against changes; 'all' locks all of them.": "PDF：锁定一个表单域，不许更改；'all' 锁定全部。",
    "PDF: why.": "PDF：签名原因。",
    "PDF: where.": "PDF：签名地点。",
    "PDF: roots of signer and timestamps, for b-lt and b-lta.": "PDF：签名人与时间戳的根，用于 b-lt 与 b-lta。",
    "PDF: lists and OCSP responses to keep in the file, for b-lt and b-lta.": "PDF：要保存在文件中的撤销列表与 OCSP 响应，用于 b-lt 与 b-lta。",
}
