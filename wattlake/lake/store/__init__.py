"""The lake as a store: its connection, transactions, snapshots, files and tables.

A lake has an identity, too: one id in the catalog and beside the data.
"""
