"""The proposal of a mapping for a meter file, from the file's head.

What cannot be seen in the head is said to be a guess.
"""
