"""CMS messages: envelopes, counter-signatures, what a message holds."""
