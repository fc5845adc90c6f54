"""
gmkit: China's national cryptography and electronic signatures.

The parts are modules, imported when used: ``gmkit.sm2``, ``gmkit.sm3``, ``gmkit.sm4``, ``gmkit.mac``,
``gmkit.kdf``, ``gmkit.keys``, ``gmkit.x509``, ``gmkit.pki``, ``gmkit.receipts``; every exception is in
``gmkit.errors``.
"""

from gmkit.errors import GmkitError

__all__ = ["GmkitError", "__version__"]
__version__ = "0.1.0"
