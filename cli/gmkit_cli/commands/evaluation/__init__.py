"""Evaluations of what was delivered, and lists of them that nobody shortens unseen."""
