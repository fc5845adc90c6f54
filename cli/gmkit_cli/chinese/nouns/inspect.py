"""Help of ``gmkit inspect`` in Chinese."""

__all__ = ["TEXTS"]

TEXTS = {
    "Say what something is: every reading that fits, who writes it so, what looks damaged, what to do with it.": "说明一样东西是什么：所有说得通的解读、谁会这样写、哪里像是损坏、接下来怎么办。",
    "An argument that is the name of a file is that file, - is standard input, anything else is taken as text. --key is a private key that tells the orders of a ciphertext apart.": "参数若是文件名，即指该文件；- 为标准输入；其他一律当作文本。--key 是私钥，用来区分密文的排列顺序。",
    "For people, not for scripts: guesses are guesses. Exit code 1 if nothing fits.": "供人阅读，不供脚本使用：猜测终究是猜测。没有一种解读说得通时，退出码为 1。",
    "The reading that -o writes.": "由 -o 写出的那种解读。",
    "Write what was found, out of its layers and with undone damage, to FILE.": "把找到的内容剥去外层、修复损坏后写入 FILE。",
}
