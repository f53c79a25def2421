"""One module per file format: bytes in, rows out; a reader knows nothing of their meaning."""
