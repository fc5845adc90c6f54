"""SM2 signatures and public-key encryption, for files and pipes."""
