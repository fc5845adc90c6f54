"""Help of ``gmkit seal`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Electronic seals: make, show, verify.": "电子印章：制作、显示、验证。",
    "Make an electronic seal with the PICTURE (PNG, SVG or OFD), signed by its maker.": "用图片 PICTURE（PNG、SVG 或 OFD）制作电子印章，由制章人签名。",
    "The certificate of who makes the seal.": "制章人的证书。",
    "Certificates of those who may sign with it.": "可以用它签章的人的证书。",
    "Name of the seal, as on its face.": "印章的名称，与印面一致。",
    "Identifier in ASCII; default: 16 random bytes in hex.": "ASCII 标识；默认为 16 个随机字节的十六进制。",
    "Who made it, in ASCII.": "厂商，用 ASCII。",
    "Kind of seal: 1 of an organisation, 2 of a person.": "印章类型：1 为单位，2 为个人。",
    "1: GM/T 0031-2014, 4: GB/T 38540-2020, 5: GM/T 0031-2025.": "1：GM/T 0031-2014，4：GB/T 38540-2020，5：GM/T 0031-2025。",
    "List the users by certificate or by SM3 digest.": "以证书或以 SM3 杂凑值列出使用者。",
    "Width on paper in mm; the height follows the picture.": "纸面宽度，单位为 mm；高度按图片比例确定。",
    "Height on paper in mm.": "纸面高度，单位为 mm。",
    "Valid from this time; default: now.": "有效期的起始时间；默认为现在。",
    "Valid until this time.": "有效期的截止时间。",
    "Valid for this long, without --until.": "没有 --until 时的有效天数。",
    "Show what a seal (.esl) says, and what is unusual about its encoding. Nothing is verified.": "显示电子印章（.esl）的内容，以及其编码中不寻常之处。不作任何验证。",
    "Write the seal's picture to this file.": "把印章的图片写入这个文件。",
    "Verify a seal (.esl): its maker's signature and chain, and whether it may be used at the time.": "验证电子印章（.esl）：制章人的签名与证书链，以及此时是否可以使用。",
    "Exit codes: 0 valid, 3 invalid, 4 not verifiable.": "退出码：0 有效，3 无效，4 无法验证。",
}
