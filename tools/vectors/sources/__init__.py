"""One module per source; each has `files(shared)`, which yields the vector files made from it."""
