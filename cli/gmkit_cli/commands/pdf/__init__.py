"""Signed PDF files: what they say, and how they are kept verifiable."""
