"""
Help texts in Chinese, by their English: ``TEXTS`` of a noun for its own, of ``shared`` for what several nouns say.

A key is the help of an option, or one paragraph of the help of a command, on one line. A paragraph that is not
wrapped (``\\b``) keeps its lines; of one with examples only the first line stands here, the commands are the same.
"""

__all__: list[str] = []
