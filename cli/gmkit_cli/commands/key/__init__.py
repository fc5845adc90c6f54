"""Key files: make, look at, convert; ask for a certificate."""
