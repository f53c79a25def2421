"""Scaffolds: the files that a new source, model, page or check begins with.

In the texts, ``«name»`` stands for the name and ``«Name»`` for that of a class; what its author has to decide says
``FILL IN``, and a test of the scaffold fails for as long as it does.
"""
