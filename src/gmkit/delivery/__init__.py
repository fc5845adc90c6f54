"""
The encryption key of a dual pair on its way from an authority to its owner.

The owner made the signing key and asked with it; the authority made the encryption key, and sends it in one
of several forms (:class:`Form`), none of which says its name. :func:`write` makes each of them,
:func:`open_delivery` recognises which it was given, opens it and says what in it is out of the ordinary.
"""

from gmkit.delivery.form import Form, Opened
from gmkit.delivery.open import open_delivery
from gmkit.delivery.pack import pack
from gmkit.delivery.write import write

__all__ = ["Form", "Opened", "open_delivery", "pack", "write"]
