"""
Electronic seals: GM/T 0031-2014, GB/T 38540-2020 and GM/T 0031-2025.

A seal is a picture, a name, and a list of who may use it, signed by its maker. What is signed with it names
its signer and carries the whole seal. :class:`Seal` and :class:`SealSignature` read them,
:func:`verify_seal` and :func:`judge_sealed` judge them, :func:`make_seal` and :func:`sign_with_seal` make them.
"""

from gmkit.seal.make import Users, make_seal, sign_with_seal
from gmkit.seal.model import CertificateList, Layout, Picture, Seal, SealInfo, SealSignature
from gmkit.seal.picture import picture_of
from gmkit.seal.verify import judge_sealed, verify_seal

__all__ = [
    "CertificateList",
    "Layout",
    "Picture",
    "Seal",
    "SealInfo",
    "SealSignature",
    "Users",
    "judge_sealed",
    "make_seal",
    "picture_of",
    "sign_with_seal",
    "verify_seal",
]
