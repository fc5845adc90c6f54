"""Writing names and extensions: one form each, the one the standards prefer."""
