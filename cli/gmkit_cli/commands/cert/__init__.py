"""Certificates, requests and revocation lists."""
