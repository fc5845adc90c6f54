"""Encryption keys in escrow, and their recovery when enough approvers agree."""
