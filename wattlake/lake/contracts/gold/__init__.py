"""Contracts of gold: each module holds the tables of one subject."""
