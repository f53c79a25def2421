"""Sinks in PostgreSQL: tables with keys, whose days are replaced in one transaction."""
