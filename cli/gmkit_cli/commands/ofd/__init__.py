"""OFD documents: sign with a seal, show what covers what."""
