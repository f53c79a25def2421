"""Contracts of the sources: each module holds the bronze and silver tables of one source."""
