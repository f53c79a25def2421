"""Contracts of the warehouse: each module holds the views of one subject."""
