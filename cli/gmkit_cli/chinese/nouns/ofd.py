"""Help of ``gmkit ofd`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "OFD documents: sign with a seal, show what covers what.": "OFD 文档：用电子印章签名，显示覆盖范围。",
    "Show the signatures of an OFD document and which of its parts they cover. Signers are not judged.": "显示 OFD 文档中的签名，以及各签名覆盖文档的哪些部分。不判断签名人。",
    "A part counts as covered by a signature that names it and whose digest it has.": "签名指明某一部分并含有其杂凑值时，该部分才算被覆盖。",
    "Sign an OFD document with an electronic seal, or with a plain digital signature.": "用电子印章对 OFD 文档作电子签章，或作普通的数字签名。",
    "Earlier signatures stay good, unless one of them has locked the document.": "之前的签名仍然有效，除非其中之一已锁定文档。",
    "Sign with this seal (.esl).": "用这个电子印章签章（.esl）。",
    "Where the seal's picture stands, in mm from the page's upper left corner; may be repeated.": "印章图片的位置，单位为 mm，从页面左上角算起；可重复给出。",
    "Also put the seal across the right edges of all pages.": "同时在所有页的右边缘加盖骑缝章。",
    "Allow no further signature.": "不许再有后续签名。",
    "Plain signature over the digest, without attributes.": "直接对杂凑值签名，不带属性。",
}
