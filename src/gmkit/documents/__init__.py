"""
One way in: whatever a signed document is, :func:`verify` judges it and :func:`sign` makes one.

PDF, OFD, XML and CMS (attached, detached, timestamps) are told apart by what they hold, never by their
name. Each format lives in a package of its own, which is imported when it is needed, and offers::

    verify(data: bytes, *, trust: Trust, name: str = "") -> Verdict
    sign(data: bytes, signer: MessageSigner, *, time: datetime, stamp: Stamp | None = None) -> bytes

with more keyword arguments of its own, all of them optional. ``stamp`` takes the octets of a signature
value and returns a timestamp token over them.
"""

from gmkit.documents.dispatch import verify
from gmkit.documents.kinds import Kind, recognise
from gmkit.documents.sign import Stamp, local_stamp, sign, sign_to, stamp_by

__all__ = ["Kind", "Stamp", "local_stamp", "recognise", "sign", "sign_to", "stamp_by", "verify"]
