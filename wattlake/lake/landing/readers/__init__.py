"""Readers of file formats, one module each: bytes in, rows out.

A reader is chosen by what a file holds, not by its name. It knows nothing of the rows' meaning.
"""
