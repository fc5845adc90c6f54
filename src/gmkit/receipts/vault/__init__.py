"""Where personal data lies that receipts withhold, and how it is erased."""

from gmkit.receipts.vault.fields import open_fields, seal_fields
from gmkit.receipts.vault.log import log_pending
from gmkit.receipts.vault.people import State, Subject
from gmkit.receipts.vault.vault import Vault

__all__ = ["State", "Subject", "Vault", "log_pending", "open_fields", "seal_fields"]
