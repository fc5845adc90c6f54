"""
SM4, the block cipher with keys of 16 bytes (GB/T 32907-2016), in the forms that notice changes.

``seal`` and ``open`` for data at hand: they
choose the nonce themselves. ``SM4GCM`` and ``SM4CCM`` are for protocols that prescribe one. Modes
without protection against change are in ``gmkit.hazmat.sm4``.
"""

from gmkit._native.sm4 import SM4CCM, SM4GCM, generate_key, open, seal  # noqa: A004

__all__ = ["SM4CCM", "SM4GCM", "generate_key", "open", "seal"]
