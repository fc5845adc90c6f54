"""Signed records of transactions."""
