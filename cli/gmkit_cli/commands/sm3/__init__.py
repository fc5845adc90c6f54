"""SM3 digests and message authentication codes."""
