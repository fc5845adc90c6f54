"""A certification authority in a folder: set up, issue, list."""
