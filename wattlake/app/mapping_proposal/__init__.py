"""Proposes how a meter file is to be read, from its head; what cannot be seen there is said to be a guess."""
