"""Electronic seals: make, show, verify."""
