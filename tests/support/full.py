"""How much a test tries: a choice, at length, or everything.

``make test`` leaves the tests that are marked ``long`` to ``make test-long``. Where a test crosses its cases with one
another, ``WATTLAKE_TORTURE_FULL=1`` asks for all, as ``make torture`` does; otherwise it tries a choice that has every
case once.
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


def on_opposite_kinds(*of_the_second: pytest.MarkDecorator) -> pytest.MarkDecorator:
    """For a test that builds a whole lake: both places of data and both catalogs, not each with each.

    Args:
        of_the_second: marks of the case on Blob and PostgreSQL, which takes much longer than the one in a folder.
    """
    folder, blob = KINDS_OF_LAKE[0], KINDS_OF_LAKE[3]
    marked = pytest.param(*blob.values, id=blob.id, marks=[*blob.marks, *of_the_second])
    return pytest.mark.parametrize("lake_settings", KINDS_OF_LAKE if IS_FULL else [folder, marked], indirect=True)
