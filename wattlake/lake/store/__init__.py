"""The lake as a store: open it, write in one transaction, read at one snapshot; its files, tables and identity."""
