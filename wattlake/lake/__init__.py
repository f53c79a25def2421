"""The lake: its store, contracts, landing, builds, market and reports.

It imports nothing else of Wattlake's.
"""
