"""Queries that readers write: checked by their parse tree, and run in a process of their own that can do little.

``guard`` says what may be asked, ``worker`` is the process, ``runner`` starts it, watches it and kills it.
"""
