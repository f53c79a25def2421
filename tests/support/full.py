"""Whether each test that crosses its cases with one another tries all of them, or a choice that has every case once.

``WATTLAKE_TORTURE_FULL=1`` asks for all, as ``make torture`` does.
"""

import os

import pytest

IS_FULL = os.environ.get("WATTLAKE_TORTURE_FULL") == "1"

KINDS_OF_LAKE = [
    pytest.param(("folder", "sqlite"), id="folder-sqlite"),
    pytest.param(("folder", "postgres"), id="folder-postgres", marks=pytest.mark.postgres),
    pytest.param(("azurite", "sqlite"), id="azurite-sqlite", marks=pytest.mark.azurite),
    pytest.param(("azurite", "postgres"), id="azurite-postgres", marks=[pytest.mark.azurite, pytest.mark.postgres]),
]
"""Where a lake's data and its catalog are."""

on_opposite_kinds = pytest.mark.parametrize(
    "lake_settings", KINDS_OF_LAKE if IS_FULL else [KINDS_OF_LAKE[0], KINDS_OF_LAKE[3]], indirect=True
)
"""For a test that builds a whole lake: both places of data and both catalogs, not each with each."""
