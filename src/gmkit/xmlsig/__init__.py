"""XML signatures: messages to China Customs with SM2, and honest answers about XML e-invoices."""

from gmkit.xmlsig.sign import sign
from gmkit.xmlsig.verify import verify

__all__ = ["sign", "verify"]
