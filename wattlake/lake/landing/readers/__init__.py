"""Readers of file formats, one module each: bytes in, rows out.

A reader knows nothing of the rows' meaning.
"""
