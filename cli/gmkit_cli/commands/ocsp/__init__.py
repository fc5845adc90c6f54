"""OCSP (RFC 6960): ask about a certificate, read and verify the answer."""
