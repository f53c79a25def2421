"""Contracts of ops, the record of what Wattlake did; given, never rebuilt but for ``ops.reconciliation``."""
