"""Queries that readers write: checked by parse tree, run in a process of their own.

That process can do little. ``guard`` says what may be asked, ``worker`` is the process, ``runner`` starts it, watches
it and kills it.
"""
