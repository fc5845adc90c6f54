"""SM4 encryption that notices changes."""
