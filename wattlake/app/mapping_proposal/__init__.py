"""The proposal of a mapping for a meter file, and how the whole file is read by it.

All rows of the file's head decide. What cannot be seen in them is said to be a guess; what would change energies is
not guessed, but refused with what the user can say.
"""
