"""Evidence files: proof of a signed document that is renewed and outlives its certificates."""
