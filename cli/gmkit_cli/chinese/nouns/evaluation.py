"""Help of ``gmkit evaluation`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Evaluations of what was delivered, and lists of them that nobody shortens unseen.": "对已交付之物的评价，以及删减必被察觉的评价清单。",
    "Write the list of all evaluations of an item, with the proof that it is complete.": "写出一件商品全部评价的清单，连同其完整性的证明。",
    "Receipts of the deliveries.": "各次交付的凭证。",
    "The item whose evaluations are listed.": "要列出其评价的商品。",
    "An evaluation not to show; it counts all the same.": "不予显示的评价；仍然计入总数。",
    "Keys of buyers without certificates.": "没有证书的买家的公钥。",
    "Certificates to put into the list.": "放入清单的证书。",
    "Seal all evaluations: verify each with its delivery, and sign the root of the tree over them.": "封存全部评价：逐条与对应的交付一起验证，并对其上默克尔树的根签名。",
    "Whoever has the sealed file can prove to a buyer that a list of evaluations is complete.": "持有封存文件的人可以向买家证明评价清单是完整的。",
    "Identifier of the evaluator's statement.": "评价机构所作声明的标识。",
    "Public key of a buyer who signs without a certificate; deliveries must name it.": "没有证书的签名买家的公钥；交付凭证须写明它。",
    "The evaluator's certificate and those above it, put into the file for whoever verifies.": "评价机构的证书及其上级证书，放入文件供验证者使用。",
    "Sign an evaluation of something that was delivered; DELIVERY is the merchant's receipt of it.": "对一次交付之物的评价签名；DELIVERY 是商家的交付凭证。",
    "The delivery on this line; default: the first receipt.": "这一行的交付；默认为第一张凭证。",
    "Identifier of the evaluation, unique for the signer.": "评价的标识，对签名人而言唯一。",
    "What is judged.": "所评价的对象。",
    "A further word, shown to everybody.": "另加一个词，向所有人显示。",
    "File with the evaluation in words; it can be hidden later.": "含有评价正文的文件；之后可以隐去。",
    "Who signs: the platform for the buyer, the buyer's own key, or that with a certificate.": "由谁签名：平台代买家，买家自己的密钥，或带证书的买家密钥。",
    "Check the list of an item's evaluations: that none was left out, and each that is shown.": "检查一件商品的评价清单：是否一条也没有遗漏，以及所显示的每一条。",
    "Look at who the evaluator is: the proof is that this one counted all of them.": "请看清评价机构是谁：所证明的是这一家把全部评价都计入了。",
}
