"""The audit log of an authority: read, signed, proved and checked."""
