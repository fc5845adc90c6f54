"""
The forms other people's libraries use, by name.

Every library writes SM2 signatures, ciphertexts and keys in its own way, and nothing in the bytes says
which. A profile is one library's way, with its defaults::

    peer = interop.profile("hutool")
    peer.verify(public_key, signature, data)

A profile does exactly one thing: nothing is tried in turn, and nothing is guessed.
"""

from gmkit.interop.profile import Profile, Text, names, profile

__all__ = ["Profile", "Text", "names", "profile"]
