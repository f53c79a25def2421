"""Wattlake: an open-source lakehouse for energy communities, solar fleets and utility pilots."""

from pathlib import Path

from wattlake.lake.functions.declared import function as function

PACKAGE = Path(__file__).resolve().parent
"""The package's own folder, with the files that are no Python: SQL, deployments, examples of mappings."""
