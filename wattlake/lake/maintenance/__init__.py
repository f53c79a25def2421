"""The upkeep of a lake: housekeeping, verification, backup, restore and repair.

Housekeeping merges small files and removes files that nothing needs.
"""
