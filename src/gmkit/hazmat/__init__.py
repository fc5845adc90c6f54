"""
Sharp tools, for protocols that ask for them by name.

Each works as its standard says and protects from nothing: what is safe by default is in ``gmkit.sm2``
and ``gmkit.sm4``.
"""
