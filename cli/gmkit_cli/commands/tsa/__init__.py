"""Timestamps (RFC 3161): run an authority, ask it, verify what it said."""
